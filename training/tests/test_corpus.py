"""Documents, the word filter, the validation split, and prepare."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np
import pytest
from conftest import TOKENIZERS

from blockscope_training.corpus import drop_paragraphs, find_sources, read_documents, slur_pattern, split_validation
from blockscope_training.prepare import prepare
from blockscope_training.tokenizer import decode, load_tokenizer


def test_documents_are_stripped_and_empty_ones_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.xz"
    text = "\n one\n\ntwo \n<|endoftext|>\n  \n<|endoftext|>\nsays <|endoftext|> inline\r\n<|endoftext|>\nlast"
    path.write_bytes(lzma.compress(text.encode()))
    assert list(read_documents(path)) == ["one\n\ntwo", "says <|endoftext|> inline", "last"]


def test_find_sources(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no \.txt\.xz"):
        find_sources(tmp_path)
    for name in ("b.txt.xz", "a.txt", "b.txt"):
        (tmp_path / name).touch()
    assert find_sources(tmp_path) == {"a": tmp_path / "a.txt", "b": tmp_path / "b.txt.xz"}
    with pytest.raises(FileNotFoundError, match="c"):
        find_sources(tmp_path, ["c"])


def test_paragraphs_with_slurs_go_and_period_words_stay() -> None:
    pattern = slur_pattern()
    text = "A queer, gay little coon ran by.\n\nThe Injuns came.\n\nThe dagoes and the DARKIES.\n\nThe end."
    assert drop_paragraphs(text, pattern) == "A queer, gay little coon ran by.\n\nThe end."
    assert drop_paragraphs("A faggot of sticks; kafirs.", pattern) == ""
    assert not pattern.search("spice, a wopping injunction, half-bred horses, wool-dagon")


def test_split_depends_on_each_document_alone() -> None:
    stories = [f"story {n}" for n in range(3000)]
    training, validation = split_validation(stories)
    assert sorted(training + validation) == sorted(stories)
    assert 30 < len(validation) < 90
    _, more_validation = split_validation(list(reversed(stories)) + ["another"])
    assert set(validation) <= set(more_validation)
    assert not set(training) & set(more_validation)
    books = [f"{n} " * 20_000 for n in range(20)] + ["tiny book"]
    kept, held_out = split_validation(books)
    assert len(held_out) == 4
    assert "tiny book" in kept


def test_prepare(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    stories = [f"Story {n}.\n\nThe end of {n}." for n in range(1200)]
    text = "".join(f"{story}\n<|endoftext|>\n" for story in stories)
    (data / "modern-stories.txt.xz").write_bytes(lzma.compress(text.encode()))
    prepare(data, TOKENIZERS / "nano.json", out)
    training, validation = split_validation(stories)
    assert list(read_documents(out / "modern-stories.validation.txt")) == validation
    tokenizer = load_tokenizer(TOKENIZERS / "nano.json")
    for split, expected in (("training", training), ("validation", validation)):
        tokens = np.load(out / f"modern-stories.{split}.tokens.npy")
        ends = np.load(out / f"modern-stories.{split}.ends.npy")
        assert tokens.dtype == np.uint16
        assert np.array_equal(np.flatnonzero(tokens == 1) + 1, ends)
        assert [decode(tokenizer, part.tolist()) for part in np.split(tokens, ends[:-1])] == expected
    record = json.loads((out / "prepared.json").read_text("utf-8"))
    assert record["sources"]["modern-stories"]["trainingDocuments"] == len(training)
