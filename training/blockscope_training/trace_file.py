"""Write a run in PyTorch as a trace file, which the web app opens as it opens its own.

``python -m blockscope_training.trace_file --bundle DIR --prompt TEXT --tokens N --out FILE.bscope [--ignore-eot]``

The text is written greedily, block by block with caches, as the app writes it; every number is measured on that way.
``docs/trace-format.md`` describes the file. It is compact (logits in half precision) and packed with gzip.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .bundle import MANIFEST_FILE, TOKENIZER_FILE, load_bundle
from .checkpoint import write_atomically
from .command import BadInput, run
from .generate import pad_prompt
from .model import BlockTransformer, Record
from .tokenizer import encode, load_tokenizer

MAGIC = b"BSCTRACE"
TRACE_VERSION = 2
LARGEST_HALF = 65504.0

Floats = NDArray[np.float32]


@dataclass
class Trace:
    """What a run measured, in the order of a file. Global rows come one a block, all else one a written block."""

    given: int
    """Tokens of the prompt, pads included."""
    pads: int
    tokens: list[int]
    """Pads, prompt, then what was written, the rest of the last block included."""
    prefill_ms: float | None = None
    """Milliseconds of the prompt's blocks but the last; ``None`` for a prompt of one block, which needs no prefill."""
    global_rows: list[Floats] = field(default_factory=list)
    """Row i is ``[n_b, H, i + 1]``."""
    contexts: list[Floats] = field(default_factory=list)
    """``[D]``"""
    kv_norms: list[Floats] = field(default_factory=list)
    """``[n_b, 2, H]``: K after rotary embedding, then V."""
    local_maps: list[Floats] = field(default_factory=list)
    """``[n_t, H, R, R]``, zeros above the diagonal."""
    logits: list[Floats] = field(default_factory=list)
    """``[L_B, V]``, before anything is banned."""
    prefixes: list[Floats] = field(default_factory=list)
    """``[P, D]``"""
    step_ms: list[float] = field(default_factory=list)
    end: tuple[str, int] = ("length", 0)
    """Why the run ended, and the tokens of its text, pads and prompt included."""


class TraceWriter:
    """Runs a block model with caches and keeps what it computes."""

    def __init__(self, model: BlockTransformer, prompt: Sequence[int]) -> None:
        config = model.config
        padded = pad_prompt(prompt, config.block_length, config.pad_id)
        self.model = model
        self.cache = model.block_decoder.new_cache()
        self.trace = Trace(len(padded), len(padded) - len(prompt), padded)

    @torch.no_grad()
    def prefill(self) -> None:
        """Embed all blocks of the prompt but the last, which the first step embeds."""
        size = self.model.config.block_length
        before = self.trace.tokens[:-size]
        if before:
            started = perf_counter()
            self._embed(before)
            self.trace.prefill_ms = 1000 * (perf_counter() - started)

    @torch.no_grad()
    def step(self, banned: Sequence[int]) -> list[int]:
        """Embed the last block and write the next one greedily; its ids."""
        started = perf_counter()
        trace, size = self.trace, self.model.config.block_length
        context = self._embed(trace.tokens[-size:])
        prefixes = self.model.prefixes(context)
        decoder = self.model.token_decoder
        cache, record = decoder.new_cache(), Record()
        states = decoder(prefixes, cache, record)
        logits: list[Tensor] = []
        block: list[int] = []
        while True:
            logits.append(self.model.head(states[0, -1]))
            allowed = logits[-1].clone()
            allowed[list(banned)] = -torch.inf
            block.append(int(allowed.argmax()))
            # The block's last token is never fed; the block decoder reads it with its block.
            if len(block) == size:
                break
            states = decoder(self.model.token_table(torch.tensor([block[-1:]])), cache, record)
        trace.tokens += block
        trace.local_maps.append(self._local_maps(record))
        trace.logits.append(_floats(torch.stack(logits)))
        trace.prefixes.append(_floats(prefixes[0]))
        trace.step_ms.append(1000 * (perf_counter() - started))
        return block

    def _embed(self, tokens: Sequence[int]) -> Tensor:
        """Embed whole blocks and keep their rows; the last context ``[1, D]``."""
        record = Record()
        first = self.cache[0].length
        blocks = torch.tensor(tokens).view(1, -1, self.model.config.block_length)
        contexts = self.model.contexts(blocks, self.cache, record)
        attention = torch.stack([rows[0] for rows in record.attention])
        held = [(layer.k, layer.v) for layer in self.cache]
        # [layers, K and V, heads, blocks]
        norms = torch.stack([torch.stack([part[0].norm(dim=-1) for part in both if part is not None]) for both in held])
        for index in range(blocks.shape[1]):
            row = first + index
            self.trace.global_rows.append(_floats(attention[:, :, index, : row + 1]))
            self.trace.contexts.append(_floats(contexts[0, index]))
            self.trace.kv_norms.append(_floats(norms[..., row]))
        return contexts[:, -1]

    def _local_maps(self, record: Record) -> Floats:
        """The rows of one block's passes as whole maps: first those of the prefixes, then one a pass, layer by layer."""
        config = self.model.config
        side, layers = config.local_length, config.token_layers
        maps = np.zeros((layers, config.heads, side, side), np.float32)
        row = 0
        for at in range(0, len(record.attention), layers):
            parts = record.attention[at : at + layers]
            queries, keys = parts[0].shape[-2:]
            for layer, part in enumerate(parts):
                maps[layer, :, row : row + queries, :keys] = _floats(part[0])
            row += queries
        return maps


