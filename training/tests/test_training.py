"""The training loop: learning, resuming, stopping, and its command lines."""

from __future__ import annotations

import datetime
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch
from conftest import SMALL, SMALL_FLAT, TOKENIZERS, call
from test_packing import documents

from blockscope_training import evaluate, prepare, train
from blockscope_training.checkpoint import load_weights
from blockscope_training.command import BadInput
from blockscope_training.config import ModelConfig
from blockscope_training.optim import Muon, make_optimizers, orthogonalise
from blockscope_training.packing import Mixture, Source, parse_phase
from blockscope_training.train import Run, Settings, Trainer, seconds_until

SETTINGS = Settings(batch_tokens=256, compile=False, half=False)


def trainer(config: ModelConfig = SMALL, settings: Settings = SETTINGS) -> Trainer:
    source = Source(*documents(0), config, 5)
    return Trainer(config, Mixture({"books": source}, [parse_phase("1e9:books=1")], 5), settings)


def run_of(made: Trainer, directory: Path) -> Run:
    return Run(made, directory, {}, [b""] * 2 + [b"a"] * 38, {"model": made.config.id})


def same(one: Trainer, other: Trainer) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one.model.state_dict().values(), other.model.state_dict().values()))


def test_resuming_equals_going_on(tmp_path: Path) -> None:
    straight = trainer()
    for _ in range(4):
        straight.step()
    halfway = trainer()
    losses = [halfway.step() for _ in range(2)]
    run_of(halfway, tmp_path).save_state()
    resumed = trainer(settings=replace(SETTINGS, seed=99))
    assert not same(resumed, halfway)
    resumed.mixture.seed = halfway.mixture.seed
    resumed.restore(torch.load(tmp_path / "state.pt"))
    losses += [resumed.step() for _ in range(2)]
    assert same(resumed, straight)
    assert resumed.tokens_seen == straight.tokens_seen == 4 * 256
    assert len(set(losses)) == 4


def test_a_state_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="another model"):
        trainer().restore(trainer(replace(SMALL, block_layers=1)).state())


def test_a_slice_leaves_decayed_weights_and_goes_on_from_before_the_decay(tmp_path: Path) -> None:
    made = trainer()
    work = run_of(made, tmp_path)
    work.slice(seconds=1e6, tokens=10 * 256, decay_share=0.4)
    weights, meta = load_weights(tmp_path)
    saved = torch.load(tmp_path / "state.pt")
    assert (meta["tokensSeen"], saved["tokens_seen"], made.tokens_seen) == (10 * 256, 6 * 256, 6 * 256)
    assert meta["curve"][-1][0] == 10 * 256
    name = "block_decoder.layers.0.qkv.weight"
    assert torch.equal(made.model.state_dict()[name], saved["model"][name])
    assert not torch.equal(weights[name], saved["model"][name].half().float())


@pytest.mark.parametrize("config", [SMALL, SMALL_FLAT], ids=["block", "flat"])
def test_it_learns(config: ModelConfig) -> None:
    made = trainer(config, replace(SETTINGS, half=True))
    # Text of one repeated document: its loss must fall far below that of guessing, ln 38 = 3.6.
    made.mixture.sources["books"] = Source(*documents(0, 3), replace(config, context_length=64), 5)
    losses = [made.step() for _ in range(90)]
    assert losses[0] == pytest.approx(3.7, abs=0.3)
    assert losses[-1] < 2.2


