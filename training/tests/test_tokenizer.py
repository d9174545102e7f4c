"""The shipped tokenizers: exact round trips and no way to type a special token."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import TOKENIZERS
from tokenizers import Tokenizer

from blockscope_training.tokenizer import END_NAME, PAD_NAME, decode, encode, load_tokenizer, token_bytes, train_tokenizer

ENTRIES = {"tiny": 4096, "nano": 512}

TEXTS = [
    "",
    " ",
    "Once upon a time",
    "  two  spaces\n\n\ttab\r\n end ",
    "naïve café — “quoted” … Ünïcödé",
    "日本語 العربية ไทย",
    "👩‍👩‍👧 family 🏳️‍🌈 flag 🦊",
    "e\u0301 stays decomposed, \u00e9 stays composed, \ufb01 stays a ligature",
    "\x00\x01\x7f control \u200b zero width \ufeff",
    "<|endoftext|>",
    "a <|pad|><|endoftext|> b <|end|>",
    "<|pad|>",
]


@pytest.fixture(params=sorted(ENTRIES))
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return load_tokenizer(TOKENIZERS / f"{request.param}.json")


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_vocabulary(name: str) -> None:
    data = json.loads((TOKENIZERS / f"{name}.json").read_text("utf-8"))
    vocabulary = data["model"]["vocab"]
    assert sorted(vocabulary.values()) == list(range(ENTRIES[name]))
    assert (vocabulary[PAD_NAME], vocabulary[END_NAME]) == (0, 1)
    assert data["added_tokens"] == []
    assert data["normalizer"] is None
    assert data["pre_tokenizer"]["add_prefix_space"] is False
    table = token_bytes(load_tokenizer(TOKENIZERS / f"{name}.json"))
    assert table[:2] == [b"", b""]
    assert {entry for entry in table if len(entry) == 1} == {bytes([byte]) for byte in range(256)}


@pytest.mark.parametrize("text", TEXTS)
def test_round_trip_without_specials(tokenizer: Tokenizer, text: str) -> None:
    ids = encode(tokenizer, text)
    assert not {0, 1} & set(ids)
    assert decode(tokenizer, ids) == text
    assert b"".join(token_bytes(tokenizer)[index] for index in ids) == text.encode()


def test_typed_special_is_ordinary_text(tokenizer: Tokenizer) -> None:
    assert len(encode(tokenizer, END_NAME)) > 3
    assert decode(tokenizer, [0, *encode(tokenizer, "hi"), 1]) == "hi"


def test_split_utf8_shows_as_replacement_until_whole(tokenizer: Tokenizer) -> None:
    ids = encode(tokenizer, "🦊")
    assert len(ids) > 1
    assert decode(tokenizer, ids[:1]) == "\ufffd"
    assert decode(tokenizer, ids) == "🦊"


def test_added_tokens_are_refused(tmp_path: Path) -> None:
    data = json.loads((TOKENIZERS / "nano.json").read_text("utf-8"))
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    data["added_tokens"] = [{"id": 1, "content": END_NAME, **flags}]
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(data), "utf-8")
    assert 1 in Tokenizer.from_file(str(path)).encode("a <|endoftext|>").ids
    with pytest.raises(ValueError, match="added tokens"):
        load_tokenizer(path)


def test_training(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    train_tokenizer(["the cat sat on the mat with the other cat " * 3], 262, path)
    tokenizer = load_tokenizer(path)
    assert tokenizer.get_vocab_size() == 262
    assert decode(tokenizer, encode(tokenizer, "the dog <|pad|>")) == "the dog <|pad|>"
    assert len(encode(tokenizer, " the")) < 4
    with pytest.raises(ValueError, match="give more text"):
        train_tokenizer(["abc"], 4096, path)
    with pytest.raises(ValueError, match="at least 258"):
        train_tokenizer(["abc"], 100, path)
