"""The model card."""

from __future__ import annotations

import pytest
from conftest import SMALL

from blockscope_training.card import write_card

META = {
    "model": "small",
    "config": SMALL.to_dict(),
    "tokensSeen": 1_234_567,
    "curve": [[1000, 5.5, None, 2.25], [2000, 4.5, 1.75, 2.0]],
    "command": "python -m blockscope_training.train --model small",
    "data": {"sources": {"modern-stories": {"trainingTokens": 2_433_313}}},
}


def test_card_names_text_licences_scores_and_command() -> None:
    score = {"documents": 126, "scoredTokens": 41_000, "lossPerToken": 3.0, "bitsPerByte": 1.1, "lossBySlot": [3.1, 2.9]}
    card = write_card(META, {"modern-stories": score})
    for part in (
        "1,234,567 tokens",
        "CDLA-Sharing-1.0",
        "CC-BY 4.0",
        "Apache-2.0",
        "public domain in the United States",
        META["command"],
        "| 1,000 | 5.5000 | - | 2.2500 |",
        "| modern-stories | 126 | 41,000 | 3.0000 | 1.1000 | 3.100, 2.900 |",
    ):
        assert str(part) in card


def test_missing_meta_is_an_error() -> None:
    with pytest.raises(KeyError, match="command"):
        write_card({key: value for key, value in META.items() if key != "command"}, {})
