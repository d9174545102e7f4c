"""Trains the family with one recipe: the same documents in the same order, on the same schedule, model after model.

``python -m blockscope_training.family --models tiny-b4 tiny-flat-same --tokens 26e6 --prepared DIR --tokenizer FILE
--runs DIR``

The schedule is ``tiny-b4``'s, in shares of all tokens, so that runs of any length are alike: mostly books first, then more and
more stories, and over the last fifth a decay to zero. A model whose weights are there is passed over, and one that was stopped
goes on; so the command can be repeated until it ends with status 0. Options unknown here go to ``train``; with ``--phase``
they replace the recipe.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import torch

from .checkpoint import load_weights
from .command import run
from .config import load_config
from .train import log, train

RATES = ("--matrix-rate", "0.015", "--table-rate", "3e-3")
"""Muon's and AdamW's rates at their height."""

MIXTURE = (
    (0.190477, {"childrens-books": 0.92, "modern-stories": 0.08}),
    (0.428256, {"childrens-books": 0.60, "modern-stories": 0.40}),
    (0.716809, {"childrens-books": 0.35, "modern-stories": 0.65}),
    (1.0, {"childrens-books": 0.20, "modern-stories": 0.80}),
)
"""Up to each share of the tokens, how windows are drawn. Books are learnt early; stories gain from more of them late."""

DECAY = 0.2124
"""The last share of the tokens, over which the rates fall to zero. It was 5.5 of 26 million for tiny-b4."""


def schedule(tokens: float) -> list[str]:
    """``train``'s options for rates and mixture of a run of ``tokens``."""
    options = list(RATES)
    for share, weights in MIXTURE:
        # The last phase has no end: a run may go a batch beyond its tokens.
        until = 1e12 if share == 1 else round(share * tokens)
        options += ["--phase", f"{until:.0f}:" + ",".join(f"{name}={weight}" for name, weight in weights.items())]
    return options


def remaining(state: Path, tokens: float, decay: float) -> tuple[float, float]:
    """Tokens and share of decay that a slice of ``tokens`` still needs from the saved ``state`` on, if there is one."""
    seen = torch.load(state, map_location="cpu")["tokens_seen"] if state.exists() else 0
    left = tokens - seen
    # Stopped in its decay, a slice begins the decay again; train wants some of it before.
    return left, min(tokens * decay / left, 0.999)


def train_once(name: str, directory: Path, tokens: float, decay: float, options: Sequence[str]) -> bool:
    """Train model ``name`` for ``tokens`` in ``directory`` unless that was done; whether its weights are there now."""
    if (directory / "weights.json").exists():
        log(f"{name} is trained: {load_weights(directory)[1]['tokensSeen']:,} tokens")
        return True
    left, share = remaining(directory / "state.pt", tokens, decay)
    log(f"training {name} for {left:,.0f} tokens")
    if hasattr(torch, "_dynamo"):
        # Compiled code is counted by function; with that of all models together the compiler gives up.
        torch._dynamo.reset()
    return train(["--model", name, "--run", str(directory), "--tokens", str(left), "--decay", str(share), *options])


def build_parser() -> argparse.ArgumentParser:
    """The command line, but for what goes to ``train``."""
    parser = argparse.ArgumentParser(
        prog="python -m blockscope_training.family", description="Train models with one recipe."
    )
    parser.add_argument("--models", nargs="+", required=True, help="ids or JSON files, in the order of training")
    parser.add_argument("--tokens", type=float, required=True, help="tokens for each")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that prepare wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer JSON file")
    parser.add_argument("--runs", type=Path, required=True, help="folder for one run a model")
    parser.add_argument("--minutes", type=float, help="stop after this time, with everything saved")
    return parser


def main() -> None:
    """Command line. Exit status 0 when every model is trained, 3 when some are left."""
    arguments, options = build_parser().parse_known_args()
    configs = [load_config(name) for name in arguments.models]
    if arguments.minutes:
        # What is trained just then saves its state and ends.
        timer = threading.Timer(arguments.minutes * 60, os.kill, (os.getpid(), signal.SIGTERM))
        timer.daemon = True
        timer.start()
    files = ["--prepared", str(arguments.prepared), "--tokenizer", str(arguments.tokenizer)]
    if "--phase" not in options:
        options += schedule(arguments.tokens)
    for name, config in zip(arguments.models, configs):
        if not train_once(name, arguments.runs / config.id, arguments.tokens, DECAY, [*files, *options]):
            sys.exit(3)


if __name__ == "__main__":
    run(main)
