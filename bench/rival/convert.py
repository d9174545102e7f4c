"""A flat bundle as a Hugging Face GPT-NeoX model, written as ONNX by the standard exporter in the layout of transformers.js.

``python convert.py BUNDLE OUT``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from optimum.exporters.onnx import main_export
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM


def read_weights(bundle: Path, manifest: dict) -> dict[str, torch.Tensor]:
    """The bundle's tensors as float32."""
    stored = (bundle / manifest["weights"]["file"]).read_bytes()
    return {
        name: torch.from_numpy(
            np.frombuffer(stored, np.float16, entry["bytes"] // 2, entry["offset"]).astype(np.float32).reshape(entry["shape"])
        )
        for name, entry in manifest["weights"]["tensors"].items()
    }


def by_head(stacked: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows of all q, all k, all v as GPT-NeoX has them: q, k, v of one head after another."""
    rows = stacked.shape[0]
    return stacked.reshape(3, heads, rows // 3 // heads, -1).transpose(0, 1).reshape(stacked.shape)


def to_gpt_neox(manifest: dict, weights: dict[str, torch.Tensor]) -> GPTNeoXForCausalLM:
    """The same model in Hugging Face's class; ``RuntimeError`` if a tensor is missing or left over."""
    dims, special = manifest["dims"], manifest["tokenizer"]
    model = GPTNeoXForCausalLM(
        GPTNeoXConfig(
            vocab_size=dims["vocabulary"],
            hidden_size=dims["width"],
            num_hidden_layers=dims["blockLayers"],
            num_attention_heads=dims["heads"],
            intermediate_size=4 * dims["width"],
            hidden_act="gelu",
            rotary_pct=dims["rotaryDims"] / dims["headWidth"],
            rotary_emb_base=10_000,
            max_position_embeddings=dims["contextLength"],
            layer_norm_eps=1e-5,
            use_parallel_residual=True,
            attention_bias=True,
            tie_word_embeddings=False,
            bos_token_id=special["endId"],
            eos_token_id=special["endId"],
            pad_token_id=special["padId"],
        )
    ).eval()
    names = {
        "norm1": "input_layernorm",
        "norm2": "post_attention_layernorm",
        "qkv": "attention.query_key_value",
        "out": "attention.dense",
        "mlp_in": "mlp.dense_h_to_4h",
        "mlp_out": "mlp.dense_4h_to_h",
    }
    state = {
        "gpt_neox.embed_in.weight": weights["token_table.weight"],
        "gpt_neox.final_layer_norm.weight": weights["decoder.norm.weight"],
        "gpt_neox.final_layer_norm.bias": weights["decoder.norm.bias"],
        "embed_out.weight": weights["head.weight"],
    }
    for layer in range(dims["blockLayers"]):
        for ours, theirs in names.items():
            for kind in ("weight", "bias"):
                tensor = weights[f"decoder.layers.{layer}.{ours}.{kind}"]
                state[f"gpt_neox.layers.{layer}.{theirs}.{kind}"] = by_head(tensor, dims["heads"]) if ours == "qkv" else tensor
    model.load_state_dict(state)
    return model


def main() -> None:
    """Command line."""
    bundle, out = Path(sys.argv[1]), Path(sys.argv[2])
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    plain = out / "pytorch"
    to_gpt_neox(manifest, read_weights(bundle, manifest)).save_pretrained(plain)
    main_export(str(plain), output=out / "onnx", task="text-generation-with-past", device="cpu", do_validation=False)
    # transformers.js looks for the configuration beside the folder of graphs.
    for name in ("config.json", "generation_config.json"):
        (out / "onnx" / name).replace(out / name)


if __name__ == "__main__":
    main()
