"""Writing text with a Block Transformer in plain Python: the reference for every other implementation.

Left-pad the prompt, prefill the block decoder, then write block by block with caches. The block decoder's cache grows by one
position a block; the token decoder's lives within one block and holds at most ``P + L_B - 1`` positions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .model import BlockTransformer

Pick = Callable[[Tensor, int], int]
"""``(logits [V], number of the token counted from 0 at the first generated one)`` to a token id."""


@dataclass(frozen=True)
class Generation:
    """What was written: ids (without pads, with end of text if drawn) and the counts a cache display needs."""

    tokens: list[int]
    prompt_blocks: int
    generated_blocks: int
    global_positions: int
    """Positions in the block decoder's cache: the block just written is not embedded."""
    local_positions: int
    """Peak positions in the token decoder's cache."""


class BlockWriter:
    """The two stages with their caches, one block at a time."""

    def __init__(self, model: BlockTransformer) -> None:
        self.model = model
        self.cache = model.block_decoder.new_cache()
        self.local_peak = 0

    @property
    def global_positions(self) -> int:
        """Blocks read so far."""
        return self.cache[0].length

    @torch.no_grad()
    def read(self, tokens: Sequence[int]) -> Tensor:
        """Embed whole blocks (``len(tokens)`` a multiple of ``L_B``) and return the last context ``[1, D]``."""
        blocks = torch.tensor(tokens).view(1, -1, self.model.config.block_length)
        return self.model.contexts(blocks, self.cache)[:, -1]

    @torch.no_grad()
    def write(self, context: Tensor, pick: Callable[[Tensor, int], int | None]) -> list[int]:
        """Write one block from ``context [1, D]``. ``pick(logits [V], slot)`` names a token, or ``None`` to stop."""
        # A new cache for each block: keeping the last block's would show the model something it never saw in training.
        cache = self.model.token_decoder.new_cache()
        states = self.model.token_decoder(self.model.prefixes(context), cache)
        written: list[int] = []
        for slot in range(self.model.config.block_length):
            self.local_peak = max(self.local_peak, cache[0].length)
            token = pick(self.model.head(states[0, -1]), slot)
            if token is None:
                break
            written.append(token)
            # The block's last token is never fed; the block decoder reads it with its block.
            if slot + 1 < self.model.config.block_length:
                states = self.model.token_decoder(self.model.token_table(torch.tensor([[token]])), cache)
        return written


def sampler(temperature: float, seed: int, banned: Sequence[int]) -> Pick:
    """Arg-max at ``temperature`` 0, else a draw from softmax(logits / temperature); ``banned`` ids are never picked."""
    generator = torch.Generator().manual_seed(seed)

    def pick(logits: Tensor, position: int) -> int:
        logits = logits.clone()
        logits[list(banned)] = float("-inf")
        if temperature == 0:
            return int(logits.argmax())
        return int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator))

    return pick


def pad_prompt(prompt: Sequence[int], block_length: int, pad_id: int) -> list[int]:
    """``prompt`` behind enough pads to end on a block border; an empty prompt becomes one block of pads."""
    missing = -len(prompt) % block_length if prompt else block_length
    return [pad_id] * missing + list(prompt)


def generate(model: BlockTransformer, prompt: Sequence[int], count: int, pick: Pick) -> Generation:
    """Write up to ``count`` tokens after ``prompt`` (ids); the pads in front do not count.

    End of text ends the text at once: the rest of its block is neither written nor embedded. Raises ``ValueError`` when
    pads, prompt and ``count`` do not fit the context.
    """
    config = model.config
    padded = pad_prompt(prompt, config.block_length, config.pad_id)
    if len(padded) + count > config.context_length:
        raise ValueError(f"{len(padded)} prompt tokens and {count} new ones exceed the context of {config.context_length}")
    tokens: list[int] = []

    def pick_next(logits: Tensor, slot: int) -> int | None:
        if len(tokens) == count or (tokens and tokens[-1] == config.end_id):
            return None
        tokens.append(pick(logits, len(tokens)))
        return tokens[-1]

    writer = BlockWriter(model)
    block: list[int] = padded
    generated_blocks = 0
    while len(tokens) < count and (not tokens or tokens[-1] != config.end_id):
        block = writer.write(writer.read(block), pick_next)
        generated_blocks += 1
    return Generation(tokens, len(padded) // config.block_length, generated_blocks, writer.global_positions, writer.local_peak)
