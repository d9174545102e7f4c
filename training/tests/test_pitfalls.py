"""One test for each point of the project's list of what an implementer of the Block Transformer gets wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from conftest import SMALL, SMALL_FLAT
from torch import Tensor, nn
from torch.nn import functional as F

from blockscope_training import model as model_module
from blockscope_training.config import ModelConfig
from blockscope_training.evaluate import score
from blockscope_training.generate import BlockWriter, generate, pad_prompt, sampler
from blockscope_training.model import BlockTransformer, Decoder, FlatTransformer, LayerCache, NeoXLayer, Record
from blockscope_training.packing import Source, pack_documents
from blockscope_training.train import batch_loss

L_B, P, D = SMALL.block_length, SMALL.prefix_length, SMALL.width


def changed(model: BlockTransformer, tokens: Tensor, position: int) -> Tensor:
    """For each target position (counted in the whole window) whether changing ``tokens[position]`` changes its logits."""
    other = tokens.clone()
    other[0, position] = 2 + (other[0, position] - 1) % (SMALL.vocabulary - 2)
    with torch.no_grad():
        difference = (model(tokens) - model(other)).abs().amax(-1)[0]
    return torch.cat((torch.zeros(L_B, dtype=torch.bool), difference > 1e-6))


@pytest.mark.parametrize("slot", range(L_B))
def test_pitfall_01_context_i_writes_block_i_plus_1(model: BlockTransformer, tokens: Tensor, slot: int) -> None:
    block = 3
    differs = changed(model, tokens, block * L_B + slot)
    expected = torch.zeros(24, dtype=torch.bool)
    expected[block * L_B + slot + 1 :] = True
    assert differs.tolist() == expected.tolist()


def test_pitfall_02_first_token_comes_from_the_last_prefix_position(model: BlockTransformer, tokens: Tensor) -> None:
    with torch.no_grad():
        context = model.contexts(tokens.view(1, -1, L_B))[0, :1]
        states = model.token_decoder(model.prefixes(context))
        logits = model.decode_blocks(context, tokens.view(-1, L_B)[1:2])[0, 0]
    torch.testing.assert_close(logits, model.head(states[0, P - 1]), atol=1e-5, rtol=0)
    assert not torch.allclose(logits, model.head(states[0, 0]), atol=1e-2)


def test_pitfall_03_the_last_token_of_a_block_is_not_fed(model: BlockTransformer, tokens: Tensor) -> None:
    record = Record()
    with torch.no_grad():
        model.decode_blocks(torch.randn(3, D), tokens.view(-1, L_B)[:3], record)
    assert [rows.shape for rows in record.attention] == [(3, SMALL.heads, 5, 5)] * SMALL.token_layers
    last = 2 * L_B + L_B - 1
    assert not changed(model, tokens, last)[: last + 1].any()


def test_pitfall_04_three_separate_vocabulary_matrices(model: BlockTransformer, tokens: Tensor) -> None:
    tables = [model.embedder.weight, model.token_table.weight, model.head.weight]
    assert [tuple(table.shape) for table in tables] == [(40, D // L_B), (40, D), (40, D)]
    assert len({table.data_ptr() for table in tables}) == 3
    assert model.head.bias is None
    # The lookup is the input itself: concatenated in token order, neither projected nor normed.
    rows = [model.embedder.weight[token] for token in tokens[0, :L_B]]
    assert torch.equal(model.embed_blocks(tokens[:, :L_B].view(1, 1, L_B))[0, 0], torch.cat(rows))


def test_pitfall_05_each_decoder_ends_in_its_own_norm(model: BlockTransformer, tokens: Tensor) -> None:
    assert model.block_decoder.norm is not model.token_decoder.norm
    with torch.no_grad():
        model.block_decoder.norm.weight.zero_()
        contexts = model.contexts(tokens.view(1, -1, L_B))
        # With weight 0 the norm yields its bias whatever it reads: the context is its output, and no norm follows.
        torch.testing.assert_close(contexts, model.block_decoder.norm.bias.expand_as(contexts))
        expected = F.linear(contexts, model.prefix.weight, model.prefix.bias)
        torch.testing.assert_close(model.prefixes(contexts).flatten(-2), expected)
        model.token_decoder.norm.weight.zero_()
        logits = model(tokens)
        torch.testing.assert_close(logits, model.head(model.token_decoder.norm.bias).expand_as(logits))


def slow_layer(layer: nn.Module, x: Tensor) -> Tensor:
    """A GPT-NeoX layer written out position by position and head by head; ``x [n, D]``."""
    assert isinstance(layer, NeoXLayer)
    config = layer.config
    heads, size, turned = config.heads, config.head_width, config.rotary_dims
    normed = F.layer_norm(x, (D,), layer.norm1.weight, layer.norm1.bias, 1e-5)
    q, k, v = (normed @ layer.qkv.weight.T + layer.qkv.bias).split(D, dim=-1)

    def turn(vector: Tensor, position: int) -> Tensor:
        out = vector.clone()
        half = turned // 2
        for i in range(half):
            angle = position * 10_000 ** (-2 * i / turned)
            a, b = vector[i], vector[i + half]
            out[i] = a * math.cos(angle) - b * math.sin(angle)
            out[i + half] = b * math.cos(angle) + a * math.sin(angle)
        return out

    mixed = torch.zeros_like(x)
    for head in range(heads):
        part = slice(head * size, (head + 1) * size)
        for i in range(len(x)):
            scores = torch.stack([turn(q[i, part], i) @ turn(k[j, part], j) / math.sqrt(size) for j in range(i + 1)])
            mixed[i, part] = sum(weight * v[j, part] for j, weight in enumerate(scores.softmax(0)))  # type: ignore[assignment]
    attended = mixed @ layer.out.weight.T + layer.out.bias
    second = F.layer_norm(x, (D,), layer.norm2.weight, layer.norm2.bias, 1e-5)
    inner = second @ layer.mlp_in.weight.T + layer.mlp_in.bias
    inner = inner * 0.5 * (1 + torch.erf(inner / math.sqrt(2)))
    return x + attended + inner @ layer.mlp_out.weight.T + layer.mlp_out.bias


@pytest.mark.parametrize("recorded", [False, True])
def test_pitfall_06_layers_are_parallel_residual_neox(model: BlockTransformer, recorded: bool) -> None:
    x = torch.randn(1, 7, D, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        decoder = model.block_decoder
        expected = F.layer_norm(
            slow_layer(decoder.layers[1], slow_layer(decoder.layers[0], x[0])), (D,), decoder.norm.weight, decoder.norm.bias
        )
        actual = decoder(x, None, Record() if recorded else None)[0]
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


def test_pitfall_07_positions(model: BlockTransformer, tokens: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[int]] = []
    original = model_module.rotary_table

    def spy(config: ModelConfig, positions: Tensor) -> tuple[Tensor, Tensor]:
        seen.append(positions.tolist())
        return original(config, positions)

    monkeypatch.setattr(model_module, "rotary_table", spy)
    with torch.no_grad():
        model(tokens)
    assert seen == [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4]]
    seen.clear()
    writer = BlockWriter(model)
    writer.write(writer.read(tokens[0, :12].tolist()), lambda logits, slot: 5)
    writer.write(writer.read([5, 5, 5, 5]), lambda logits, slot: 5)
    assert seen == [[0, 1, 2], [0, 1], [2], [3], [4], [3], [0, 1], [2], [3], [4]]


def test_pitfall_08_stepping_with_caches_equals_teacher_forcing(model: BlockTransformer, tokens: Tensor) -> None:
    with torch.no_grad():
        expected = model(tokens)[0]
    rows: list[Tensor] = []

    def forced(logits: Tensor, slot: int) -> int:
        rows.append(logits)
        return int(tokens[0, L_B + len(rows) - 1])

    writer = BlockWriter(model)
    block = tokens[0, :L_B].tolist()
    for _ in range(5):
        block = writer.write(writer.read(block), forced)
    assert expected.std() > 0.1
    torch.testing.assert_close(torch.stack(rows), expected, atol=1e-4, rtol=0)


def test_pitfall_09_prefix_projection_starts_at_d_to_the_minus_half() -> None:
    torch.manual_seed(0)
    model = BlockTransformer(SMALL)
    assert model.prefix.weight.std().item() == pytest.approx(D**-0.5, rel=0.05)
    assert not model.prefix.bias.any()
    others = [p for name, p in model.named_parameters() if p.dim() == 2 and name != "prefix.weight"]
    assert len(others) == 3 + 4 * (SMALL.block_layers + SMALL.token_layers)
    for other in others:
        assert other.std().item() == pytest.approx(0.02, rel=0.15)


def test_pitfall_10_block_0_is_only_input_and_all_models_score_the_same_targets(
    model: BlockTransformer, flat: FlatTransformer, tokens: Tensor
) -> None:
    assert model(tokens).shape == (1, 20, SMALL.vocabulary)
    documents = [tokens[0, : n].tolist() + [1] for n in (5, 9, 23)]
    names = [b""] * 2 + [b"ab"] * 38
    block_score = score(model, SMALL, documents, names)
    flat_score = score(flat, SMALL_FLAT, documents, names)
    # Every token but each document's first, the end included; an end-of-text token counts 0 bytes.
    assert block_score.tokens == flat_score.tokens == 5 + 9 + 23
    assert block_score.bytes == flat_score.bytes == 2 * (4 + 8 + 22)


def test_pitfall_12_pad_is_an_ordinary_visible_input(model: BlockTransformer) -> None:
    ids = torch.tensor([pad_prompt([5, 6], L_B, 0) + [7, 8, 9, 10]])
    loss = batch_loss(model, SMALL, ids, half=False)
    loss.backward()
    assert model.embedder.weight.grad is not None
    assert model.embedder.weight.grad[0].abs().sum() > 0
    with torch.no_grad():
        before = model(ids)
        model.embedder.weight[0] += 1
        assert (model(ids) - before).abs().max() > 1e-3
    # It occurs in training text, in front and behind, and is no target there.
    packed = pack_documents(np.array([5, 6, 1, 7, 1]), np.array([3, 5]), SMALL, seed=0)
    assert (packed == 0).any()
    targets = torch.tensor([[5, 6, 7, 8, 9, 0, 0, 0]])
    expected = F.cross_entropy(model(targets)[0, :1], targets[0, 4:5])
    torch.testing.assert_close(batch_loss(model, SMALL, targets, half=False), expected)


@pytest.mark.parametrize("half", [False, True])
def test_pitfall_14_loss_is_a_flat_mean_over_real_targets_in_fp32(model: BlockTransformer, half: bool) -> None:
    generator = torch.Generator().manual_seed(2)
    ids = torch.randint(2, 40, (2, 16), generator=generator)
    ids[1, 6:] = 0
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        logits = model(ids)
    losses = F.cross_entropy(logits.double().flatten(0, 1), ids[:, 4:].flatten(), reduction="none").view(2, 12)
    real = ids[:, 4:] != 0
    flat_mean = losses[real].mean()
    mean_of_rows = torch.stack([losses[row][real[row]].mean() for row in range(2)]).mean()
    loss = batch_loss(model, SMALL, ids, half).double()
    assert abs(flat_mean - mean_of_rows) > 1e-2
    # fp32: a bf16 cross-entropy would be off by up to 1 part in 256.
    torch.testing.assert_close(loss, flat_mean, rtol=1e-5, atol=1e-5)


def test_pitfall_15_local_cache_is_emptied_and_the_prefix_computed_once_a_block(model: BlockTransformer) -> None:
    projections: list[int] = []
    model.prefix.register_forward_hook(lambda *_: projections.append(1))
    result = generate(model, [5, 6, 7], 14, sampler(0, 0, [0, 1]))
    assert result.generated_blocks == len(projections) == 4
    assert result.local_positions == P + L_B - 1
    # Equal to writing each block from scratch, without any cache.
    text = pad_prompt([5, 6, 7], L_B, 0)
    with torch.no_grad():
        for token in result.tokens:
            filled = text + [2] * (L_B - len(text) % L_B)
            logits = model(torch.tensor([filled]))[0, len(text) - L_B]
            logits[:2] = float("-inf")
            assert int(logits.argmax()) == token
            text.append(token)


@pytest.mark.parametrize("slot", range(L_B))
def test_pitfall_16_end_of_text_ends_inside_a_block(model: BlockTransformer, slot: int) -> None:
    read: list[int] = []
    model.block_decoder.register_forward_hook(lambda _module, inputs, _output: read.append(inputs[0].shape[1]))
    at = L_B + slot
    result = generate(model, [5, 6, 7, 8], 30, lambda logits, position: SMALL.end_id if position == at else 9)
    assert result.tokens == [9] * at + [SMALL.end_id]
    assert result.generated_blocks == 2
    # One prompt block, then the one complete block; the block with the end is never embedded.
    assert read == [1, 1]
    assert result.global_positions == result.prompt_blocks + result.generated_blocks - 1


@pytest.mark.parametrize(("prompt", "count"), [(1, 6), (5, 6), (4, 7), (7, 1), (8, 8)])
def test_pitfall_17_pads_do_not_count(model: BlockTransformer, prompt: int, count: int) -> None:
    result = generate(model, [7] * prompt, count, lambda logits, position: 9)
    assert len(result.tokens) == count
    assert result.prompt_blocks == -(-prompt // L_B)
    assert result.generated_blocks == -(-count // L_B)


def test_pitfall_17_the_context_limit_counts_pads(model: BlockTransformer) -> None:
    limit = SMALL.context_length
    assert len(generate(model, [7] * 5, limit - 8, lambda logits, position: 9).tokens) == limit - 8
    with pytest.raises(ValueError, match="exceed the context"):
        generate(model, [7] * 5, limit - 7, lambda logits, position: 9)


def test_pitfall_18_windows_are_cut_on_block_borders(config: ModelConfig) -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(3, 60, 40)
    # Every token of a document carries the document's number, so that a shared block would show.
    parts = [np.concatenate((np.full(n, 2 + number % 38), [1])) for number, n in enumerate(lengths)]
    tokens, ends = np.concatenate(parts), np.cumsum([len(part) for part in parts])
    source = Source(tokens, ends, config, seed=4)
    assert source.windows > 10
    for index in range(2 * source.windows):
        window = source.window(index)
        assert len(window) == config.context_length
        for block in window.reshape(-1, L_B):
            assert len({token for token in block.tolist() if token > 1}) <= 1
            if 1 in block:
                after = block.tolist()[block.tolist().index(1) + 1 :]
                assert not any(after)


def test_positions_go_on_where_the_cache_ends(model: BlockTransformer) -> None:
    """Positions go on where the cache ends: two calls equal one."""
    x = torch.randn(2, 6, D)
    decoder: Decoder = model.block_decoder
    cache: list[LayerCache] = decoder.new_cache()
    with torch.no_grad():
        parts = torch.cat((decoder(x[:, :4], cache), decoder(x[:, 4:], cache)), dim=1)
        torch.testing.assert_close(parts, decoder(x), atol=1e-5, rtol=1e-5)
    assert cache[0].length == 6
