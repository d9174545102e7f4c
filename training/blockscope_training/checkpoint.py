"""The weights a run leaves: ``weights.bin`` (fp16, little-endian) described by ``weights.json``. No pickles."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

ALIGNMENT = 64


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` beside ``path`` and move it into place, so that a kill leaves the old file or the new one."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def save_weights(directory: Path | str, state_dict: Mapping[str, Tensor], meta: Mapping[str, Any]) -> None:
    """Write ``state_dict`` rounded to fp16, every tensor at a 64-byte border, and ``meta`` beside it.

    Raises ``ValueError`` if a number does not fit fp16.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    data = bytearray()
    tensors: dict[str, dict[str, Any]] = {}
    for name, tensor in state_dict.items():
        with np.errstate(over="ignore"):
            values = tensor.detach().cpu().float().numpy().astype("<f2")
        if not np.isfinite(values).all():
            raise ValueError(f"tensor {name} holds numbers that do not fit fp16")
        data.extend(b"\0" * (-len(data) % ALIGNMENT))
        tensors[name] = {"shape": list(tensor.shape), "offset": len(data), "bytes": values.nbytes}
        data.extend(values.tobytes())
    record = {"tensors": tensors, "sha256": hashlib.sha256(data).hexdigest(), "meta": dict(meta)}
    write_atomically(directory / "weights.bin", bytes(data))
    write_atomically(directory / "weights.json", (json.dumps(record, indent=1) + "\n").encode())


def load_weights(directory: Path | str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """``(state_dict in fp32, meta)`` as ``save_weights`` left them.

    Raises ``OSError`` for missing files, ``ValueError`` when the two files do not belong together.
    """
    directory = Path(directory)
    record = json.loads((directory / "weights.json").read_text("utf-8"))
    data = (directory / "weights.bin").read_bytes()
    if hashlib.sha256(data).hexdigest() != record["sha256"]:
        raise ValueError(f"{directory / 'weights.bin'} does not have the SHA-256 that weights.json names")
    state = {}
    for name, place in record["tensors"].items():
        values = np.frombuffer(data, "<f2", count=place["bytes"] // 2, offset=place["offset"])
        state[name] = torch.from_numpy(values.astype(np.float32).reshape(place["shape"]))
    return state, record["meta"]
