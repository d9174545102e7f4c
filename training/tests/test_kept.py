"""The plain runs with a changed cache, and the low-rank bases."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from blockscope_training.kept import KeptRun, Keyformer, Method, PrefixKV, SlidingWindow, Streaming, kept_run
from blockscope_training.lowrank import layer_bases, straighten
from blockscope_training.model import FlatTransformer, NeoXLayer
from blockscope_training.reference import flat_pass

PROMPT, LENGTH = 9, 16
METHODS = ["everything", "window", "streaming", "keyformer", "prefixkv"]


def some_tokens(model: FlatTransformer) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(3).integers(0, model.config.vocabulary, LENGTH))


def noise_of(model: FlatTransformer) -> torch.Tensor:
    shape = (LENGTH, model.config.block_layers, model.config.heads)
    return torch.from_numpy(np.random.default_rng(5).gumbel(size=shape).astype(np.float32))


def method_of(model: FlatTransformer, name: str) -> Method:
    made: dict[str, Method] = {
        "everything": Method(),
        "window": SlidingWindow(5),
        "streaming": Streaming(2, 4),
        "keyformer": Keyformer(6, 2, noise_of(model), LENGTH - PROMPT),
        "prefixkv": PrefixKV(0.6, 1, 2),
    }
    return made[name]


def run_of(model: FlatTransformer, method: Method) -> KeptRun:
    return kept_run(model, some_tokens(model), PROMPT, method)


@pytest.mark.parametrize("name", ["window", "streaming", "keyformer", "prefixkv"])
def test_a_method_that_drops_nothing_is_the_full_cache(flat: FlatTransformer, name: str) -> None:
    all_of_it: dict[str, Method] = {
        "window": SlidingWindow(LENGTH),
        "streaming": Streaming(2, LENGTH),
        "keyformer": Keyformer(LENGTH, 3, noise_of(flat), LENGTH - PROMPT),
        "prefixkv": PrefixKV(1),
    }
    run = run_of(flat, all_of_it[name])
    whole = flat_pass(flat, some_tokens(flat)[None])
    np.testing.assert_allclose(run.logits, whole.logits[0, PROMPT - 1 :], atol=1e-5)
    np.testing.assert_allclose(run.attention, whole.attention[0, :, :, PROMPT - 1 :], atol=1e-5)


def test_each_method_holds_what_it_says(flat: FlatTransformer) -> None:
    counts = {name: run_of(flat, method_of(flat, name)).held.sum(-1) for name in METHODS}
    assert (counts["window"] == 5).all()
    assert (counts["streaming"] == 6).all()
    assert (counts["keyformer"] == 6).all()
    totals = counts["prefixkv"][:, :, 0].sum(-1).tolist()
    assert totals[0] <= 0.6 * flat.config.block_layers * PROMPT
    assert all(total <= 0.6 * flat.config.block_layers * (PROMPT + step) for step, total in enumerate(totals))
    assert len(set(counts["prefixkv"][0, :, 0].tolist())) > 1, "the layers of this model differ"


def test_sinks_stand_where_the_cache_ends(flat: FlatTransformer) -> None:
    """Without sinks only differences count; with them their distance stays."""
    same = [run_of(flat, method).logits for method in (SlidingWindow(5), Streaming(0, 5), Streaming(1, 5))]
    np.testing.assert_allclose(same[0], same[1], atol=1e-4)
    assert (same[0] - same[2]).abs().max() > 1e-2


def test_keyformer_takes_turns(flat: FlatTransformer) -> None:
    """Heads differ, the noise matters, and a token that left the window may stay."""
    run = run_of(flat, method_of(flat, "keyformer"))
    assert (run.held[-1, :, 0] != run.held[-1, :, 1]).any()
    quiet = run_of(flat, Keyformer(6, 2, torch.zeros_like(noise_of(flat)), LENGTH - PROMPT))
    assert (run.held != quiet.held).any()
    assert run.held[-1, :, :, PROMPT : LENGTH - 2].any()


def test_bases_are_those_of_the_singular_values(flat: FlatTransformer) -> None:
    """Rank r loses exactly what the singular values behind r hold, up to the rounding of the bases."""
    bases = layer_bases(flat.state_dict(), flat.config)
    for layer, basis in zip(flat.decoder.layers, bases):
        assert isinstance(layer, NeoXLayer)
        _, k, v = layer.qkv.weight.detach().chunk(3)
        for weight, stored, strengths in ((k, basis.k, basis.k_strengths), (v, basis.v, basis.v_strengths)):
            q = straighten(stored)
            np.testing.assert_allclose(q.T @ q, np.eye(flat.config.width), atol=2e-6)
            for rank in (1, 5, 20):
                lost = float((weight - q[:, :rank] @ (q[:, :rank].T @ weight)).square().sum())
                assert lost == pytest.approx(float(np.square(strengths[rank:]).sum()), rel=1e-3)
