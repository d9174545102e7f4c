"""``step-kept`` of a flat model, for WASM: a step over a cache from which positions were dropped.

Every layer's cache has a length of its own, and so has its attention row. The keys come as they are to be used, already
rotated: which positions are held, and where they count as standing, is the caller's affair, so no mask is needed. A head may
hold other positions than the next one in the same slot.
"""

from __future__ import annotations

from ..config import ModelConfig
from .builder import Graph, GraphBuilder
from .flat_step import FlatDecoder
from .sampled import Sampler


def add_kept_step(b: GraphBuilder, config: ModelConfig) -> Graph:
    """Build the graph into an empty builder: batch 1, one token, always with top-k and top-p."""
    heads, size, width, layers = config.heads, config.head_width, config.width, config.block_layers
    tokens = b.input("tokens", "int64", [1, 1])
    positions = b.input("positions", "int64", [1, 1])
    pasts = [
        (
            b.input(f"past_k_{index}", "float32", [f"n_{index}", 1, heads, size]),
            b.input(f"past_v_{index}", "float32", [f"n_{index}", 1, heads, size]),
        )
        for index in range(layers)
    ]
    sampler = Sampler(b, config)
    row = b.op("Gather", b.weight("token_table.weight"), tokens, axis=0)
    hidden, maps, kv = FlatDecoder(b, config, pasts, turn=False).token(b.reshape(row, -1, width), positions, None)
    sampler.finish(hidden)
    for index, rows in enumerate(maps):
        b.output(b.reshape(rows, heads, -1), f"attention_{index}", "float32", [heads, f"n_{index}+1"])
    b.output(b.reshape(b.concat(kv, 1), 1, 1, 2 * layers, heads, size), "kv", "float32", [1, 1, 2 * layers, heads, size])
    return b.build()
