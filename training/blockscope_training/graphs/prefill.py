"""``prefill``: the whole prompt at once through the block decoder (paper section 2.2) or the flat one, on both backends.

Batch and length vary; as WebGPU does no integer arithmetic on shapes, every reshape is to constants.
"""

from __future__ import annotations

from ..config import ModelConfig
from .builder import Graph, GraphBuilder
from .layer import Affine, ResidualStream, attend, attention_rows, layer_in, layer_out, rotary


def add_prefill(b: GraphBuilder, config: ModelConfig, quiet: bool = False) -> Graph:
    """Build the graph into an empty builder: with kv alone if ``quiet``.

    The last layer ends where nothing more is wanted of it: at K and V if ``quiet``, at the attention rows in a flat model.
    """
    heads, size, width, layers = config.heads, config.head_width, config.width, config.block_layers
    flat = config.architecture == "flat"
    stack, embedding = ("decoder", "token_table") if flat else ("block_decoder", "embedder")
    tokens = b.input("tokens", "int64", ["B", "n"] if flat else ["B", "n", config.block_length])
    positions = b.input("positions", "int64", ["B", "n"])
    mask = b.input("mask", "float32", [1, 1, "n", "n"])

    table = rotary(b, config, config.context_blocks)
    embedded = b.op("Gather", b.weight(f"{embedding}.weight"), tokens, axis=0)
    stream = ResidualStream(b, config, embedded if flat else b.reshape(embedded, 0, 0, width))

    def by_head(x: str, perm: list[int]) -> str:
        return b.op("Transpose", b.reshape(x, 0, 0, heads, size), perm=perm)

    maps, kv = [], []
    for index in range(layers):
        layer = f"{stack}.layers.{index}"
        last = (flat or quiet) and index == layers - 1
        weights_in = layer_in(b, config, layer)
        if last:
            weights_in = Affine(_leading(b, weights_in.weight, 3 * width, 1), _leading(b, weights_in.bias, 3 * width, 0))
        else:
            weights_out = layer_out(b, layer)
        fused = b.op("Add", b.op("MatMul", stream.normalise(), weights_in.weight), weights_in.bias)
        qk, v, *inner = b.split(fused, 2, [2 * width, width] if last else [2 * width, width, 4 * width])
        q, k = b.split(table.turn(b, config, qk, positions), 2, [width, width])
        kv += [k, v]
        if last and quiet:
            break
        q = by_head(q, [0, 2, 1, 3])
        if last:
            maps.append(attention_rows(b, q, by_head(k, [0, 2, 3, 1]), mask))
            break
        v = by_head(v, [0, 2, 1, 3])
        attention, mixed = attend(b, q, by_head(k, [0, 2, 3, 1]), v, mask)
        maps.append(attention)
        mixed = b.reshape(b.op("Transpose", mixed, perm=[0, 2, 1, 3]), 0, 0, width)
        both = b.concat([mixed, b.op("Gelu", *inner)], 2)
        stream.add(b.op("MatMul", both, weights_out.weight), weights_out.bias)

    contexts = "" if flat or quiet else stream.normalise("block_decoder.norm")
    by_position = b.reshape(b.concat(kv, 2), 0, 0, 2 * layers, heads, size)
    kv_shape: list[int | str] = ["n", "B", 2 * layers, heads, size]
    b.output(b.op("Transpose", by_position, perm=[1, 0, 2, 3, 4]), "kv", "float32", kv_shape)
    if not quiet:
        name = "attention" if flat else "global_attention"
        by_layer = b.reshape(b.concat(maps, 1), 0, layers, heads, 0, -1)
        b.output(by_layer, name, "float32", ["B", layers, heads, "n", "n"])
    if contexts:
        b.output(contexts, "contexts", "float32", ["B", "n", width])
    return b.build()


def _leading(b: GraphBuilder, x: str, size: int, axis: int) -> str:
    return b.op("Slice", x, b.integers(0), b.integers(size), b.integers(axis))
