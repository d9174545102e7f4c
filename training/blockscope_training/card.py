"""The model card of a bundle, from what its weights file says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SOURCES = {
    "childrens-books": (
        "whole children's and plain-style books, 1850-1925",
        "Project Gutenberg texts, in the public domain in the United States",
    ),
    "plain-fiction": (
        "whole novels in plain style, 1850-1925",
        "Project Gutenberg texts, in the public domain in the United States",
    ),
    "modern-stories": (
        "short modern stories for children: TinyStories (Eldan & Li), African Storybook, Pratham Books, FairytaleQA stories",
        "CDLA-Sharing-1.0; CC-BY 4.0; CC-BY 4.0; Apache-2.0, in that order",
    ),
}

ATTRIBUTIONS = (
    "TinyStories by Ronen Eldan and Yuanzhi Li (arXiv 2305.07759), CDLA-Sharing-1.0.",
    "Stories of the African Storybook initiative (Saide) and their authors, CC-BY 4.0; used as text, without pictures.",
    "Stories of StoryWeaver, Pratham Books, and their authors, CC-BY 4.0; used as text, without pictures.",
    "FairytaleQA stories (Xu et al., arXiv 2203.13947), Apache-2.0.",
    "Books from Project Gutenberg, in the public domain in the United States; boilerplate removed.",
)

LIMITS = """## Limits

A very small model for looking at how it works. It writes simple English stories, forgets, contradicts itself, and carries
attitudes of its sources, many of them a century old. Paragraphs with slurs were left out of its text; nothing else was
filtered. Not for any use in which what it says matters."""


def write_card(meta: Mapping[str, Any], scores: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of ``MODEL_CARD.md``.

    ``meta`` is the ``meta`` of ``weights.json``; ``scores`` maps the name of a held-out text to an ``evaluate`` report.
    Raises ``KeyError`` when ``meta`` lacks an entry.
    """
    return "\n\n".join(
        part
        for part in (
            f"# {meta['model']}",
            _shape(meta["config"]),
            _training(meta),
            _scores(scores),
            _curve(meta["curve"]),
            LIMITS,
            "## Attributions\n\n" + "\n".join(f"- {line}" for line in ATTRIBUTIONS),
        )
        if part
    ) + "\n"


def _shape(config: Mapping[str, Any]) -> str:
    lines = [
        f"- vocabulary {config['vocabulary']:,} (byte-level BPE), context {config['context_length']:,} tokens",
        f"- width {config['width']}, {config['heads']} heads",
    ]
    if config["architecture"] == "block":
        what = "A Block Transformer (arXiv 2406.02657) with GPT-NeoX layers."
        lines += [
            f"- block length {config['block_length']}, prefix length {config['prefix_length']}",
            f"- {config['block_layers']} layers in the block decoder, {config['token_layers']} in the token decoder",
        ]
    else:
        what = "A flat GPT-NeoX transformer."
        lines.append(f"- {config['block_layers']} layers")
    return what + "\n\n" + "\n".join(lines)


def _training(meta: Mapping[str, Any]) -> str:
    rows = ["| text | what | licence | training tokens at hand |", "|---|---|---|---|"]
    for name, counts in meta["data"]["sources"].items():
        what, licence = SOURCES.get(name, ("text of your own", "see its source"))
        rows.append(f"| {name} | {what} | {licence} | {counts['trainingTokens']:,} |")
    pads = " (pads included)" if meta["config"]["architecture"] == "block" else ""
    return (
        f"## Training\n\nTrained on {meta['tokensSeen']:,} tokens{pads} of this text:\n\n"
        + "\n".join(rows)
        + f"\n\nIt was trained with, line after line,\n\n```sh\n{meta['command']}\n```"
    )


def _scores(scores: Mapping[str, Mapping[str, Any]]) -> str:
    if not scores:
        return ""
    rows = ["| text | documents | scored tokens | nats a token | bits a byte | loss by slot |", "|---|---|---|---|---|---|"]
    for name, score in scores.items():
        slots = ", ".join(f"{loss:.3f}" for loss in score["lossBySlot"])
        rows.append(
            f"| {name} | {score['documents']:,} | {score['scoredTokens']:,} | {score['lossPerToken']:.4f} "
            f"| {score['bitsPerByte']:.4f} | {slots} |"
        )
    return "## Scores\n\nTaken with the shipped, rounded weights.\n\n" + "\n".join(rows)


def _curve(curve: list[list[float | None]]) -> str:
    rows = ["| tokens | training loss (nats) | stories (bits a byte) | books (bits a byte) |", "|---|---|---|---|"]
    for tokens, *values in curve:
        rows.append(f"| {tokens:,} | " + " | ".join("-" if value is None else f"{value:.4f}" for value in values) + " |")
    return "## Learning curve\n\nHeld-out values on a small sample; the last row is after the decay.\n\n" + "\n".join(rows)
