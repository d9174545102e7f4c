"""Tiny models and texts shared by the tests."""

from __future__ import annotations

import lzma
import os
import random
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch

from blockscope_training import prepare
from blockscope_training.command import run
from blockscope_training.config import ModelConfig
from blockscope_training.model import BlockTransformer, FlatTransformer

# At these sizes threads cost more than they give, here and in the commands that tests start.
torch.set_num_threads(1)
os.environ["OMP_NUM_THREADS"] = "1"

TOKENIZERS = Path(__file__).parents[1] / "tokenizers"

SMALL = ModelConfig(
    id="small",
    architecture="block",
    vocabulary=40,
    width=32,
    heads=2,
    block_layers=2,
    token_layers=2,
    block_length=4,
    prefix_length=2,
    context_length=64,
    rotary_fraction=0.25,
)
SMALL_FLAT = replace(
    SMALL, id="small-flat", architecture="flat", token_layers=0, block_length=1, prefix_length=0, block_layers=2
)


def loud(model: torch.nn.Module) -> torch.nn.Module:
    """Weights large enough that every connection shows in the output; at 0.02 most effects vanish in rounding."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.add_(noise * (0.2 if parameter.dim() > 1 else 0.1))
    return model.eval()


@pytest.fixture
def config() -> ModelConfig:
    return SMALL


@pytest.fixture
def model() -> BlockTransformer:
    torch.manual_seed(0)
    made = loud(BlockTransformer(SMALL))
    assert isinstance(made, BlockTransformer)
    return made


@pytest.fixture
def flat() -> FlatTransformer:
    torch.manual_seed(0)
    made = loud(FlatTransformer(SMALL_FLAT))
    assert isinstance(made, FlatTransformer)
    return made


@pytest.fixture
def tokens() -> torch.Tensor:
    """One window ``[1, 24]`` (6 blocks) without specials."""
    return torch.randint(2, SMALL.vocabulary, (1, 24), generator=torch.Generator().manual_seed(1))


def call(module: ModuleType, *arguments: object) -> None:
    """The module's command, in this process."""
    previous = sys.argv
    sys.argv = ["command", *map(str, arguments)]
    try:
        run(module.main)
    finally:
        sys.argv = previous


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared stories, made by the command itself."""
    folder = tmp_path_factory.mktemp("prepared")
    words = ["the", "a", "cat", "dog", "sat", "ran", "to", "on", "mat", "home"]
    rng = random.Random(1)
    stories = [" ".join(rng.choices(words, k=60)) + "." for _ in range(1100)]
    text = "".join(f"{story}\n<|endoftext|>\n" for story in stories)
    (folder / "modern-stories.txt.xz").write_bytes(lzma.compress(text.encode(), preset=0))
    call(prepare, "--data", folder, "--tokenizer", TOKENIZERS / "nano.json", "--out", folder / "out")
    return folder / "out"
