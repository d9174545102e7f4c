"""``step`` and ``step-4`` of a flat model with their ``-cut`` and ``-quiet`` forms, for WASM; batch and cache length vary.

The cache is far larger than a block model's, so it is moved less: it comes as one K and one V a layer, each is joined with the
first new position, an append of contiguous memory, and read as it lies, by products that skip over batch and heads. Only a
graph that reads the keys several times turns them, once. Later tokens of the same run keep their keys and values apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..config import ModelConfig
from .builder import CONTRIB, Graph, GraphBuilder
from .cut import sorted_cut
from .layer import Affine, ResidualStream, layer_in, layer_out, project_in, project_out, rotary


def add_flat_step(b: GraphBuilder, config: ModelConfig, slots: int = 1, cut: bool = False, quiet: bool = False) -> Graph:
    """Build the graph that writes ``slots`` tokens: with top-k and top-p if ``cut``, with picks and kv alone if ``quiet``."""
    heads, size, width, layers, vocabulary = (
        config.heads,
        config.head_width,
        config.width,
        config.block_layers,
        config.vocabulary,
    )
    tokens = b.input("tokens", "int64", ["B", 1])
    positions = b.input("positions", "int64", ["B", slots])
    held: list[int | str] = ["n", "B", heads, size]
    pasts = [
        (b.input(f"past_k_{index}", "float32", held), b.input(f"past_v_{index}", "float32", held)) for index in range(layers)
    ]
    mask = b.input("mask", "float32", ["B", 1, 1, "n+1"])
    noise = b.input("noise", "float32", ["B", slots, vocabulary])
    logit_bias = b.input("logit_bias", "float32", [vocabulary])
    inverse_temperature = b.input("inverse_temperature", "float32", [1])
    top_k = b.input("top_k", "int64", [1]) if cut else ""
    top_p = b.input("top_p", "float32", [1]) if cut else ""

    decoder = FlatDecoder(b, config, pasts, turn=slots > 1)
    head = b.op("Transpose", b.weight("head.weight"), perm=[1, 0])
    # The sums are formed in the same order as in the WebGPU graph, so that both round alike.
    shifts = noise if cut else b.op("Add", noise, logit_bias)
    shift_by_slot = b.split(b.reshape(shifts, 0, slots * vocabulary), 1, [vocabulary] * slots) if slots > 1 else []
    position_by_slot = b.split(positions, 1, [1] * slots) if slots > 1 else [positions]
    picks: list[str] = []
    logits: list[str] = []
    maps: list[list[str]] = []
    kv: list[str] = []
    for slot in range(slots):
        row = b.op("Gather", b.weight("token_table.weight"), picks[-1] if picks else tokens, axis=0)
        # Every later token sees the new ones before it.
        visible = b.op("Pad", mask, b.integers(0, slot), b.floats(0.0), b.integers(3)) if slot else mask
        hidden, slot_maps, slot_kv = decoder.token(b.reshape(row, -1, width), position_by_slot[slot], visible)
        slot_logits = b.op("MatMul", hidden, head)
        scores = b.op("Mul", slot_logits, inverse_temperature)
        if cut:
            scores = sorted_cut(b, b.op("Add", scores, logit_bias), top_k, top_p)
        shift = shift_by_slot[slot] if shift_by_slot else b.reshape(shifts, 0, vocabulary)
        picks.append(b.op("ArgMax", b.op("Add", scores, shift), axis=-1, keepdims=1))
        logits.append(slot_logits)
        maps.append(slot_maps)
        kv.append(b.reshape(b.concat(slot_kv, 1), 1, -1, 2 * layers, heads, size))

    b.output(b.concat(picks, 1), "picks", "int64", ["B", slots])
    if not quiet:
        b.output(b.reshape(b.concat(logits, 1), 0, slots, vocabulary), "logits", "float32", ["B", slots, vocabulary])
        by_slot = [slots] if slots > 1 else []
        attention = b.reshape(b.concat(_pad(b, maps), 1), 0, *by_slot, layers, heads, -1)
        b.output(attention, "attention", "float32", ["B", *by_slot, layers, heads, f"n+{slots}"])
    b.output(b.concat(kv, 0), "kv", "float32", [slots, "B", 2 * layers, heads, size])
    return b.build()


def _pad(b: GraphBuilder, maps: list[list[str]]) -> list[str]:
    """Each slot's maps ``[B, H, 1, held]`` joined and filled up with zeros to the last slot's length."""
    padded = []
    for slot, by_layer in enumerate(maps):
        rows, missing = b.concat(by_layer, 1), len(maps) - 1 - slot
        padded.append(b.op("Pad", rows, b.integers(0, missing), b.floats(0.0), b.integers(3)) if missing else rows)
    return padded


@dataclass
class _Layer:
    """One layer's weights and what it has seen; ``held`` once the first token has been through."""

    weights_in: Affine
    weights_out: Affine
    past: tuple[str, str]
    """K and V ``[n, B, H, d]``"""
    held: tuple[str, str] | None = None
    """K and V with the first token, ``[n + 1, B, H, d]``, or K ``[B, H, d, n + 1]`` if turned"""
    new_k: list[str] = field(default_factory=list)
    """``[B, H, 1, d]`` of each token after the first"""
    new_v: list[str] = field(default_factory=list)


