"""The end of a graph that writes one token of one sequence: the head, top-k, top-p and the pick."""

from __future__ import annotations

from ..config import ModelConfig
from .builder import GraphBuilder
from .cut import sorted_cut


class Sampler:
    """Declares the inputs that choose the token, and ends the graph with ``picks`` and ``logits``."""

    def __init__(self, b: GraphBuilder, config: ModelConfig) -> None:
        self._b = b
        self._vocabulary = config.vocabulary
        self._noise = b.input("noise", "float32", [1, 1, config.vocabulary])
        self._logit_bias = b.input("logit_bias", "float32", [config.vocabulary])
        self._inverse_temperature = b.input("inverse_temperature", "float32", [1])
        self._top_k = b.input("top_k", "int64", [1])
        self._top_p = b.input("top_p", "float32", [1])

    def finish(self, hidden: str) -> None:
        """Write the token behind ``hidden [1, D]``, as ``step-cut`` does."""
        b, vocabulary = self._b, self._vocabulary
        logits = b.op("MatMul", hidden, b.op("Transpose", b.weight("head.weight"), perm=[1, 0]))
        scores = b.op("Add", b.op("Mul", logits, self._inverse_temperature), self._logit_bias)
        cut = sorted_cut(b, scores, self._top_k, self._top_p)
        lifted = b.op("Add", cut, b.reshape(self._noise, 1, vocabulary))
        b.output(b.op("ArgMax", lifted, axis=-1, keepdims=1), "picks", "int64", [1, 1])
        b.output(b.reshape(logits, 1, 1, vocabulary), "logits", "float32", [1, 1, vocabulary])
