# ruff: noqa: E501 -- a pattern stays on one line
"""What a document says of all its examples, and what the words around a claim fix of how it is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.verify.scope.bandwidths import bandwidth_in
from grader.verify.scope.declarations import tokens_in_columns
from grader.verify.worked.example import Example, Quantity
from grader.verify.worked.kernel_words import (
    FULL,
    KERNEL_WORDS,
    causal_in,
    kernel_in,
    kernels_in,
    last_kernel_in,
    names_kernels,
)
from grader.verify.worked.readings import OUTPUTS, Kernel, Letters, Reading

# σ² = √D in any letters for the bandwidth
TIED = re.compile(
    r"(?<![A-Za-z])(?P<letter>[A-Za-zσςτλℓ])\^?2\s*(?:=|:=|is|to|equals|be)\s*√\(?[dD](?![A-Za-z])"
)
TIED_VARIANCE = re.compile(r"(?<![A-Za-z])σ\s*(?:=|:=|is|to|equals|be)\s*√\(?[dD](?![A-Za-z])")
# exp(−‖q − k‖²/(2√D))
WITH_ROOT = re.compile(
    r"(?:‖[^‖]{1,12}‖|\|[^|]{1,12}\|)\^2\s*/\s*\(?\s*2\s*·?\s*√\(?[dD](?![A-Za-z])|‖\^2\)?/\(2√\(?[dD]"
)
ROOTED = re.compile(
    r"(?:exp|e\^|softmax|κ|score|divid\w+|scaled)[^.;]{0,70}?(?:/|by|over)\s*\(?\s*√|√\s*\(?\s*[dD]\b|[dD]\^\{?-?1/2\}?"
)
OTHER_SCALE = re.compile(
    r"\bexp\(q[^()/]{0,6}k(?:_\w)?\)|e\^\{q[^{}/]{0,8}k(?:_\w)?\}|\bunscaled\b|\bwithout (?:the |any )?(?:scal|√|division)|\b1/√D (?:is )?(?:left out|omitted|dropped)|\bno scaling\b",
    re.I,
)
DEFINED_OUTPUT = re.compile(
    r"(?<![A-Za-z\\])(?P<letter>[a-zA-Z])(?:_\{?[ijtns]\}?|\([^()]{1,12}\))?\s*:?=\s*(?:\(?\s*Σ|\\frac\{?\(?\s*Σ)[^.;=]{3,160}[vV]"
)
# β = 1/σ², γ = 1/(2σ²), β = 1/√D
PRECISION = re.compile(r"(?P<letter>[βγλ])\s*:?=\s*1/\(?\s*(?P<two>2\s*·?\s*)?(?:σ\^2|√\(?[dD](?![A-Za-z]))")
ROOT_PRECISION = re.compile(r"[βγλ]\s*:?=\s*(?:1/\(?(?:2\s*)?√|[dD]\^\{?-\s*1/2)")
# δ is a size, a distance or the depth's step elsewhere
DIFFERENCE = re.compile(
    r"δ\s*:?=\s*\(?[qx](?:_\w)?\s*-\s*[ky]|[qx](?:_\w)?\s*-\s*[ky](?:_\w)?\)?\s*=:?\s*δ|\bdifference\s*,?\s*δ"
)
# a_ij = softmax(...), weights w_j, scores s_j, G = exp(-...)
WEIGHT_LETTERS = re.compile(
    r"\bweights?\s+(?:matrix\s+|are\s+)?([aAαpPw])(?=_|\s|,|=|$)|(?<![A-Za-z])([aAαpPw])(?:_\{?[ijt1],?[jl]?\}?)?\s*:?=\s*(?:softmax|\(?\s*(?:exp|e\^)[^.;=]{0,60}/[^.;=]{0,12}Σ|\\frac)"
)
SCORE_LETTERS = re.compile(
    r"\b(?:scores?|logits?)\s+([sleℓ])_|(?<![A-Za-z])([sleℓ])_\{?[ijt],?[jl]?\}?\s*:?=\s*\(?q"
)
GAUSSIAN_LETTERS = re.compile(
    r"(?<![A-Za-z])([GgK])(?:_\{?ij\}?|\([^()]{1,12}\))?\s*:?=\s*(?:exp\(\s*-|e\^\{?\s*-)|\bGaussian(?: kernel)?,?\s+([Gg])(?![A-Za-z])|\bwith ([G]) the Gaussian"
)
# sums that leave out their own position, positions counted from 0
EXCLUSIVE = re.compile(
    r"Σ_\{?\s*j\s*<\s*i|S_\{?i\s*\+\s*1\}?\s*=\s*S_i\s*\+\s*φ\(k_i\)|\bexclusive (?:prefix )?sums?\b|\bstrictly (?:before|earlier)\b"
)
ZERO_BASED = re.compile(
    r"(?<![A-Za-z])(?:[kqv]_\{?0|φ\(k_\{?0)\}?|\bcount(?:ed|ing)? (?:\w+ )?from (?:0|zero)\b[^.]{0,30}(?:position|token|key)|(?:position|token|key)s? (?:are )?(?:counted|numbered) from (?:0|zero)\b|\bpositions? 0\b"
)
# the scaling is left out on purpose
UNSCALED = re.compile(
    r"\b(?:leav(?:e|ing) out|omit(?:ting)?|ignor(?:e|ing)|drop(?:ping)?|skip(?:ping)?|without|no)\b[^.;]{0,25}(?:√|\bscal\w+|\broot\b|\bdivision\b)|\bunscaled\b",
    re.I,
)
# "for D = 1 there is no scaling": of that case only
ONE_CASE = re.compile(
    r"\b[dD]\s*=\s*1\b|\b(?:if|when|whenever|unless|in (?:this|that|which|the first) case|would|were|some|others)\b",
    re.I,
)
TEMPERATURE = re.compile(r"\btemperature\b", re.I)
SMALL_WIDTH, LARGE_WIDTH = re.compile(r"√\(?d(?![A-Za-z])"), re.compile(r"√\(?D(?![A-Za-z])")
# letters for σ, and for σ² itself
BANDWIDTHS = re.compile(
    r"(?<![A-Za-z])(?P<letter>[shτℓς])\^?2\s*(?:=|is|to)\s*√|2(?P<other>[shτℓς])\^2|2·?(?P<third>s)2\)"
)
VARIANCES = re.compile(r"(?<![A-Za-z])(?P<letter>[sτ])\s*(?:=|:=)\s*(?:σ\^2|√\(?[dD])")
SAME_KERNEL = re.compile(r"\b(?:that|this|the same|the latter) (?:kernel|similarity)\b", re.I)
SQUARED = KERNEL_WORDS[Kernel.SQUARED]
FAR = 600
WIDTH_ONE = re.compile(
    r"\b[dD]\s*=\s*1\b|\bone[- ]dimensional|\bscalar (?:quer|key)|\b1-?d\b|\bnumbers instead of vectors", re.I
)


@dataclass(frozen=True)
class Document:
    """What a document fixes for all its examples."""

    tied: bool  # σ² = √D
    rooted: bool  # softmax divides by √D
    names: Letters
    zero_based: bool  # positions are counted from 0
    precisions: Mapping[str, float]  # letters β with σ² = 1/(β · factor)
    letters: Mapping[str, str]  # the text's own letters for σ and σ²
    columns: bool = False  # matrices hold the tokens as their columns

    @classmethod
    def of(cls, plain: str) -> Document:
        """From the document in plain signs."""
        letters = {found.group("letter") for found in DEFINED_OUTPUT.finditer(plain)} - set("SZAqkvxwzn")
        precisions = {
            {"β": "beta", "γ": "gamma", "λ": "lambda"}[found.group("letter")]: 2.0
            if found.group("two")
            else 1.0
            for found in PRECISION.finditer(plain)
        }
        tied = bool(TIED.search(plain)) or bool(WITH_ROOT.search(plain)) or bool(ROOT_PRECISION.search(plain))
        own = {letter: "σ" for found in BANDWIDTHS.finditer(plain) for letter in found.groups() if letter}
        bandwidth = bandwidth_in(plain)
        if not bandwidth.is_course:
            # σ is the variance itself; or now this and now that, and then no value of it is read
            own["σ"] = "σ^2" if bandwidth.is_variance else "ς"
            tied = tied or (bandwidth.is_variance and TIED_VARIANCE.search(plain) is not None)
        variances = {found.group("letter") for found in VARIANCES.finditer(plain)} - set(own)
        tied = tied or bool(variances)
        if SMALL_WIDTH.search(plain) and not LARGE_WIDTH.search(plain):
            own["d"] = "D"
        own |= {
            found.group("letter"): "σ^2"
            for found in VARIANCES.finditer(plain)
            if found.group("letter") not in own
        }
        names = Letters(
            OUTPUTS | letters,
            _named(WEIGHT_LETTERS, plain),
            _named(SCORE_LETTERS, plain),
            _named(GAUSSIAN_LETTERS, plain) | ({"G"} if not re.search(r"\bGram\b", plain) else set()),
            bool(EXCLUSIVE.search(plain)),
            bool(DIFFERENCE.search(plain)),
        )
        return cls(
            tied,
            bool(ROOTED.search(plain)),
            names,
            bool(ZERO_BASED.search(plain)),
            precisions,
            own,
            tokens_in_columns(plain),
        )


def _named(pattern: re.Pattern[str], plain: str) -> frozenset[str]:
    found = {letter for one in pattern.finditer(plain) for letter in one.groups() if letter}
    return frozenset({"α": "alpha", "ℓ": "ell"}.get(letter, letter) for letter in found)


@dataclass(frozen=True)
class Around:
    """The words around a claim, from near to far."""

    clause: str
    sentence: str
    block: str
    section: str
    heading: str = ""

    def causal(self) -> tuple[bool | None, bool]:
        """Whether causal attention is meant, by the nearest words about it, and whether these are near."""
        for words in (self.clause, self.sentence, self.block):
            found = causal_in(words)
            if found is not None:
                return found, True
        if causal_in(self.heading) is not None and not FULL.search(self.section):
            return causal_in(self.heading), True
        return causal_in(self.section), False

    def kernel(self, *, latest: bool) -> tuple[Kernel | None, bool]:
        """The kernel that is meant, by the nearest words about one, and whether these are near.

        Far words name it if they name no other, or for what is called just "the kernel" by the last of them (`latest`).
        """
        for words in (self.clause, self.sentence, self.block):
            if SAME_KERNEL.search(words) and not names_kernels(words):
                meant = last_kernel_in(f"{self.section[-FAR:]} {self.block}")
                return meant, meant is not None
            found = kernel_in(words)
            if found is not None and found is not Kernel.FEATURES:
                return found, True
            if names_kernels(words):
                # of several it is open which is meant
                return None, True
        return (last_kernel_in(self.section[-FAR:]) if latest else kernel_in(self.section)), False


@dataclass(frozen=True)
class Readings:
    """Every reading that is open, and those of them that the words farther away speak for."""

    every: tuple[Reading, ...]
    likely: tuple[Reading, ...]


def readings_of(
    example: Example,
    document: Document,
    around: Around,
    causal: bool | None,
    kernel: Kernel | None,
    *,
    latest: bool = False,
) -> Readings:
    """The readings of an example that the text leaves open; `causal` and `kernel` are what a claim's own words say."""
    masked, near = (causal, True) if causal is not None else around.causal()
    masks = [masked] if near and masked is not None else [True, False]
    likely_masks = [bool(masked)]  # no mask where the text speaks of none
    kinds = kernels_open(example, around, kernel, latest=latest)
    every = dict.fromkeys(_readings(example, document, around, kinds[0], masks))
    likely = dict.fromkeys(_readings(example, document, around, kinds[1], likely_masks))
    return Readings(tuple(every), tuple(likely))


