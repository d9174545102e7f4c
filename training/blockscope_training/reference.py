"""The full-sequence reference: everything the graphs return, from one PyTorch pass without stepping."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .model import BlockTransformer, FlatTransformer, LayerCache, Record


@dataclass(frozen=True)
class Reference:
    """One pass over ``n`` blocks, written block by block from block 1 on (names as in ``docs/architecture.md``)."""

    contexts: Tensor
    """``[B, n, D]``"""
    global_attention: Tensor
    """``[B, n_b, H, n, n]``"""
    kv: Tensor
    """``[n, B, 2 n_b, H, d]``: layer 0 K, layer 0 V, layer 1 K …"""
    prefixes: Tensor
    """``[B, n, P, D]``; entry i serves block i + 1"""
    logits: Tensor
    """``[B, n - 1, L_B, V]`` of blocks 1 … n - 1"""
    local_attention: Tensor
    """``[B, n - 1, n_t, H, R, R]``"""


@torch.no_grad()
def full_pass(model: BlockTransformer, blocks: Tensor) -> Reference:
    """Run token ids ``blocks [B, n, L_B]`` (n of at least 2) through ``model``, teacher-forced."""
    batch, n, _ = blocks.shape
    cache, block_record, token_record = model.block_decoder.new_cache(), Record(), Record()
    contexts = model.contexts(blocks, cache, block_record)
    logits = model.decode_blocks(contexts[:, :-1].flatten(0, 1), blocks[:, 1:].flatten(0, 1), token_record)
    return Reference(
        contexts=contexts,
        global_attention=torch.stack(block_record.attention, 1),
        kv=_positions_first(cache),
        prefixes=model.prefixes(contexts),
        logits=logits.unflatten(0, (batch, n - 1)),
        local_attention=torch.stack(token_record.attention, 1).unflatten(0, (batch, n - 1)),
    )


@dataclass(frozen=True)
class FlatReference:
    """One pass of a flat model over ``n`` tokens."""

    attention: Tensor
    """``[B, L, H, n, n]``"""
    kv: Tensor
    """``[n, B, 2 L, H, d]``"""
    logits: Tensor
    """``[B, n, V]``; position i predicts token i + 1"""


@torch.no_grad()
def flat_pass(model: FlatTransformer, tokens: Tensor) -> FlatReference:
    """Run token ids ``tokens [B, n]`` through ``model``."""
    cache, record = model.decoder.new_cache(), Record()
    logits = model(tokens, cache, record)
    return FlatReference(torch.stack(record.attention, 1), _positions_first(cache), logits)


def _positions_first(cache: list[LayerCache]) -> Tensor:
    held = [entry for layer in cache for entry in (layer.k, layer.v) if entry is not None]
    return torch.stack(held, 0).permute(3, 1, 0, 2, 4).contiguous()
