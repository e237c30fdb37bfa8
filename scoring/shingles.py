"""Shingles: texts as sets of their phrases of a few words, and which pairs of texts share most of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Integers

WORD = re.compile(r"\w+")
FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, its bits spread evenly: phrases seldom share a number


def words(text: str) -> tuple[str, ...]:
    """The words of a text, without case, punctuation and variants of letters that look alike."""
    return tuple(WORD.findall(normalize("NFKC", text).casefold()))


@dataclass(frozen=True, slots=True)
class Phrases:
    """The different phrases of each text as numbers, text after text: text t has `number[start[t]:start[t + 1]]`."""

    number: NDArray[np.uint64]
    start: Integers

    def of(self, text: int) -> NDArray[np.uint64]:
        """The phrases of one text, rarest first."""
        return self.number[self.start[text] : self.start[text + 1]]

    def alike(self, one: int, other: int) -> float:
        """Share of the phrases of two texts that both have, 0 to 1."""
        common = len(np.intersect1d(self.of(one), self.of(other), assume_unique=True))
        return common / max(1, len(self.of(one)) + len(self.of(other)) - common)


def phrases(texts: Sequence[tuple[str, ...]], length: int) -> Phrases:
    """The phrases of `length` words of each text, those that few texts have first."""
    vocabulary = {word: place for place, word in enumerate(dict.fromkeys(chain.from_iterable(texts)), start=1)}
    spelled = np.fromiter((vocabulary[word] for text in texts for word in text), dtype=np.uint64)
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    owner = np.repeat(np.arange(len(texts)), sizes)
    ends = np.repeat(np.cumsum(sizes), sizes)
    within = np.flatnonzero(np.arange(len(spelled)) + length <= ends)
    number = np.zeros(len(within), dtype=np.uint64)
    for step in range(length):
        number = _mixed(number * FACTOR + spelled[within + step])
    return _rarest_first(owner[within], number, len(texts))


def near(texts: Sequence[tuple[str, ...]], length: int, share: float) -> Iterator[tuple[int, int]]:
    """Pairs of texts that have at least `share` of their phrases in common, exactly and without comparing all.

    Two sets so alike share one of the first phrases of both in any order, so only texts that do are compared; the
    order is from the rarest phrase on.
    """
    found = phrases(texts, length)
    holders: dict[int, list[int]] = {}
    for text in range(len(texts)):
        own = found.of(text)
        first = len(own) - int(np.ceil(share * len(own) - 1e-9)) + 1 if len(own) else 0
        for phrase in own[:first].tolist():
            holders.setdefault(phrase, []).append(text)
    pairs = {pair for group in holders.values() if len(group) > 1 for pair in combinations(group, 2)}
    return (pair for pair in sorted(pairs) if found.alike(*pair) >= share)


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return number ^ (number >> np.uint64(29))


def _rarest_first(owner: Integers, number: NDArray[np.uint64], texts: int) -> Phrases:
    order = np.lexsort((number, owner))
    owner, number = owner[order], number[order]
    new = np.ones(len(owner), dtype=np.bool_)
    new[1:] = (owner[1:] != owner[:-1]) | (number[1:] != number[:-1])
    owner, number = owner[new], number[new]
    _, place, spread = np.unique(number, return_inverse=True, return_counts=True)
    order = np.lexsort((number, spread[place], owner))
    return Phrases(number[order], np.searchsorted(owner, np.arange(texts + 1)))
