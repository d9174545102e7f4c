"""Top-k and top-p: two graphs of the same rule, one sorting (WASM) and one without a sort (WebGPU has no fast one).

Top-k keeps the k greatest; top-p keeps, of these, each whose greater ones hold less than p of their mass. Ties with a kept
value are kept; the greatest is kept always. What is dropped becomes -1e9, so that forced tokens still win.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from .builder import HIDDEN, GraphBuilder


def sorted_cut(b: GraphBuilder, x: str, top_k: str, top_p: str) -> str:
    """Cut ``x [B, V]``; ``top_k`` int64 ``[1]``, ``top_p`` float32 ``[1]``."""
    values, _ = b.ops("TopK", x, top_k, outputs=2, axis=-1, largest=1, sorted=1)
    above = b.op("CumSum", b.op("Softmax", values, axis=-1), b.constant(np.array(1, dtype=np.int64)), exclusive=1)
    greatest = b.op("ReduceMax", values, b.integers(-1), keepdims=1)
    kept = b.op("Where", b.op("Less", above, top_p), values, greatest)
    threshold = b.op("ReduceMin", kept, b.integers(-1), keepdims=1)
    return b.op("Where", b.op("Less", x, threshold), b.floats(HIDDEN), x)


def ranked_cut(b: GraphBuilder, x: str, vocabulary: int, top_k: str, top_p: str) -> str:
    """Cut ``x [1, V]``; ``top_k`` and ``top_p`` float32 ``[1]``.

    One product with the matrix of "x_i > x_j" counts, for every j, how many are greater and what mass they hold.
    """
    greater = b.op("Cast", b.op("Greater", b.reshape(x, vocabulary, 1), x), to=TensorProto.FLOAT)
    mass = b.op("Softmax", x, axis=-1)
    ones = b.constant(np.ones((1, vocabulary), dtype=np.float32))
    rank, above = b.split(b.op("MatMul", b.concat([ones, mass], 0), greater), 0, [1, 1])
    among_k = b.op("Less", rank, top_k)
    total = b.op("ReduceSum", b.op("Where", among_k, mass, b.floats(0.0)), b.integers(-1), keepdims=1)
    above = b.op("Where", among_k, above, b.floats(-HIDDEN))
    return b.op("Where", b.op("Less", above, b.op("Mul", total, top_p)), x, b.floats(HIDDEN))
