# ruff: noqa: E501 -- a pattern stays on one line
"""The results that running text gives: its numbers without those that set a size, name something or are computed with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.numbers.arithmetic import Figure, figures
from grader.verify.numbers.worded import masked

# "N = 1024", "D = M = 64" set something
SETS = re.compile(r"(?:^|[,;(:$=]\s*|\b[A-Za-z]{2,}\s+)[A-Za-zα-ωκ](?:_\{?(?:\\text\{)?\w+\}*)?\s*=\s*$")
FACTOR_OF_LETTERS = re.compile(
    r"[A-Za-zα-ω]|\s(?:[A-Z]{1,4}(?![A-Za-z])|[a-zα-ω](?![a-z]))|\s?[(\\√]\s?[A-Za-z](?![a-z]{2})"
)
# numbers that are no results
NO_RESULT = re.compile(
    r"\b(?:[Ss]ection|[Tt]able|[Ff]igure|[Ee]q\w*|[Cc]hapter|[Pp]age|[Qq]|layer|depth|step|NN|NNS|ResNet-?|VGG-?|at|for|with|of|by|times|degree|from|to|first|top|best|k|margin|seed|in|dimensions?)\s*\W?$|[-A-Za-z]$|[(\[{]\s*$",
    re.I,
)
BEHIND = re.compile(
    r"\s?(?:tokens|dimensions|directions|heads|layers|epochs|runs|bytes? (?:each|per)|times|bits?|-\s?[a-z\d]|×|·|\*|\^|²|³|/|fold|x\b|percentage|points?\b)"
)
CLOCK = re.compile(r":\d\d\b")
IN_A_CALCULATION = re.compile(r"[·*×+^−/(-]\s*$")
CALCULATED_ON = re.compile(r"\s*[+·*×/−)-]\s*[\dA-Z(]|\s*[=≈]\s*\d")
MEASURE = re.compile(
    r"\s?(?P<unit>[kKMGT]i?B|bytes|[mµn]s|s|seconds?|minutes?|hours?|[kMGT]?FLOP[sS]?|[kMGT]?MACs?)\b"
)
WORDS = re.compile(r"\s?(?P<words>[a-z-]+(?: [a-z-]+){0,2})")
FUNCTION_WORDS = frozenset(["at", "in", "on", "of", "by", "to", "from", "over", "under", "and", "for", "with", "against", "versus", "instead", "compared", "where", "while", "whereas", "but", "than", "which", "rather", "the", "per", "that", "this", "are", "were", "was", "have", "has", "both", "all", "each", "then", "thus", "hence"])  # fmt: skip
YEARS = range(1950, 2051)
DATED = re.compile(r"\b(?:in|since|until|from|after|before|al\.?,?|and|[A-Z][a-z]+,?)\s*$|\($")


@dataclass(frozen=True)
class Result:
    """A number that a text gives for something, with its unit and the noun behind it."""

    figure: Figure
    unit: str
    noun: str

    @property
    def value(self) -> Fraction:
        """The number."""
        return self.figure.value

    @property
    def measured(self) -> bool:
        """Whether it is a percentage, or may be one that leaves out its sign."""
        return self.figure.percent or ("." in self.figure.text and not self.unit and self.value <= 100)


def results_in(text: str) -> list[Result]:
    """The results of a text in order.

    >>> [one.figure.text for one in results_in("With N = 64 it takes 4·64 = 256 steps, with 8 heads 2,048.")]
    ['256', '2,048']
    """
    plain = masked(text)
    out = []
    for one in figures(plain):
        end = one.start + len(one.text)
        before, after = plain[: one.start], plain[end:]
        if CLOCK.match(after) or re.search(r"\d:$", before):
            continue
        if SETS.search(before) or NO_RESULT.search(before) or BEHIND.match(after) or not one.value:
            continue
        if IN_A_CALCULATION.search(before) or CALCULATED_ON.match(after):
            continue
        if (FACTOR_OF_LETTERS.match(after) and not MEASURE.match(after)) or re.fullmatch(
            r"[\d.,]+ [A-Z]", one.text
        ):
            continue
        if one.text.isdigit() and one.value in YEARS and DATED.search(before):
            continue
        unit = MEASURE.match(after)
        out.append(Result(one, unit.group("unit") if unit else "", "" if unit else _noun(after)))
    return out


def _noun(after: str) -> str:
    """The last word of those behind a number before the sentence goes on: `float32 entries of`."""
    found = WORDS.match(after)
    noun = ""
    for word in found.group("words").split() if found is not None else ():
        if word in FUNCTION_WORDS or len(word) < len("odd"):
            break
        noun = word
    return noun


def alike(some: Sequence[Result]) -> bool:
    """Whether results may be compared: one unit, and not two nouns."""
    return (
        len({one.unit for one in some}) <= 1
        and len({one.figure.percent for one in some}) <= 1
        and len({one.noun for one in some if one.noun}) <= 1
    )


__all__ = ["Result", "alike", "results_in"]
