"""The WASM graphs against the PyTorch model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from graph_sessions import Rig, assert_close, causal_mask, small_config
from numpy.typing import NDArray

from blockscope_training.graphs import HIDDEN
from blockscope_training.reference import Reference, full_pass

SHAPES: dict[str, dict[str, Any]] = {
    "odd": {},
    "one-layer": {"block_layers": 1, "token_layers": 1, "heads": 1, "width": 16},
    "one-prefix": {"prefix_length": 1},
    "long-prefix": {"prefix_length": 3, "block_length": 2, "context_length": 20},
    "one-token-blocks": {"block_length": 1, "context_length": 10},
    "no-rotary": {"heads": 8, "block_layers": 1, "token_layers": 1},
    "nano": {"vocabulary": 512, "width": 48, "heads": 3, "token_layers": 2, "context_length": 256},
}


@pytest.fixture(scope="module", params=SHAPES)
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(small_config(**SHAPES[request.param]), tmp_path_factory.mktemp("rig"))


def random_blocks(rig: Rig, batch: int, n: int) -> NDArray[Any]:
    rng = np.random.default_rng(7)
    return rng.integers(0, rig.config.vocabulary, (batch, n, rig.config.block_length))


def check_step(outputs: dict[str, NDArray[Any]], reference: Reference, block: int) -> None:
    """The outputs of the step that embeds ``block`` and writes the next."""
    assert_close(outputs["logits"], reference.logits[:, block], "logits")
    assert_close(outputs["global_attention"], reference.global_attention[:, :, :, block, : block + 1], "global_attention")
    assert_close(outputs["local_attention"], reference.local_attention[:, block], "local_attention")
    assert_close(outputs["context"], reference.contexts[:, block], "context")
    assert_close(outputs["prefixes"], reference.prefixes[:, block], "prefixes")
    assert_close(outputs["kv"], reference.kv[block : block + 1], "kv")


@pytest.mark.parametrize("batch", [1, 2])
def test_steps_from_nothing_equal_one_pass(rig: Rig, batch: int) -> None:
    blocks = random_blocks(rig, batch, 9)
    reference = full_pass(rig.model, torch.from_numpy(blocks))
    past = rig.empty_past(batch)
    for block in range(8):
        feeds = rig.step_feeds(blocks[:, block], past, forced=blocks[:, block + 1])
        outputs = rig.run("step", feeds)
        np.testing.assert_array_equal(outputs["picks"], blocks[:, block + 1])
        check_step(outputs, reference, block)
        quiet = rig.run("step-quiet", feeds)
        np.testing.assert_array_equal(quiet["picks"], outputs["picks"])
        np.testing.assert_array_equal(quiet["kv"], outputs["kv"])
        past = np.concatenate([past, outputs["kv"]])


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("n", [1, 2, 7])
def test_prefill_then_step_equals_one_pass(rig: Rig, batch: int, n: int) -> None:
    blocks = random_blocks(rig, batch, n + 2)
    reference = full_pass(rig.model, torch.from_numpy(blocks))
    positions = np.tile(np.arange(n), (batch, 1))
    feeds = {"tokens": blocks[:, :n], "positions": positions, "mask": causal_mask(n)}
    filled = rig.run("prefill", feeds)
    assert_close(filled["kv"], reference.kv[:n])
    quiet = rig.run("prefill-quiet", feeds)
    assert list(quiet) == ["kv"]
    assert_close(quiet["kv"], reference.kv[:n])
    assert_close(filled["contexts"], reference.contexts[:, :n])
    assert_close(filled["global_attention"], reference.global_attention[:, :, :, :n, :n])
    outputs = rig.run("step", rig.step_feeds(blocks[:, n], filled["kv"], forced=blocks[:, n + 1]))
    check_step(outputs, reference, n)


def test_greedy_picks_are_the_greatest_logits(rig: Rig) -> None:
    blocks = random_blocks(rig, 2, 1)[:, 0]
    outputs = rig.run("step", rig.step_feeds(blocks, rig.empty_past(2)))
    np.testing.assert_array_equal(outputs["picks"], outputs["logits"].argmax(-1))
    written = torch.from_numpy(np.stack([blocks, outputs["picks"]], 1))
    assert_close(outputs["logits"], full_pass(rig.model, written).logits[:, 0])


def test_noise_temperature_and_bans_move_the_picks(rig: Rig) -> None:
    rng = np.random.default_rng(3)
    feeds = rig.step_feeds(random_blocks(rig, 2, 1)[:, 0], rig.empty_past(2))
    feeds["noise"] = rng.gumbel(size=feeds["noise"].shape).astype(np.float32)
    feeds["inverse_temperature"] = np.array([0.7], np.float32)
    banned = rng.choice(rig.config.vocabulary, rig.config.vocabulary // 2, replace=False)
    feeds["logit_bias"][banned] = HIDDEN
    outputs = rig.run("step", feeds)
    scores = outputs["logits"] * np.float32(0.7) + (feeds["noise"] + feeds["logit_bias"])
    np.testing.assert_array_equal(outputs["picks"], scores.argmax(-1))
    assert not np.isin(outputs["picks"], banned).any()


def test_a_forced_token_wins_over_a_ban_and_over_the_cut(rig: Rig) -> None:
    blocks = random_blocks(rig, 2, 2)
    feeds = rig.step_feeds(blocks[:, 0], rig.empty_past(2), forced=blocks[:, 1])
    feeds["logit_bias"][:] = HIDDEN
    np.testing.assert_array_equal(rig.run("step", feeds)["picks"], blocks[:, 1])
    feeds |= {"top_k": np.ones(1, np.int64), "top_p": np.full(1, 0.1, np.float32)}
    np.testing.assert_array_equal(rig.run("step-cut", feeds)["picks"], blocks[:, 1])


def test_a_gated_block_gets_no_weight(rig: Rig) -> None:
    blocks = random_blocks(rig, 1, 5)
    filled = rig.run("prefill", {"tokens": blocks[:, :4], "positions": np.arange(4)[None], "mask": causal_mask(4)})
    feeds = rig.step_feeds(blocks[:, 4], filled["kv"])
    feeds["mask"][..., 2] = HIDDEN
    rows = rig.run("step", feeds)["global_attention"]
    assert (rows[..., 2] == 0).all()
    np.testing.assert_allclose(rows.sum(-1), 1, rtol=1e-5)


def scores_to_rows(queries: NDArray[Any], keys: NDArray[Any]) -> torch.Tensor:
    """Causal softmax of q k / sqrt(d): ``[layers, H, n, d]`` each to ``[layers, H, n, n]``."""
    n, size = queries.shape[2:]
    scores = queries.astype(np.float64) @ keys.astype(np.float64).transpose(0, 1, 3, 2) / np.sqrt(size)
    return torch.from_numpy(scores).masked_fill(torch.ones(n, n, dtype=torch.bool).triu(1), float("-inf")).softmax(-1)


@pytest.mark.parametrize("n", [1, 2, 8])
def test_inspect_gives_the_queries_and_keys_behind_the_maps(rig: Rig, n: int) -> None:
    blocks = random_blocks(rig, 1, n + 1)
    reference = full_pass(rig.model, torch.from_numpy(blocks))
    positions = np.arange(n)[None]
    feeds = {"tokens": blocks[:, :n], "positions": positions, "mask": causal_mask(n)}
    if rig.config.block_length > 1:
        feeds["written"] = blocks[:, n, :-1]
    outputs = rig.run("inspect", feeds)
    assert_close(outputs["global_keys"], reference.kv[:n, 0, ::2].permute(1, 2, 0, 3), "global keys")
    rows = scores_to_rows(outputs["global_queries"], outputs["global_keys"])
    assert_close(rows.numpy(), reference.global_attention[0, :, :, :n, :n], "global")
    local = scores_to_rows(outputs["local_queries"], outputs["local_keys"])
    assert_close(local.numpy(), reference.local_attention[0, n - 1], "local")


def test_inspect_notices_another_token(rig: Rig) -> None:
    """Every token that was fed moves a query: none is left out, and the block's last, never fed, moves none."""
    blocks = random_blocks(rig, 1, 3)

    def run(changed: NDArray[Any]) -> dict[str, NDArray[Any]]:
        feeds = {"tokens": changed[:, :2], "positions": np.arange(2)[None], "mask": causal_mask(2)}
        if rig.config.block_length > 1:
            feeds["written"] = changed[:, 2, :-1]
        return rig.run("inspect", feeds)

    before = run(blocks)
    for block in range(3):
        for slot in range(rig.config.block_length):
            other = blocks.copy()
            other[0, block, slot] = (other[0, block, slot] + 1) % rig.config.vocabulary
            after = run(other)
            fed = block < 2 or slot < rig.config.block_length - 1
            assert (np.abs(after["local_queries"] - before["local_queries"]).max() > 1e-3) == fed, (block, slot)
            moved = np.abs(after["global_queries"] - before["global_queries"]).max() > 1e-3
            assert moved == (block < 2), (block, slot)
