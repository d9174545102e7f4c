"""``gpu-step``, ``gpu-step-cut`` and ``gpu-step-quiet``: one block per run, for WebGPU.

Every shape is fixed and every node has a WebGPU kernel, so that a session can be captured. A captured session replays
kernels but not copies: no output may come from a reshape, and K and V are written in place by ``ScatterND``.
"""

from __future__ import annotations

from ..config import ModelConfig
from .builder import Graph, GraphBuilder
from .cut import ranked_cut
from .gpu_decoder import Row, decode_in_place
from .layer import ResidualStream, linear, rotary
from .token_decoder import TokenDecoder


def add_gpu_step(b: GraphBuilder, config: ModelConfig, cut: bool = False, quiet: bool = False) -> Graph:
    """Build the graph into an empty builder: with top-k and top-p if ``cut``, with picks and caches alone if ``quiet``."""
    heads, size, width, layers = config.heads, config.head_width, config.width, config.block_layers
    slots, prefix, vocabulary = config.block_length, config.prefix_length, config.vocabulary
    length = config.context_blocks
    tokens = b.input("tokens", "int64", [1, slots])
    positions = b.input("positions", "int64", [1, 1])
    kv_index = b.input("kv_index", "int64", [heads, 2])
    cache = [heads, length, size]
    past = [
        (b.input(f"past_k_{index}", "float32", cache), b.input(f"past_v_{index}", "float32", cache)) for index in range(layers)
    ]
    mask = b.input("mask", "float32", [1, length])
    noise = b.input("noise", "float32", [slots, vocabulary])
    logit_bias = b.input("logit_bias", "float32", [vocabulary])
    inverse_temperature = b.input("inverse_temperature", "float32", [1])
    top_k = b.input("top_k", "float32", [1]) if cut else ""
    top_p = b.input("top_p", "float32", [1]) if cut else ""

    embedded = b.reshape(b.op("Gather", b.weight("embedder.weight"), tokens, axis=0), 1, width)
    stream = ResidualStream(b, config, embedded)
    table = rotary(b, config, length)
    row = Row(positions, kv_index, mask)
    decoded = decode_in_place(b, config, "block_decoder", stream, table, row, past)
    projection = linear(b, "prefix")
    prefixes = b.op("Gemm", decoded.hidden, projection.weight, projection.bias)

    decoder = TokenDecoder(b, config, lead=[])
    shifts = noise if cut else b.op("Add", noise, logit_bias)
    shift_by_slot = b.split(shifts, 0, [1] * slots) if slots > 1 else [shifts]
    picks: list[str] = []
    logits: list[str] = []
    local_maps: list[list[str]] = []
    for slot in range(slots):
        if slot == 0:
            slot_logits, maps = decoder.prefix(b.reshape(prefixes, prefix, width))
        else:
            fed = b.op("Gather", b.weight("token_table.weight"), picks[-1], axis=0)
            slot_logits, maps = decoder.token(slot, b.reshape(fed, 1, width))
        scores = b.op("Mul", slot_logits, inverse_temperature)
        if cut:
            scores = ranked_cut(b, b.op("Add", scores, logit_bias), vocabulary, top_k, top_p)
        picks.append(b.op("ArgMax", b.op("Add", scores, shift_by_slot[slot]), axis=-1, keepdims=1))
        logits.append(slot_logits)
        local_maps.append(maps)

    for slot in range(slots):
        b.output(picks[slot], f"pick_{slot}", "int64", [1, 1])
    if not quiet:
        for slot in range(slots):
            b.output(logits[slot], f"logits_{slot}", "float32", [1, vocabulary])
        for index in range(layers):
            b.output(decoded.maps[index], f"global_attention_{index}", "float32", [heads, 1, length])
        for layer_index in range(config.token_layers):
            for slot in range(slots):
                rows = prefix if slot == 0 else 1
                b.output(
                    local_maps[slot][layer_index],
                    f"local_attention_{layer_index}_{slot}",
                    "float32",
                    [heads, rows, prefix + slot],
                )
        b.output(decoded.hidden, "context", "float32", [1, width])
        b.output(prefixes, "prefixes", "float32", [1, prefix * width])
        # One sum over all heads of all layers: two kernels, whatever the depth.
        norms = b.op("ReduceL2", b.concat(decoded.written, 0), b.integers(1), keepdims=0)
        b.output(norms, "kv_norms", "float32", [2 * layers * heads])
    for index, (k, v) in enumerate(decoded.present):
        b.output(k, f"present_k_{index}", "float32", cache)
        b.output(v, f"present_v_{index}", "float32", cache)
    return b.build()
