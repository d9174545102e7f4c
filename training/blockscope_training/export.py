"""Write the bundle of a trained model for the web app.

``python -m blockscope_training.export --weights RUN_DIR --tokenizer FILE --out DIR [--scores FILE.json]``, or
``--graphs-only BUNDLE`` to build the graphs of an existing bundle anew.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from .bundle import rebuild_graphs, write_bundle
from .command import BadInput, run

SCORE_KEYS = ("text", "documents", "scoredTokens", "lossPerToken", "bitsPerByte", "lossBySlot")


def read_scores(path: Path) -> list[dict[str, Any]]:
    """The manifest's score entries from ``path``: what ``evaluate`` prints, in a list, each with a ``text`` that names it.

    Raises ``BadInput`` for anything else.
    """
    try:
        entries = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise BadInput(f"{path} is not JSON: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadInput(f"{path} must hold a list of scores")
    for entry in entries:
        missing = [key for key in SCORE_KEYS if key not in entry]
        if missing:
            raise BadInput(f"a score in {path} has no {missing[0]!r}")
    return [{key: entry[key] for key in SCORE_KEYS} for entry in entries]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.export", description="Write a bundle.")
    parser.add_argument("--weights", type=Path, help="folder with weights.bin and weights.json")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer JSON file")
    parser.add_argument("--out", type=Path, help="folder to write the bundle into")
    parser.add_argument("--scores", type=Path, help="JSON list of held-out scores")
    parser.add_argument("--graphs-only", type=Path, metavar="BUNDLE", help="rebuild the graphs of this bundle and nothing else")
    arguments = parser.parse_args()
    parts = (arguments.weights, arguments.tokenizer, arguments.out)
    if arguments.graphs_only:
        if any(parts) or arguments.scores:
            raise BadInput("--graphs-only goes with no other flag")
        out = arguments.graphs_only
        manifest = rebuild_graphs(out)
    elif all(parts):
        out = arguments.out
        scores = read_scores(arguments.scores) if arguments.scores else []
        manifest = write_bundle(arguments.weights, arguments.tokenizer, out, scores)
    else:
        raise BadInput("--weights, --tokenizer and --out are needed, or --graphs-only alone")
    size = sum(entry["bytes"] for entry in (manifest["weights"], manifest["tokenizer"], *manifest["graphs"].values()))
    print(f"{out}: {manifest['parameters']:,} parameters, {len(manifest['graphs'])} graphs, {size:,} bytes")


if __name__ == "__main__":
    run(main)
