"""One recipe for all models."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import TOKENIZERS, call

from blockscope_training import family
from blockscope_training.checkpoint import load_weights
from blockscope_training.config import get_config
from blockscope_training.family import DECAY, MIXTURE, remaining, schedule
from blockscope_training.packing import parse_phase

TINY_B4_TOKENS = 25_976_832


def test_the_recipe_is_the_schedule_of_tiny_b4() -> None:
    """Borders and decay as its card has them, to a batch of 8,192 tokens."""
    options = schedule(TINY_B4_TOKENS)
    phases = [parse_phase(options[i + 1]) for i, option in enumerate(options) if option == "--phase"]
    for phase, border in zip(phases, (4_947_968, 11_124_736, 18_620_416)):
        assert phase.until == pytest.approx(border, abs=8192)
    assert phases[-1].until > 1e11
    assert [phase.weights["modern-stories"] for phase in phases] == [0.08, 0.4, 0.65, 0.8]
    decay = 0.75 * (TINY_B4_TOKENS - 18_620_416)
    assert pytest.approx(decay / TINY_B4_TOKENS, rel=1e-3) == DECAY


def test_every_phase_draws_all_its_windows() -> None:
    assert [share for share, _ in MIXTURE] == sorted(share for share, _ in MIXTURE)
    for _, weights in MIXTURE:
        assert sum(weights.values()) == pytest.approx(1)


def test_what_a_stopped_slice_still_needs(tmp_path: Path) -> None:
    state = tmp_path / "state.pt"
    assert remaining(state, 1000, 0.25) == (1000, 0.25)
    torch.save({"tokens_seen": 500}, state)
    assert remaining(state, 1000, 0.25) == (500, 0.5)
    torch.save({"tokens_seen": 750}, state)
    assert remaining(state, 1000, 0.25) == (250, 0.999)


def test_models_are_trained_in_turn_and_only_once(prepared: Path, tmp_path: Path) -> None:
    shapes = []
    for name, width in (("one", 16), ("two", 32)):
        shape = replace(get_config("nano-flat"), id=name, width=width, heads=1, block_layers=1, context_length=64)
        shapes.append(tmp_path / f"{name}.json")
        shapes[-1].write_text(json.dumps(shape.to_dict()))
    options = [
        *("--tokens", 1024, "--prepared", prepared, "--tokenizer", TOKENIZERS / "nano.json", "--runs", tmp_path / "runs"),
        *("--phase", "1e9:modern-stories=1", "--batch-tokens", 256, "--no-compile", "--fp32"),
    ]
    call(family, "--models", shapes[0], *options)
    first = (tmp_path / "runs/one/weights.bin").stat().st_mtime_ns
    call(family, "--models", *shapes, *options)
    assert (tmp_path / "runs/one/weights.bin").stat().st_mtime_ns == first
    for name in ("one", "two"):
        assert load_weights(tmp_path / "runs" / name)[1]["tokensSeen"] == pytest.approx(1024, abs=256)


def test_out_of_time_it_saves_and_says_that_models_are_left(prepared: Path, tmp_path: Path) -> None:
    options = [
        *("--tokens", 1e9, "--prepared", prepared, "--tokenizer", TOKENIZERS / "nano.json", "--runs", tmp_path),
        *("--phase", "1e9:modern-stories=1", "--no-compile", "--fp32", "--minutes", 0.05),
    ]
    with pytest.raises(SystemExit) as stopped:
        call(family, "--models", "nano-flat", *options)
    assert stopped.value.code == 3
    assert torch.load(tmp_path / "nano-flat/state.pt")["tokens_seen"] > 0
    assert not (tmp_path / "nano-flat/weights.json").exists()
