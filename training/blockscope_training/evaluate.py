"""Scores of a model on held-out text, by the project's scoring rule.

``python -m blockscope_training.evaluate --weights RUN --tokenizer FILE --text FILE``

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


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.evaluate", description="Score a model on a text.")
    parser.add_argument("--weights", type=Path, required=True, help="folder with weights.bin and weights.json")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer JSON file")
    parser.add_argument("--text", type=Path, required=True, help="documents, each closed by a marker line")
    arguments = parser.parse_args()
    state, meta = load_weights(arguments.weights)
    config = ModelConfig(**meta["config"])
    tokenizer = load_tokenizer(arguments.tokenizer)
    if tokenizer.get_vocab_size() != config.vocabulary:
        raise BadInput(f"{arguments.tokenizer} has {tokenizer.get_vocab_size()} entries, the model {config.vocabulary}")
    documents = [[*encode(tokenizer, text), config.end_id] for text in read_documents(arguments.text)]
    if not documents:
        raise BadInput(f"{arguments.text} holds no documents")
    model = build_model(config)
    model.load_state_dict(state)
    result = score(model.eval(), config, documents, token_bytes(tokenizer))
    report = {
        "model": config.id,
        "documents": len(documents),
        "scoredTokens": result.tokens,
        "lossPerToken": result.loss,
        "bitsPerByte": result.bits_per_byte,
        "lossBySlot": result.loss_by_slot,
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    run(main)