class FlatDecoder:
    """The layers over a given cache and the keys and values made inside the graph; ``turn`` if several tokens will come.

    Each layer's cache may be of its own length.
    """

    def __init__(self, b: GraphBuilder, config: ModelConfig, pasts: Sequence[tuple[str, str]], turn: bool) -> None:
        self._b = b
        self._config = config
        self._turn = turn
        self._table = rotary(b, config, config.context_length)
        self._layers = [
            _Layer(layer_in(b, config, name), layer_out(b, name), past)
            for name, past in ((f"decoder.layers.{index}", past) for index, past in enumerate(pasts))
        ]

    def token(self, embedded: str, position: str, mask: str | None) -> tuple[str, list[str], list[str]]:
        """One token ``[B, D]``: hidden state ``[B, D]``, a map ``[B, H, 1, held]`` a layer, and its K, V of every layer.

        Without a mask it sees everything that is held.
        """
        b, config = self._b, self._config
        heads, size, width = config.heads, config.head_width, config.width
        stream = ResidualStream(b, config, embedded)
        maps, kv = [], []
        for layer in self._layers:
            qk, v, inner = project_in(b, config, stream.normalise(), layer.weights_in)
            qk = self._table.turn(b, config, b.reshape(qk, -1, 1, 2 * width), position)
            q, k = b.split(b.reshape(qk, -1, 2 * heads, 1, size), 1, [heads, heads])
            v = b.reshape(v, -1, heads, 1, size)
            kv += [k, v]
            rows, mixed = self._attend(layer, q, k, v, mask)
            maps.append(rows)
            stream.add(project_out(b, b.reshape(mixed, -1, width), inner, layer.weights_out))
        return stream.normalise("decoder.norm"), maps, kv

    def _attend(self, layer: _Layer, q: str, k: str, v: str, mask: str | None) -> tuple[str, str]:
        b = self._b
        if layer.held is None:
            layer.held = self._append(layer.past, k, v)
            rows = b.op("Softmax", self._masked(self._scores(q, layer.held[0]), mask), axis=-1)
            return rows, self._mix(rows, layer.held[1])
        layer.new_k.append(k)
        layer.new_v.append(v)
        now = b.op("MatMul", q, b.op("Transpose", b.concat(layer.new_k, 2), perm=[0, 1, 3, 2]))
        rows = b.op("Softmax", self._masked(b.concat([self._scores(q, layer.held[0]), now], 3), mask), axis=-1)
        border, axis = b.integers(-len(layer.new_v)), b.integers(3)
        of_held = b.op("Slice", rows, b.integers(0), border, axis)
        of_new = b.op("Slice", rows, border, b.integers(np.iinfo(np.int64).max), axis)
        return rows, b.op("Add", self._mix(of_held, layer.held[1]), b.op("MatMul", of_new, b.concat(layer.new_v, 2)))

    def _masked(self, scores: str, mask: str | None) -> str:
        return self._b.op("Add", scores, mask) if mask else scores

    def _append(self, past: tuple[str, str], k: str, v: str) -> tuple[str, str]:
        b, heads, size = self._b, self._config.heads, self._config.head_width
        held_k, held_v = (b.concat([old, b.reshape(new, 1, -1, heads, size)], 0) for old, new in zip(past, (k, v), strict=True))
        return b.op("Transpose", held_k, perm=[1, 2, 3, 0]) if self._turn else held_k, held_v

    def _scores(self, q: str, k: str) -> str:
        if self._turn:
            return self._b.op("MatMul", q, k)
        return self._b.op("FusedMatMul", q, k, domain=CONTRIB, transB=1, transBatchB=1)

    def _mix(self, rows: str, v: str) -> str:
        return self._b.op("FusedMatMul", rows, v, domain=CONTRIB, transBatchB=1)
