"""Bundles: a folder with one model's weights, graphs, tokenizer and manifest, as the web app loads it.

``lib/model/manifest.ts`` is the manifest's schema; the fp16 weights file of the checkpoint is copied as it is.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .card import write_card
from .checkpoint import load_weights, write_atomically
from .config import ModelConfig
from .graphs import Graph, Port, StoredTensor, build_graphs, stored_tensors
from .lowrank import LayerBases, layer_bases
from .model import BlockTransformer, FlatTransformer, build_model
from .sources import describe, origins
from .tokenizer import load_tokenizer

MANIFEST_SCHEMA = 1
MANIFEST_FILE = "manifest.json"
WEIGHTS_FILE = "weights.bin"
TOKENIZER_FILE = "tokenizer.json"
CARD_FILE = "MODEL_CARD.md"


def write_bundle(run: Path, tokenizer: Path, out: Path, scores: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Write the bundle of a training run into ``out`` and return its manifest; the same input gives the same bytes.

    ``run`` holds ``weights.bin`` and ``weights.json``; ``scores`` are the manifest's score entries.
    Raises ``OSError`` or ``ValueError`` for missing or unfit files.
    """
    state, meta = load_weights(run)
    # Folders are a matter of the machine the training ran on.
    meta["command"] = re.sub(r"(?<=\s)/(?:[^\s/]+/)*(?=[^\s/])", "", meta["command"])
    config = ModelConfig(**meta["config"])
    if (config.rotary_base, config.norm_epsilon) != (ModelConfig.rotary_base, ModelConfig.norm_epsilon):
        raise ValueError(f"a bundle needs rotary base {ModelConfig.rotary_base:g} and epsilon {ModelConfig.norm_epsilon:g}")
    load_model(config, state)
    entries = load_tokenizer(tokenizer).get_vocab_size()
    if entries != config.vocabulary:
        raise ValueError(f"{tokenizer} has {entries} entries, the model {config.vocabulary}")
    tensors = stored_tensors(run)
    bases = layer_bases(state, config) if config.architecture == "flat" else []
    graphs = build_graphs(config, tensors, WEIGHTS_FILE, bases)

    out.mkdir(parents=True, exist_ok=True)
    weights = _write(out, WEIGHTS_FILE, (run / "weights.bin").read_bytes())
    tokenizer_entry = _write(out, TOKENIZER_FILE, tokenizer.read_bytes())
    graph_entries = _write_graphs(out, graphs)
    manifest = {
        "schema": MANIFEST_SCHEMA,
        "id": config.id,
        "architecture": config.architecture,
        "dims": config.dims,
        "parameters": sum(math.prod(tensor.shape) for tensor in tensors.values()),
        "numberType": "float32",
        "tokenizer": {**tokenizer_entry, "padId": config.pad_id, "endId": config.end_id},
        "weights": {**weights, "type": "float16", "tensors": {name: _place(tensor) for name, tensor in tensors.items()}},
        "graphs": graph_entries,
        "training": _training(meta),
        "scores": [dict(score) for score in scores],
        **_strengths(bases),
    }
    _write_manifest(out, manifest)
    _write(out, CARD_FILE, write_card(meta, {score["text"]: score for score in scores}).encode())
    return manifest


def rebuild_graphs(directory: Path) -> dict[str, Any]:
    """Build the graphs of the bundle in ``directory`` anew, in place, and return its manifest; all else stays as it is.

    For bundles made before a graph was added or changed. Raises as ``load_bundle``.
    """
    manifest = _read_manifest(directory)
    config = _config_of(manifest)
    state = _read_weights(directory, manifest)
    load_model(config, state)
    bases = layer_bases(state, config) if config.architecture == "flat" else []
    weights = manifest["weights"]
    tensors = {
        name: StoredTensor(tuple(place["shape"]), place["offset"], place["bytes"])
        for name, place in weights["tensors"].items()
    }
    graphs = build_graphs(config, tensors, weights["file"], bases)
    manifest["graphs"] = _write_graphs(directory, graphs)
    manifest |= _strengths(bases)
    _write_manifest(directory, manifest)
    return manifest


