"""One position through a decoder whose keys and values lie in fixed WebGPU buffers, written in place by ``ScatterND``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..config import ModelConfig
from .builder import GraphBuilder
from .layer import ResidualStream, Rotary, layer_in, layer_out, project_in, project_out


@dataclass(frozen=True)
class Row:
    """Where a position goes and what it sees."""

    positions: str
    """int64 ``[1, 1]``"""
    kv_index: str
    """int64 ``[H, 2]``: head and position"""
    mask: str
    """``[1, T]``"""


@dataclass(frozen=True)
class Decoded:
    """What the position gave."""

    hidden: str
    """``[1, D]``, normed"""
    maps: list[str]
    """``[H, 1, T]`` a layer"""
    present: list[tuple[str, str]]
    """The caches of each layer with the position written"""
    written: list[str]
    """What was written, ``[H, d]``: layer 0 K, layer 0 V, layer 1 K …"""


def decode_in_place(
    b: GraphBuilder,
    config: ModelConfig,
    stack: str,
    stream: ResidualStream,
    table: Rotary,
    row: Row,
    past: Sequence[tuple[str, str]],
) -> Decoded:
    """The decoder named ``stack`` over the one position in ``stream``; ``past`` holds K and V ``[H, T, d]`` of each layer."""
    heads, size, width = config.heads, config.head_width, config.width
    maps, present, written = [], [], []
    for index, (past_k, past_v) in enumerate(past):
        layer = f"{stack}.layers.{index}"
        weights_out = layer_out(b, layer)
        qk, v, inner = project_in(b, config, stream.normalise(), layer_in(b, config, layer))
        qk = table.turn(b, config, b.reshape(qk, 1, 1, 2 * width), row.positions)
        q, k = b.split(b.reshape(qk, 2 * heads, size), 0, [heads, heads])
        written.append(k)
        k = b.op("ScatterND", past_k, row.kv_index, k)
        v = b.reshape(v, heads, size)
        written.append(v)
        v = b.op("ScatterND", past_v, row.kv_index, v)
        present.append((k, v))
        # K q instead of q K^T: the cache needs no transpose.
        scores = b.reshape(b.op("MatMul", k, b.reshape(q, heads, size, 1)), heads, 1, config.context_blocks)
        attention = b.op("Softmax", b.op("Add", scores, row.mask), axis=-1)
        maps.append(attention)
        mixed = b.reshape(b.op("MatMul", attention, v), 1, width)
        stream.add(project_out(b, mixed, inner, weights_out))
    return Decoded(stream.normalise(f"{stack}.norm"), maps, present, written)
