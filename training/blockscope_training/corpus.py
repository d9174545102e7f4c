"""Reading training text: documents, the word filter, and the validation split."""

from __future__ import annotations

import hashlib
import lzma
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

END_MARKER = "<|endoftext|>"
SUFFIXES = (".txt.xz", ".txt")

# A source with fewer documents than this holds whole books, of which a few short ones are held out.
_FEW_DOCUMENTS = 1000
_HELD_OUT_BOOKS = 4
_HELD_OUT_BOOK_BYTES = (40_000, 180_000)
_HELD_OUT_STORIES = 0.02


def split_documents(lines: Iterable[str]) -> Iterator[str]:
    """The documents in ``lines``: text up to a line ``<|endoftext|>``, outer white space stripped, empty ones skipped.

    Text after the last marker counts as a document (design, section 8).
    """
    held: list[str] = []
    for line in lines:
        if line.strip() == END_MARKER:
            text = "".join(held).strip()
            held.clear()
            if text:
                yield text
        else:
            held.append(line)
    text = "".join(held).strip()
    if text:
        yield text


def read_documents(path: Path) -> Iterator[str]:
    """The documents of one UTF-8 file, plain or ``.xz``. Raises ``OSError``, ``UnicodeDecodeError`` or ``lzma.LZMAError``."""
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from split_documents(file)
    else:
        with path.open("r", encoding="utf-8", newline="") as file:
            yield from split_documents(file)


def find_sources(data: Path, only: list[str] | None = None) -> dict[str, Path]:
    """Source name to file, sorted by name: every ``NAME.txt.xz`` (else ``NAME.txt``) directly in ``data``.

    Raises ``FileNotFoundError`` when there is none, or one named in ``only`` is missing.
    """
    found: dict[str, Path] = {}
    for suffix in SUFFIXES:
        for path in sorted(data.glob(f"*{suffix}")):
            found.setdefault(path.name[: -len(suffix)], path)
    if only:
        missing = [name for name in only if name not in found]
        if missing:
            raise FileNotFoundError(f"{data} holds no file {missing[0]}.txt.xz")
        found = {name: found[name] for name in only}
    if not found:
        raise FileNotFoundError(f"{data} holds no .txt.xz files")
    return dict(sorted(found.items()))


def slur_pattern(words_file: Path | None = None) -> re.Pattern[str]:
    """A pattern matching any listed word, singular or plural, in any case. The list is ``slurs.txt`` beside this file."""
    path = words_file or Path(__file__).with_name("slurs.txt")
    words = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return re.compile(r"\b(?:" + "|".join(re.escape(plural) for word in words for plural in _plurals(word)) + r")\b", re.I)


def _plurals(word: str) -> list[str]:
    return [word, word + "s", word + "es"] + ([word[:-1] + "ies"] if word.endswith("y") else [])


def drop_paragraphs(text: str, pattern: re.Pattern[str]) -> str:
    """``text`` without the paragraphs (separated by blank lines) in which ``pattern`` matches."""
    if not pattern.search(text):
        return text
    return "\n\n".join(part for part in text.split("\n\n") if not pattern.search(part)).strip()


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def split_validation(documents: list[str]) -> tuple[list[str], list[str]]:
    """``(training, validation)``, decided by each document's own SHA-256 and so independent of order and of new documents.

    About 2 % of the stories; of a source of whole books, the four with the lowest hashes among the short ones.
    """
    hashes = [_hash(text) for text in documents]
    if len(documents) < _FEW_DOCUMENTS:
        low, high = _HELD_OUT_BOOK_BYTES
        short = sorted(h for h, text in zip(hashes, documents) if low <= len(text.encode()) <= high)
        held_out = set(short[:_HELD_OUT_BOOKS])
    else:
        held_out = {h for h in hashes if h < _HELD_OUT_STORIES * 2**64}
    training = [text for h, text in zip(hashes, documents) if h not in held_out]
    validation = [text for h, text in zip(hashes, documents) if h in held_out]
    return training, validation
