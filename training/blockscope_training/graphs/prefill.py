"""``prefill``: the whole prompt at once through the block decoder (paper section 2.2) or the flat one, on both backends.

Batch and length vary; as WebGPU does no integer arithmetic on shapes, every reshape is to constants.
"""

from __future__ import annotations

from ..config import ModelConfig
from .builder import Graph, GraphBuilder
from .layer import ResidualStream, attention_rows, layer_in, layer_out, rotary
from .sequence import by_head, leading, mix_sequence, project_sequence


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

    maps, kv = [], []
    for index in range(layers):
        layer = f"{stack}.layers.{index}"
        last = (flat or quiet) and index == layers - 1
        weights_in = layer_in(b, config, layer)
        if last:
            weights_in = leading(b, weights_in, 3 * width)
        else:
            weights_out = layer_out(b, layer)
        rest = [width] if last else [width, 4 * width]
        q, k, v, *inner = project_sequence(b, config, stream.normalise(), weights_in, table, positions, rest)
        kv += [k, v]
        if last and quiet:
            break
        if last:
            q = by_head(b, config, q, [0, 2, 1, 3])
            maps.append(attention_rows(b, q, by_head(b, config, k, [0, 2, 3, 1]), mask))
            break
        maps.append(mix_sequence(b, config, stream, (q, k, v, inner[0]), mask, weights_out))

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