def test_muon_orthogonalises_each_square() -> None:
    torch.manual_seed(0)
    for shape in ((2, 16, 16), (1, 16, 48), (1, 48, 16)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
        assert values.min() > 0.5
        assert values.max() < 1.3


def test_muon_treats_query_key_and_value_as_maps_of_their_own() -> None:
    weight = torch.nn.Parameter(torch.zeros(48, 16))
    weight.grad = torch.randn(48, 16, generator=torch.Generator().manual_seed(0))
    # Were the three taken as one map, the loud one would leave nothing to the others.
    weight.grad[:16] *= 1000
    Muon([weight], lr=0.5).step()
    for part in weight.detach().split(16):
        values = torch.linalg.svdvals(part)
        assert values.min() > 0.25
        assert values.max() < 0.65


def test_every_parameter_is_in_one_group_and_muon_gets_the_matrices() -> None:
    made = trainer()
    adamw, muon = made.optimizers
    groups = [parameter for optimizer in (adamw, muon) for group in optimizer.param_groups for parameter in group["params"]]
    assert len(groups) == len({id(p) for p in groups}) == len(list(made.model.parameters()))
    names = {id(parameter): name for name, parameter in made.model.named_parameters()}
    matrices = {names[id(parameter)] for parameter in muon.param_groups[0]["params"]}
    in_layers = {name for name in names.values() if ".layers." in name and "norm" not in name and name.endswith("weight")}
    assert matrices == in_layers | {"prefix.weight"}
    assert {names[id(p)] for p in adamw.param_groups[0]["params"]} == {"embedder.weight", "token_table.weight", "head.weight"}
    assert len(make_optimizers(made.model, 1e-3, 1e-2)) == 2


def options(prepared: Path, directory: Path) -> list[object]:
    return [
        *("--model", "nano-b4", "--prepared", prepared, "--tokenizer", TOKENIZERS / "nano.json", "--run", directory),
        *("--phase", "1e9:modern-stories=1", "--batch-tokens", 512, "--no-compile", "--fp32"),
    ]


def test_commands_train_and_evaluate(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(train, *options(prepared, tmp_path), "--tokens", 5120, "--decay", 0.5)
    _, meta = load_weights(tmp_path)
    assert meta["tokensSeen"] == 5120
    assert meta["curve"][-1][2] > 0
    assert meta["curve"][-1][3] is None

    other = tmp_path / "other"
    call(train, *options(prepared, other), "--from-weights", tmp_path, "--tokens", 1024, "--decay", 0.5)
    meta = load_weights(other)[1]
    assert meta["tokensSeen"] == 5120 + 1024
    first, second = meta["command"].splitlines()
    assert first.endswith("# from 0 tokens")
    assert "--from-weights" in second
    assert second.endswith("# from 5,120 tokens")

    capsys.readouterr()
    text = prepared / "modern-stories.validation.txt"
    call(evaluate, "--weights", tmp_path, "--tokenizer", TOKENIZERS / "nano.json", "--text", text)
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["model", "documents", "scoredTokens", "lossPerToken", "bitsPerByte", "lossBySlot"]
    assert report["model"] == "nano-b4"
    assert len(report["lossBySlot"]) == 4


def test_sigterm_saves_and_ends_cleanly(prepared: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "blockscope_training.train", *map(str, options(prepared, tmp_path))]
    call(train, *options(prepared, tmp_path), "--tokens", 1024, "--decay", 0.5)
    process = subprocess.Popen([*command, "--minutes", "5"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "going on from 512 tokens" in process.stderr.readline()
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "stopped" in errors
    assert torch.load(tmp_path / "state.pt")["tokens_seen"] > 512


def test_the_clock() -> None:
    now = datetime.datetime.now()
    assert seconds_until(f"{now + datetime.timedelta(hours=2):%H:%M}") == pytest.approx(7200, abs=61)
    with pytest.raises(BadInput, match="has passed"):
        seconds_until(f"{now - datetime.timedelta(minutes=5):%H:%M}")
    for bad in ("25:00", "noon", "12"):
        with pytest.raises(BadInput, match="takes HH:MM"):
            seconds_until(bad)


TRAIN = ["--prepared", "{tmp}", "--tokenizer", "{nano}", "--run", "{tmp}"]


@pytest.mark.parametrize(
    ("module", "arguments", "sentence"),
    [
        (prepare, ["--data", "{tmp}", "--tokenizer", "{nano}", "--out", "{tmp}/o"], "holds no .txt.xz files"),
        (evaluate, ["--weights", "{tmp}", "--tokenizer", "{nano}", "--text", "{tmp}"], "weights.json"),
        (train, [*TRAIN, "--model", "huge", "--phase", "1:a=1", "--minutes", "1"], "no model named 'huge'"),
        (train, [*TRAIN, "--model", "nano-b4", "--phase", "1:a=1"], "give --minutes"),
        (train, [*TRAIN, "--model", "nano-b4", "--phase", "1:a=1", "--tokens", "9", "--decay", "2"], "share between"),
        (train, [*TRAIN, "--model", "tiny-b4", "--phase", "1:a=1", "--tokens", "9"], "prepared.json"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(
    module: ModuleType, arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [argument.format(tmp=tmp_path, nano=TOKENIZERS / "nano.json") for argument in arguments]
    with pytest.raises(SystemExit) as stop:
        call(module, *filled)
    output = capsys.readouterr()
    assert stop.value.code == 2
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert sentence in output.err
