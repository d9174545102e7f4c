"""``step``, ``step-cut`` and ``step-quiet``: one block per run, for WASM; batch and cache length vary."""

from __future__ import annotations

from ..config import ModelConfig
from .builder import Graph, GraphBuilder
from .cut import sorted_cut
from .layer import ResidualStream, attend, layer_in, layer_out, linear, project_in, project_out, rotary
from .token_decoder import TokenDecoder


def add_step(b: GraphBuilder, config: ModelConfig, cut: bool = False, quiet: bool = False) -> Graph:
    """Build the graph into an empty builder: with top-k and top-p if ``cut``, with picks and kv alone if ``quiet``."""
    heads, size, width, layers = config.heads, config.head_width, config.width, config.block_layers
    slots, prefix, vocabulary = config.block_length, config.prefix_length, config.vocabulary
    tokens = b.input("tokens", "int64", ["B", slots])
    positions = b.input("positions", "int64", ["B", 1])
    past = b.input("past", "float32", ["n", "B", 2 * layers, heads, size])
    mask = b.input("mask", "float32", ["B", 1, 1, "n+1"])
    noise = b.input("noise", "float32", ["B", slots, vocabulary])
    logit_bias = b.input("logit_bias", "float32", [vocabulary])
    inverse_temperature = b.input("inverse_temperature", "float32", [1])
    top_k = b.input("top_k", "int64", [1]) if cut else ""
    top_p = b.input("top_p", "float32", [1]) if cut else ""

    embedded = b.reshape(b.op("Gather", b.weight("embedder.weight"), tokens, axis=0), 0, width)
    stream = ResidualStream(b, config, embedded)
    table = rotary(b, config, config.context_blocks)
    # One turn of the whole cache to [B, 2 n_b H, n, d]; each layer's K and V are then slices of it.
    held = b.op("Transpose", b.reshape(past, 0, 0, 2 * layers * heads, size), perm=[1, 2, 0, 3])
    held_by_layer = b.split(held, 1, [heads] * (2 * layers))
    global_maps, kv = [], []
    for index in range(layers):
        layer = f"block_decoder.layers.{index}"
        weights_out = layer_out(b, layer)
        qk, v, inner = project_in(b, config, stream.normalise(), layer_in(b, config, layer))
        qk = table.turn(b, config, b.reshape(qk, 0, 1, 2 * width), positions)
        q, k = b.split(b.reshape(qk, 0, 2 * heads, 1, size), 1, [heads, heads])
        v = b.reshape(v, 0, heads, 1, size)
        kv += [k, v]
        k = b.concat([held_by_layer[2 * index], k], 2)
        v = b.concat([held_by_layer[2 * index + 1], v], 2)
        attention, mixed = attend(b, q, b.op("Transpose", k, perm=[0, 1, 3, 2]), v, mask)
        global_maps.append(attention)
        stream.add(project_out(b, b.reshape(mixed, -1, width), inner, weights_out))
    context = stream.normalise("block_decoder.norm")
    projection = linear(b, "prefix")
    prefixes = b.op("Gemm", context, projection.weight, projection.bias)

    decoder = TokenDecoder(b, config, lead=[-1])
    # The sums are formed in the same order as in the WebGPU graph, so that both round alike.
    shifts = noise if cut else b.op("Add", noise, logit_bias)
    shift_by_slot = b.split(b.reshape(shifts, 0, slots * vocabulary), 1, [vocabulary] * slots)
    picks: list[str] = []
    logits: list[str] = []
    local_maps: list[list[str]] = []
    for slot in range(slots):
        if slot == 0:
            slot_logits, maps = decoder.prefix(b.reshape(prefixes, -1, width))
        else:
            row = b.op("Gather", b.weight("token_table.weight"), picks[-1], axis=0)
            slot_logits, maps = decoder.token(slot, b.reshape(row, -1, width))
        scores = b.op("Mul", slot_logits, inverse_temperature)
        if cut:
            scores = sorted_cut(b, b.op("Add", scores, logit_bias), top_k, top_p)
        picks.append(b.op("ArgMax", b.op("Add", scores, shift_by_slot[slot]), axis=-1, keepdims=1))
        logits.append(slot_logits)
        local_maps.append(maps)

    b.output(b.concat(picks, 1), "picks", "int64", ["B", slots])
    if not quiet:
        b.output(b.reshape(b.concat(logits, 1), 0, slots, vocabulary), "logits", "float32", ["B", slots, vocabulary])
        b.output(
            b.reshape(b.concat(global_maps, 1), 0, layers, heads, -1),
            "global_attention",
            "float32",
            ["B", layers, heads, "n+1"],
        )
        rows = config.local_length
        b.output(
            _pad_local(b, config, local_maps),
            "local_attention",
            "float32",
            ["B", config.token_layers, heads, rows, rows],
        )
        b.output(b.reshape(prefixes, 0, prefix, width), "prefixes", "float32", ["B", prefix, width])
        b.output(context, "context", "float32", ["B", width])
    b.output(b.reshape(b.concat(kv, 1), 1, -1, 2 * layers, heads, size), "kv", "float32", [1, "B", 2 * layers, heads, size])
    return b.build()


def _pad_local(b: GraphBuilder, config: ModelConfig, maps: list[list[str]]) -> str:
    """All slots' maps ``[B, H, rows, P + slot]`` as ``[B, n_t, H, R, R]``, zero where nothing is held."""
    columns = config.local_length
    padded = []
    for slot, by_layer in enumerate(maps):
        rows = b.concat(by_layer, 1)
        missing = columns - config.prefix_length - slot
        if missing:
            rows = b.op("Pad", rows, b.integers(0, missing), b.floats(0.0), b.integers(3))
        padded.append(rows)
    return b.reshape(b.concat(padded, 2), 0, config.token_layers, config.heads, columns, columns)
