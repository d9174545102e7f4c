"""Shapes of the models: one frozen record per model id, validated on creation."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ModelConfig:
    """Every dimension of one model.

    ``architecture`` is ``"block"`` (Block Transformer, arXiv 2406.02657, section 2) or ``"flat"`` (plain GPT-NeoX).
    ``width`` is the paper's D, ``block_length`` its L_B, ``prefix_length`` its P. ``context_length`` counts tokens,
    pads included. A flat model uses ``block_layers`` for its depth and has ``token_layers`` 0, ``block_length`` 1 and
    ``prefix_length`` 0.

    Raises ``ValueError`` when the dimensions do not fit together.
    """

    id: str
    architecture: str
    vocabulary: int
    width: int
    heads: int
    block_layers: int
    token_layers: int
    block_length: int
    prefix_length: int
    context_length: int
    rotary_fraction: float = 0.25
    rotary_base: float = 10_000.0
    norm_epsilon: float = 1e-5
    pad_id: int = 0
    end_id: int = 1

    def __post_init__(self) -> None:
        if self.architecture not in ("block", "flat"):
            raise ValueError(f"architecture must be 'block' or 'flat', not {self.architecture!r}")
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is not a multiple of {self.heads} heads")
        if self.width % self.block_length:
            raise ValueError(f"width {self.width} is not a multiple of block length {self.block_length}")
        if self.context_length % self.block_length:
            raise ValueError(f"context {self.context_length} is not a multiple of block length {self.block_length}")
        if self.rotary_dims % 2:
            raise ValueError(f"rotary dimensions must be even, not {self.rotary_dims}")
        if self.architecture == "block" and self.prefix_length < 1:
            raise ValueError("a block model needs a prefix length of at least 1")
        if self.architecture == "flat" and (self.token_layers, self.block_length, self.prefix_length) != (0, 1, 0):
            raise ValueError("a flat model has 0 token layers, block length 1 and prefix length 0")

    @property
    def head_width(self) -> int:
        """Numbers per head: D / heads."""
        return self.width // self.heads

    @property
    def rotary_dims(self) -> int:
        """Leading dimensions of each head that rotary position embedding turns (25 %)."""
        return int(self.head_width * self.rotary_fraction)

    @property
    def dims(self) -> dict[str, int]:
        """The dimensions as a bundle's manifest and a trace file name them."""
        return {
            "vocabulary": self.vocabulary,
            "width": self.width,
            "heads": self.heads,
            "headWidth": self.head_width,
            "rotaryDims": self.rotary_dims,
            "blockLayers": self.block_layers,
            "tokenLayers": self.token_layers,
            "blockLength": self.block_length,
            "prefixLength": self.prefix_length,
            "contextLength": self.context_length,
        }

    @property
    def local_length(self) -> int:
        """Positions of one token-decoder pass: P + L_B - 1; the block's last token is never fed."""
        return self.prefix_length + self.block_length - 1

    @property
    def decoder_parameters(self) -> int:
        """Numbers in the layers, without vocabulary tables, prefix projection and final normalisations."""
        return (self.block_layers + self.token_layers) * (12 * self.width**2 + 13 * self.width)

    @property
    def context_blocks(self) -> int:
        """Blocks in a full context."""
        return self.context_length // self.block_length

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        return asdict(self)


def _block(id: str, vocabulary: int, width: int, heads: int, layers: int, block_length: int, context: int) -> ModelConfig:
    return ModelConfig(
        id=id,
        architecture="block",
        vocabulary=vocabulary,
        width=width,
        heads=heads,
        block_layers=layers,
        token_layers=layers,
        block_length=block_length,
        prefix_length=2,
        context_length=context,
    )


def _flat(id: str, vocabulary: int, width: int, heads: int, layers: int, context: int) -> ModelConfig:
    return ModelConfig(
        id=id,
        architecture="flat",
        vocabulary=vocabulary,
        width=width,
        heads=heads,
        block_layers=layers,
        token_layers=0,
        block_length=1,
        prefix_length=0,
        context_length=context,
    )


CONFIGS: dict[str, ModelConfig] = {
    config.id: config
    for config in (
        _block("tiny-b1", 4096, 256, 8, 3, 1, 1024),
        _block("tiny-b2", 4096, 256, 8, 3, 2, 1024),
        _block("tiny-b4", 4096, 256, 8, 3, 4, 1024),
        _block("tiny-b8", 4096, 256, 8, 3, 8, 1024),
        _block("small-b4", 4096, 512, 8, 3, 4, 1024),
        _block("nano-b1", 512, 48, 3, 2, 1, 256),
        _block("nano-b2", 512, 48, 3, 2, 2, 256),
        _block("nano-b4", 512, 48, 3, 2, 4, 256),
        _block("nano-b8", 512, 48, 3, 2, 8, 256),
        # As many layers of the same width as tiny-b4.
        _flat("tiny-flat-same", 4096, 256, 8, 6, 1024),
        # The flat model of tiny-b4's loss; its two neighbours in the search at the full number of tokens.
        _flat("tiny-flat-match", 4096, 96, 3, 2, 1024),
        _flat("tiny-flat-d96l3", 4096, 96, 3, 3, 1024),
        _flat("tiny-flat-d128l7", 4096, 128, 4, 7, 1024),
        # The sizes of the search at 4 million tokens.
        _flat("tiny-flat-d96", 4096, 96, 3, 4, 1024),
        _flat("tiny-flat-d128", 4096, 128, 4, 4, 1024),
        _flat("tiny-flat-d160", 4096, 160, 5, 5, 1024),
        _flat("nano-flat", 512, 48, 3, 4, 256),
    )
}


def load_config(name: str) -> ModelConfig:
    """A known model id, or the path of a JSON file with the fields of ``ModelConfig``.

    Raises ``ValueError`` or ``TypeError`` with the reason when the file describes no model.
    """
    if not name.endswith(".json"):
        return get_config(name)
    try:
        return ModelConfig(**json.loads(Path(name).read_text("utf-8")))
    except TypeError as error:
        raise ValueError(f"{name} describes no model: {error}") from None


def get_config(model_id: str) -> ModelConfig:
    """The configuration named ``model_id``; ``KeyError`` with the known names otherwise."""
    try:
        return CONFIGS[model_id]
    except KeyError:
        raise KeyError(f"no model named {model_id!r}; known are {', '.join(sorted(CONFIGS))}") from None
