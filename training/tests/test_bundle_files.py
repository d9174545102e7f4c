"""Bundles and golden vectors on disk: same bytes, right hashes, clear refusals."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from graph_sessions import assert_close, causal_mask, cpu_session, small_config, small_flat
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from blockscope_training.bundle import load_bundle, write_bundle
from blockscope_training.checkpoint import load_weights, save_weights
from blockscope_training.command import run
from blockscope_training.config import ModelConfig
from blockscope_training.export import main
from blockscope_training.golden import write_golden
from blockscope_training.golden_kept import write_kept
from blockscope_training.model import BlockTransformer, FlatTransformer, build_model
from blockscope_training.reference import flat_pass, full_pass

SCORE: dict[str, Any] = {
    "text": "a held-out text",
    "documents": 3,
    "scoredTokens": 100,
    "lossPerToken": 2.5,
    "bitsPerByte": 1.1,
    "lossBySlot": [2.4, 2.5, 2.6, 2.5],
}


def config() -> ModelConfig:
    return small_config(id="small-b4", vocabulary=258, context_length=256)


def meta(shape: ModelConfig) -> dict[str, Any]:
    return {
        "model": shape.id,
        "config": shape.to_dict(),
        "command": "python -m blockscope_training.train --run /some/where/run --model small-b4",
        "data": {"sources": {"modern-stories": {"trainingTokens": 7}, "mine": {"trainingTokens": 8}}},
        "tokensSeen": 15,
        "curve": [[15, 3.2, None, None]],
    }


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a training run leaves, and a tokenizer of single bytes."""
    directory = tmp_path_factory.mktemp("run")
    torch.manual_seed(4)
    shape = config()
    model = BlockTransformer(shape)
    with torch.no_grad():
        model.head.weight.mul_(20)
    save_weights(directory, model.state_dict(), meta(shape))
    names = ["<|pad|>", "<|endoftext|>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE(vocab={name: index for index, name in enumerate(names)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    (directory / "bytes.json").write_text(tokenizer.to_str(), "utf-8")
    return directory


@pytest.fixture(scope="module")
def bundle(run_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("bundle")
    write_bundle(run_dir, run_dir / "bytes.json", directory, [SCORE])
    return directory


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_the_same_run_gives_the_same_bytes_in_another_process(run_dir: Path, bundle: Path, tmp_path: Path) -> None:
    scores = tmp_path / "scores.json"
    scores.write_text(json.dumps([SCORE]))
    out = tmp_path / "out"
    arguments = ["--weights", run_dir, "--tokenizer", run_dir / "bytes.json", "--out", out, "--scores", scores]
    subprocess.run([sys.executable, "-m", "blockscope_training.export", *map(str, arguments)], check=True)
    assert contents(out) == contents(bundle)


def test_the_manifest_tells_the_truth(run_dir: Path, bundle: Path) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    assert list(manifest["graphs"]) == [
        "prefill",
        "prefill-quiet",
        "step",
        "step-cut",
        "step-quiet",
        "gpu-step",
        "gpu-step-cut",
        "gpu-step-quiet",
        "inspect",
    ]
    entries = [manifest["weights"], manifest["tokenizer"], *manifest["graphs"].values()]
    for entry in entries:
        data = (bundle / entry["file"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    listed = {entry["file"] for entry in entries} | {"manifest.json", "MODEL_CARD.md"}
    assert listed == set(contents(bundle))
    assert (bundle / "weights.bin").read_bytes() == (run_dir / "weights.bin").read_bytes()
    state = load_weights(run_dir)[0]
    assert manifest["parameters"] == sum(tensor.numel() for tensor in state.values())
    assert {name: tuple(place["shape"]) for name, place in manifest["weights"]["tensors"].items()} == {
        name: tuple(tensor.shape) for name, tensor in state.items()
    }
    assert manifest["scores"] == [SCORE]
    assert manifest["training"]["command"] == "python -m blockscope_training.train --run run --model small-b4"
    assert "/some" not in (bundle / "MODEL_CARD.md").read_text("utf-8")
    assert [source["licence"] for source in manifest["training"]["sources"]][-1] == "not recorded"


def test_ports_in_the_manifest_are_those_of_the_sessions(bundle: Path) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    types = {"tensor(int64)": "int64", "tensor(float)": "float32"}
    for entry in manifest["graphs"].values():
        session = cpu_session(bundle / entry["file"])
        for ports, listed in ((session.get_inputs(), entry["inputs"]), (session.get_outputs(), entry["outputs"])):
            found = [{"name": port.name, "type": types[port.type], "shape": port.shape} for port in ports]
            assert found == listed


def test_a_bundle_loads_as_the_model_it_was_made_of(run_dir: Path, bundle: Path) -> None:
    model = load_bundle(bundle)
    assert isinstance(model, BlockTransformer)
    assert model.config == config()
    for name, tensor in load_weights(run_dir)[0].items():
        torch.testing.assert_close(model.state_dict()[name], tensor, rtol=0, atol=0)
    blocks = torch.randint(258, (1, 4, 4))
    session = cpu_session(bundle / "prefill.onnx")
    feeds = {"tokens": blocks.numpy(), "positions": np.arange(4)[None], "mask": causal_mask(4)}
    assert_close(session.run(["contexts"], feeds)[0], full_pass(model, blocks).contexts)


def test_altered_weights_are_refused(bundle: Path, tmp_path: Path) -> None:
    for name, data in contents(bundle).items():
        (tmp_path / name).write_bytes(data)
    weights = bytearray((tmp_path / "weights.bin").read_bytes())
    weights[100] ^= 1
    (tmp_path / "weights.bin").write_bytes(weights)
    with pytest.raises(ValueError, match="SHA-256"):
        load_bundle(tmp_path)


def test_a_flat_bundle_of_before_gets_its_new_graphs(
    flat_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = contents(flat_bundle)
    for name, data in wanted.items():
        (tmp_path / name).write_bytes(data)
    manifest = json.loads(wanted["manifest.json"])
    for name in ("step-kept", "lorc"):
        del manifest["graphs"][name]
        (tmp_path / f"{name}.onnx").unlink()
    del manifest["singularValues"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    monkeypatch.setattr(sys, "argv", ["export", "--graphs-only", str(tmp_path)])
    main()
    assert contents(tmp_path) == wanted


def test_graphs_are_rebuilt_in_place_to_the_same_bytes(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = contents(bundle)
    for name, data in wanted.items():
        (tmp_path / name).write_bytes(data)
    # A bundle of an earlier version: one graph is missing, another was built otherwise.
    manifest = json.loads(wanted["manifest.json"])
    del manifest["graphs"]["prefill-quiet"]
    (tmp_path / "prefill-quiet.onnx").unlink()
    manifest["graphs"]["step"]["sha256"] = hashlib.sha256(b"other").hexdigest()
    (tmp_path / "step.onnx").write_bytes(b"other")
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    monkeypatch.setattr(sys, "argv", ["export", "--graphs-only", str(tmp_path)])
    main()
    assert contents(tmp_path) == wanted


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--graphs-only", "nowhere"], "nowhere"),
        (["--graphs-only", "x", "--out", "y"], "no other flag"),
        (["--weights", "x", "--out", "y"], "are needed"),
        ([], "are needed"),
    ],
)
def test_unfit_flags_are_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["export", *arguments])
    with pytest.raises(SystemExit) as stop:
        run(main)
    told = capsys.readouterr().err
    assert (stop.value.code, told.count("\n")) == (2, 1)
    assert word in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("scores", "word"), [('[{"text": "x"}]', "documents"), ("{}", "list"), ("no", "JSON"), (None, "nowhere")]
)
def test_bad_input_is_told_in_one_sentence(
    run_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    scores: str | None,
    word: str,
) -> None:
    weights, file, out = run_dir if scores else tmp_path / "nowhere", tmp_path / "scores.json", tmp_path / "out"
    file.write_text(scores or "[]")
    arguments = ["--weights", weights, "--tokenizer", run_dir / "bytes.json", "--out", out, "--scores", file]
    monkeypatch.setattr(sys, "argv", ["export", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        run(main)
    told = capsys.readouterr().err
    assert stop.value.code == 2
    assert told.startswith("error: ")
    assert told.count("\n") == 1
    assert word in told
    assert not out.exists()


def test_a_tokenizer_of_another_size_is_refused(tmp_path: Path, run_dir: Path) -> None:
    shape = small_config()
    save_weights(tmp_path, BlockTransformer(shape).state_dict(), meta(shape))
    with pytest.raises(ValueError, match="258 entries, the model 37"):
        write_bundle(tmp_path, run_dir / "bytes.json", tmp_path / "out")


def test_weights_of_another_shape_are_refused(tmp_path: Path, run_dir: Path) -> None:
    other = small_config(vocabulary=258, token_layers=1)
    save_weights(tmp_path, BlockTransformer(other).state_dict(), meta(config()))
    with pytest.raises(ValueError, match="not those of small-b4"):
        write_bundle(tmp_path, run_dir / "bytes.json", tmp_path / "out")


def test_golden_vectors_hold_what_their_index_says(bundle: Path, tmp_path: Path) -> None:
    index = write_golden(bundle, tmp_path, blocks=2, full=8, longest=100)
    assert index == json.loads((tmp_path / "golden.json").read_text("utf-8"))
    data = (tmp_path / "golden.bin").read_bytes()
    assert (index["bytes"], index["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    assert index["weightsSha256"] == manifest["weights"]["sha256"]
    cases = {case["name"]: case for case in index["cases"]}
    assert {case["pads"] for case in cases.values()} == {0, 1, 2, 3}
    assert (len(cases["one-token"]["tokens"]), len(cases["one-block"]["tokens"])) == (4, 4)
    assert 90 < len(cases["long"]["tokens"]) <= 100
    assert [array["name"] for array in cases["long"]["arrays"]] == ["logits"]

    case = cases["pads-1"]
    arrays = {
        array["name"]: np.frombuffer(data, "<f4", array["length"], array["offset"]).reshape(array["shape"])
        for array in case["arrays"]
    }
    allowed = arrays["logits"].copy()
    allowed[:, index["bans"]] = -np.inf
    np.testing.assert_array_equal(allowed.argmax(-1), case["picks"])
    best = np.sort(allowed, axis=-1)
    assert case["margin"] == pytest.approx((best[:, -1] - best[:, -2]).min(), abs=1e-5)
    blocks = np.reshape(case["tokens"] + case["picks"], (1, -1, 4))
    model = load_bundle(bundle)
    assert isinstance(model, BlockTransformer)
    passed = full_pass(model, torch.from_numpy(blocks))
    assert_close(arrays["kv"], passed.kv[:-1, 0])
    assert_close(arrays["local_attention"], passed.local_attention[0, 2:])


@pytest.fixture(scope="module")
def flat_bundle(run_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run, directory = tmp_path_factory.mktemp("flat-run"), tmp_path_factory.mktemp("flat-bundle")
    shape = small_flat(vocabulary=258, context_length=256)
    torch.manual_seed(4)
    model = build_model(shape)
    with torch.no_grad():
        model.head.weight.mul_(20)
    save_weights(run, model.state_dict(), meta(shape))
    write_bundle(run, run_dir / "bytes.json", directory)
    return directory


def test_a_flat_bundle_holds_its_model_and_all_graphs(flat_bundle: Path) -> None:
    manifest = json.loads((flat_bundle / "manifest.json").read_text("utf-8"))
    assert (manifest["architecture"], manifest["dims"]["blockLength"], manifest["dims"]["tokenLayers"]) == ("flat", 1, 0)
    steps = [f"{stem}{form}" for stem in ("step", "step-4", "gpu-step", "gpu-step-4") for form in ("", "-cut", "-quiet")]
    assert list(manifest["graphs"]) == ["prefill", "prefill-quiet", *steps, "step-kept", "lorc"]
    strengths = manifest["singularValues"]
    for values in (*strengths["keys"], *strengths["values"]):
        assert len(values) == manifest["dims"]["width"]
        assert values == sorted(values, reverse=True)
    assert "pads" not in (flat_bundle / "MODEL_CARD.md").read_text("utf-8")
    model = load_bundle(flat_bundle)
    assert isinstance(model, FlatTransformer)
    tokens = torch.randint(258, (1, 5))
    session = cpu_session(flat_bundle / "prefill-quiet.onnx")
    feeds = {"tokens": tokens.numpy(), "positions": np.arange(5)[None], "mask": causal_mask(5)}
    assert_close(session.run(["kv"], feeds)[0], flat_pass(model, tokens).kv)


def test_golden_vectors_of_a_flat_model(flat_bundle: Path, tmp_path: Path) -> None:
    index = write_golden(flat_bundle, tmp_path, blocks=6, full=20, longest=100)
    data = (tmp_path / "golden.bin").read_bytes()
    model = load_bundle(flat_bundle)
    assert isinstance(model, FlatTransformer)
    assert [case["name"] for case in index["cases"]] == ["one-token", "short", "beyond-ascii", "long"]
    for case in index["cases"]:
        arrays = {
            array["name"]: np.frombuffer(data, "<f4", array["length"], array["offset"]).reshape(array["shape"])
            for array in case["arrays"]
        }
        given, written = len(case["tokens"]), len(case["picks"])
        assert (case["pads"], written) == (0, 6)
        passed = flat_pass(model, torch.tensor([case["tokens"] + case["picks"][:-1]]))
        assert_close(arrays["logits"], passed.logits[0, given - 1 :])
        assert set(arrays) == ({"logits", "attention", "kv"} if given + written - 1 <= 20 else {"logits"})
        if "kv" in arrays:
            assert_close(arrays["attention"], passed.attention[0])
            assert_close(arrays["kv"], passed.kv[:, 0])
        allowed = arrays["logits"].copy()
        allowed[:, index["bans"]] = -np.inf
        np.testing.assert_array_equal(allowed.argmax(-1), case["picks"])


def test_golden_vectors_of_a_changed_cache(flat_bundle: Path, tmp_path: Path) -> None:
    index = write_kept(flat_bundle, tmp_path, prompt=18, steps=5)
    data = (tmp_path / "kept.bin").read_bytes()
    assert [case["method"]["id"] for case in index["cases"]] == [
        "multi-head",
        "sliding-window",
        "streaming-llm",
        "keyformer",
        "prefix-kv",
        "lorc",
    ]
    full = None
    for case in index["cases"]:
        arrays = {
            array["name"]: np.frombuffer(data, "<f4", array["length"], array["offset"]).reshape(array["shape"])
            for array in case["arrays"]
        }
        assert arrays["attention"].sum(-1) == pytest.approx(1)
        full = arrays["logits"] if full is None else full
        assert np.array_equal(arrays["logits"], full) == (case["method"]["id"] == "multi-head")
