"""Byte-level BPE: train, load, encode, decode.

``python -m blockscope_training.tokenizer --data DIR --entries 4096 --out FILE``

Ids 0 (pad) and 1 (end of text) have names in the vocabulary but no merge leads to them, so no typed text yields them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from .command import run
from .corpus import drop_paragraphs, find_sources, read_documents, slur_pattern

PAD_NAME = "<|pad|>"
END_NAME = "<|endoftext|>"


def train_tokenizer(texts: Iterable[str], entries: int, path: Path) -> None:
    """Train a BPE of ``entries`` entries (two names, 256 bytes, merges) on ``texts`` and write it as one JSON file."""
    if entries < 258:
        raise ValueError(f"a byte-level vocabulary needs at least 258 entries, not {entries}")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=entries,
        special_tokens=[PAD_NAME, END_NAME],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    data = json.loads(tokenizer.to_str())
    # As added tokens the two names would be matched inside typed text; without, they are ordinary characters there.
    data["added_tokens"] = []
    vocabulary = data["model"]["vocab"]
    if len(vocabulary) != entries:
        raise ValueError(f"the text yields only {len(vocabulary)} of {entries} entries; give more text")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=0) + "\n", "utf-8")


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in ``path``. Raises ``OSError`` or ``ValueError``."""
    text = path.read_text("utf-8")
    try:
        tokenizer = Tokenizer.from_str(text)
    except Exception as error:  # the library raises bare Exception
        raise ValueError(f"{path} is not a tokenizer file: {error}") from error
    if json.loads(text)["added_tokens"]:
        raise ValueError(f"{path} holds added tokens, so typed text could yield special ids")
    return tokenizer


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    """Token ids of ``text``; never a special id."""
    ids: list[int] = tokenizer.encode(text).ids
    return ids


def token_bytes(tokenizer: Tokenizer) -> list[bytes]:
    """The bytes each entry stands for; pad and end of text stand for none."""
    to_byte = {char: byte for byte, char in _byte_characters().items()}
    table = [b""] * tokenizer.get_vocab_size()
    for token, index in tokenizer.get_vocab().items():
        if token not in (PAD_NAME, END_NAME):
            table[index] = bytes(to_byte[char] for char in token)
    return table


def decode(tokenizer: Tokenizer, ids: Iterable[int]) -> str:
    """Text of ``ids`` without specials; bytes that are no UTF-8 become U+FFFD."""
    table = token_bytes(tokenizer)
    return b"".join(table[index] for index in ids).decode("utf-8", errors="replace")


def _byte_characters() -> dict[int, str]:
    """GPT-2's byte to printable character map."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def sample_texts(data: Path, bytes_per_source: int) -> Iterator[str]:
    """Whole documents of every source in ``data``, evenly spread, about ``bytes_per_source`` bytes of each."""
    pattern = slur_pattern()
    for path in find_sources(data).values():
        documents = list(read_documents(path))
        total = sum(map(len, documents))
        stride = max(1, round(total / bytes_per_source))
        yield from (drop_paragraphs(text, pattern) for text in documents[::stride])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.tokenizer", description="Train a tokenizer.")
    parser.add_argument("--data", type=Path, required=True, help="folder of .txt.xz files")
    parser.add_argument("--entries", type=int, required=True, help="vocabulary size, specials and bytes included")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--megabytes", type=float, default=12, help="text sampled from each source")
    arguments = parser.parse_args()
    train_tokenizer(sample_texts(arguments.data, int(arguments.megabytes * 1e6)), arguments.entries, arguments.out)


if __name__ == "__main__":
    run(main)
