"""Golden vectors of a flat model with a changed KV cache: what the engine must reproduce, from ``kept.kept_run`` in fp32.

``python -m blockscope_training.golden_kept --bundle DIR --out DIR [--prompt 24] [--steps 12]``

All cases run one forced text. ``kept.bin`` holds float32 numbers, little-endian. ``kept.json`` holds::

    {"model": id, "weightsSha256": …, "file": "kept.bin", "bytes": …, "sha256": …, "tokens": [ids], "prompt": their number,
     "cases": [{"method": {"id", its settings}, "arrays": [{"name", "shape", "offset": bytes, "length": numbers}]}]}

With ``n`` prompt tokens of ``T`` the arrays are ``logits [T - n + 1, V]`` from the last prompt token on, ``attention [L, H,
T - n + 1, T]``, 0 where a position is not held, and for Keyformer ``noise [T, L, H]``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .bundle import MANIFEST_FILE, TOKENIZER_FILE, load_bundle
from .checkpoint import write_atomically
from .command import BadInput, run
from .golden import STORY
from .kept import Keyformer, Method, PrefixKV, SlidingWindow, Streaming, cut_to_rank, kept_run
from .lowrank import layer_bases
from .model import FlatTransformer
from .tokenizer import encode, load_tokenizer


def write_kept(bundle: Path, out: Path, prompt: int, steps: int) -> dict[str, Any]:
    """Write the vectors of the flat bundle ``bundle`` into ``out`` and return the index.

    Raises ``OSError`` or ``ValueError`` for a missing or unfit bundle.
    """
    model = load_bundle(bundle)
    if not isinstance(model, FlatTransformer):
        raise ValueError(f"{bundle} is not the bundle of a flat model")
    tokens = torch.tensor(encode(load_tokenizer(bundle / TOKENIZER_FILE), STORY)[: prompt + steps])
    if len(tokens) < prompt + steps or len(tokens) > model.config.context_length:
        raise ValueError(f"{prompt + steps} tokens are more than the story or the context has")
    data = bytearray()
    cases = []
    for described, arrays in _cases(model, tokens, prompt, steps):
        places = []
        for name, values in arrays.items():
            places.append({"name": name, "shape": list(values.shape), "offset": len(data), "length": values.numel()})
            data += np.ascontiguousarray(values.numpy(), dtype="<f4").tobytes()
        cases.append({"method": described, "arrays": places})
    index = {
        "model": model.config.id,
        "weightsSha256": json.loads((bundle / MANIFEST_FILE).read_text("utf-8"))["weights"]["sha256"],
        "file": "kept.bin",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "tokens": tokens.tolist(),
        "prompt": prompt,
        "cases": cases,
    }
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / "kept.bin", bytes(data))
    write_atomically(out / "kept.json", (json.dumps(index, indent=1) + "\n").encode())
    return index


def _cases(
    model: FlatTransformer, tokens: Tensor, prompt: int, steps: int
) -> list[tuple[dict[str, Any], dict[str, Tensor]]]:
    """Every method with settings that drop about half of what the full cache holds."""
    config, half = model.config, prompt // 2
    generator = torch.Generator().manual_seed(1)
    uniform = torch.rand(prompt + steps, config.block_layers, config.heads, generator=generator).clamp(1e-6, 1 - 1e-6)
    noise = -(-uniform.log()).log()
    recent = half // 3
    methods: list[tuple[dict[str, Any], Method]] = [
        ({"id": "multi-head"}, Method()),
        ({"id": "sliding-window", "window": half}, SlidingWindow(half)),
        ({"id": "streaming-llm", "sinks": 2, "window": half - 2}, Streaming(2, half - 2)),
        (
            {"id": "keyformer", "cache": half / prompt, "recent": recent / half, "steps": steps, "seed": 0},
            Keyformer(half, recent, noise, steps),
        ),
        ({"id": "prefix-kv", "kept": 0.5, "start": 1, "tail": half // 2}, PrefixKV(0.5, 1, half // 2)),
    ]
    cases = []
    for described, method in methods:
        passed = kept_run(model, tokens, prompt, method)
        arrays = {"logits": passed.logits, "attention": passed.attention}
        cases.append((described, arrays | {"noise": noise} if isinstance(method, Keyformer) else arrays))
    keys = [config.width // 2 - index for index in range(config.block_layers)]
    values = [config.width // 2 + index for index in range(config.block_layers)]
    changed = cut_to_rank(model, layer_bases(model.state_dict(), config), keys, values)
    # The changed weights hold for the prompt as well.
    passed = kept_run(changed, tokens, prompt, Method())
    described = {"id": "lorc", "ranks": {"keys": keys, "values": values}}
    return [*cases, (described, {"logits": passed.logits, "attention": passed.attention})]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.golden_kept", description="Write golden vectors.")
    parser.add_argument("--bundle", type=Path, required=True, help="folder of a flat model's bundle")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--prompt", type=int, default=24, help="tokens of the prompt")
    parser.add_argument("--steps", type=int, default=12, help="tokens behind it")
    arguments = parser.parse_args()
    if arguments.prompt < 12 or arguments.steps < 1:
        raise BadInput("--prompt must be at least 12 and --steps at least 1")
    index = write_kept(arguments.bundle, arguments.out, arguments.prompt, arguments.steps)
    print(f"{arguments.out}: {len(index['cases'])} cases, {index['bytes']:,} bytes")


if __name__ == "__main__":
    run(main)
