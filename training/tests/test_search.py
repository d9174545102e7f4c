"""The search for the flat model of equal loss."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import TOKENIZERS, call

from blockscope_training import search, train
from blockscope_training.command import BadInput
from blockscope_training.config import ModelConfig, get_config, load_config
from blockscope_training.evaluate import Score, compare
from blockscope_training.search import Trial, choose_shape, crossing

TINY = get_config("tiny-b4")


def trial(width: int, loss: float) -> Trial:
    config = replace(get_config("tiny-flat-same"), width=width, heads=width // 16, block_layers=1)
    return Trial(config, [Score((loss * 10,), (10,), 10)])


def test_the_crossing_lies_between_two_sizes_in_log_parameters() -> None:
    trials = [trial(64, 3.0), trial(128, 2.0), trial(256, 1.8)]
    sizes = [one.config.decoder_parameters for one in trials]
    assert crossing(trials, 2.5) == pytest.approx(math.sqrt(sizes[0] * sizes[1]))
    assert crossing(trials[::-1], 1.9) == pytest.approx(math.sqrt(sizes[1] * sizes[2]))
    assert crossing(trials, 2.0) == pytest.approx(sizes[1])
    assert crossing(trials, 1.7) == pytest.approx(sizes[2] * math.sqrt(sizes[2] / sizes[1]))
    assert crossing(trials, 3.5) == pytest.approx(sizes[0] / math.sqrt(sizes[1] / sizes[0]))
    with pytest.raises(BadInput, match="do not fall"):
        crossing([trial(64, 2.0), trial(128, 2.1)], 2.0)


@pytest.mark.parametrize("parameters", [3e5, 4.5e5, 8e5, 1.2e6, 1.6e6, 4e6])
def test_the_shape_is_near_and_sound(parameters: float) -> None:
    shape = choose_shape("match", parameters, TINY)
    assert shape.decoder_parameters == pytest.approx(parameters, rel=0.12)
    assert shape.head_width in (16, 32)
    assert 16 <= shape.width / shape.block_layers <= 48
    assert (shape.id, shape.architecture, shape.vocabulary, shape.context_length) == ("match", "flat", 4096, 1024)


def test_gap_and_its_error_over_documents() -> None:
    rng = np.random.default_rng(0)
    tokens = rng.integers(50, 150, 400)
    noise = rng.normal(0, 2, 400)
    one = [Score((3.0 * n + e,), (int(n),), 1) for n, e in zip(tokens, noise)]
    other = [Score((2.9 * n / 2, 2.9 * n / 2), (int(n) - 1, 1), 1) for n in tokens]
    gap = compare(one, other)
    assert gap.nats == pytest.approx(0.1 + noise.sum() / tokens.sum())
    # 400 differences of standard deviation 2 over documents of about 100 tokens.
    assert gap.error == pytest.approx(2 * math.sqrt(400) / tokens.sum(), rel=0.1)
    assert math.isnan(compare(one[:1], other[:1]).error)
    with pytest.raises(ValueError, match="same targets"):
        compare(one, other[::-1])


def toy(directory: Path, name: str, width: int, block: bool = False) -> Path:
    heads = width // 16
    shape = ModelConfig(name, "block", 512, width, heads, 1, 1, 4, 1, 64)
    if not block:
        shape = replace(shape, architecture="flat", token_layers=0, block_length=1, prefix_length=0)
    path = directory / f"{name}.json"
    path.write_text(json.dumps(shape.to_dict()))
    return path


def test_the_command_searches_and_goes_on_after_a_stop(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [toy(tmp_path, "flat-16", 16), toy(tmp_path, "flat-64", 64)]
    text = prepared / "modern-stories.validation.txt"
    options = [
        *("--reference", toy(tmp_path, "block", 32, block=True), "--sizes", *sizes, "--prepared", prepared),
        *("--tokenizer", TOKENIZERS / "nano.json", "--text", text, "--run", tmp_path / "run", "--out", tmp_path / "match.json"),
        *("--id", "toy-match", "--tokens", 4096, "--decay", 0.5, "--phase", "1e9:modern-stories=1", "--batch-tokens", 256),
        *("--no-compile", "--fp32"),
    ]
    step = train.Trainer.step
    steps = 0

    def stop_once(self: train.Trainer, decay: float = 1.0) -> float:
        nonlocal steps
        steps += 1
        if steps == 20:
            raise KeyboardInterrupt
        return step(self, decay)

    monkeypatch.setattr(train.Trainer, "step", stop_once)
    with pytest.raises(KeyboardInterrupt):
        call(search, *options)
    assert not (tmp_path / "match.json").exists()
    # The reference was finished and is not trained again.
    before = (tmp_path / "run/block/weights.bin").stat().st_mtime_ns
    call(search, *options)
    assert (tmp_path / "run/block/weights.bin").stat().st_mtime_ns == before

    report = json.loads(capsys.readouterr().out)
    assert [entry["model"] for entry in report["sizes"]] == ["flat-16", "flat-64"]
    assert report["reference"]["model"] == "block"
    for entry in report["sizes"]:
        assert entry["gap"] == pytest.approx(entry["lossPerToken"] - report["reference"]["lossPerToken"])
        assert entry["gapError"] > 0
    chosen = load_config(str(tmp_path / "match.json"))
    assert chosen.id == "toy-match"
    assert chosen.decoder_parameters == report["chosen"]["decoderParameters"]


def test_sizes_must_be_flat(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--sizes", "nano-b4", "nano-flat", "--prepared", tmp_path, "--tokenizer", TOKENIZERS / "nano.json"]
    with pytest.raises(SystemExit):
        call(search, "--reference", "nano-b4", *arguments, "--text", tmp_path, "--run", tmp_path, "--out", tmp_path / "o")
    assert "must be flat" in capsys.readouterr().err
