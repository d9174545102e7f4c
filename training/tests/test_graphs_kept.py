"""The graphs of a flat model with a changed cache against the plain run."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from graph_sessions import Arrays, FlatRig, assert_close, causal_mask, small_flat
from numpy.typing import NDArray
from test_kept import LENGTH, METHODS, PROMPT, method_of, run_of, some_tokens

from blockscope_training.graphs import HIDDEN, Graph, build_graphs, stored_tensors
from blockscope_training.kept import cut_to_rank
from blockscope_training.lowrank import layer_bases
from blockscope_training.reference import flat_pass

SHAPES: dict[str, dict[str, Any]] = {
    "odd": {"block_layers": 3},
    "one-layer": {"block_layers": 1, "heads": 1, "width": 16},
    "no-rotary": {"heads": 8, "block_layers": 1},
    "nano": {"vocabulary": 512, "width": 48, "context_length": 256},
}


class KeptRig(FlatRig):
    """A flat model with its graphs, the low-rank one among them."""

    @cached_property
    def graphs(self) -> dict[str, Graph]:
        """The model's graphs."""
        bases = layer_bases(self.model.state_dict(), self.config)
        return build_graphs(self.config, stored_tensors(self.directory), "weights.bin", bases)

    def choice(self, forced: int | None = None) -> Arrays:
        """Inputs that choose the token: greedy, or ``forced``."""
        noise = np.zeros((1, 1, self.config.vocabulary), np.float32)
        if forced is not None:
            noise[0, 0, forced] = 1e30
        return {
            "noise": noise,
            "logit_bias": np.zeros(self.config.vocabulary, np.float32),
            "inverse_temperature": np.ones(1, np.float32),
            "top_k": np.array([self.config.vocabulary]),
            "top_p": np.array([2], np.float32),
        }

    def prefilled(self, tokens: NDArray[Any]) -> NDArray[Any]:
        """K and V of ``tokens``, ``[n, 2 L, H, d]``."""
        n = len(tokens)
        feeds = {"tokens": tokens[None], "positions": np.arange(n)[None], "mask": causal_mask(n)}
        return self.run("prefill-quiet", feeds)["kv"][:, 0]

    def lorc(self, tokens: NDArray[Any], first: int, past: Arrays, ranks: list[int]) -> Arrays:
        """Run the graph over ``tokens`` from position ``first`` on."""
        end = first + len(tokens)
        mask = np.triu(np.full((len(tokens), end), HIDDEN, np.float32), first + 1)
        feeds = {
            "tokens": tokens[None],
            "positions": np.arange(first, end)[None],
            "key_positions": np.arange(end)[None],
            "mask": mask,
            "ranks": np.array(ranks),
        }
        return self.run("lorc", feeds | past | self.choice())


@pytest.fixture(scope="module", params=SHAPES)
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> KeptRig:
    return KeptRig(small_flat(**SHAPES[request.param]), tmp_path_factory.mktemp("kept"))


@pytest.mark.parametrize("name", [name for name in METHODS if name != "streaming"])
def test_a_step_over_what_is_held_equals_the_plain_run(rig: KeptRig, name: str) -> None:
    """Keys at the positions they were read at; a head's own positions are gathered for it."""
    config, tokens, plain = rig.config, some_tokens(rig.model).numpy(), run_of(rig.model, method_of(rig.model, name))
    layers, heads, size = config.block_layers, config.heads, config.head_width
    kv = rig.prefilled(tokens[:PROMPT])
    for position in range(PROMPT, LENGTH):
        held = plain.attention[:, :, position - PROMPT + 1] > 0
        held[:, :, position] = False
        feeds: Arrays = {"tokens": tokens[None, position : position + 1], "positions": np.array([[position]])}
        for layer in range(layers):
            for index, kind in enumerate("kv"):
                by_head = [kv[held[layer, head, : len(kv)].numpy(), 2 * layer + index, head] for head in range(heads)]
                feeds[f"past_{kind}_{layer}"] = np.stack(by_head, 1)[:, None]
        outputs = rig.run("step-kept", feeds | rig.choice(7))
        assert outputs["picks"] == 7
        assert_close(outputs["logits"][0, 0], plain.logits[position - PROMPT + 1], "logits")
        for layer in range(layers):
            for head in range(heads):
                row = plain.attention[layer, head, position - PROMPT + 1]
                assert_close(outputs[f"attention_{layer}"][head], row[row > 0], "attention")
        kv = np.concatenate([kv, outputs["kv"].reshape(1, 2 * layers, heads, size)])


@pytest.mark.parametrize("given", [0, 1, 6])
def test_low_rank_codes_equal_the_changed_weights(rig: KeptRig, given: int) -> None:
    config, tokens = rig.config, some_tokens(rig.model).numpy()
    rng = np.random.default_rng(1)
    ranks = rng.integers(1, config.width, 2 * config.block_layers).tolist()
    changed = cut_to_rank(rig.model, layer_bases(rig.model.state_dict(), config), ranks[::2], ranks[1::2])
    whole = flat_pass(changed, torch.from_numpy(tokens)[None])
    names = [f"{kind}_{layer}" for layer in range(config.block_layers) for kind in "kv"]
    past = {f"past_{name}": np.zeros((0, rank), np.float32) for name, rank in zip(names, ranks, strict=True)}
    first = 0
    for end in [*([given] if given else []), *range(given + 1, LENGTH)]:
        outputs = rig.lorc(tokens[first:end], first, past, ranks)
        assert_close(outputs["logits"][0, 0], whole.logits[0, end - 1], "logits")
        assert outputs["picks"] == outputs["logits"][0, 0].argmax()
        assert_close(outputs["attention"], whole.attention[0, :, :, first:end, :end], "attention")
        for name, rank in zip(names, ranks, strict=True):
            assert outputs[f"new_{name}"].shape == (end - first, rank)
            past[f"past_{name}"] = np.concatenate([past[f"past_{name}"], outputs[f"new_{name}"]])
        first = end


def test_the_full_rank_is_the_plain_model(rig: KeptRig) -> None:
    config, tokens = rig.config, some_tokens(rig.model).numpy()
    whole = flat_pass(rig.model, torch.from_numpy(tokens)[None])
    ranks = [config.width] * (2 * config.block_layers)
    names = [f"past_{kind}_{layer}" for layer in range(config.block_layers) for kind in "kv"]
    outputs = rig.lorc(tokens, 0, {name: np.zeros((0, config.width), np.float32) for name in names}, ranks)
    np.testing.assert_allclose(outputs["logits"][0, 0], whole.logits[0, -1], atol=1e-5)
    np.testing.assert_allclose(outputs["attention"], whole.attention[0], atol=1e-5)


def test_the_same_weights_give_the_same_graph(rig: KeptRig, tmp_path: Path) -> None:
    file = rig.file("lorc").read_bytes()
    assert KeptRig(rig.config, tmp_path).file("lorc").read_bytes() == file
