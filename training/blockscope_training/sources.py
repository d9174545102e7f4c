"""Where the training texts come from, for manifests and model cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """One collection inside a training text."""

    name: str
    licence: str
    attribution: str


_GUTENBERG = "public domain in the United States"

TEXTS: dict[str, tuple[str, tuple[Origin, ...]]] = {
    "childrens-books": (
        "children's and plain-style books, 1850–1925",
        (Origin("Project Gutenberg children's books", _GUTENBERG, "Project Gutenberg"),),
    ),
    "plain-fiction": (
        "novels in plain style, 1850–1925",
        (Origin("Project Gutenberg plain fiction", _GUTENBERG, "Project Gutenberg"),),
    ),
    "modern-stories": (
        "short modern stories for children",
        (
            Origin("TinyStories", "CDLA-Sharing-1.0", "Ronen Eldan and Yuanzhi Li"),
            Origin("African Storybook", "CC-BY-4.0", "African Storybook and its authors"),
            Origin("Pratham Books", "CC-BY-4.0", "Pratham Books and its authors"),
            Origin("FairytaleQA stories", "Apache-2.0", "The authors of FairytaleQA"),
        ),
    ),
}
"""Source name to what it holds and the collections it was made of."""


def describe(names: Iterable[str]) -> str:
    """What the sources ``names`` hold, in one phrase; a source unknown here is named as it is."""
    return "; ".join(TEXTS[name][0] if name in TEXTS else name for name in names)


def origins(names: Iterable[str]) -> list[Origin]:
    """The collections behind the sources ``names``; of an unknown one nothing is claimed."""
    found: list[Origin] = []
    for name in names:
        found += TEXTS[name][1] if name in TEXTS else (Origin(name, "not recorded", "not recorded"),)
    return found
