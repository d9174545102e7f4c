"""The graphs of flat models against the PyTorch model, and the WebGPU graphs against those for WASM."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from graph_sessions import Arrays, FlatRig, assert_close, causal_mask, small_flat
from numpy.typing import NDArray
from test_graphs_cut import kept

from blockscope_training.graphs import HIDDEN, UNROLLED
from blockscope_training.reference import FlatReference, flat_pass

SHAPES: dict[str, dict[str, Any]] = {
    "odd": {"block_layers": 3},
    "one-layer": {"block_layers": 1, "heads": 1, "width": 16},
    "no-rotary": {"heads": 8, "block_layers": 1},
    "nano": {"vocabulary": 512, "width": 48, "context_length": 256},
}
STEPS = {"step": 1, "step-4": UNROLLED}


@pytest.fixture(scope="module", params=SHAPES)
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlatRig:
    return FlatRig(small_flat(**SHAPES[request.param]), tmp_path_factory.mktemp("flat"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> FlatRig:
    return FlatRig(small_flat(), tmp_path_factory.mktemp("odd"))


def random_tokens(rig: FlatRig, batch: int, n: int) -> NDArray[Any]:
    return np.random.default_rng(7).integers(0, rig.config.vocabulary, (batch, n))


def maps(rig: FlatRig, outputs: Arrays) -> NDArray[Any]:
    """Attention ``[B, slots, L, H, n + slots]``, of ``step`` as of ``step-4``."""
    attention = outputs["attention"]
    return attention if attention.ndim == 5 else attention[:, None]


def check_step(rig: FlatRig, outputs: Arrays, reference: FlatReference, first: int) -> None:
    """The outputs of the run whose first token has position ``first``."""
    slots = outputs["picks"].shape[1]
    assert_close(outputs["logits"], reference.logits[:, first : first + slots], "logits")
    assert_close(outputs["kv"], reference.kv[first : first + slots], "kv")
    attention = maps(rig, outputs)
    assert attention.shape[-1] == first + slots
    for slot in range(slots):
        row = reference.attention[:, :, :, first + slot, : first + slots]
        assert_close(attention[:, slot], row, "attention")
        assert (attention[:, slot, ..., first + slot + 1 :] == 0).all()


@pytest.mark.parametrize("graph", STEPS)
@pytest.mark.parametrize("batch", [1, 2])
def test_steps_from_nothing_equal_one_pass(rig: FlatRig, batch: int, graph: str) -> None:
    tokens = random_tokens(rig, batch, 13)
    reference = flat_pass(rig.model, torch.from_numpy(tokens))
    past, slots = rig.empty_past(batch), STEPS[graph]
    for first in range(0, 12, slots):
        following = tokens[:, first + 1 : first + 1 + slots]
        feeds = rig.step_feeds(tokens[:, first], past, following)
        outputs = rig.run(graph, feeds)
        np.testing.assert_array_equal(outputs["picks"], following)
        check_step(rig, outputs, reference, first)
        quiet = rig.run(f"{graph}-quiet", feeds)
        assert set(quiet) == {"picks", "kv"}
        for name, values in quiet.items():
            np.testing.assert_array_equal(values, outputs[name])
        past = np.concatenate([past, outputs["kv"]])


@pytest.mark.parametrize("graph", STEPS)
@pytest.mark.parametrize(("batch", "n"), [(1, 1), (2, 6)])
def test_prefill_then_a_step_equals_one_pass(rig: FlatRig, batch: int, n: int, graph: str) -> None:
    tokens, slots = random_tokens(rig, batch, n + 1 + UNROLLED), STEPS[graph]
    reference = flat_pass(rig.model, torch.from_numpy(tokens))
    feeds = {"tokens": tokens[:, :n], "positions": np.tile(np.arange(n), (batch, 1)), "mask": causal_mask(n)}
    filled = rig.run("prefill", feeds)
    assert_close(filled["kv"], reference.kv[:n])
    assert_close(filled["attention"], reference.attention[..., :n, :n])
    quiet = rig.run("prefill-quiet", feeds)
    assert list(quiet) == ["kv"]
    assert_close(quiet["kv"], filled["kv"])
    following = tokens[:, n + 1 : n + 1 + slots]
    check_step(rig, rig.run(graph, rig.step_feeds(tokens[:, n], filled["kv"], following)), reference, n)


def free(rig: FlatRig, graph: str, batch: int = 1, past: NDArray[Any] | None = None) -> Arrays:
    """Inputs of ``graph`` with noise, temperature and a ban, its picks left free."""
    rng = np.random.default_rng(3)
    forced = np.full((batch, STEPS[graph]), -1)
    feeds = rig.step_feeds(random_tokens(rig, batch, 1)[:, 0], rig.empty_past(batch) if past is None else past, forced)
    feeds["noise"] = rng.gumbel(size=feeds["noise"].shape).astype(np.float32)
    feeds["logit_bias"] = rng.normal(size=rig.config.vocabulary).astype(np.float32)
    feeds["logit_bias"][::3] = HIDDEN
    feeds["inverse_temperature"] = np.array([0.7], np.float32)
    return feeds


def test_one_unrolled_run_is_four_steps(rig: FlatRig) -> None:
    feeds = free(rig, "step-4", batch=2)
    unrolled = rig.run("step-4", feeds)
    past, token = rig.empty_past(2), feeds["tokens"][:, 0]
    for slot in range(UNROLLED):
        one = {
            **feeds,
            **rig.step_feeds(token, past, np.full((2, 1), -1)),
            "noise": feeds["noise"][:, slot : slot + 1],
            "logit_bias": feeds["logit_bias"],
            "inverse_temperature": feeds["inverse_temperature"],
        }
        outputs = rig.run("step", one)
        token = outputs["picks"][:, 0]
        np.testing.assert_array_equal(unrolled["picks"][:, slot], token)
        assert_close(unrolled["logits"][:, slot : slot + 1], outputs["logits"])
        assert_close(unrolled["attention"][:, slot, ..., : slot + 1], outputs["attention"])
        past = np.concatenate([past, outputs["kv"]])
    assert_close(unrolled["kv"], past)
    assert not (unrolled["picks"] % 3 == 0).any()


@pytest.mark.parametrize("graph", STEPS)
def test_a_gated_position_gets_no_weight(odd: FlatRig, graph: str) -> None:
    tokens = random_tokens(odd, 1, 6)
    filled = odd.run("prefill", {"tokens": tokens[:, :5], "positions": np.arange(5)[None], "mask": causal_mask(5)})
    feeds = free(odd, graph, past=filled["kv"])
    feeds["mask"][..., 2] = HIDDEN
    rows = maps(odd, odd.run(graph, feeds))
    assert (rows[..., 2] == 0).all()
    np.testing.assert_allclose(rows.sum(-1), 1, rtol=1e-5)


def gpu_cut(k: int, p: float) -> Arrays:
    return {"top_k": np.array([k], np.float32), "top_p": np.array([p], np.float32)}


def wasm_cut(k: int, p: float) -> Arrays:
    return {"top_k": np.array([k], np.int64), "top_p": np.array([p], np.float32)}


@pytest.mark.parametrize("graph", STEPS)
@pytest.mark.parametrize(("k", "p"), [(1, 2.0), (5, 0.6), (37, 0.5), (37, 2.0)])
def test_the_cut_keeps_what_the_reference_keeps(odd: FlatRig, graph: str, k: int, p: float) -> None:
    """In every slot the pick is the best of the kept ones."""
    feeds = free(odd, graph)
    feeds["noise"] *= 5
    outputs = odd.run(f"{graph}-cut", feeds | wasm_cut(k, p))
    gpu = odd.run(f"gpu-{graph}-cut", odd.gpu_feeds(feeds, odd.empty_caches()) | gpu_cut(k, p))
    for slot, pick in enumerate(outputs["picks"][0]):
        scores = outputs["logits"][0, slot] * np.float32(0.7) + feeds["logit_bias"]
        lifted = np.where(kept(scores, k, p), scores, HIDDEN) + feeds["noise"][0, slot]
        assert pick == lifted.argmax()
        assert pick == gpu[f"pick_{slot}"][0, 0]


@pytest.mark.parametrize("graph", STEPS)
def test_gpu_steps_equal_wasm_steps(rig: FlatRig, graph: str) -> None:
    past, caches, slots = rig.empty_past(1), rig.empty_caches(), STEPS[graph]
    config = rig.config
    for _ in range(3):
        step = free(rig, graph, past=past)
        wasm = rig.run(graph, step)
        feeds = rig.gpu_feeds(step, caches)
        gpu = rig.run(f"gpu-{graph}", feeds)
        quiet = rig.run(f"gpu-{graph}-quiet", feeds)
        assert set(quiet) == {name for name in gpu if name.startswith(("pick_", "present_"))}
        for name, values in quiet.items():
            np.testing.assert_array_equal(values, gpu[name])
        held = past.shape[0] + slots
        for slot in range(slots):
            mark = f"_{slot}" if slots > 1 else ""
            assert gpu[f"pick_{slot}"][0, 0] == wasm["picks"][0, slot]
            assert_close(gpu[f"logits_{slot}"][0], wasm["logits"][0, slot], "logits")
            for layer in range(config.block_layers):
                row = gpu[f"attention_{layer}{mark}"][:, 0]
                assert_close(row[:, :held], maps(rig, wasm)[0, slot, layer], "attention")
                assert (row[:, held:] == 0).all()
        last = f"_{slots - 1}" if slots > 1 else ""
        past = np.concatenate([past, wasm["kv"]])
        caches = {name: gpu[name.replace("past", "present") + last] for name in caches}
        for layer in range(config.block_layers):
            for index, kind in enumerate("kv"):
                cache = caches[f"past_{kind}_{layer}"]
                assert_close(cache[:, :held], past[:, 0, 2 * layer + index].swapaxes(0, 1), "kv")
                assert (cache[:, held:] == 0).all()


def test_a_forced_token_wins_over_a_ban_and_over_the_cut(odd: FlatRig) -> None:
    forced = np.array([[3, 9, 27, 30]])
    feeds = odd.step_feeds(np.array([5]), odd.empty_past(1), forced)
    feeds["logit_bias"][:] = HIDDEN
    np.testing.assert_array_equal(odd.run("step-4-cut", feeds | wasm_cut(1, 0.1))["picks"], forced)
