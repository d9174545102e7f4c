"""Trace files of PyTorch runs: what the format page says, and the numbers of one pass over the whole text."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import call
from graph_sessions import assert_close, small_config
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from blockscope_training import trace_file
from blockscope_training.bundle import write_bundle
from blockscope_training.checkpoint import save_weights
from blockscope_training.model import BlockTransformer
from blockscope_training.reference import full_pass
from blockscope_training.trace_file import record_run, trace_bytes

PROMPT = [5, 6, 7, 8, 9, 10]
TYPES = {"int32": "<i4", "float32": "<f4", "float16": "<f2"}


def manifest_of(model: BlockTransformer) -> dict[str, Any]:
    config = model.config
    return {"id": config.id, "dims": config.dims, "weights": {"sha256": "a" * 64}, "tokenizer": {"padId": 0, "endId": 1}}


def read(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The JSON and the arrays of a file, read as the format page describes it."""
    assert data[:8] == b"BSCTRACE"
    length = int.from_bytes(data[8:12], "little")
    assert length % 4 == 0
    header = json.loads(data[12 : 12 + length])
    offset, arrays = 12 + length, {}
    for entry in header["arrays"]:
        count = int(np.prod(entry["shape"], dtype=np.int64))
        values = np.frombuffer(data, TYPES[entry["type"]], count, offset)
        arrays[entry["name"]] = values.reshape(entry["shape"])
        offset += values.nbytes
    assert offset == len(data)
    return header, arrays


def test_the_numbers_are_those_of_one_pass(model: BlockTransformer) -> None:
    trace = record_run(model, PROMPT, 10, ignore_end=True)
    header, arrays = read(trace_bytes(trace, manifest_of(model), "six", ignore_end=True, compact=False))
    assert header["counts"] == {
        "pads": 2,
        "promptBlocks": 2,
        "rows": 4,
        "steps": 3,
        "prefillMs": trace.prefill_ms,
        "end": {"reason": "length", "length": 18},
    }
    tokens = arrays["tokens"]
    assert tokens[:8].tolist() == [0, 0, *PROMPT]
    assert len(tokens) == 20
    passed = full_pass(model, torch.from_numpy(tokens.astype(np.int64)).view(1, -1, 4))
    assert_close(arrays["logits"], passed.logits[0, 1:])
    assert_close(arrays["local_attention"], passed.local_attention[0, 1:])
    assert_close(arrays["prefixes"], passed.prefixes[0, 1:-1])
    assert_close(arrays["contexts"], passed.contexts[0, :-1])
    rows = [passed.global_attention[0, :, :, row, : row + 1].flatten() for row in range(4)]
    assert_close(arrays["global_attention"], torch.cat(rows))
    # [blocks, layers, K and V, heads, head width]
    kv = passed.kv[:-1, 0].unflatten(1, (-1, 2))
    assert_close(arrays["kv_norms"], kv.norm(dim=-1))
    allowed = arrays["logits"].reshape(-1, model.config.vocabulary).copy()
    allowed[:, [0, 1]] = -np.inf
    assert allowed.argmax(-1).tolist() == tokens[8:].tolist()
    assert not arrays["forced"].any()
    assert (arrays["step_ms"] > 0).all()


def test_the_header_is_that_of_the_app(model: BlockTransformer) -> None:
    trace = record_run(model, PROMPT, 3)
    first, second = (read(trace_bytes(trace, manifest_of(model), "“Öl” 🙂\n"))[0] for _ in range(2))
    assert first["prompt"] == "“Öl” 🙂\n"
    assert (first["format"], first["version"], first["branch"]) == ("blockscope-trace", 2, None)
    assert (first["backend"], first["provenance"]) == ("pytorch", "measured")
    assert first["sampling"] == {"seed": 0, "temperature": 0, "topK": None, "topP": 1, "ignoreEnd": False}
    assert first["model"]["weightsSha256"] == "a" * 64
    assert len(first["id"]) == 32
    assert first["id"] != second["id"]
    assert first["created"].endswith("Z")


def test_a_compact_file_rounds_the_logits_alone(model: BlockTransformer) -> None:
    trace = record_run(model, PROMPT, 4)
    exact, compact = (read(trace_bytes(trace, manifest_of(model), "six", compact=form))[1] for form in (False, True))
    assert compact["logits"].dtype == np.float16
    for name, values in exact.items():
        np.testing.assert_array_equal(compact[name], values.astype("<f2") if name == "logits" else values)


