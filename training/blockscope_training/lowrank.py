"""LoRC (arXiv 2410.03111): the key and value matrices of a flat model cut to low rank, without any more training.

Per layer ``W_K = U S V^T`` (``[H d, D]``, all heads together); rank r keeps the first r columns of ``U`` and stores
``U_r^T W_K x`` in place of the key, values likewise. The method section of the paper was not at hand: this is a construction
that is exact for GPT-NeoX up to the cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .config import ModelConfig


@dataclass(frozen=True)
class LayerBases:
    """What one layer's codes are taken against, ``k`` for keys and ``v`` for values."""

    k: NDArray[np.float16]
    """``[D, D]``: left singular vectors as columns, the strongest first"""
    v: NDArray[np.float16]
    k_strengths: NDArray[np.float64]
    """``[D]``: singular values"""
    v_strengths: NDArray[np.float64]


def layer_bases(state: Mapping[str, Tensor], config: ModelConfig) -> list[LayerBases]:
    """The bases of every layer of a flat model with the weights ``state``."""
    found = []
    for index in range(config.block_layers):
        _, k, v = state[f"decoder.layers.{index}.qkv.weight"].double().chunk(3)
        (k_basis, k_strengths), (v_basis, v_strengths) = _basis(k), _basis(v)
        found.append(LayerBases(k_basis, v_basis, k_strengths, v_strengths))
    return found


def _basis(weight: Tensor) -> tuple[NDArray[np.float16], NDArray[np.float64]]:
    left, strengths, _ = torch.linalg.svd(weight)
    # A singular vector's sign is arbitrary: its largest entry is made positive.
    largest = left.gather(0, left.abs().argmax(0, keepdim=True))
    return (left * largest.sign()).half().numpy(), strengths.numpy()


def straighten(basis: NDArray[np.float16]) -> Tensor:
    """The fp32 basis ``[D, D]`` behind the stored one: ``Q (3 I - Q^T Q) / 2``, one step of Newton and Schulz.

    It takes the rounding to fp16 out again (from 1e-3 to below 1e-6), so that the full rank gives the plain model.
    """
    q = torch.from_numpy(basis.astype(np.float32))
    return q @ (1.5 * torch.eye(q.shape[0]) - 0.5 * q.T @ q)
