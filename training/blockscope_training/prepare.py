"""Text to token arrays.

``python -m blockscope_training.prepare --data DIR --tokenizer FILE --out DIR [--only NAME ...]``

For each source and split the folder ``--out`` gets ``NAME.SPLIT.tokens.npy`` (uint16: every document followed by its
end-of-text token, no pads), ``NAME.SPLIT.ends.npy`` (int64: exclusive end of each document) and, for validation,
``NAME.validation.txt`` with marker lines. Pads are added when the arrays are packed for a model.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .command import run
from .corpus import END_MARKER, drop_paragraphs, find_sources, read_documents, slur_pattern, split_validation
from .tokenizer import load_tokenizer

END_ID = 1


def tokenise(tokenizer: Tokenizer, documents: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """``(tokens, ends)``: uint16 ids with an end-of-text token after each document, and each document's exclusive end."""
    parts: list[np.ndarray] = []
    ends: list[int] = []
    total = 0
    for start in range(0, len(documents), 64):
        for encoding in tokenizer.encode_batch(documents[start : start + 64]):
            parts.append(np.asarray([*encoding.ids, END_ID], dtype=np.uint16))
            total += len(parts[-1])
            ends.append(total)
    tokens = np.concatenate(parts) if parts else np.zeros(0, np.uint16)
    return tokens, np.asarray(ends, dtype=np.int64)


def prepare(data: Path, tokenizer_file: Path, out: Path, only: list[str] | None = None) -> None:
    """Filter, split and tokenise every source of ``data`` into ``out`` (see the module's head for the files)."""
    tokenizer = load_tokenizer(tokenizer_file)
    pattern = slur_pattern()
    out.mkdir(parents=True, exist_ok=True)
    summary: dict[str, dict[str, int]] = {}
    for name, path in find_sources(data, only).items():
        documents = [text for text in (drop_paragraphs(raw, pattern) for raw in read_documents(path)) if text]
        training, validation = split_validation(documents)
        summary[name] = {"bytes": sum(len(text.encode()) for text in training)}
        for split, texts in (("training", training), ("validation", validation)):
            tokens, ends = tokenise(tokenizer, texts)
            np.save(out / f"{name}.{split}.tokens.npy", tokens)
            np.save(out / f"{name}.{split}.ends.npy", ends)
            summary[name][f"{split}Documents"] = len(ends)
            summary[name][f"{split}Tokens"] = len(tokens)
        text = "".join(f"{document}\n{END_MARKER}\n" for document in validation)
        (out / f"{name}.validation.txt").write_text(text, "utf-8")
        print(f"{name}: {summary[name]}", file=sys.stderr)
    digest = hashlib.sha256(tokenizer_file.read_bytes()).hexdigest()
    record = {"tokenizer": tokenizer_file.name, "tokenizerSha256": digest, "sources": summary}
    (out / "prepared.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.prepare", description="Tokenise training text.")
    parser.add_argument("--data", type=Path, required=True, help="folder of .txt.xz files")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer JSON file")
    parser.add_argument("--out", type=Path, required=True, help="folder for the token arrays")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names of the sources to take (default all)")
    arguments = parser.parse_args()
    prepare(arguments.data, arguments.tokenizer, arguments.out, arguments.only)


if __name__ == "__main__":
    run(main)