def test_a_prompt_of_one_block_needs_no_prefill(model: BlockTransformer) -> None:
    header, arrays = read(trace_bytes(record_run(model, [7], 2), manifest_of(model), "h"))
    counts = header["counts"]
    assert (counts["pads"], counts["promptBlocks"], counts["rows"], counts["prefillMs"]) == (3, 1, 1, None)
    assert arrays["global_attention"].tolist() == [1.0] * 4


def test_the_end_of_the_text_ends_the_run(model: BlockTransformer) -> None:
    free = record_run(model, PROMPT, 8, ignore_end=True)
    written = free.tokens[free.given :]
    third = written[2]
    count = written.index(third) + 1
    with torch.no_grad():
        # What is written third, or sooner, becomes what ends the text.
        rows = torch.arange(model.config.vocabulary)
        rows[[1, third]] = rows[[third, 1]]
        for table in (model.head.weight, model.token_table.weight, model.embedder.weight):
            table.copy_(table[rows].clone())
    swapped = [int(rows[token]) for token in PROMPT]
    trace = record_run(model, swapped, 8)
    assert trace.end == ("end-of-text", trace.given + count)
    assert len(trace.tokens) == trace.given + 4
    header, _ = read(trace_bytes(trace, manifest_of(model), "six"))
    assert header["counts"]["end"] == {"reason": "end-of-text", "length": 8 + count}


@pytest.mark.parametrize(
    ("prompt", "count", "word"), [([], 3, "empty"), (PROMPT, 0, "at least 1"), (PROMPT, 57, "context of 64")]
)
def test_what_cannot_be_written_is_refused(model: BlockTransformer, prompt: list[int], count: int, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        record_run(model, prompt, count)


def test_numbers_that_no_file_holds_are_refused(model: BlockTransformer) -> None:
    trace = record_run(model, PROMPT, 2)
    trace.logits[0][0, 0] = 70_000
    with pytest.raises(ValueError, match="half precision"):
        trace_bytes(trace, manifest_of(model), "six")
    trace.contexts[0][0] = np.nan
    with pytest.raises(ValueError, match="contexts holds a number that is not finite"):
        trace_bytes(trace, manifest_of(model), "six", compact=False)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle of a small random model with a tokenizer of single bytes."""
    torch.manual_seed(4)
    shape = small_config(vocabulary=258, context_length=64)
    meta = {
        "model": shape.id,
        "config": shape.to_dict(),
        "command": "train",
        "data": {"sources": {"mine": {"trainingTokens": 8}}},
        "tokensSeen": 8,
        "curve": [],
    }
    save_weights(tmp_path, BlockTransformer(shape).state_dict(), meta)
    names = ["<|pad|>", "<|endoftext|>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE(vocab={name: index for index, name in enumerate(names)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    (tmp_path / "bytes.json").write_text(tokenizer.to_str(), "utf-8")
    write_bundle(tmp_path, tmp_path / "bytes.json", tmp_path / "bundle")
    return tmp_path / "bundle"


def test_the_command_writes_a_packed_file(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run.bscope"
    call(trace_file, "--bundle", bundle, "--prompt", "hello", "--tokens", 5, "--out", out, "--ignore-eot")
    header, arrays = read(gzip.decompress(out.read_bytes()))
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    assert header["model"]["dims"] == manifest["dims"]
    assert header["model"]["weightsSha256"] == manifest["weights"]["sha256"]
    assert header["sampling"]["ignoreEnd"] is True
    assert header["counts"]["end"]["length"] == 8 + 5
    assert arrays["logits"].shape == (2, 4, 258)
    assert "5 tokens written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--prompt", "hello", "--tokens", "99"], "context"),
        (["--prompt", "", "--tokens", "5"], "empty"),
        (["--prompt", "hello", "--tokens", "5", "--out", "nowhere/run.bscope"], "nowhere"),
        (["--prompt", "hello", "--tokens", "5", "--bundle", "nowhere"], "nowhere"),
    ],
)
def test_bad_input_is_told_in_one_sentence(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    out = tmp_path / "run.bscope"
    with pytest.raises(SystemExit) as stop:
        call(trace_file, "--bundle", bundle, "--out", out, *arguments)
    told = capsys.readouterr().err
    assert (stop.value.code, told.count("\n")) == (2, 1)
    assert word in told
    assert not out.exists()
