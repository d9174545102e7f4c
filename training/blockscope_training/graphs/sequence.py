"""A layer over a whole sequence at once, ``[B, n, D]``, where nothing is cached."""

from __future__ import annotations

from ..config import ModelConfig
from .builder import GraphBuilder
from .layer import Affine, ResidualStream, Rotary, attend


def project_sequence(
    b: GraphBuilder, config: ModelConfig, normed: str, weights: Affine, table: Rotary, positions: str, rest: list[int]
) -> list[str]:
    """q and k after rotary embedding, each ``[B, n, D]``, and what else of ``rest`` widths the weights give."""
    width = config.width
    fused = b.op("Add", b.op("MatMul", normed, weights.weight), weights.bias)
    qk, *others = b.split(fused, 2, [2 * width, *rest]) if rest else [fused]
    return [*b.split(table.turn(b, config, qk, positions), 2, [width, width]), *others]


def by_head(b: GraphBuilder, config: ModelConfig, x: str, perm: list[int]) -> str:
    """``[B, n, D]`` as ``[B, n, H, d]``, then turned."""
    return b.op("Transpose", b.reshape(x, 0, 0, config.heads, config.head_width), perm=perm)


def mix_sequence(
    b: GraphBuilder, config: ModelConfig, stream: ResidualStream, parts: tuple[str, str, str, str], mask: str, weights: Affine
) -> str:
    """Attention and MLP of q, k, v and the MLP's inner vector into the stream; returns the maps ``[B, H, n, n]``."""
    q, k, v, inner = parts
    q, v = by_head(b, config, q, [0, 2, 1, 3]), by_head(b, config, v, [0, 2, 1, 3])
    attention, mixed = attend(b, q, by_head(b, config, k, [0, 2, 3, 1]), v, mask)
    mixed = b.reshape(b.op("Transpose", mixed, perm=[0, 2, 1, 3]), 0, 0, config.width)
    both = b.concat([mixed, b.op("Gelu", inner)], 2)
    stream.add(b.op("MatMul", both, weights.weight), weights.bias)
    return attention


def leading(b: GraphBuilder, weights: Affine, size: int) -> Affine:
    """The first ``size`` columns of an affine map."""

    def cut(x: str, axis: int) -> str:
        return b.op("Slice", x, b.integers(0), b.integers(size), b.integers(axis))

    return Affine(cut(weights.weight, 1), cut(weights.bias, 0))