def record_run(model: BlockTransformer, prompt: Sequence[int], count: int, ignore_end: bool = False) -> Trace:
    """Write ``count`` tokens after ``prompt`` (ids), fewer if the text ends before and ``ignore_end`` is not set.

    Raises ``ValueError`` when there is no prompt, nothing to write, or no room for it.
    """
    config = model.config
    if not prompt:
        raise ValueError("the prompt is empty")
    if count < 1:
        raise ValueError(f"at least 1 token must be written, not {count}")
    writer = TraceWriter(model, prompt)
    trace = writer.trace
    last = len(trace.tokens) + count
    if last > config.context_length:
        raise ValueError(f"{trace.given} prompt tokens and {count} new ones exceed the context of {config.context_length}")
    banned = [config.pad_id, config.end_id] if ignore_end else [config.pad_id]
    writer.prefill()
    while len(trace.tokens) < last:
        before = len(trace.tokens)
        block = writer.step(banned)
        trace.end = ("length", min(last, len(trace.tokens)))
        if config.end_id in block[: last - before]:
            trace.end = ("end-of-text", before + block.index(config.end_id) + 1)
            break
    return trace


def trace_bytes(
    trace: Trace, manifest: dict[str, Any], prompt: str, ignore_end: bool = False, compact: bool = True
) -> bytes:
    """A trace as a file, not yet packed. ``manifest`` is that of the model; ``compact`` stores logits in half precision.

    Raises ``ValueError`` for numbers that no file can hold.
    """
    dims = manifest["dims"]
    heads, steps, rows = dims["heads"], len(trace.logits), len(trace.global_rows)
    side = dims["prefixLength"] + dims["blockLength"] - 1
    logits = _halves(trace.logits) if compact else _joined(trace.logits)
    arrays: list[tuple[str, list[int], NDArray[Any]]] = [
        ("tokens", [len(trace.tokens)], np.array(trace.tokens, "<i4")),
        ("global_attention", [dims["blockLayers"] * heads * rows * (rows + 1) // 2], _joined(trace.global_rows)),
        ("contexts", [rows, dims["width"]], _joined(trace.contexts)),
        ("kv_norms", [rows, dims["blockLayers"], 2, heads], _joined(trace.kv_norms)),
        ("local_attention", [steps, dims["tokenLayers"], heads, side, side], _joined(trace.local_maps)),
        ("logits", [steps, dims["blockLength"], dims["vocabulary"]], logits),
        ("prefixes", [steps, dims["prefixLength"], dims["width"]], _joined(trace.prefixes)),
        ("forced", [steps, dims["blockLength"]], np.zeros(steps * dims["blockLength"], "<i4")),
        ("step_ms", [steps], np.array(trace.step_ms, "<f4")),
    ]
    types = {"<i4": "int32", "<f4": "float32", "<f2": "float16"}
    for name, shape, values in arrays:
        if values.size != math.prod(shape):
            raise ValueError(f"{name} holds {values.size} numbers, not {shape}")
        if not np.isfinite(values).all():
            raise ValueError(f"{name} holds a number that is not finite")
    reason, length = trace.end
    header = {
        "format": "blockscope-trace",
        "version": TRACE_VERSION,
        "id": secrets.token_hex(16),
        "branch": None,
        "model": {
            "id": manifest["id"],
            "architecture": "block",
            "dims": dims,
            "weightsSha256": manifest["weights"]["sha256"],
            "padId": manifest["tokenizer"]["padId"],
            "endId": manifest["tokenizer"]["endId"],
        },
        "prompt": prompt,
        "sampling": {"seed": 0, "temperature": 0, "topK": None, "topP": 1, "ignoreEnd": ignore_end},
        "backend": "pytorch",
        "provenance": "measured",
        "created": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "counts": {
            "pads": trace.pads,
            "promptBlocks": trace.given // dims["blockLength"],
            "rows": rows,
            "steps": steps,
            "prefillMs": trace.prefill_ms,
            "end": {"reason": reason, "length": length},
        },
        "arrays": [{"name": name, "type": types[values.dtype.str], "shape": shape} for name, shape, values in arrays],
    }
    text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([MAGIC, len(text).to_bytes(4, "little"), text, *(values.tobytes() for _, _, values in arrays)])


def write_trace_file(bundle: Path, prompt: str, count: int, out: Path, ignore_end: bool = False) -> Trace:
    """Write ``count`` tokens after ``prompt`` with the model of ``bundle``, as the file ``out``.

    Raises ``OSError`` or ``ValueError`` for a missing or unfit bundle, prompt or count.
    """
    model = load_bundle(bundle)
    if not isinstance(model, BlockTransformer):
        raise ValueError(f"{model.config.id} is a flat model, and a trace file holds runs of block models")
    manifest = json.loads((bundle / MANIFEST_FILE).read_text("utf-8"))
    trace = record_run(model, encode(load_tokenizer(bundle / TOKENIZER_FILE), prompt), count, ignore_end)
    write_atomically(out, gzip.compress(trace_bytes(trace, manifest, prompt, ignore_end)))
    return trace


def _floats(tensor: Tensor) -> Floats:
    return np.array(tensor.numpy(), np.float32)


def _joined(parts: Sequence[Floats]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, "<f4"), *(part.ravel() for part in parts)]).astype("<f4")


def _halves(parts: Sequence[Floats]) -> NDArray[Any]:
    values = _joined(parts)
    if np.abs(values).max(initial=0) > LARGEST_HALF:
        raise ValueError("a logit does not fit half precision")
    return values.astype("<f2")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.trace_file", description="Write a trace file.")
    parser.add_argument("--bundle", type=Path, required=True, help="folder of the bundle of a block model")
    parser.add_argument("--prompt", required=True, help="text to go on from")
    parser.add_argument("--tokens", type=int, required=True, help="how many to write")
    parser.add_argument("--out", type=Path, required=True, help="the file to write; the app's own end in .bscope")
    parser.add_argument("--ignore-eot", action="store_true", help="go on past the end of the text")
    arguments = parser.parse_args()
    if not arguments.out.parent.is_dir():
        raise BadInput(f"there is no folder for {arguments.out}")
    trace = write_trace_file(arguments.bundle, arguments.prompt, arguments.tokens, arguments.out, arguments.ignore_eot)
    print(f"{arguments.out}: {trace.end[1] - trace.given} tokens written, {arguments.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    run(main)