def load_bundle(directory: Path) -> BlockTransformer | FlatTransformer:
    """The PyTorch model of a bundle: its fp16-rounded weights in fp32.

    Raises ``OSError`` for missing files and ``ValueError`` where the weights are not those of the manifest.
    """
    manifest = _read_manifest(directory)
    return load_model(_config_of(manifest), _read_weights(directory, manifest))


def _read_weights(directory: Path, manifest: Mapping[str, Any]) -> dict[str, Tensor]:
    entry = manifest["weights"]
    data = (directory / entry["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ValueError(f"{directory / entry['file']} does not have the SHA-256 that the manifest names")
    return {
        name: torch.from_numpy(
            np.frombuffer(data, "<f2", count=place["bytes"] // 2, offset=place["offset"])
            .astype(np.float32)
            .reshape(place["shape"])
        )
        for name, place in entry["tensors"].items()
    }


def _config_of(manifest: Mapping[str, Any]) -> ModelConfig:
    dims = manifest["dims"]
    return ModelConfig(
        id=manifest["id"],
        architecture=manifest["architecture"],
        vocabulary=dims["vocabulary"],
        width=dims["width"],
        heads=dims["heads"],
        block_layers=dims["blockLayers"],
        token_layers=dims["tokenLayers"],
        block_length=dims["blockLength"],
        prefix_length=dims["prefixLength"],
        context_length=dims["contextLength"],
        rotary_fraction=dims["rotaryDims"] / dims["headWidth"],
        pad_id=manifest["tokenizer"]["padId"],
        end_id=manifest["tokenizer"]["endId"],
    )


def load_model(config: ModelConfig, state: Mapping[str, Tensor]) -> BlockTransformer | FlatTransformer:
    """A model of ``config`` with the weights ``state``; ``ValueError`` if they are not that model's."""
    model = build_model(config)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(f"the weights are not those of {config.id}: {error}") from error
    return model.eval()


def _write(directory: Path, name: str, data: bytes) -> dict[str, Any]:
    write_atomically(directory / name, data)
    return {"file": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _read_manifest(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST_FILE
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    return manifest


def _write_manifest(directory: Path, manifest: Mapping[str, Any]) -> None:
    _write(directory, MANIFEST_FILE, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())


def _write_graphs(directory: Path, graphs: Mapping[str, Graph]) -> dict[str, Any]:
    return {
        name: {**_write(directory, f"{name}.onnx", graph.model.SerializeToString(deterministic=True)), **_ports(graph)}
        for name, graph in graphs.items()
    }


def _strengths(bases: Sequence[LayerBases]) -> dict[str, Any]:
    """The manifest's entry on the graph ``lorc``, from which its ranks are chosen."""

    def rounded(strengths: NDArray[np.float64]) -> list[float]:
        return [float(f"{strength:.4g}") for strength in strengths]

    if not bases:
        return {}
    return {
        "singularValues": {
            "keys": [rounded(basis.k_strengths) for basis in bases],
            "values": [rounded(basis.v_strengths) for basis in bases],
        }
    }


def _ports(graph: Graph) -> dict[str, Any]:
    def entry(port: Port) -> dict[str, Any]:
        return {"name": port.name, "type": port.type, "shape": list(port.shape)}

    return {"inputs": [entry(port) for port in graph.inputs], "outputs": [entry(port) for port in graph.outputs]}


def _place(tensor: StoredTensor) -> dict[str, Any]:
    return {"shape": list(tensor.shape), "offset": tensor.offset, "bytes": tensor.bytes}


def _training(meta: Mapping[str, Any]) -> dict[str, Any]:
    names = list(meta["data"]["sources"])
    return {
        "tokensSeen": meta["tokensSeen"],
        "text": describe(names),
        "command": meta["command"],
        "curve": meta["curve"],
        "sources": [asdict(origin) for origin in origins(names)],
    }
