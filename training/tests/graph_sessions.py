"""What the graph tests share: small random models and their graphs in sessions on the CPU."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray

from blockscope_training.bundle import load_model
from blockscope_training.checkpoint import load_weights, save_weights
from blockscope_training.config import ModelConfig
from blockscope_training.graphs import HIDDEN, Graph, build_graphs, stored_tensors
from blockscope_training.model import BlockTransformer, FlatTransformer, build_model

Arrays = dict[str, NDArray[Any]]


def cpu_session(path: Path, options: ort.SessionOptions | None = None) -> ort.InferenceSession:
    """A session on one thread of the CPU."""
    options = options or ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def small_flat(**changes: Any) -> ModelConfig:
    """A flat shape as odd."""
    flat = {"id": "small-flat", "architecture": "flat", "token_layers": 0, "block_length": 1, "prefix_length": 0}
    return small_config(**{**flat, **changes})


def small_config(**changes: Any) -> ModelConfig:
    """An odd little shape: three heads, unequal depths."""
    dims: dict[str, Any] = {
        "id": "small",
        "architecture": "block",
        "vocabulary": 37,
        "width": 24,
        "heads": 3,
        "block_layers": 2,
        "token_layers": 3,
        "block_length": 4,
        "prefix_length": 2,
        "context_length": 64,
    }
    return ModelConfig(**{**dims, **changes})


class GraphRig:
    """A randomly initialised model, rounded to fp16, with its graphs on the CPU."""

    def __init__(self, config: ModelConfig, directory: Path, silent_head: bool = False) -> None:
        torch.manual_seed(1)
        model = build_model(config)
        with torch.no_grad():
            # Fresh weights make near-uniform attention and zero biases; the tests need every number to matter.
            for parameter in model.parameters():
                parameter.add_(torch.randn_like(parameter) * (0.3 if parameter.ndim == 1 else 0.6 * config.width**-0.5))
            if silent_head:
                model.head.weight.zero_()
        save_weights(directory, model.state_dict(), {})
        self.config = config
        self.directory = directory
        self.loaded = load_model(config, load_weights(directory)[0])
        self._sessions: dict[str, ort.InferenceSession] = {}

    @cached_property
    def graphs(self) -> dict[str, Graph]:
        """The model's graphs."""
        return build_graphs(self.config, stored_tensors(self.directory), "weights.bin")

    def file(self, name: str) -> Path:
        """Graph ``name`` beside the weights."""
        path = self.directory / f"{name}.onnx"
        path.write_bytes(self.graphs[name].model.SerializeToString(deterministic=True))
        return path

    def session(self, name: str) -> ort.InferenceSession:
        """The session of graph ``name``."""
        if name not in self._sessions:
            self._sessions[name] = cpu_session(self.file(name))
        return self._sessions[name]

    def run(self, name: str, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """Run graph ``name``; every output by name, each of the shape the manifest promises."""
        session = self.session(name)
        names = [output.name for output in session.get_outputs()]
        outputs = dict(zip(names, session.run(names, dict(feeds)), strict=True))
        for port in self.graphs[name].outputs:
            fixed = [(size, have) for size, have in zip(port.shape, outputs[port.name].shape, strict=True)]
            assert all(have == size for size, have in fixed if isinstance(size, int)), port
        return outputs

    def empty_past(self, batch: int) -> NDArray[Any]:
        """The cache before the first position."""
        config = self.config
        return np.zeros((0, batch, 2 * config.block_layers, config.heads, config.head_width), np.float32)

    def empty_caches(self) -> Arrays:
        """The WebGPU caches before the first position."""
        config = self.config
        shape = (config.heads, config.context_blocks, config.head_width)
        return {f"past_{kind}_{layer}": np.zeros(shape, np.float32) for layer in range(config.block_layers) for kind in "kv"}


class Rig(GraphRig):
    """A block model with its graphs."""

    @property
    def model(self) -> BlockTransformer:
        """The model."""
        assert isinstance(self.loaded, BlockTransformer)
        return self.loaded

    def step_feeds(self, blocks: NDArray[Any], past: NDArray[Any], forced: NDArray[Any] | None = None) -> Arrays:
        """Inputs of ``step`` for block ``blocks [B, L_B]`` behind ``past``; ``forced [B, L_B]`` are the tokens to pick."""
        config, batch, n = self.config, blocks.shape[0], past.shape[0]
        noise = np.zeros((batch, config.block_length, config.vocabulary), np.float32)
        if forced is not None:
            np.put_along_axis(noise, forced[..., None], 1e30, axis=-1)
        return {
            "tokens": blocks.astype(np.int64),
            "positions": np.full((batch, 1), n, np.int64),
            "past": past,
            "mask": np.zeros((batch, 1, 1, n + 1), np.float32),
            "noise": noise,
            "logit_bias": np.zeros(config.vocabulary, np.float32),
            "inverse_temperature": np.ones(1, np.float32),
        }

    def gpu_feeds(self, step: Mapping[str, NDArray[Any]], caches: Arrays) -> Arrays:
        """The same step as ``step_feeds`` (batch 1) in the inputs of ``gpu-step``; ``caches`` are the past_* inputs."""
        config, position = self.config, int(step["positions"][0, 0])
        mask = np.full((1, config.context_blocks), HIDDEN, np.float32)
        mask[0, : position + 1] = step["mask"][0, 0, 0]
        return {
            "tokens": step["tokens"],
            "positions": step["positions"],
            "kv_index": np.array([[head, position] for head in range(config.heads)], np.int64),
            "mask": mask,
            "noise": step["noise"][0],
            "logit_bias": step["logit_bias"],
            "inverse_temperature": step["inverse_temperature"],
            **caches,
        }


class FlatRig(GraphRig):
    """A flat model with its graphs."""

    @property
    def model(self) -> FlatTransformer:
        """The model."""
        assert isinstance(self.loaded, FlatTransformer)
        return self.loaded

    def step_feeds(self, tokens: NDArray[Any], past: NDArray[Any], forced: NDArray[Any]) -> Arrays:
        """Inputs of ``step`` for ``tokens [B]`` behind ``past``, made to pick ``forced [B, slots]``; -1 leaves a pick free."""
        config, (batch, slots), n = self.config, forced.shape, past.shape[0]
        noise = np.zeros((batch, slots, config.vocabulary), np.float32)
        rows, columns = np.nonzero(forced >= 0)
        noise[rows, columns, forced[rows, columns]] = 1e30
        return {
            "tokens": tokens[:, None].astype(np.int64),
            "positions": np.tile(np.arange(n, n + slots), (batch, 1)),
            **self.pasts(past),
            "mask": np.zeros((batch, 1, 1, n + 1), np.float32),
            "noise": noise,
            "logit_bias": np.zeros(config.vocabulary, np.float32),
            "inverse_temperature": np.ones(1, np.float32),
        }

    def pasts(self, past: NDArray[Any]) -> Arrays:
        """The cache ``[n, B, 2 L, H, d]`` as one input for each K and V."""
        names = [f"past_{kind}_{layer}" for layer in range(self.config.block_layers) for kind in "kv"]
        return {name: np.ascontiguousarray(past[:, :, index]) for index, name in enumerate(names)}

    def gpu_feeds(self, step: Mapping[str, NDArray[Any]], caches: Arrays) -> Arrays:
        """The same step (batch 1) in the inputs of ``gpu-step`` or ``gpu-step-4``; ``caches`` are the past_* inputs."""
        config, slots = self.config, step["noise"].shape[1]
        feeds = {
            "tokens": step["tokens"],
            "noise": step["noise"][0],
            "logit_bias": step["logit_bias"],
            "inverse_temperature": step["inverse_temperature"],
            **caches,
        }
        given = step["mask"][0, 0, 0]
        for slot in range(slots):
            mark = f"_{slot}" if slots > 1 else ""
            position = int(step["positions"][0, slot])
            mask = np.full((1, config.context_length), HIDDEN, np.float32)
            mask[0, : position + 1] = 0
            mask[0, : len(given)] = given
            feeds[f"mask{mark}"] = mask
            feeds[f"positions{mark}"] = np.array([[position]])
            feeds[f"kv_index{mark}"] = np.array([[head, position] for head in range(config.heads)], np.int64)
        return feeds


def causal_mask(n: int) -> NDArray[Any]:
    """The mask of ``prefill``."""
    return np.triu(np.full((1, 1, n, n), HIDDEN, np.float32), 1)


def assert_close(actual: NDArray[Any], expected: Any, what: str = "") -> None:
    """Within 1e-4 + 1e-4 |expected|."""
    np.testing.assert_allclose(actual, np.asarray(expected), rtol=1e-4, atol=1e-4, err_msg=what)
