# ruff: noqa: E501 -- a pattern stays on one line
"""What stands around a sentence that counts: the text before it, its letters, the sizes and the counts told before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product

from grader.verify.costs.count_formulas import count_at
from grader.verify.scope.growth import Cost, substituted
from grader.verify.shapes.told_sizes import lengths_apart, sizes_in

COUNTING = re.compile(
    r"\b(?:multiplications?|mults?|multiplies|multiply-adds?|MACs?|exact(?:ly)?|scalar products|counting|counted|operations)\b",
    re.I,
)


# "Only scalar multiplications are counted": of the whole text
COUNTS_ALL = re.compile(
    r"\b(?:scalar )?(?:multiplications|mults|multiply-adds|MACs) (?:only\b|(?:are|were|will be|get) (?:the only thing )?counted)|\bcount(?:s|ing|ed)? (?:only |just |exactly |all |the )*(?:scalar )?(?:multiplications|mults|multiply-adds|MACs)\b",
    re.I,
)


@dataclass(frozen=True)
class Told:
    """A count that a text gives to a part, with its ruling; `cost` counts all that it says `each` of."""

    cost: Cost
    right: bool
    names: frozenset[str]


@dataclass(frozen=True)
class Surroundings:
    """What stands around a sentence, in flattened text."""

    before: str
    title: str  # label, heading and the table's header
    named: Mapping[str, str]
    stacked: bool  # a sine and a cosine for each direction
    one_width: bool = False  # values are as wide as keys
    sizes: Sequence[tuple[str, Fraction]] = ()  # those that the text has set before, in order
    told: Sequence[Told] = field(default_factory=tuple)
    counting: bool = False  # whether the text says somewhere that it counts multiplications

    @property
    def exact(self) -> bool:
        """Whether the words around speak of exact counts."""
        return self.counting or bool(COUNTING.search(f"{self.title} {self.before[-500:]}"))

    def as_wide(self, cost: Cost) -> Cost:
        """A count, with one width where the text has one."""
        if not self.one_width:
            return cost
        return Cost("", substituted(cost.terms, {"M": {(("D", Fraction(1)),): Fraction(1)}}))

    def sizes_until(self, text: str, place: int) -> dict[str, Fraction]:
        """The sizes that hold at a place of a sentence: the last before it, else what the sentence sets after it."""
        found = sizes_in(text, self.named)
        after = {size: value for at, size, value in reversed(found) if at >= place}
        return {
            **after,
            **dict(self.sizes),
            **{size: value for at, size, value in found if at < place},
        }

    def of_pairs(self, cost: Cost, text: str, sizes: Mapping[str, Fraction]) -> Fraction | None:
        """A count of what there is for each pair of a query and a key, where these are not equally many."""
        apart = self.apart(text)
        if apart is None or any(dict(monomial).get("N") != 2 for monomial in cost.terms):
            return None
        once = count_at(cost, {**sizes, "N": Fraction(1)})
        return None if once is None else once * apart[0] * apart[1]

    def apart(self, text: str) -> tuple[Fraction, Fraction] | None:
        """The numbers of queries and keys that a sentence goes by, where they differ."""
        return lengths_apart(f"{self.before[-REACH:]} {text}", self.named)


REACH = 900  # characters before a sentence in which its example is set
MOST_CHOICES = 24


def choices_of(
    used: Sequence[str], sizes: Mapping[str, Fraction], text: str, around: Surroundings
) -> Iterator[dict[str, Fraction]]:
    """The sizes as they hold, and in other combinations of what the text has set."""
    told: dict[str, list[Fraction]] = {name: [sizes[name]] for name in used}
    for name, value in [*around.sizes, *((size, value) for _, size, value in sizes_in(text, around.named))]:
        if name in told and value not in told[name]:
            told[name].append(value)
    for choice in islice(product(*(told[name] for name in used)), MOST_CHOICES):
        yield {**sizes, **dict(zip(used, choice, strict=True))}


__all__ = ["COUNTING", "COUNTS_ALL", "Surroundings", "Told", "choices_of"]