def _readings(
    example: Example, document: Document, around: Around, kinds: Sequence[Kernel], masks: Sequence[bool]
) -> Iterator[Reading]:
    width = width_of(example)
    root = math.sqrt(width) if width else None
    if example.variance is not None:
        variances: list[float | None] = [example.variance]
    elif root is not None:
        variances = [root] if document.tied else [root, 1.0]
    else:
        variances = [None]
    before = (said for said in re.split(r"(?<=[.;!?])\s+", around.block) if not ONE_CASE.search(said))
    unscaled = any(map(UNSCALED.search, (around.clause, around.sentence, *before)))
    divisors: list[float | None] = [1.0] if unscaled else [root]
    if Quantity.SCORES in example.lists:
        divisors = [1.0, *([root] if root else [])]
    elif not unscaled and (not document.rooted or OTHER_SCALE.search(around.section)):
        divisors.append(1.0)
    if example.variance is not None:
        divisors.append(example.variance)
    for kind in kinds:
        for mask in masks:
            for variance in variances:
                for divisor in divisors:
                    yield Reading(kind, divisor, variance, mask)


def kernels_open(
    example: Example, around: Around, kernel: Kernel | None, *, latest: bool
) -> tuple[list[Kernel], list[Kernel]]:
    """The kernels by which weights may be meant, and those that are likely."""
    featured = any("(" in family for family, _ in example.vectors)
    pairs = (
        (example.has("k") and (example.has("q") or example.has("x")))
        or example.has("y")
        or bool(example.products)
    )
    if kernel is not None and (kernel is not Kernel.FEATURES or featured or example.maps):
        return [kernel], [kernel]
    if featured and not pairs:
        return [Kernel.FEATURES], [Kernel.FEATURES]
    named, near = around.kernel(latest=latest)
    if near and named is not None:
        return [named], [named]
    others = [Kernel.FEATURES] if featured or example.maps else []
    every = [Kernel.SOFTMAX, Kernel.GAUSSIAN, *others]
    if (
        named is Kernel.SQUARED
        or SQUARED.search(around.section)
        or Kernel.SQUARED in kernels_in(around.block)
    ):
        every.append(Kernel.SQUARED)
    if named is None or named is Kernel.FEATURES:
        return every, [Kernel.SOFTMAX, *others]
    return [named, *(one for one in every if one is not named)], [named]


def width_of(example: Example) -> float | None:
    """D: as given, else the length of the vectors."""
    lengths = {vector.size for (own, _), vector in example.vectors.items() if own in {"q", "k", "x", "y"}}
    if len(lengths) == 1 and (given := example.sizes.get("D")) is None:
        return float(lengths.pop())
    given = example.sizes.get("D")
    if given is not None and lengths and lengths != {int(given)}:
        # the size of another example
        return float(lengths.pop()) if len(lengths) == 1 else None
    return given


__all__ = [
    "DIFFERENCE",
    "TEMPERATURE",
    "WIDTH_ONE",
    "Around",
    "Document",
    "Readings",
    "readings_of",
    "width_of",
]
