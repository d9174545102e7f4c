"""The weights file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import SMALL

from blockscope_training.checkpoint import load_weights, save_weights
from blockscope_training.model import BlockTransformer


def test_round_trip_is_exact_in_fp16(tmp_path: Path, model: BlockTransformer) -> None:
    meta = {"model": "small", "tokensSeen": 5, "curve": [[5, 1.5, None, 2.0]], "command": "x", "data": {}}
    state = model.state_dict()
    save_weights(tmp_path, state, meta)
    loaded, loaded_meta = load_weights(tmp_path)
    assert loaded_meta == meta
    assert list(loaded) == list(state)
    for name, tensor in state.items():
        assert loaded[name].dtype == torch.float32
        assert torch.equal(loaded[name], tensor.half().float())
    BlockTransformer(SMALL).load_state_dict(loaded)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["weights.bin", "weights.json"]


def test_layout(tmp_path: Path) -> None:
    state = {"a": torch.arange(3.0), "b": torch.tensor([[0.5, -2.0]])}
    save_weights(tmp_path, state, {})
    record = json.loads((tmp_path / "weights.json").read_text("utf-8"))
    data = (tmp_path / "weights.bin").read_bytes()
    assert record["sha256"] == hashlib.sha256(data).hexdigest()
    assert record["tensors"]["a"] == {"shape": [3], "offset": 0, "bytes": 6}
    assert record["tensors"]["b"] == {"shape": [1, 2], "offset": 64, "bytes": 4}
    assert np.frombuffer(data, "<f2", 2, 64).tolist() == [0.5, -2.0]


def test_damage_and_overflow_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tensor a"):
        save_weights(tmp_path, {"a": torch.tensor([1e6])}, {})
    save_weights(tmp_path, {"a": torch.ones(4)}, {})
    (tmp_path / "weights.bin").write_bytes(b"\0" * 8)
    with pytest.raises(ValueError, match="SHA-256"):
        load_weights(tmp_path)
