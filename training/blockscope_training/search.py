"""Finds the flat model whose held-out loss equals a block model's.

``python -m blockscope_training.search --reference tiny-b4 --sizes tiny-flat-d96 tiny-flat-d128 tiny-flat-d160 --tokens 4e6
--prepared DIR --tokenizer FILE --text FILE ... --run DIR --out FILE.json``

The reference and flat models of a few sizes are trained for the same number of tokens, of the same documents in the same
order, on the same schedule, and scored on the same targets. Where the flat models' loss crosses the reference's, between two
sizes in the logarithm of their parameters, lies the size that is wanted; the nearest shape of sound proportions is written
as a file for ``train --model``. The schedule is the family's unless ``--phase`` brings another. Options unknown here go to
``train``. Run again, it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from .checkpoint import write_atomically
from .command import BadInput, run
from .config import ModelConfig, load_config
from .evaluate import Score, compare, load_scored, read_ids, score
from .family import DECAY, schedule, train_once
from .tokenizer import load_tokenizer, token_bytes


@dataclass(frozen=True)
class Trial:
    """One trained model and its scores, document by document."""

    config: ModelConfig
    scores: list[Score]

    @property
    def loss(self) -> float:
        """Nats a target over all documents."""
        return sum(sum(one.nats_by_slot) for one in self.scores) / sum(one.tokens for one in self.scores)


def crossing(trials: Sequence[Trial], loss: float) -> float:
    """Decoder parameters at which the loss of ``trials`` (two or more) passes ``loss``; outside them, along the last line.

    Raises ``BadInput`` unless a larger model is a better one.
    """
    ordered = sorted(trials, key=lambda trial: trial.config.decoder_parameters)
    pairs = list(pairwise(ordered))
    if any(small.loss <= large.loss for small, large in pairs):
        raise BadInput("the losses do not fall with size; train for more tokens or on other sizes")
    small, large = next((pair for pair in pairs if pair[1].loss <= loss), pairs[-1])
    low, high = (math.log(trial.config.decoder_parameters) for trial in (small, large))
    return math.exp(low + (small.loss - loss) / (small.loss - large.loss) * (high - low))


def choose_shape(name: str, parameters: float, reference: ModelConfig) -> ModelConfig:
    """The flat shape nearest to ``parameters`` in its layers, with the reference's vocabulary and context.

    Heads are 32 wide, or 16 where 32 does not divide the width; width over depth lies between 16 and 48.
    """
    shapes = [
        replace(
            reference,
            id=name,
            architecture="flat",
            width=width,
            heads=width // (16 if width % 32 else 32),
            block_layers=layers,
            token_layers=0,
            block_length=1,
            prefix_length=0,
        )
        for width in range(16, 1025, 16)
        for layers in range(1, 33)
        if 16 <= width / layers <= 48
    ]
    return min(shapes, key=lambda shape: abs(math.log(shape.decoder_parameters / parameters)))


def build_parser() -> argparse.ArgumentParser:
    """The command line, but for what goes to ``train``."""
    parser = argparse.ArgumentParser(
        prog="python -m blockscope_training.search", description="Find the flat model of a block model's loss."
    )
    parser.add_argument("--reference", required=True, help="the block model: an id, or a JSON file")
    parser.add_argument("--sizes", nargs="+", required=True, help="flat models to train, from two up: ids, or JSON files")
    parser.add_argument("--tokens", type=float, default=4e6, help="tokens for each")
    parser.add_argument("--decay", type=float, default=DECAY, help="share of the tokens spent in the decay")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that prepare wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer JSON file")
    parser.add_argument("--text", type=Path, nargs="+", required=True, help="held-out texts")
    parser.add_argument("--run", type=Path, required=True, help="folder for one run a model")
    parser.add_argument("--id", default="tiny-flat-match", help="name of the model that is found")
    parser.add_argument("--out", type=Path, required=True, help="JSON file for its shape")
    return parser


def main() -> None:
    """Command line."""
    arguments, options = build_parser().parse_known_args()
    if len(arguments.sizes) < 2:
        raise BadInput("give two sizes or more")
    names = [arguments.reference, *arguments.sizes]
    configs = [load_config(name) for name in names]
    if any(config.architecture != "flat" for config in configs[1:]):
        raise BadInput("the sizes must be flat models")
    options = ["--prepared", str(arguments.prepared), "--tokenizer", str(arguments.tokenizer), *options]
    if "--phase" not in options:
        options += schedule(arguments.tokens)
    folders = [arguments.run / config.id for config in configs]
    for name, folder in zip(names, folders):
        if not train_once(name, folder, arguments.tokens, arguments.decay, options):
            return

    tokenizer = load_tokenizer(arguments.tokenizer)
    bytes_of = token_bytes(tokenizer)
    documents = [ids for text in arguments.text for ids in read_ids(text, tokenizer, configs[0].end_id)]
    trials = []
    for folder in folders:
        model, config = load_scored(folder, tokenizer)
        trials.append(Trial(config, [score(model, config, [ids], bytes_of) for ids in documents]))
    reference, *sizes = trials
    parameters = crossing(sizes, reference.loss)
    chosen = choose_shape(arguments.id, parameters, reference.config)
    write_atomically(arguments.out, (json.dumps(chosen.to_dict(), indent=1) + "\n").encode())

    def entry(trial: Trial) -> dict[str, Any]:
        gap = compare(trial.scores, reference.scores)
        return {
            "model": trial.config.id,
            "decoderParameters": trial.config.decoder_parameters,
            "lossPerToken": trial.loss,
            "gap": gap.nats,
            "gapError": gap.error,
        }

    ends = [trial.config.decoder_parameters for trial in sizes]
    report = {
        "tokens": arguments.tokens,
        "documents": len(documents),
        "reference": {"model": reference.config.id, "lossPerToken": reference.loss},
        "sizes": [entry(trial) for trial in sizes],
        "crossing": round(parameters),
        "extrapolated": not min(ends) <= parameters <= max(ends),
        "chosen": {**chosen.to_dict(), "decoderParameters": chosen.decoder_parameters},
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    run(main)
