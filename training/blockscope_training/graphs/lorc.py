"""``lorc`` of a flat model, for WASM: prompt or step over a cache of low-rank codes instead of keys and values.

Cached is ``c_K = U_K,r^T W_K x`` and ``c_V``; biases are constants. Of the keys only the rotated dimensions are rebuilt: rotary
embedding stands between them and the query. For the others the query is taken to the codes instead, and its product with the
key's bias, the same for every key, leaves the softmax as it is. Values are mixed as codes and rebuilt once a head.

The bases lie in the graph itself, as float16: no other graph uses them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from ..config import ModelConfig
from ..lowrank import LayerBases
from .builder import CONTRIB, Graph, GraphBuilder
from .layer import Affine, ResidualStream, Rotary, absorb_norm, layer_out, linear, rotary
from .sampled import Sampler


def add_lorc(b: GraphBuilder, config: ModelConfig, bases: Sequence[LayerBases]) -> Graph:
    """Build the graph into an empty builder: batch 1, ``m`` new tokens behind ``n`` others, ranks chosen by every run."""
    heads, width, layers = config.heads, config.width, config.block_layers
    tokens = b.input("tokens", "int64", [1, "m"])
    positions = b.input("positions", "int64", [1, "m"])
    key_positions = b.input("key_positions", "int64", [1, "n+m"])
    mask = b.input("mask", "float32", ["m", "n+m"])
    ranks = b.split(b.input("ranks", "int64", [2 * layers]), 0, [1] * (2 * layers))
    pasts = [
        [b.input(f"past_{kind}_{index}", "float32", ["n", f"rank_{kind}_{index}"]) for kind in "kv"] for index in range(layers)
    ]
    sampler = Sampler(b, config)
    stream = ResidualStream(b, config, b.op("Gather", b.weight("token_table.weight"), tokens, axis=0))
    table = rotary(b, config, config.context_length)
    maps, codes = [], []
    for index, basis in enumerate(bases):
        layer = _Layer(b, config, f"decoder.layers.{index}", basis)
        q, new, inner = layer.project(stream.normalise(), ranks[2 * index : 2 * index + 2])
        codes.append(new)
        held = [b.concat([past, fresh], 0) for past, fresh in zip(pasts[index], new, strict=True)]
        scores = layer.scores(table, q, held[0], positions, key_positions, ranks[2 * index])
        rows = b.op("Softmax", b.op("Add", scores, mask), axis=-1)
        maps.append(b.op("Unsqueeze", rows, b.integers(0)))
        mixed = layer.mix(rows, held[1], ranks[2 * index + 1])
        out = layer_out(b, f"decoder.layers.{index}")
        both = b.concat([mixed, b.op("Gelu", inner)], 1)
        stream.add(b.reshape(b.op("Gemm", both, out.weight, out.bias), 1, -1, width))
    last = b.op("Slice", stream.normalise("decoder.norm"), b.integers(-1), b.integers(2**31 - 1), b.integers(1))
    sampler.finish(b.reshape(last, 1, width))
    b.output(b.concat(maps, 0), "attention", "float32", [layers, heads, "m", "n+m"])
    for index, new in enumerate(codes):
        for kind, value in zip("kv", new, strict=True):
            b.output(value, f"new_{kind}_{index}", "float32", ["m", f"rank_{kind}_{index}"])
    return b.build()


class _Layer:
    """The attention of one layer over codes; every value in two or three dimensions, without the batch."""

    def __init__(self, b: GraphBuilder, config: ModelConfig, name: str, bases: LayerBases) -> None:
        self._b, self._config = b, config
        heads, size, width, turned = config.heads, config.head_width, config.width, config.rotary_dims
        qkv = linear(b, f"{name}.qkv")
        q, k, v = b.split(qkv.weight, 1, [width] * 3)
        q_bias, k_bias, v_bias = b.split(qkv.bias, 0, [width] * 3)
        k_basis, v_basis = _straight(b, bases.k), _straight(b, bases.v)
        scale, nothing = b.floats(size**-0.5), b.constant(np.zeros(width, dtype=np.float32))
        parts = [
            absorb_norm(b, f"{name}.norm1", Affine(b.op("Mul", q, scale), b.op("Mul", q_bias, scale)), width),
            absorb_norm(b, f"{name}.norm1", Affine(b.op("MatMul", k, k_basis), nothing), width),
            absorb_norm(b, f"{name}.norm1", Affine(b.op("MatMul", v, v_basis), nothing), width),
            absorb_norm(b, f"{name}.norm2", linear(b, f"{name}.mlp_in"), width),
        ]
        self._in = Affine(b.concat([part.weight for part in parts], 1), b.concat([part.bias for part in parts], 0))
        k_by_head, self._v = (
            b.op("Transpose", b.reshape(basis, heads, size, width), perm=[0, 2, 1]) for basis in (k_basis, v_basis)
        )
        k_turned, self._k_still = b.split(k_by_head, 2, [turned, size - turned])
        if turned:
            self._k_turned = b.reshape(b.op("Transpose", k_turned, perm=[1, 0, 2]), width, heads * turned)
            bias_turned, _ = b.split(b.reshape(k_bias, heads, size), 1, [turned, size - turned])
            self._k_bias = b.reshape(bias_turned, heads * turned)
        self._v_bias = b.reshape(v_bias, heads, 1, size)

    def project(self, normed: str, ranks: Sequence[str]) -> tuple[str, tuple[str, str], str]:
        """``[1, m, D]`` to queries ``[m, D]``, codes of keys and of values ``[m, rank]``, and the MLP's ``[m, 4 D]``."""
        b, width = self._b, self._config.width
        fused = b.op("Gemm", b.reshape(normed, -1, width), self._in.weight, self._in.bias)
        q, k, v, inner = b.split(fused, 1, [width, width, width, 4 * width])
        return q, (_first(b, k, ranks[0], 1), _first(b, v, ranks[1], 1)), inner

    def scores(self, table: Rotary, q: str, held: str, positions: str, key_positions: str, rank: str) -> str:
        """``[H, m, n + m]``: the still dimensions by the codes ``held [n + m, rank]``, the turned ones by rebuilt keys."""
        b, heads, size, turned = self._b, self._config.heads, self._config.head_width, self._config.rotary_dims
        by_head = b.op("Transpose", b.reshape(q, -1, heads, size), perm=[1, 0, 2])
        q_turned, q_still = b.split(by_head, 2, [turned, size - turned])
        on_codes = b.op("FusedMatMul", q_still, _first(b, self._k_still, rank, 1), domain=CONTRIB, transB=1)
        scores = b.op("FusedMatMul", on_codes, held, domain=CONTRIB, transB=1)
        if not turned:
            return scores
        keys = b.op("Gemm", held, _first(b, self._k_turned, rank, 0), self._k_bias)
        keys = self._turn(table, keys, key_positions, [1, 2, 0])
        queries = b.reshape(b.op("Transpose", q_turned, perm=[1, 0, 2]), -1, heads * turned)
        queries = self._turn(table, queries, positions, [1, 0, 2])
        return b.op("Add", scores, b.op("MatMul", queries, keys))

    def mix(self, rows: str, held: str, rank: str) -> str:
        """What the rows ``[H, m, n + m]`` mix of the codes ``held [n + m, rank]``, as values ``[m, D]``."""
        b = self._b
        codes = b.op("MatMul", rows, held)
        values = b.op("Add", b.op("MatMul", codes, _first(b, self._v, rank, 1)), self._v_bias)
        return b.reshape(b.op("Transpose", values, perm=[1, 0, 2]), -1, self._config.width)

    def _turn(self, table: Rotary, x: str, positions: str, perm: list[int]) -> str:
        """Rotary embedding of ``[n, H turned]``, the turned dimensions alone; then ``[n, H, turned]`` permuted."""
        b, heads, turned = self._b, self._config.heads, self._config.rotary_dims
        x = b.op(
            "RotaryEmbedding",
            b.reshape(x, 1, -1, heads * turned),
            positions,
            table.cos,
            table.sin,
            domain=CONTRIB,
            interleaved=0,
            num_heads=heads,
            rotary_embedding_dim=turned,
        )
        return b.op("Transpose", b.reshape(x, -1, heads, turned), perm=perm)


def _straight(b: GraphBuilder, basis: NDArray[np.float16]) -> str:
    """``lowrank.straighten`` of a stored basis, as nodes that the runtime folds."""
    q = b.op("Cast", b.constant(basis), to=TensorProto.FLOAT)
    gram = b.op("MatMul", b.op("Transpose", q, perm=[1, 0]), q)
    eye = b.op("Mul", b.op("EyeLike", gram), b.floats(1.5))
    return b.op("MatMul", q, b.op("Sub", eye, b.op("Mul", gram, b.floats(0.5))))


def _first(b: GraphBuilder, x: str, count: str, axis: int) -> str:
    """The first ``count [1]`` entries along ``axis``."""
    return b.op("Slice", x, b.integers(0), count, b.integers(axis))
