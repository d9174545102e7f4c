"""A flat model with a changed KV cache, run plainly: the truth that the graphs and the engine are held to.

The prompt is a full triangle; then token after token, with the change inside every layer. Nothing is ever taken out of a cache
here: what a method has dropped is hidden. LoRC changes the weights and nothing else.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .lowrank import LayerBases, straighten
from .model import FlatTransformer, NeoXLayer, apply_rotary, rotary_table


class Method:
    """Which positions each layer and head still holds: in this class all of them, the full cache."""

    held: Tensor
    """``[L, H, T]``"""

    def reset(self, layers: int, heads: int, length: int) -> None:
        """Forget everything: nothing is held yet."""
        self.held = torch.zeros(layers, heads, length, dtype=torch.bool)

    def before(self, position: int) -> None:
        """Drop what the token at ``position`` may not see."""

    def prompt(self, scores: Tensor) -> None:
        """Drop what is not wanted once the prompt is read; ``scores [L, H, n, n]`` are its masked products."""

    def after(self, scores: list[Tensor], position: int) -> None:
        """Drop what is not wanted after the token at ``position``, whose products of each layer are ``scores [H, T]``."""

    def places(self, layer: int, position: int) -> Tensor:
        """Where each position counts as standing for the token at ``position``."""
        return torch.arange(self.held.shape[-1])


@dataclass
class SlidingWindow(Method):
    """The last ``window`` positions, the current one among them."""

    window: int

    def prompt(self, scores: Tensor) -> None:
        """Keep the last ones."""
        self.held[:, :, : max(0, scores.shape[-1] - self.window)] = False

    def before(self, position: int) -> None:
        """Make room for the new one."""
        self.held[:, :, : max(0, position + 1 - self.window)] = False


@dataclass
class Streaming(Method):
    """StreamingLLM (arXiv 2309.17453): the first ``sinks`` and the last ``window``; a position is a place in the cache."""

    sinks: int
    window: int

    def prompt(self, scores: Tensor) -> None:
        """Keep the first and the last ones."""
        self.before(scores.shape[-1] - 1)

    def before(self, position: int) -> None:
        """Make room for the new one."""
        self.held[:, :, self.sinks : max(self.sinks, position + 1 - self.window)] = False

    def places(self, layer: int, position: int) -> Tensor:
        """Ranks among what is held, the new one included."""
        held = self.held[layer, 0].clone()
        held[position] = True
        return held.long().cumsum(0) - 1


@dataclass
class Keyformer(Method):
    """Keyformer (arXiv 2403.09054, algorithm 1): the last ``recent`` and those of the best scores, ``keep`` in all.

    ``noise [T, L, H]`` is drawn once for every position, layer and head. ``steps`` tokens are to be written.
    """

    keep: int
    recent: int
    noise: Tensor
    steps: int
    tau: tuple[float, float] = (1.0, 2.0)

    def prompt(self, scores: Tensor) -> None:
        """Sum the rows of the prompt at temperature 1."""
        n = self._first = scores.shape[-1]
        noise = self.noise.permute(1, 2, 0)
        self._score = torch.zeros_like(self.held, dtype=torch.float64)
        self._score[:, :, :n] = (scores + noise[:, :, None, :n]).double().softmax(-1).sum(2)
        self._drop(n)

    def after(self, scores: list[Tensor], position: int) -> None:
        """Add the new row at the temperature of its step; tokens that left the window compete."""
        step = position - self._first + 1
        tau = self.tau[0] + step * (self.tau[1] - self.tau[0]) / self.steps
        noise = self.noise.permute(1, 2, 0)
        for layer, row in enumerate(scores):
            self._score[layer] += ((row + noise[layer]) / tau).double().softmax(-1)
        self._drop(position + 1)

    def _drop(self, n: int) -> None:
        window = torch.zeros(self.held.shape[-1], dtype=torch.bool)
        window[max(0, n - self.recent) : n] = True
        rank = torch.where(self.held, self._score, torch.full_like(self._score, -math.inf))
        rank[:, :, window] = math.inf
        best = rank.topk(min(self.keep, n), dim=-1).indices
        self.held &= torch.zeros_like(self.held).scatter_(-1, best, True)


@dataclass
class PrefixKV(Method):
    """PrefixKV (arXiv 2412.03409): layers keep an equal share of the prompt's attention, ``share`` of the positions in all.

    The first ``start`` and the last position always stay. While writing, the last ``tail`` kept entries may still go.
    """

    share: float
    start: int = 1
    tail: int = 25

    def prompt(self, scores: Tensor) -> None:
        """Choose one share of attention for all layers, the largest that stays within the budget."""
        layers, _, n, _ = scores.shape
        importance = scores.double().softmax(-1).mean(1).sum(1)
        ordered, order = importance.sort(dim=-1, descending=True, stable=True)
        reached = ordered.cumsum(-1) / ordered.sum(-1, keepdim=True)
        budget = math.floor(self.share * layers * n + 1e-9)

        def counts(p: float) -> Tensor:
            return ((reached < p).sum(-1) + 1).clamp(min=min(self.start + 1, n), max=n)

        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if int(counts(middle).sum()) <= budget else (low, middle)
        self._prompt = n
        self._counts = [n] * layers if self.share >= 1 else counts(low).tolist()
        self._fixed = []
        for layer, count in enumerate(self._counts):
            forced = list(dict.fromkeys([*range(min(self.start, n)), n - 1]))
            best = [int(j) for j in order[layer] if int(j) not in forced]
            kept = sorted([*forced, *best[: count - len(forced)]])
            self.held[layer] = False
            self.held[layer, :, kept] = True
            self._fixed.append(max(self.start, count - self.tail))

    def after(self, scores: list[Tensor], position: int) -> None:
        """Let a layer grow with the text at its own rate; what is over leaves from one fixed slot."""
        for layer, count in enumerate(self._counts):
            room = count * (position + 1) // self._prompt
            held = self.held[layer, 0].nonzero()[:, 0]
            while len(held) > room:
                slot = self._fixed[layer]
                self.held[layer, :, held[slot]] = False
                held = torch.cat((held[:slot], held[slot + 1 :]))


@dataclass(frozen=True)
class KeptRun:
    """What a run over ``n`` prompt tokens and those after them measured."""

    logits: Tensor
    """``[T - n + 1, V]``, from the last prompt token on"""
    attention: Tensor
    """``[L, H, T - n + 1, T]``, 0 where a position is not held"""
    held: Tensor
    """``[T - n + 1, L, H, T]``: held after each of these tokens"""


@torch.no_grad()
def kept_run(model: FlatTransformer, tokens: Tensor, prompt: int, method: Method) -> KeptRun:
    """Run ``tokens [T]``, the first ``prompt`` of them as a full triangle, with the cache of ``method``."""
    config, length = model.config, len(tokens)
    layers, heads, size = config.block_layers, config.heads, config.head_width
    keys = torch.zeros(layers, heads, length, size)
    values = torch.zeros_like(keys)
    method.reset(layers, heads, length)

    def embed(first: int, end: int, places: Sequence[Tensor], visible: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Run positions ``first`` to ``end``; ``visible [L, H, new, T]``. Logits and products before the softmax."""
        x = model.token_table(tokens[first:end])
        products = []
        for index, layer in enumerate(model.decoder.layers):
            assert isinstance(layer, NeoXLayer)
            q, k, v = layer.qkv(layer.norm1(x)).view(-1, 3, heads, size).permute(1, 2, 0, 3)
            keys[index, :, first:end], values[index, :, first:end] = k, v
            # Keys are held before rotation and turned to where they count as standing.
            cos, sin = rotary_table(config, places[index])
            turned = apply_rotary(keys[index], cos, sin)
            q = apply_rotary(q, cos[first:end], sin[first:end])
            scores = (q @ turned.transpose(-1, -2) * size**-0.5).masked_fill(~visible[index], -math.inf)
            products.append(scores)
            mixed = (scores.softmax(-1) @ values[index]).permute(1, 0, 2).flatten(1)
            x = x + layer.out(mixed) + layer.mlp_out(F.gelu(layer.mlp_in(layer.norm2(x))))
        return model.head(model.decoder.norm(x)), products

    triangle = torch.ones(prompt, length, dtype=torch.bool).tril().expand(layers, heads, prompt, length)
    logits, products = embed(0, prompt, [torch.arange(length)] * layers, triangle)
    method.held[:, :, :prompt] = True
    method.prompt(torch.stack(products)[:, :, :, :prompt])
    all_logits, held = [logits[-1]], [method.held.clone()]
    rows = [torch.stack(products)[:, :, -1].softmax(-1)]
    for position in range(prompt, length):
        method.before(position)
        method.held[:, :, position] = True
        places = [method.places(layer, position) for layer in range(layers)]
        logits, products = embed(position, position + 1, places, method.held[:, :, None])
        method.after([scores[:, 0] for scores in products], position)
        all_logits.append(logits[0])
        rows.append(torch.stack(products)[:, :, 0].softmax(-1))
        held.append(method.held.clone())
    return KeptRun(torch.stack(all_logits), torch.stack(rows, 2), torch.stack(held))


def cut_to_rank(
    model: FlatTransformer, bases: Sequence[LayerBases], k_ranks: Sequence[int], v_ranks: Sequence[int]
) -> FlatTransformer:
    """A copy of ``model`` whose key and value matrices are ``Q_r Q_r^T W``: LoRC without a cache."""
    changed = copy.deepcopy(model)
    with torch.no_grad():
        for layer, basis, k_rank, v_rank in zip(changed.decoder.layers, bases, k_ranks, v_ranks):
            assert isinstance(layer, NeoXLayer)
            q, k, v = layer.qkv.weight.chunk(3)
            k_basis, v_basis = straighten(basis.k)[:, :k_rank], straighten(basis.v)[:, :v_rank]
            layer.qkv.weight.copy_(torch.cat((q, k_basis @ (k_basis.T @ k), v_basis @ (v_basis.T @ v))))
    return changed
