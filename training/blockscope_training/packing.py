"""Token arrays to training windows, with the pads of block-reference section 1.5."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .config import ModelConfig


def _spans(ends: np.ndarray, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pads in front of each document, and its length with all its pads, in blocks of ``size``."""
    lefts = np.random.default_rng(seed).integers(0, size, len(ends))
    return lefts, -(-(lefts + np.diff(ends, prepend=0)) // size) * size


def pack_documents(
    tokens: np.ndarray, ends: np.ndarray, config: ModelConfig, seed: int, order: np.ndarray | None = None
) -> np.ndarray:
    """One uint16 stream in which every document starts and ends on a block border.

    ``tokens`` holds the documents, each with its end-of-text token; ``ends`` their exclusive ends. Each document gets
    ``r ~ Uniform{0 .. L_B - 1}`` pads in front (fixed by ``seed`` and the document's number, whatever the ``order``) and
    pads up to the next border behind. A flat model (``L_B`` 1) gets none.
    """
    lefts, padded = _spans(ends, config.block_length, seed)
    starts = np.concatenate(([0], ends[:-1]))
    order = np.arange(len(ends)) if order is None else order
    stream = np.full(int(padded.sum()), config.pad_id, dtype=np.uint16)
    position = 0
    for number in order:
        first = position + lefts[number]
        stream[first : first + ends[number] - starts[number]] = tokens[starts[number] : ends[number]]
        position += padded[number]
    return stream


ORDER_LENGTH = 4
"""The block length whose windows decide the order for all models."""


@dataclass
class Source:
    """Endless shuffled windows of one source; window ``i`` is a pure function of the seed and ``i``.

    Models of different block lengths differ in pads, and so in windows; a window takes the turn of the one at the same share
    of the stream in blocks of ``ORDER_LENGTH``. So all of them read the same text in the same order, up to where windows begin.
    """

    tokens: np.ndarray
    ends: np.ndarray
    config: ModelConfig
    seed: int

    def __post_init__(self) -> None:
        self._epoch = -1
        self._stream = np.zeros(0, np.uint16)
        self._order = np.zeros(0, np.int64)
        self.windows = len(pack_documents(self.tokens, self.ends, self.config, self.seed)) // self.config.context_length
        if self.windows == 0:
            raise ValueError(f"the text is shorter than one window of {self.config.context_length} tokens")
        spans = _spans(self.ends, ORDER_LENGTH, self.seed)[1]
        self._turns = max(1, int(spans.sum()) // self.config.context_length)

    def window(self, index: int) -> np.ndarray:
        """Window ``index`` (``context_length`` tokens, block-aligned); documents and windows are reshuffled each epoch."""
        epoch, within = divmod(index, self.windows)
        if epoch != self._epoch:
            rng = np.random.default_rng([self.seed, epoch])
            self._stream = pack_documents(self.tokens, self.ends, self.config, self.seed, rng.permutation(len(self.ends)))
            turn = np.argsort(rng.permutation(self._turns))
            middles = (np.arange(self.windows) + 0.5) / self.windows
            self._order = np.argsort(turn[(middles * self._turns).astype(int)], kind="stable")
            self._epoch = epoch
        first = int(self._order[within]) * self.config.context_length
        return self._stream[first : first + self.config.context_length]


def load_split(prepared: Path, name: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """``(tokens, ends)`` that ``prepare`` wrote; tokens stay on disk (memory map)."""
    tokens = np.load(prepared / f"{name}.{split}.tokens.npy", mmap_mode="r")
    return tokens, np.load(prepared / f"{name}.{split}.ends.npy")


@dataclass(frozen=True)
class Phase:
    """Until the run has seen ``until`` tokens, windows come from the sources in proportion to ``weights``."""

    until: float
    weights: dict[str, float]


def parse_phase(text: str) -> Phase:
    """``"15e6:childrens-books=1"`` or ``"40e6:modern-stories=0.6,childrens-books=0.4"``. Raises ``ValueError``."""
    try:
        until, _, weights = text.partition(":")
        pairs = (pair.split("=") for pair in weights.split(","))
        return Phase(float(until), {name: float(weight) for name, weight in pairs})
    except ValueError:
        raise ValueError(f"a phase reads TOKENS:NAME=WEIGHT,NAME=WEIGHT, not {text!r}") from None


class Mixture:
    """Batches of windows drawn by phase. ``state`` (window counts) is all that resuming needs."""

    def __init__(self, sources: dict[str, Source], phases: list[Phase], seed: int) -> None:
        self.sources, self.phases, self.seed = sources, phases, seed
        for phase in phases:
            for name in phase.weights:
                if name not in sources:
                    raise ValueError(f"no source named {name!r}; there are {', '.join(sources)}")
        self.state: dict[str, int] = dict.fromkeys(sources, 0)

    def batch(self, windows: int, tokens_seen: int) -> np.ndarray:
        """The next ``[windows, context_length]`` int64 ids."""
        phase = next((p for p in self.phases if tokens_seen < p.until), self.phases[-1])
        names = sorted(phase.weights)
        weights = np.asarray([phase.weights[name] for name in names])
        rows = []
        for _ in range(windows):
            rng = np.random.default_rng([self.seed, sum(self.state.values())])
            name = names[rng.choice(len(names), p=weights / weights.sum())]
            rows.append(self.sources[name].window(self.state[name]))
            self.state[name] += 1
        return np.stack(rows).astype(np.int64)
