"""``inspect``: queries and keys of every layer and head, teacher-forced, for the arithmetic of one attention weight."""

from __future__ import annotations

import numpy as np

from ..config import ModelConfig
from .builder import HIDDEN, Graph, GraphBuilder
from .layer import ResidualStream, layer_in, layer_out, linear, rotary
from .sequence import leading, mix_sequence, project_sequence


def add_inspect(b: GraphBuilder, config: ModelConfig) -> Graph:
    """Build the graph into an empty builder.

    It embeds the blocks 0 ... n - 1 of ``tokens`` and feeds the token decoder what block n was written from: the prefixes
    and ``written``, all of its tokens but the last. Queries come without the factor ``d ** -0.5``.
    """
    width, slots, prefix, rows = config.width, config.block_length, config.prefix_length, config.local_length
    tokens = b.input("tokens", "int64", [1, "n", slots])
    positions = b.input("positions", "int64", [1, "n"])
    mask = b.input("mask", "float32", [1, 1, "n", "n"])

    embedded = b.reshape(b.op("Gather", b.weight("embedder.weight"), tokens, axis=0), 0, 0, width)
    stream = ResidualStream(b, config, embedded)
    table = rotary(b, config, config.context_blocks)
    queries, keys = [], []
    for index in range(config.block_layers):
        layer = f"block_decoder.layers.{index}"
        weights = layer_in(b, config, layer)
        q, k, v, inner = project_sequence(b, config, stream.normalise(), weights, table, positions, [width, 4 * width])
        mix_sequence(b, config, stream, (q, k, v, inner), mask, layer_out(b, layer))
        queries.append(q)
        keys.append(k)
    _outputs(b, config, "global", queries, keys, "n")

    contexts = stream.normalise("block_decoder.norm")
    context = b.op("Slice", contexts, b.integers(-1), b.integers(2**31 - 1), b.integers(1))
    projection = linear(b, "prefix")
    fed = [b.reshape(b.op("Add", b.op("MatMul", context, projection.weight), projection.bias), 1, prefix, width)]
    if slots > 1:
        written = b.input("written", "int64", [1, slots - 1])
        fed.append(b.op("Gather", b.weight("token_table.weight"), written, axis=0))
    stream = ResidualStream(b, config, b.concat(fed, 1))
    table = rotary(b, config, rows)
    places = b.constant(np.arange(rows, dtype=np.int64)[None])
    causal = b.constant(np.triu(np.full((rows, rows), HIDDEN, dtype=np.float32), 1))
    queries, keys = [], []
    for index in range(config.token_layers):
        layer = f"token_decoder.layers.{index}"
        weights = layer_in(b, config, layer)
        if index == config.token_layers - 1:
            # Nothing behind the last layer's queries and keys is wanted.
            weights = leading(b, weights, 2 * width)
            q, k = project_sequence(b, config, stream.normalise(), weights, table, places, [])
        else:
            q, k, v, inner = project_sequence(b, config, stream.normalise(), weights, table, places, [width, 4 * width])
            mix_sequence(b, config, stream, (q, k, v, inner), causal, layer_out(b, layer))
        queries.append(q)
        keys.append(k)
    _outputs(b, config, "local", queries, keys, rows)
    return b.build()


def _outputs(b: GraphBuilder, config: ModelConfig, which: str, queries: list[str], keys: list[str], rows: int | str) -> None:
    """``which_queries`` and ``which_keys``, ``[layers, H, rows, d]`` each, from ``[1, rows, D]`` a layer."""

    def stacked(values: list[str]) -> str:
        return b.op("Transpose", b.reshape(b.concat(values, 0), 0, 0, config.heads, config.head_width), perm=[0, 2, 1, 3])

    shape = [len(keys), config.heads, rows, config.head_width]
    # The projection holds the scores' factor already.
    unscaled = b.op("Mul", stacked(queries), b.floats(config.head_width**0.5))
    b.output(unscaled, f"{which}_queries", "float32", shape)
    b.output(stacked(keys), f"{which}_keys", "float32", shape)
