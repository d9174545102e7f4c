"""Scores of a model on held-out text, by the project's scoring rule.

``python -m blockscope_training.evaluate --weights RUN --tokenizer FILE --text FILE [--against RUN]``

The rule: a document is the text between marker lines; windows of ``context_length - 8`` tokens, no overlap, nothing carried
over; block models get ``L_B - 1`` pads in front and are filled up at the end, flat models get none. Scored is all but a
window's first token, end of text included (0 bytes), pads never: every model is scored on exactly the same targets.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from .checkpoint import load_weights
from .command import BadInput, run
from .config import ModelConfig
from .corpus import read_documents
from .model import build_model
from .tokenizer import encode, load_tokenizer, token_bytes


@dataclass(frozen=True)
class Score:
    """Sums over the scored targets; ``nats_by_slot`` and ``tokens_by_slot`` have ``L_B`` entries (one for flat models)."""

    nats_by_slot: tuple[float, ...]
    tokens_by_slot: tuple[int, ...]
    bytes: int

    @property
    def tokens(self) -> int:
        """Scored targets."""
        return sum(self.tokens_by_slot)

    @property
    def loss(self) -> float:
        """Nats a target."""
        return sum(self.nats_by_slot) / self.tokens

    @property
    def bits_per_byte(self) -> float:
        """Bits a UTF-8 byte of the scored text."""
        return sum(self.nats_by_slot) / math.log(2) / self.bytes

    @property
    def loss_by_slot(self) -> list[float]:
        """Nats a target, slot by slot."""
        return [nats / max(1, count) for nats, count in zip(self.nats_by_slot, self.tokens_by_slot)]


def scoring_windows(documents: Iterable[list[int]], length: int) -> list[list[int]]:
    """Documents (ids with their end-of-text) cut into windows of at most ``length`` tokens."""
    return [ids[start : start + length] for ids in documents for start in range(0, len(ids), length)]


def lay_out(windows: list[list[int]], config: ModelConfig) -> Tensor:
    """Windows to ids ``[B, n]``: ``L_B - 1`` pads in front, then pads to the longest and to a block border."""
    size = config.block_length
    front = size - 1
    longest = -(-(front + max(map(len, windows))) // size) * size
    ids = torch.full((len(windows), longest), config.pad_id, dtype=torch.long)
    for row, window in enumerate(windows):
        ids[row, front : front + len(window)] = torch.tensor(window)
    return ids


@torch.no_grad()
def score(
    model: nn.Module, config: ModelConfig, documents: Iterable[list[int]], bytes_of: list[bytes], batch: int = 8
) -> Score:
    """Score ``documents`` (token ids, each with its end-of-text) on the model's device; loss in fp32.

    Raises ``ValueError`` when nothing is left to score.
    """
    size = config.block_length
    device = next(model.parameters()).device
    lengths = torch.tensor([len(entry) for entry in bytes_of], device=device)
    nats, counts, total_bytes = np.zeros(size), np.zeros(size, dtype=np.int64), 0
    windows = scoring_windows(documents, config.context_length - 8)
    windows = sorted((window for window in windows if len(window) > 1), key=len)
    for start in range(0, len(windows), batch):
        part = windows[start : start + batch]
        ids = lay_out(part, config).to(device)
        first = size if config.architecture == "block" else 1
        targets = ids[:, first:]
        logits = model(ids)[:, : targets.shape[1]].float()
        losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view(targets.shape)
        real = targets != config.pad_id
        slots = torch.arange(first, ids.shape[1], device=device) % size
        for slot in range(size):
            chosen = real & (slots == slot)
            nats[slot] += losses[chosen].double().sum().item()
            counts[slot] += int(chosen.sum())
        total_bytes += int(lengths[targets[real]].sum())
    if total_bytes == 0:
        raise ValueError("the text holds nothing to score")
    return Score(tuple(nats.tolist()), tuple(counts.tolist()), total_bytes)


@dataclass(frozen=True)
class Gap:
    """How much more one model loses than another on the same targets, in nats, with its standard error over documents."""

    nats: float
    error: float


def compare(one: Iterable[Score], other: Iterable[Score]) -> Gap:
    """The gap between two models scored document by document.

    Raises ``ValueError`` where they were not scored on the same targets.
    """
    pairs = list(zip(one, other, strict=True))
    tokens = np.array([a.tokens for a, _ in pairs])
    if any(a.tokens != b.tokens for a, b in pairs):
        raise ValueError("the models were not scored on the same targets")
    differences = np.array([sum(a.nats_by_slot) - sum(b.nats_by_slot) for a, b in pairs])
    gap = differences.sum() / tokens.sum()
    if len(pairs) < 2:
        return Gap(float(gap), math.nan)
    # The error of a ratio of two sums, as documents differ in length.
    spread = ((differences - gap * tokens) ** 2).sum() * len(pairs) / (len(pairs) - 1)
    return Gap(float(gap), math.sqrt(spread) / float(tokens.sum()))


def read_ids(text: Path, tokenizer: Tokenizer, end_id: int) -> list[list[int]]:
    """The documents of a text as ids, each with its end of text. Raises ``BadInput`` where there are none."""
    documents = [[*encode(tokenizer, document), end_id] for document in read_documents(text)]
    if not documents:
        raise BadInput(f"{text} holds no documents")
    return documents


def load_scored(weights: Path, tokenizer: Tokenizer) -> tuple[nn.Module, ModelConfig]:
    """The model of a run, ready to be scored. Raises ``BadInput`` where the tokenizer is another model's."""
    state, meta = load_weights(weights)
    config = ModelConfig(**meta["config"])
    if tokenizer.get_vocab_size() != config.vocabulary:
        raise BadInput(f"the tokenizer has {tokenizer.get_vocab_size()} entries, {config.id} {config.vocabulary}")
    model = build_model(config)
    model.load_state_dict(state)
    return model.eval(), config


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.evaluate", description="Score a model on a text.")
    parser.add_argument("--weights", type=Path, required=True, help="folder with weights.bin and weights.json")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer JSON file")
    parser.add_argument("--text", type=Path, required=True, help="documents, each closed by a marker line")
    parser.add_argument("--against", type=Path, help="another model's weights: adds the gap to it and its standard error")
    arguments = parser.parse_args()
    tokenizer = load_tokenizer(arguments.tokenizer)
    names = token_bytes(tokenizer)
    model, config = load_scored(arguments.weights, tokenizer)
    documents = read_ids(arguments.text, tokenizer, config.end_id)
    result = score(model, config, documents, names)
    report = {
        "model": config.id,
        "documents": len(documents),
        "scoredTokens": result.tokens,
        "lossPerToken": result.loss,
        "bitsPerByte": result.bits_per_byte,
        "lossBySlot": result.loss_by_slot,
    }
    if arguments.against:
        rival, shape = load_scored(arguments.against, tokenizer)
        gap = compare(*([score(m, c, [ids], names) for ids in documents] for m, c in ((model, config), (rival, shape))))
        report |= {"against": shape.id, "gap": gap.nats, "gapError": gap.error}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    run(main)
