"""ONNX graphs of a block model, built node by node (``docs/architecture.md`` holds the contract).

The graphs hold no weights: they name places in one float16 file that all of them share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ..config import ModelConfig
from .builder import HIDDEN, Graph, GraphBuilder, Port, StoredTensor
from .gpu_step import add_gpu_step
from .prefill import add_prefill
from .step import add_step

__all__ = ["HIDDEN", "Graph", "Port", "StoredTensor", "build_graphs", "stored_tensors"]


def build_graphs(config: ModelConfig, tensors: Mapping[str, StoredTensor], weights_file: str) -> dict[str, Graph]:
    """Every graph of a block model by its manifest name; ``KeyError`` if a tensor is missing.

    ``tensors`` says where the PyTorch model's tensors lie in ``weights_file``.
    """
    if config.architecture != "block":
        raise ValueError(f"{config.id} is a {config.architecture} model; graphs are made of block models")

    def builder(name: str) -> GraphBuilder:
        return GraphBuilder(name, tensors, weights_file)

    return {
        "prefill": add_prefill(builder("prefill"), config),
        "step": add_step(builder("step"), config),
        "step-cut": add_step(builder("step-cut"), config, cut=True),
        "step-quiet": add_step(builder("step-quiet"), config, quiet=True),
        "gpu-step": add_gpu_step(builder("gpu-step"), config),
        "gpu-step-cut": add_gpu_step(builder("gpu-step-cut"), config, cut=True),
        "gpu-step-quiet": add_gpu_step(builder("gpu-step-quiet"), config, quiet=True),
    }


def stored_tensors(directory: Path) -> dict[str, StoredTensor]:
    """The places that ``weights.json`` in ``directory`` lists."""
    places = json.loads((directory / "weights.json").read_text("utf-8"))["tensors"]
    return {name: StoredTensor(tuple(place["shape"]), place["offset"], place["bytes"]) for name, place in places.items()}
