"""Top-k and top-p in the graphs against a plain reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graph_sessions import Rig, small_config
from numpy.typing import NDArray

from blockscope_training.graphs import HIDDEN

OFF_P = 2.0
BANNED = 0


def kept(logits: NDArray[Any], k: int, p: float) -> NDArray[Any]:
    """Which of ``logits [V]`` (no two equal) survive: the k greatest, of these those with less than p above them."""
    x = logits.astype(np.float64)
    order = np.argsort(-x)[:k]
    mass = np.exp(x[order] - x[order[0]])
    mass /= mass.sum()
    above = np.cumsum(mass) - mass
    mask = np.zeros(len(x), bool)
    mask[order[above < p]] = True
    mask[order[0]] = True
    return mask


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(small_config(vocabulary=131), tmp_path_factory.mktemp("cut"))


CUTS = [
    (1, OFF_P),
    (131, OFF_P),
    (131, 1.0),
    (131, 0.9),
    (131, 0.5),
    (131, 1e-6),
    (20, OFF_P),
    (20, 0.7),
    (5, 0.3),
    (2, 1.0),
    (1, 1e-6),
    (130, 0.999),
]


@pytest.mark.parametrize("graph", ["step-cut", "gpu-step-cut"])
@pytest.mark.parametrize(("k", "p"), CUTS)
def test_the_cut_keeps_what_the_reference_keeps(rig: Rig, graph: str, k: int, p: float) -> None:
    """A pick of every token is tried: a lift too small to save a dropped one, too large for a kept one to lose."""
    rng = np.random.default_rng(k)
    tokens = rng.integers(0, 131, (1, 4))
    temperature = np.float32(0.8)
    bias = rng.normal(size=131).astype(np.float32)
    bias[BANNED] = HIDDEN
    candidates = range(0, 131, 3)
    survivors: list[int] = []
    expected: NDArray[Any] = np.zeros(0)
    for token in candidates:
        step = rig.step_feeds(tokens, rig.empty_past(1))
        step["logit_bias"], step["inverse_temperature"] = bias, np.array([temperature])
        step["noise"][0, 0, token] = 1e6
        outputs = run_cut(rig, graph, step, k, p)
        expected = kept(outputs["logits"] * temperature + bias, k, p)
        if outputs["pick"] == token:
            survivors.append(token)
    np.testing.assert_array_equal(survivors, [token for token in candidates if expected[token] and token != BANNED])


def run_cut(rig: Rig, graph: str, step: dict[str, NDArray[Any]], k: int, p: float) -> dict[str, Any]:
    """First logits and first pick."""
    top_p = np.array([p], np.float32)
    if graph == "step-cut":
        outputs = rig.run(graph, {**step, "top_k": np.array([k]), "top_p": top_p})
        return {"logits": outputs["logits"][0, 0], "pick": outputs["picks"][0, 0]}
    feeds = rig.gpu_feeds(step, rig.empty_caches())
    outputs = rig.run(graph, {**feeds, "top_k": np.array([k], np.float32), "top_p": top_p})
    return {"logits": outputs["logits_0"][0], "pick": outputs["pick_0"][0, 0]}


@pytest.mark.parametrize("graph", ["step-cut", "gpu-step-cut"])
def test_a_cut_that_is_off_changes_nothing(rig: Rig, graph: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        step = rig.step_feeds(rng.integers(0, 131, (1, 4)), rig.empty_past(1))
        step["noise"] = rng.gumbel(size=step["noise"].shape).astype(np.float32)
        plain = rig.run("step", step)["picks"][0]
        assert run_cut(rig, graph, step, 131, OFF_P)["pick"] == plain[0]


@pytest.mark.parametrize("graph", ["step-cut", "gpu-step-cut"])
def test_k_of_one_is_greedy_whatever_the_noise(rig: Rig, graph: str) -> None:
    rng = np.random.default_rng(6)
    step = rig.step_feeds(rng.integers(0, 131, (1, 4)), rig.empty_past(1))
    step["noise"] = rng.gumbel(size=step["noise"].shape).astype(np.float32) * 100
    outputs = run_cut(rig, graph, step, 1, 1.0)
    assert outputs["pick"] == outputs["logits"].argmax()


def test_ties_at_the_cut_are_kept(tmp_path: Path) -> None:
    """With a head of zeros all logits are equal: even k = 1 keeps all."""
    rig = Rig(small_config(), tmp_path, silent_head=True)
    for graph in ("step-cut", "gpu-step-cut"):
        for token in (0, 17, 36):
            step = rig.step_feeds(np.zeros((1, 4), np.int64), rig.empty_past(1))
            step["noise"][0, 0, token] = 1.0
            assert run_cut(rig, graph, step, 1, OFF_P)["pick"] == token
