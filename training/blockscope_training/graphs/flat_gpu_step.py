"""``gpu-step`` and ``gpu-step-4`` of a flat model with their ``-cut`` and ``-quiet`` forms, for WebGPU.

Every shape is fixed and every node has a WebGPU kernel, so that a session can be captured.

Unrolled, every token writes K and V into the same buffers by a ``ScatterND`` of its own. The result of each is an output
that the engine binds to the past's buffer: as a value inside the graph it would get a buffer of its own, and filling that
is a copy, which a captured session does not replay.
"""

from __future__ import annotations

from ..config import ModelConfig
from .builder import Graph, GraphBuilder
from .cut import ranked_cut
from .gpu_decoder import Row, decode_in_place
from .layer import ResidualStream, rotary


def add_flat_gpu_step(b: GraphBuilder, config: ModelConfig, slots: int = 1, cut: bool = False, quiet: bool = False) -> Graph:
    """Build the graph that writes ``slots`` tokens: with top-k and top-p if ``cut``, with picks and caches if ``quiet``."""
    heads, width, layers, vocabulary = config.heads, config.width, config.block_layers, config.vocabulary
    length = config.context_length
    marks = [f"_{slot}" for slot in range(slots)] if slots > 1 else [""]
    tokens = b.input("tokens", "int64", [1, 1])
    rows = [
        Row(
            b.input(f"positions{mark}", "int64", [1, 1]),
            b.input(f"kv_index{mark}", "int64", [heads, 2]),
            b.input(f"mask{mark}", "float32", [1, length]),
        )
        for mark in marks
    ]
    cache = [heads, length, config.head_width]
    held = [
        (b.input(f"past_k_{index}", "float32", cache), b.input(f"past_v_{index}", "float32", cache)) for index in range(layers)
    ]
    noise = b.input("noise", "float32", [slots, vocabulary])
    logit_bias = b.input("logit_bias", "float32", [vocabulary])
    inverse_temperature = b.input("inverse_temperature", "float32", [1])
    top_k = b.input("top_k", "float32", [1]) if cut else ""
    top_p = b.input("top_p", "float32", [1]) if cut else ""

    table = rotary(b, config, length)
    head = b.op("Transpose", b.weight("head.weight"), perm=[1, 0])
    shifts = noise if cut else b.op("Add", noise, logit_bias)
    shift_by_slot = b.split(shifts, 0, [1] * slots) if slots > 1 else [shifts]
    token = tokens
    for slot, (row, mark) in enumerate(zip(rows, marks, strict=True)):
        embedded = b.reshape(b.op("Gather", b.weight("token_table.weight"), token, axis=0), 1, width)
        decoded = decode_in_place(b, config, "decoder", ResidualStream(b, config, embedded), table, row, held)
        logits = b.op("MatMul", decoded.hidden, head)
        scores = b.op("Mul", logits, inverse_temperature)
        if cut:
            scores = ranked_cut(b, b.op("Add", scores, logit_bias), vocabulary, top_k, top_p)
        token = f"pick_{slot}"
        pick = b.op("ArgMax", b.op("Add", scores, shift_by_slot[slot]), axis=-1, keepdims=1)
        b.output(pick, token, "int64", [1, 1])
        if not quiet:
            b.output(logits, f"logits_{slot}", "float32", [1, vocabulary])
            for index, attention in enumerate(decoded.maps):
                b.output(attention, f"attention_{index}{mark}", "float32", [heads, 1, length])
        for index, (k, v) in enumerate(decoded.present):
            b.output(k, f"present_k_{index}{mark}", "float32", cache)
            b.output(v, f"present_v_{index}{mark}", "float32", cache)
        held = [(f"present_k_{index}{mark}", f"present_v_{index}{mark}") for index in range(layers)]
    return b.build()
