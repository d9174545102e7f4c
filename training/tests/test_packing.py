"""Packing documents into block-aligned windows, and drawing windows by phase."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest import SMALL, SMALL_FLAT

from blockscope_training.packing import Mixture, Phase, Source, pack_documents, parse_phase


def documents(seed: int, count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    parts = [np.append(rng.integers(2, 40, n), 1) for n in rng.integers(5, 50, count)]
    return np.concatenate(parts).astype(np.uint16), np.cumsum([len(part) for part in parts])


@pytest.mark.parametrize("block_length", [2, 4, 8])
def test_pads_in_front_are_uniform_and_documents_close_on_borders(block_length: int) -> None:
    config = replace(SMALL, block_length=block_length)
    tokens, ends = documents(0, 400)
    stream = pack_documents(tokens, ends, config, seed=7)
    assert len(stream) % block_length == 0
    assert np.array_equal(stream[stream != 0], tokens)
    lefts, position = [], 0
    for start, end in zip([0, *ends[:-1]], ends):
        assert position % block_length == 0
        left = 0
        while stream[position + left] == 0:
            left += 1
        lefts.append(left)
        position += -(-(left + end - start) // block_length) * block_length
    counts = np.bincount(lefts, minlength=block_length)
    assert len(counts) == block_length
    assert counts.min() > 0.5 * 400 / block_length
    assert position == len(stream)


def test_flat_models_get_no_pads() -> None:
    tokens, ends = documents(0)
    assert np.array_equal(pack_documents(tokens, ends, SMALL_FLAT, seed=7), tokens)


def test_pads_belong_to_the_document_not_to_its_place() -> None:
    tokens, ends = documents(1)
    order = np.random.default_rng(3).permutation(len(ends))
    one = pack_documents(tokens, ends, SMALL, 7)
    other = pack_documents(tokens, ends, SMALL, 7, order)
    assert not np.array_equal(one, other)
    assert sorted(map(bytes, one.reshape(-1, 4))) == sorted(map(bytes, other.reshape(-1, 4)))


def test_source_is_reproducible_and_reshuffles_each_epoch() -> None:
    tokens, ends = documents(2)
    source, again = Source(tokens, ends, SMALL, 5), Source(tokens, ends, SMALL, 5)
    first = [source.window(i) for i in range(2 * source.windows)]
    late = again.window(source.windows + 3)
    assert np.array_equal(late, first[source.windows + 3])
    assert np.array_equal(again.window(1), first[1])
    epochs = [sorted(map(bytes, first[:10])), sorted(map(bytes, first[source.windows : source.windows + 10]))]
    assert epochs[0] != epochs[1]
    # Windows of an epoch do not repeat: together they are the stream, up to its cut end.
    stream = sorted(token for window in first[: source.windows] for token in window.tolist() if token > 1)
    assert len(stream) > 0.9 * (tokens > 1).sum()
    assert np.bincount(stream, minlength=40).max() <= np.bincount(tokens[tokens > 1], minlength=40).max()


@pytest.mark.parametrize("block_length", [1, 2, 8])
def test_models_of_all_block_lengths_read_the_same_text_in_the_same_order(block_length: int) -> None:
    """Numbered tokens: what was read so far is what the model with blocks of 4 has read, but for the windows' rims."""
    rng = np.random.default_rng(4)
    ends = np.cumsum(rng.integers(200, 1200, 60))
    tokens = np.arange(2, 2 + int(ends[-1])).astype(np.uint16)
    config = SMALL_FLAT if block_length == 1 else replace(SMALL, block_length=block_length)
    one, other = Source(tokens, ends, SMALL, 5), Source(tokens, ends, config, 5)

    def read(source: Source, share: float) -> set[int]:
        windows = [source.window(i) for i in range(round(source.windows * share))]
        return set(np.concatenate(windows).tolist())

    for share in (0.1, 0.5):
        mine, theirs = read(one, share), read(other, share)
        assert len(mine & theirs) > 0.7 * len(mine)
    everything = np.concatenate([other.window(i) for i in range(other.windows)])
    counts = np.bincount(everything)[2:]
    assert counts.max() == 1


def test_blocks_of_four_keep_their_order() -> None:
    """The order on which running trainings depend: the windows of the stream in one plain permutation."""
    tokens, ends = documents(2)
    source = Source(tokens, ends, SMALL, 5)
    rng = np.random.default_rng([5, 0])
    stream = pack_documents(tokens, ends, SMALL, 5, rng.permutation(len(ends)))
    for index, place in enumerate(rng.permutation(source.windows)):
        assert np.array_equal(source.window(index), stream[place * 64 : place * 64 + 64])


def test_text_shorter_than_a_window_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter than one window"):
        Source(np.array([5, 1]), np.array([2]), SMALL, 0)


def test_mixture_follows_phases_and_weights() -> None:
    sources = {name: Source(*documents(seed), SMALL, 5) for seed, name in enumerate(("books", "stories"))}
    phases = [parse_phase("1000:books=1"), parse_phase("9e9:books=1,stories=3")]
    mixture = Mixture(sources, phases, seed=2)
    mixture.batch(8, tokens_seen=999)
    assert mixture.state == {"books": 8, "stories": 0}
    mixture.batch(400, tokens_seen=1000)
    assert mixture.state["stories"] == pytest.approx(300, abs=40)
    resumed = Mixture(sources, phases, seed=2)
    resumed.state.update(mixture.state)
    assert np.array_equal(resumed.batch(4, 1000), mixture.batch(4, 1000))


def test_phase_specs() -> None:
    assert parse_phase("15e6:a=1,b=0.5") == Phase(15e6, {"a": 1.0, "b": 0.5})
    for bad in ("a=1", "5:a", "x:a=1", "5:a=y"):
        with pytest.raises(ValueError, match="a phase reads"):
            parse_phase(bad)
    with pytest.raises(ValueError, match="no source named 'c'"):
        Mixture({}, [Phase(1, {"c": 1})], 0)
