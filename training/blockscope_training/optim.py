"""Optimizers: Muon for the matrices of the decoder layers and the prefix projection, AdamW for everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn


def orthogonalise(matrices: Tensor, steps: int = 5) -> Tensor:
    """Matrices ``[n, rows, cols]`` with their singular values pushed to about 1.

    Quintic Newton-Schulz iteration of Muon (Jordan et al., 2024), in bf16 as published.
    """
    x = matrices.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.transpose(-1, -2)
    x = x / (x.float().flatten(1).norm(dim=1)[:, None, None] + 1e-7).to(x.dtype)
    for _ in range(steps):
        gram = x @ x.transpose(-1, -2)
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * (gram @ gram)) @ x
    return (x.transpose(-1, -2) if tall else x).to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised (Jordan et al., 2024), with decoupled weight decay.

    Matrices taller than wide are cut into square ones first (query, key and value; the prefixes): each is a map of its
    own. Equal shapes are orthogonalised in one batch.
    """

    def __init__(self, params: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """One update; ``closure`` must be ``None``."""
        for group in self.param_groups:
            batches: dict[tuple[int, int], list[tuple[nn.Parameter, Tensor]]] = defaultdict(list)
            for parameter in group["params"]:
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                momentum = state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                direction = parameter.grad.lerp(momentum, group["momentum"])
                rows, cols = parameter.shape
                square = direction.reshape(-1, cols, cols) if rows % cols == 0 else direction[None]
                batches[square.shape[1], square.shape[2]].append((parameter, square))
            for (rows, cols), entries in batches.items():
                update = orthogonalise(torch.cat([square for _, square in entries]))
                parts = update.split([len(square) for _, square in entries])
                for (parameter, _), part in zip(entries, parts):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(part.reshape(parameter.shape), alpha=-group["lr"] * max(1.0, rows / cols) ** 0.5)


def make_optimizers(
    model: nn.Module, table_rate: float, matrix_rate: float, weight_decay: float = 0.1
) -> list[torch.optim.Optimizer]:
    """``[AdamW, Muon]`` over the parameters of a block or flat model.

    ``table_rate`` is AdamW's rate for tables, head, norms and biases; ``matrix_rate`` Muon's. Norms and biases do not decay.
    Every group remembers its full rate as ``"base"``.
    """
    matrices, tables, vectors = [], [], []
    for name, parameter in model.named_parameters():
        if parameter.dim() < 2:
            vectors.append(parameter)
        elif "decoder." in name or name == "prefix.weight":
            matrices.append(parameter)
        else:
            tables.append(parameter)
    adamw = torch.optim.AdamW(
        [{"params": tables, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}],
        lr=table_rate,
        betas=(0.9, 0.95),
    )
    # Muon's rate is several times AdamW's; rate times decay is what pulls.
    muon = Muon(matrices, lr=matrix_rate, weight_decay=weight_decay / 5)
    for optimizer in (adamw, muon):
        for group in optimizer.param_groups:
            group["base"] = group["lr"]
    return [adamw, muon]


def set_rate(optimizers: list[torch.optim.Optimizer], factor: float) -> None:
    """Scale every group's rate to ``factor`` times its full rate."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * factor
