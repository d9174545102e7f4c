"""``prefill``: all prompt blocks at once through the block decoder (paper section 2.2), on both backends.

Batch and block count vary; as WebGPU does no integer arithmetic on shapes, every reshape is to constants.
"""

from __future__ import annotations

from ..config import ModelConfig
from .builder import Graph, GraphBuilder
from .layer import ResidualStream, attend, layer_in, layer_out, rotary


def add_prefill(b: GraphBuilder, config: ModelConfig) -> Graph:
    """Build the graph into an empty builder."""
    heads, size, width, layers = config.heads, config.head_width, config.width, config.block_layers
    tokens = b.input("tokens", "int64", ["B", "n", config.block_length])
    positions = b.input("positions", "int64", ["B", "n"])
    mask = b.input("mask", "float32", [1, 1, "n", "n"])

    table = rotary(b, config, config.context_blocks)
    embedded = b.reshape(b.op("Gather", b.weight("embedder.weight"), tokens, axis=0), 0, 0, width)
    stream = ResidualStream(b, config, embedded)
    maps, kv = [], []
    for index in range(layers):
        layer = f"block_decoder.layers.{index}"
        weights_in, weights_out = layer_in(b, config, layer), layer_out(b, layer)
        fused = b.op("Add", b.op("MatMul", stream.normalise(), weights_in.weight), weights_in.bias)
        qk, v, inner = b.split(fused, 2, [2 * width, width, 4 * width])
        q, k = b.split(table.turn(b, config, qk, positions), 2, [width, width])
        kv += [k, v]
        q, v = (b.op("Transpose", b.reshape(x, 0, 0, heads, size), perm=[0, 2, 1, 3]) for x in (q, v))
        k = b.op("Transpose", b.reshape(k, 0, 0, heads, size), perm=[0, 2, 3, 1])
        attention, mixed = attend(b, q, k, v, mask)
        maps.append(attention)
        mixed = b.reshape(b.op("Transpose", mixed, perm=[0, 2, 1, 3]), 0, 0, width)
        both = b.concat([mixed, b.op("Gelu", inner)], 2)
        stream.add(b.op("MatMul", both, weights_out.weight), weights_out.bias)
    contexts = stream.normalise("block_decoder.norm")

    by_block = b.reshape(b.concat(kv, 2), 0, 0, 2 * layers, heads, size)
    b.output(b.op("Transpose", by_block, perm=[1, 0, 2, 3, 4]), "kv", "float32", ["n", "B", 2 * layers, heads, size])
    b.output(
        b.reshape(b.concat(maps, 1), 0, layers, heads, 0, -1),
        "global_attention",
        "float32",
        ["B", layers, heads, "n", "n"],
    )
    b.output(contexts, "contexts", "float32", ["B", "n", width])
    return b.build()
