"""ONNX graphs of block and flat models, built node by node (``docs/architecture.md`` holds the contract).

The graphs hold no weights: they name places in one float16 file that all of them share. Only ``lorc`` holds its bases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..config import ModelConfig
from ..lowrank import LayerBases
from .builder import HIDDEN, Graph, GraphBuilder, Port, StoredTensor
from .flat_gpu_step import add_flat_gpu_step
from .flat_step import add_flat_step
from .gpu_step import add_gpu_step
from .inspect import add_inspect
from .kept_step import add_kept_step
from .lorc import add_lorc
from .prefill import add_prefill
from .step import add_step

__all__ = ["HIDDEN", "Graph", "Port", "StoredTensor", "build_graphs", "stored_tensors"]

UNROLLED = 4
"""Tokens that the unrolled graphs of a flat model write: as many as a block of the models it is compared with."""


def build_graphs(
    config: ModelConfig, tensors: Mapping[str, StoredTensor], weights_file: str, bases: Sequence[LayerBases] = ()
) -> dict[str, Graph]:
    """Every graph of a model by its manifest name; ``KeyError`` if a tensor is missing.

    ``tensors`` says where the PyTorch model's tensors lie in ``weights_file``; ``bases``, of every layer of a flat model, give
    it the graph ``lorc``.
    """

    def builder(name: str) -> GraphBuilder:
        return GraphBuilder(name, tensors, weights_file)

    forms: dict[str, dict[str, bool]] = {"": {}, "-cut": {"cut": True}, "-quiet": {"quiet": True}}
    graphs = {
        "prefill": add_prefill(builder("prefill"), config),
        "prefill-quiet": add_prefill(builder("prefill-quiet"), config, quiet=True),
    }
    if config.architecture == "block":
        for stem, add in (("step", add_step), ("gpu-step", add_gpu_step)):
            for form, options in forms.items():
                graphs[stem + form] = add(builder(stem + form), config, **options)
        graphs["inspect"] = add_inspect(builder("inspect"), config)
        return graphs
    for stem, add_flat, slots in (
        ("step", add_flat_step, 1),
        ("step-4", add_flat_step, UNROLLED),
        ("gpu-step", add_flat_gpu_step, 1),
        ("gpu-step-4", add_flat_gpu_step, UNROLLED),
    ):
        for form, options in forms.items():
            graphs[stem + form] = add_flat(builder(stem + form), config, slots, **options)
    graphs["step-kept"] = add_kept_step(builder("step-kept"), config)
    if bases:
        graphs["lorc"] = add_lorc(builder("lorc"), config, bases)
    return graphs


def stored_tensors(directory: Path) -> dict[str, StoredTensor]:
    """The places that ``weights.json`` in ``directory`` lists."""
    places = json.loads((directory / "weights.json").read_text("utf-8"))["tensors"]
    return {name: StoredTensor(tuple(place["shape"]), place["offset"], place["bytes"]) for name, place in places.items()}
