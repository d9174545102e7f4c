"""The scoring rule against a slow, literal reading of it."""

from __future__ import annotations

import math

import pytest
import torch
from conftest import SMALL, SMALL_FLAT

from blockscope_training.config import ModelConfig
from blockscope_training.evaluate import score
from blockscope_training.model import BlockTransformer, FlatTransformer

NAMES = [b"", b""] + [b"x" * (1 + index % 3) for index in range(38)]


def literal(
    model: BlockTransformer | FlatTransformer, config: ModelConfig, documents: list[list[int]]
) -> tuple[list[float], list[int], int]:
    """Nats and counts by slot, and bytes, one window and one target at a time."""
    size, length = config.block_length, config.context_length - 8
    nats, counts, size_bytes = [0.0] * size, [0] * size, 0
    for document in documents:
        for start in range(0, len(document), length):
            window = document[start : start + length]
            if len(window) == 1:
                continue
            ids = [config.pad_id] * (size - 1) + window
            first = len(ids) - len(window)
            filled = ids + [config.pad_id] * (-len(ids) % size)
            with torch.no_grad():
                logits = model(torch.tensor([filled]))[0].double().log_softmax(-1)
            shift = size if config.architecture == "block" else 1
            for position in range(first + 1, first + len(window)):
                nats[position % size] -= float(logits[position - shift, ids[position]])
                counts[position % size] += 1
                size_bytes += len(NAMES[ids[position]])
    return nats, counts, size_bytes


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("kind", ["block", "flat"])
def test_score(kind: str, batch: int, model: BlockTransformer, flat: FlatTransformer) -> None:
    chosen, config = (model, SMALL) if kind == "block" else (flat, SMALL_FLAT)
    generator = torch.Generator().manual_seed(8)
    # 56 is one whole window, 57 leaves a window of one token, which scores nothing; 130 needs three.
    documents = [torch.randint(2, 40, (n - 1,), generator=generator).tolist() + [1] for n in (1, 2, 6, 56, 57, 130)]
    nats, counts, size_bytes = literal(chosen, config, documents)
    result = score(chosen, config, documents, NAMES, batch)
    assert result.tokens_by_slot == tuple(counts)
    assert result.tokens == 1 + 5 + 55 + 55 + (55 + 55 + 17)
    assert result.bytes == size_bytes
    assert result.nats_by_slot == pytest.approx(nats, rel=1e-4)
    assert result.loss == pytest.approx(sum(nats) / sum(counts), rel=1e-4)
    assert result.bits_per_byte == pytest.approx(sum(nats) / math.log(2) / size_bytes, rel=1e-4)
    assert result.loss_by_slot == pytest.approx([n / c for n, c in zip(nats, counts)], rel=1e-4)


def test_nothing_to_score(model: BlockTransformer) -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        score(model, SMALL, [[1]], NAMES)
