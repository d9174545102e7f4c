"""What all graphs share of a GPT-NeoX layer: the residual stream, fused projections and rotary embedding.

The parallel residual ``x + Attn(LN1(x)) + MLP(LN2(x))`` lets both branches share one normalisation: the learned scale and
shift of each LayerNorm go into the matrix behind it, so that a layer needs one matrix product in and one out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..config import ModelConfig
from ..model import rotary_table
from .builder import CONTRIB, GraphBuilder


@dataclass(frozen=True)
class Affine:
    """A matrix ``[in, out]`` and a bias ``[out]``, both values of the graph."""

    weight: str
    bias: str


def linear(b: GraphBuilder, name: str) -> Affine:
    """The stored linear layer ``name`` with its matrix turned to ``[in, out]``."""
    return Affine(b.op("Transpose", b.weight(f"{name}.weight"), perm=[1, 0]), b.weight(f"{name}.bias"))


def absorb_norm(b: GraphBuilder, norm: str, after: Affine, width: int) -> Affine:
    """``after(norm(x))`` as one affine map of the plainly normalised x."""
    scale = b.reshape(b.weight(f"{norm}.weight"), width, 1)
    bias = b.op("Add", b.op("MatMul", b.weight(f"{norm}.bias"), after.weight), after.bias)
    return Affine(b.op("Mul", after.weight, scale), bias)


def layer_in(b: GraphBuilder, config: ModelConfig, layer: str) -> Affine:
    """``[D, 7 D]``: q (times ``d ** -0.5``), k, v and the MLP's first half."""
    return b.once(f"{layer}/in", lambda: _layer_in(b, config, layer))


def _layer_in(b: GraphBuilder, config: ModelConfig, layer: str) -> Affine:
    width = config.width
    qkv = absorb_norm(b, f"{layer}.norm1", linear(b, f"{layer}.qkv"), width)
    scale = np.ones(3 * width, dtype=np.float32)
    scale[:width] = config.head_width**-0.5
    scales = b.constant(scale)
    qkv = Affine(b.op("Mul", qkv.weight, scales), b.op("Mul", qkv.bias, scales))
    mlp = absorb_norm(b, f"{layer}.norm2", linear(b, f"{layer}.mlp_in"), width)
    return Affine(b.concat([qkv.weight, mlp.weight], 1), b.concat([qkv.bias, mlp.bias], 0))


def layer_out(b: GraphBuilder, layer: str) -> Affine:
    """``[5 D, D]``: the attention's output projection over the MLP's second half."""
    return b.once(f"{layer}/out", lambda: _layer_out(b, layer))


def _layer_out(b: GraphBuilder, layer: str) -> Affine:
    out, mlp = linear(b, f"{layer}.out"), linear(b, f"{layer}.mlp_out")
    return Affine(b.concat([out.weight, mlp.weight], 0), b.op("Add", out.bias, mlp.bias))


@dataclass(frozen=True)
class Rotary:
    """Cosines and sines ``[positions, rotary_dims / 2]`` of one decoder, as constants."""

    cos: str
    sin: str

    def turn(self, b: GraphBuilder, config: ModelConfig, qk: str, positions: str) -> str:
        """Turn q and k together: ``qk [B, n, 2 D]`` at ``positions`` ``[B, n]``, or counting from a ``[1]``."""
        if config.rotary_dims == 0:
            return qk
        return b.op(
            "RotaryEmbedding",
            qk,
            positions,
            self.cos,
            self.sin,
            domain=CONTRIB,
            interleaved=0,
            num_heads=2 * config.heads,
            rotary_embedding_dim=config.rotary_dims,
        )


def rotary(b: GraphBuilder, config: ModelConfig, length: int) -> Rotary:
    """The PyTorch model's table of positions 0 … ``length`` - 1."""
    cos, sin = rotary_table(config, torch.arange(length))
    return Rotary(b.constant(cos.numpy()), b.constant(sin.numpy()))


class ResidualStream:
    """The running sum of a decoder; the next normalisation absorbs the pending addition."""

    def __init__(self, b: GraphBuilder, config: ModelConfig, x: str) -> None:
        self._b = b
        self._config = config
        self._x = x
        self._delta = ""
        self._bias = ""

    def add(self, delta: str, bias: str = "") -> None:
        """Add ``delta``, and optionally a bias vector, before the next normalisation."""
        self._delta, self._bias = delta, bias

    def normalise(self, norm: str | None = None) -> str:
        """LayerNorm of the sum so far, with the learned scale and shift of ``norm`` or without any."""
        b, width = self._b, self._config.width
        if norm is None:
            scale = b.constant(np.ones(width, dtype=np.float32))
            shift = b.constant(np.zeros(width, dtype=np.float32))
        else:
            scale, shift = b.weight(f"{norm}.weight"), b.weight(f"{norm}.bias")
        epsilon = self._config.norm_epsilon
        if not self._delta:
            return b.op("LayerNormalization", self._x, scale, shift, axis=-1, epsilon=epsilon)
        inputs = [self._delta, self._x, scale, shift, *([self._bias] if self._bias else [])]
        normed = b.value("normed")
        # The fourth output is the sum; the last normalisation of a decoder has no use for it.
        outputs = [normed] if norm else [normed, "", "", b.value("sum")]
        b.node("SkipLayerNormalization", inputs, outputs, CONTRIB, epsilon=epsilon)
        self._x = outputs[-1]
        return normed


def project_in(b: GraphBuilder, config: ModelConfig, normed: str, weights: Affine) -> tuple[str, str, str]:
    """``[N, D]`` to q and k ``[N, 2 D]``, v ``[N, D]`` and the MLP's inner vector ``[N, 4 D]``."""
    width = config.width
    qk, v, inner = b.split(b.op("Gemm", normed, weights.weight, weights.bias), 1, [2 * width, width, 4 * width])
    return qk, v, inner


def project_out(b: GraphBuilder, mixed: str, inner: str, weights: Affine) -> str:
    """What a layer adds to its stream: attention ``[N, D]`` and MLP ``[N, 4 D]`` through one product."""
    both = b.concat([mixed, b.op("Gelu", inner)], 1)
    return b.op("Gemm", both, weights.weight, weights.bias)


def attention_rows(b: GraphBuilder, q: str, k_transposed: str, mask: str | None) -> str:
    """Softmax of the scores; q carries the scale already."""
    scores = b.op("MatMul", q, k_transposed)
    if mask is not None:
        scores = b.op("Add", scores, mask)
    return b.op("Softmax", scores, axis=-1)


def attend(b: GraphBuilder, q: str, k_transposed: str, v: str, mask: str | None) -> tuple[str, str]:
    """Attention rows and their mix of values."""
    rows = attention_rows(b, q, k_transposed, mask)
    return rows, b.op("MatMul", rows, v)
