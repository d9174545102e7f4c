"""The token decoder inside the step graphs: one block's slots unrolled, each picking from the logits of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..config import ModelConfig
from .builder import HIDDEN, GraphBuilder
from .layer import (
    Affine,
    ResidualStream,
    attend,
    layer_in,
    layer_out,
    project_in,
    project_out,
    rotary,
)


@dataclass
class _LocalCache:
    """One layer's keys ``[.., H, d, n]`` (turned, ready for the product) and values ``[.., H, n, d]``."""

    k: str = ""
    v: str = ""


class TokenDecoder:
    """Runs slot by slot over local keys and values that live and die inside the graph.

    ``lead`` is what a reshape puts before the head axis: ``[-1]`` where the batch varies, nothing where it is 1.
    """

    def __init__(self, b: GraphBuilder, config: ModelConfig, lead: Sequence[int]) -> None:
        self._b = b
        self._config = config
        self._lead = list(lead)
        self._table = rotary(b, config, config.local_length)
        self._layers: list[tuple[Affine, Affine]] = [(layer_in(b, config, name), layer_out(b, name)) for name in self._names()]
        self._caches = [_LocalCache() for _ in self._layers]
        self._head = b.op("Transpose", b.weight("head.weight"), perm=[1, 0])

    def _names(self) -> list[str]:
        return [f"token_decoder.layers.{index}" for index in range(self._config.token_layers)]

    def prefix(self, prefixes: str) -> tuple[str, list[str]]:
        """The P prefix positions ``[B P, D]`` at once, each seeing itself and those before.

        Returns the logits ``[B, V]`` behind the last position and one attention map ``[.., H, P, P]`` a layer.
        """
        rows = self._config.prefix_length
        mask = None
        if rows > 1:
            mask = self._b.constant(np.triu(np.full((rows, rows), HIDDEN, dtype=np.float32), 1))
        return self._run(prefixes, 0, rows, mask)

    def token(self, slot: int, embedded: str) -> tuple[str, list[str]]:
        """The token written at ``slot - 1``, ``embedded [B, D]``: the logits of ``slot`` and maps ``[.., H, 1, P + slot]``."""
        return self._run(embedded, self._config.prefix_length - 1 + slot, 1, None)

    def _run(self, x: str, start: int, rows: int, mask: str | None) -> tuple[str, list[str]]:
        b, config, width = self._b, self._config, self._config.width
        stream = ResidualStream(b, config, x)
        maps = []
        for (weights_in, weights_out), cache in zip(self._layers, self._caches, strict=True):
            qk, v, inner = project_in(b, config, stream.normalise(), weights_in)
            qk = self._table.turn(b, config, b.reshape(qk, -1, rows, 2 * width), b.integers(start))
            q, k = b.split(qk, -1, [width, width])
            q, k, v = self._heads(q, rows), self._heads(k, rows, turned=True), self._heads(v, rows)
            cache.k = b.concat([cache.k, k], -1) if cache.k else k
            cache.v = b.concat([cache.v, v], -2) if cache.v else v
            attention, mixed = attend(b, q, cache.k, cache.v, mask)
            maps.append(attention)
            if rows > 1:
                mixed = b.op("Transpose", mixed, perm=self._perm(1, 0, 2))
            stream.add(project_out(b, b.reshape(mixed, -1, width), inner, weights_out))
        hidden = stream.normalise("token_decoder.norm")
        if rows > 1:
            hidden = b.reshape(hidden, -1, rows, width)
            last = b.op("Slice", hidden, b.integers(rows - 1), b.integers(rows), b.integers(1))
            hidden = b.reshape(last, -1, width)
        return b.op("MatMul", hidden, self._head), maps

    def _perm(self, *axes: int) -> list[int]:
        return [*range(len(self._lead)), *(len(self._lead) + axis for axis in axes)]

    def _heads(self, x: str, rows: int, turned: bool = False) -> str:
        """``[B, rows, D]`` to ``[.., H, rows, d]``, or ``[.., H, d, rows]`` if ``turned``."""
        heads, size = self._config.heads, self._config.head_width
        if rows == 1:
            # With one row the order in memory is the same.
            return self._b.reshape(x, *self._lead, heads, *((size, 1) if turned else (1, size)))
        x = self._b.reshape(x, *self._lead, rows, heads, size)
        return self._b.op("Transpose", x, perm=self._perm(1, 2, 0) if turned else self._perm(1, 0, 2))
