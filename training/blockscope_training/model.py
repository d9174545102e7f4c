"""The Block Transformer (arXiv 2406.02657) and the flat GPT-NeoX it is compared with.

Both are stacks of the same GPT-NeoX layer: parallel residual with two LayerNorms, rotary embedding on the first 25 % of
each head, biases everywhere but in the output head, exact GELU (paper section 3.1; Pythia).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import ModelConfig


@dataclass
class LayerCache:
    """Keys and values of one layer, each ``[B, heads, positions, head_width]``; ``None`` while empty."""

    k: Tensor | None = None
    v: Tensor | None = None

    def append(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Append ``[B, heads, n, head_width]`` and return everything held."""
        self.k = k if self.k is None else torch.cat((self.k, k), dim=2)
        self.v = v if self.v is None else torch.cat((self.v, v), dim=2)
        return self.k, self.v

    @property
    def length(self) -> int:
        """Positions held."""
        return 0 if self.k is None else self.k.shape[2]


@dataclass
class Record:
    """What a forward pass leaves behind when asked: attention rows, one ``[B, heads, queries, keys]`` per layer."""

    attention: list[Tensor] = field(default_factory=list)


def rotary_table(config: ModelConfig, positions: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines and sines ``[positions, rotary_dims / 2]`` (rotate-half pairing)."""
    half = config.rotary_dims // 2
    exponent = torch.arange(half, dtype=torch.float32, device=positions.device) / half
    angle = positions.float()[:, None] * config.rotary_base ** -exponent[None, :]
    return angle.cos(), angle.sin()


def apply_rotary(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn the first ``2 * cos.shape[-1]`` dimensions of ``x [..., n, head_width]``; the rest passes unchanged."""
    half = cos.shape[-1]
    cos, sin = cos.to(x.dtype), sin.to(x.dtype)
    a, b, rest = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
    return torch.cat((a * cos - b * sin, b * cos + a * sin, rest), dim=-1)


class NeoXLayer(nn.Module):
    """One GPT-NeoX layer with parallel residual: ``x + Attn(LN1(x)) + MLP(LN2(x))``."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.norm1 = nn.LayerNorm(width, eps=config.norm_epsilon)
        self.norm2 = nn.LayerNorm(width, eps=config.norm_epsilon)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.mlp_in = nn.Linear(width, 4 * width)
        self.mlp_out = nn.Linear(4 * width, width)

    def attend(
        self, x: Tensor, cos: Tensor, sin: Tensor, cache: LayerCache | None, record: Record | None
    ) -> Tensor:
        """Causal multi-head attention over ``x [B, n, D]``, after whatever ``cache`` holds."""
        batch, n, width = x.shape
        heads, size = self.config.heads, self.config.head_width
        # q, k, v lie one after another along the output, each cut into heads.
        q, k, v = self.qkv(x).view(batch, n, 3, heads, size).permute(2, 0, 3, 1, 4)
        q, k = apply_rotary(q, cos, sin), apply_rotary(k, cos, sin)
        past = 0
        if cache is not None:
            past = cache.length
            k, v = cache.append(k, v)
        # Compiled for a CPU, the plain form is a tenth faster for a block's five positions; torch 1.13 has no other.
        if record is None and past == 0 and n > 16 and hasattr(F, "scaled_dot_product_attention"):
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q * size**-0.5) @ k.transpose(-1, -2)
            hidden = torch.ones(n, past + n, dtype=torch.bool, device=x.device).triu(past + 1)
            rows = scores.float().masked_fill(hidden, float("-inf")).softmax(dim=-1)
            if record is not None:
                record.attention.append(rows)
            mixed = rows.to(v.dtype) @ v
        return self.out(mixed.transpose(1, 2).reshape(batch, n, width))

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, cache: LayerCache | None = None, record: Record | None = None
    ) -> Tensor:
        """``[B, n, D]`` to ``[B, n, D]``."""
        return x + self.attend(self.norm1(x), cos, sin, cache, record) + self.mlp_out(F.gelu(self.mlp_in(self.norm2(x))))


class Decoder(nn.Module):
    """A causal GPT-NeoX stack over vectors, ending in its own LayerNorm."""

    def __init__(self, config: ModelConfig, layers: int) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(NeoXLayer(config) for _ in range(layers))
        self.norm = nn.LayerNorm(config.width, eps=config.norm_epsilon)

    def new_cache(self) -> list[LayerCache]:
        """An empty KV cache: one entry a layer."""
        return [LayerCache() for _ in self.layers]

    def forward(self, x: Tensor, cache: list[LayerCache] | None = None, record: Record | None = None) -> Tensor:
        """``x [B, n, D]`` at positions ``past .. past + n - 1`` to normed hidden states ``[B, n, D]``."""
        past = cache[0].length if cache else 0
        cos, sin = rotary_table(self.config, torch.arange(past, past + x.shape[1], device=x.device))
        for index, layer in enumerate(self.layers):
            x = layer(x, cos, sin, cache[index] if cache else None, record)
        return self.norm(x)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)


class BlockTransformer(nn.Module):
    """Embedder, block decoder, prefix projection, token decoder, head (paper section 2).

    Three untied vocabulary tables: ``embedder`` (``V x D / L_B``), ``token_table`` (``V x D``), ``head`` (``D -> V``,
    without bias). The context embedding is the block decoder's output after its final LayerNorm.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        if config.architecture != "block":
            raise ValueError(f"{config.id} is not a block model")
        self.config = config
        self.embedder = nn.Embedding(config.vocabulary, config.width // config.block_length)
        self.block_decoder = Decoder(config, config.block_layers)
        self.prefix = nn.Linear(config.width, config.prefix_length * config.width)
        self.token_table = nn.Embedding(config.vocabulary, config.width)
        self.token_decoder = Decoder(config, config.token_layers)
        self.head = nn.Linear(config.width, config.vocabulary, bias=False)
        self.apply(_initialise)
        # Unlike every other table: 0.02 would start the context three times weaker at D = 256.
        nn.init.normal_(self.prefix.weight, std=config.width**-0.5)

    def embed_blocks(self, tokens: Tensor) -> Tensor:
        """Token ids ``[B, n, L_B]`` to block vectors ``[B, n, D]``: look up and concatenate in token order."""
        return self.embedder(tokens).flatten(-2)

    def contexts(
        self, tokens: Tensor, cache: list[LayerCache] | None = None, record: Record | None = None
    ) -> Tensor:
        """Token ids ``[B, n, L_B]`` to context embeddings ``[B, n, D]``; context i serves block i + 1."""
        return self.block_decoder(self.embed_blocks(tokens), cache, record)

    def prefixes(self, contexts: Tensor) -> Tensor:
        """Context embeddings ``[..., D]`` to prefixes ``[..., P, D]``."""
        return self.prefix(contexts).unflatten(-1, (self.config.prefix_length, self.config.width))

    def decode_blocks(self, contexts: Tensor, targets: Tensor, record: Record | None = None) -> Tensor:
        """Teacher-forced logits ``[N, L_B, V]`` of blocks ``targets [N, L_B]``, each written from its ``contexts [N, D]``.

        The first logit comes from the last prefix position; the block's last token is never fed.
        """
        inputs = torch.cat((self.prefixes(contexts), self.token_table(targets[:, :-1])), dim=1)
        states = self.token_decoder(inputs, None, record)
        return self.head(states[:, self.config.prefix_length - 1 :])

    def forward(self, tokens: Tensor) -> Tensor:
        """Token ids ``[B, n * L_B]`` to logits ``[B, (n - 1) * L_B, V]`` of blocks 1 ... n - 1; block 0 is only input."""
        batch, length = tokens.shape
        size = self.config.block_length
        blocks = tokens.view(batch, length // size, size)
        contexts = self.contexts(blocks)[:, :-1].reshape(-1, self.config.width)
        return self.decode_blocks(contexts, blocks[:, 1:].reshape(-1, size)).view(batch, length - size, self.config.vocabulary)


class FlatTransformer(nn.Module):
    """A flat GPT-NeoX of any size: the rival."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        if config.architecture != "flat":
            raise ValueError(f"{config.id} is not a flat model")
        self.config = config
        self.token_table = nn.Embedding(config.vocabulary, config.width)
        self.decoder = Decoder(config, config.block_layers)
        self.head = nn.Linear(config.width, config.vocabulary, bias=False)
        self.apply(_initialise)

    def forward(
        self, tokens: Tensor, cache: list[LayerCache] | None = None, record: Record | None = None
    ) -> Tensor:
        """Token ids ``[B, n]`` to logits ``[B, n, V]``; position i predicts token i + 1."""
        return self.head(self.decoder(self.token_table(tokens), cache, record))


def build_model(config: ModelConfig) -> BlockTransformer | FlatTransformer:
    """A freshly initialised model of ``config``."""
    return BlockTransformer(config) if config.architecture == "block" else FlatTransformer(config)
