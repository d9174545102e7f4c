"""Golden vectors of a bundle: what any engine must reproduce, from PyTorch in fp32 on the bundle's rounded weights.

``python -m blockscope_training.golden --bundle DIR --out DIR [--blocks 5] [--full 64]``

Each case is a prompt and its greedy continuation; everything comes from one pass over the whole sequence without a cache.
Two files are written. ``golden.bin`` holds float32 numbers, little-endian. ``golden.json`` holds::

    {"model": id, "weightsSha256": …, "bans": [ids never picked], "file": "golden.bin", "bytes": …, "sha256": …,
     "cases": [{"name", "prompt", "pads", "tokens": [prompt ids, pads first], "picks": [ids written, block after block],
                "margin": smallest lead of a pick over the next best logit,
                "arrays": [{"name", "shape", "offset": bytes from the start, "length": numbers}]}]}

With ``n`` prompt blocks, ``m`` written blocks and ``N = n + m - 1`` embedded ones the arrays are ``logits [m L_B, V]`` and,
in cases of at most ``--full`` embedded blocks, ``global_attention [n_b, H, N, N]``, ``contexts [N, D]``, ``prefixes
[m, P, D]``, ``local_attention [m, n_t, H, R, R]`` and ``kv [N, 2 n_b, H, d]`` (``docs/architecture.md`` has the words). Of a
flat model, with ``n`` prompt tokens and ``m`` written ones, they are ``logits [m, V]``, ``attention [L, H, N, N]`` and ``kv
[N, 2 L, H, d]``; a block is one token.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from .bundle import MANIFEST_FILE, TOKENIZER_FILE, load_bundle
from .checkpoint import write_atomically
from .command import BadInput, run
from .config import ModelConfig
from .model import BlockTransformer, FlatTransformer
from .reference import flat_pass, full_pass
from .tokenizer import encode, load_tokenizer

STORY = (
    "Once upon a time there was a little fox who lived at the edge of a quiet wood. Every morning she ran down to the "
    "river to drink, and every morning she met the same old heron, who stood on one leg and said nothing at all. One day "
    "the fox asked him why he never spoke. The heron looked at her for a long time. Then he put down his other leg and "
    "said that he had been counting the fish, and that now he would have to begin again. The fox was very sorry. She sat "
    "down beside him and promised to help. So they counted together, one by one, until the sun went behind the hills "
    "and the water was dark. There were seven fish, or perhaps eight, because one of them would not keep still. After "
    "that day the heron always said good morning to the fox, and the fox always waited until he had finished counting "
    "before she drank. When winter came and the river froze, they walked on the ice and looked for the fish below."
)


@dataclass(frozen=True)
class Case:
    """One prompt with its greedy continuation."""

    name: str
    prompt: str
    pads: int
    tokens: list[int]
    picks: list[int]
    margin: float
    arrays: dict[str, NDArray[np.float32]]


def choose_prompts(tokenizer: Tokenizer, config: ModelConfig, longest: int) -> dict[str, str]:
    """Prompts by name: one token, exactly one block, every number of pads, some beyond ASCII, one of up to ``longest`` tokens.

    As a flat model knows neither blocks nor pads, it gets one of a few tokens in their place.
    Raises ``ValueError`` where the tokenizer offers no such prompt.
    """
    beginnings = [STORY[:end] for end in range(1, 200)]
    lengths = [len(encode(tokenizer, text)) for text in beginnings]

    def first(wanted: int) -> str:
        if wanted not in lengths:
            raise ValueError(f"no short beginning of the story has {wanted} tokens")
        return beginnings[lengths.index(wanted)]

    size = config.block_length
    prompts = {"one-token": first(1)}
    if config.architecture == "flat":
        prompts["short"] = first(7)
    else:
        prompts["one-block"] = first(size)
        for pads in range(size):
            prompts[f"pads-{pads}"] = first(3 * size - pads)
    prompts["beyond-ascii"] = "“Où es-tu?” — Zoë 😀 said:\n\n3 < 4 & é"
    words = STORY.split(" ")
    texts = [" ".join(words[:count]) for count in range(1, len(words) + 1)]
    prompts["long"] = max((text for text in texts if len(encode(tokenizer, text)) <= longest), key=len)
    return prompts


@torch.no_grad()
def make_case(
    model: BlockTransformer | FlatTransformer,
    tokenizer: Tokenizer,
    name: str,
    prompt: str,
    blocks: int,
    bans: list[int],
    full: int,
) -> Case:
    """Continue ``prompt`` greedily by ``blocks`` blocks and record it."""
    config = model.config
    size = config.block_length
    ids = encode(tokenizer, prompt)
    pads = -len(ids) % size
    tokens = [config.pad_id] * pads + ids
    sequence = torch.tensor(tokens).view(1, -1, size)
    given = sequence.shape[1]
    margin = float("inf")
    for _ in range(blocks):
        block, lead = _next_block(model, sequence, bans)
        margin = min(margin, lead)
        sequence = torch.cat((sequence, block.view(1, 1, size)), dim=1)
    arrays = _record(model, sequence, given, sequence.shape[1] - 1 <= full)
    logits = arrays["logits"]
    picks = sequence[0, given:].flatten()
    allowed = logits.clone()
    allowed[:, bans] = -torch.inf
    if not torch.equal(allowed.argmax(-1), picks):
        raise ValueError(f"case {name} is undecided: its best logits lie within {margin:.1e}")
    return Case(name, prompt, pads, tokens, picks.tolist(), margin, {key: value.numpy() for key, value in arrays.items()})


def _next_block(model: BlockTransformer | FlatTransformer, sequence: Tensor, bans: list[int]) -> tuple[Tensor, float]:
    """The greedy block ``[L_B]`` behind ``sequence [1, n, L_B]`` and the smallest lead of its picks."""
    size, margin = model.config.block_length, float("inf")
    block = torch.zeros(size, dtype=torch.long)
    for slot in range(size):
        if isinstance(model, FlatTransformer):
            logits = model(sequence.flatten(1))[0, -1]
        else:
            logits = model.decode_blocks(model.contexts(sequence)[:, -1], block[None])[0, slot]
        logits[bans] = -torch.inf
        best = logits.topk(2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        block[slot] = best.indices[0]
    return block, margin


def _record(
    model: BlockTransformer | FlatTransformer, sequence: Tensor, given: int, full: bool
) -> dict[str, Tensor]:
    """The arrays of a case whose ``sequence [1, n, L_B]`` begins with ``given`` prompt blocks."""
    if isinstance(model, FlatTransformer):
        of_flat = flat_pass(model, sequence.flatten(1)[:, :-1])
        arrays = {"logits": of_flat.logits[0, given - 1 :]}
        return arrays | {"attention": of_flat.attention[0], "kv": of_flat.kv[:, 0]} if full else arrays
    passed = full_pass(model, sequence)
    arrays = {"logits": passed.logits[0, given - 1 :].flatten(0, 1)}
    if full:
        arrays |= {
            "global_attention": passed.global_attention[0, :, :, :-1, :-1],
            "contexts": passed.contexts[0, :-1],
            "prefixes": passed.prefixes[0, given - 1 : -1],
            "local_attention": passed.local_attention[0, given - 1 :],
            "kv": passed.kv[:-1, 0],
        }
    return arrays


def write_golden(bundle: Path, out: Path, blocks: int, full: int, longest: int | None = None) -> dict[str, Any]:
    """Write the golden vectors of ``bundle`` into ``out`` and return the index.

    Raises ``OSError`` or ``ValueError`` for a missing or unfit bundle.
    """
    model = load_bundle(bundle)
    config = model.config
    tokenizer = load_tokenizer(bundle / TOKENIZER_FILE)
    room = config.context_length - blocks * config.block_length
    if room < 4 * config.block_length:
        raise ValueError(f"{blocks} blocks leave no room for prompts in a context of {config.context_length} tokens")
    # The end of text is banned as well, so that every case has all its blocks.
    bans = [config.pad_id, config.end_id]
    data = bytearray()
    cases = []
    for name, prompt in choose_prompts(tokenizer, config, min(room, longest or room)).items():
        case = make_case(model, tokenizer, name, prompt, blocks, bans, full)
        arrays = []
        for key, values in case.arrays.items():
            arrays.append({"name": key, "shape": list(values.shape), "offset": len(data), "length": values.size})
            data += np.ascontiguousarray(values, dtype="<f4").tobytes()
        cases.append(
            {
                "name": case.name,
                "prompt": case.prompt,
                "pads": case.pads,
                "tokens": case.tokens,
                "picks": case.picks,
                "margin": round(case.margin, 6),
                "arrays": arrays,
            }
        )
    index = {
        "model": config.id,
        "weightsSha256": json.loads((bundle / MANIFEST_FILE).read_text("utf-8"))["weights"]["sha256"],
        "bans": bans,
        "file": "golden.bin",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "cases": cases,
    }
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / "golden.bin", bytes(data))
    write_atomically(out / "golden.json", (json.dumps(index, indent=1, ensure_ascii=False) + "\n").encode())
    return index


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.golden", description="Write golden vectors.")
    parser.add_argument("--bundle", type=Path, required=True, help="folder of the bundle")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--blocks", type=int, default=5, help="blocks written in each case")
    parser.add_argument("--longest", type=int, help="tokens of the longest prompt; default: what the context leaves")
    parser.add_argument("--full", type=int, default=64, help="blocks up to which a case holds more than logits")
    arguments = parser.parse_args()
    if arguments.blocks < 1:
        raise BadInput(f"--blocks must be at least 1, not {arguments.blocks}")
    index = write_golden(arguments.bundle, arguments.out, arguments.blocks, arguments.full, arguments.longest)
    print(f"{arguments.out}: {len(index['cases'])} cases, {index['bytes']:,} bytes")


if __name__ == "__main__":
    run(main)
