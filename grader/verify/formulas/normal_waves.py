# ruff: noqa: E501 -- a pattern stays on one line
"""Means of functions of one Gaussian number whose law the sentence states: E cos t = e^{−s²/2} for t ~ N(0, s²).

The mean is an integral of one variable, which Hermite's rule gives to all digits for cosines, sines, exponentials and
powers; the other side is a formula in the letter of the deviation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Chain,
    Expression,
    Function,
    Moment,
    Symbol,
    Unreadable,
    names,
    rewritten,
    walk,
)
from grader.verify.worlds.settings import Array, Bound, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

NODES, CHANCES = np.polynomial.hermite_e.hermegauss(80)
TRIALS = (0.7, 1.3)  # values of the letter of the deviation
SMOOTH = frozenset({"cos", "sin", "exp"})
_N = r"(?:\\mathcal\s*\{?\s*N\s*\}?|\\N\b|N|𝒩)\s*(?:\\left)?\s*\("
_T = r"\$?\s*(?<![A-Za-z\\])(?P<t>[tuzgxyX])\$?\s*"
_V = r"\$?\s*(?P<v>\\?[a-zστ]{1,6}\s*(?:\^\s*\{?2\}?|²)|1)\s*\$?"
DRAWN = re.compile(rf"{_T}(?:\\sim|∼|~)\s*{_N}\s*0\s*,\s*{_V}(?:\\right)?\s*\)")
VARIANCE = re.compile(rf"\b(?:with|has|and|of)\s+(?:the\s+|a\s+)?variance\s+{_V}(?!\s*[\w/^])", re.I)
CENTRED = re.compile(r"\bmean\s+(?:\$?\s*0|zero)|\bcent(?:red|ered)\b|\bzero[- ]mean\b", re.I)
# where words call the letter itself Gaussian: before its name, or behind it and what it stands for
_TIED = r"(?<![A-Za-z\\\\])LETTER(?![A-Za-z])\$?(?:\s*=[^$.;]{0,60}\$?)?\s*(?:is|be|being|are|,)?\s*(?:an? |the )?(?:(?:centred|centered|real|zero-mean|standard) )*(?:gaussian|normal)|(?:gaussian|normal|such|centred|centered)\s+(?:\w+\s+){0,2}\$?LETTER(?![A-Za-z])"
OTHER_LAWS = re.compile(r"\buniform|\brademacher|\bcauchy|\blaplac|\bmixture|\bphase\b|\bequal chance", re.I)
BY_LAW = "the two sides differ for the law that the text states"
NORMAL = re.compile(r"\bgaussian\b|\bnormal(?:ly)?\b", re.I)
STANDARD = re.compile(r"\bstandard[- ](?:normal|gaussian)\b", re.I)


@dataclass(frozen=True)
class Law:
    """A Gaussian number with mean 0: its letter if the text gives it one, and its variance."""

    letter: str
    variance: Expression


def judge(chain: Chain | None, sentence: str, around: str) -> Judged | None:
    """A ruling on an equation with the mean of a function of one Gaussian number; None for anything else."""
    if chain is None or chain.open_left or len(chain.parts) < 2 or set(chain.relations) - {"="}:
        return None
    inside = {
        name
        for part in chain.parts
        for below in walk(part)
        if isinstance(below, Moment)
        for name in names(below.of)
        if len(name) == 1 and name not in {"e", "w"}
    }
    if len(inside) != 1 or not all(_is_plain(part) for part in chain.parts):
        return None
    (letter,) = inside
    law = _law(letter, sentence)
    if law is None and not NORMAL.search(sentence):
        law = _law(letter, f"{around[-400:]} {sentence}")
    if law is None:
        return None
    free = names(law.variance) - {"e", "pi"}
    others = frozenset[str]().union(*map(names, chain.parts)) - {letter, "e", "pi"}
    if len(free) > 1 or not others <= free or letter in free:
        return None
    scale = min(free, default="")
    for trial in TRIALS:
        bound: Bound = {scale: np.asarray(trial)} if scale else {}
        try:
            deviation = float(np.sqrt(World(Setting(), 0).number(law.variance, bound)))
            values = [_value(part, letter, deviation, bound) for part in chain.parts]
        except (Clash, Undecidable, TypeError, ValueError):
            return None
        for (left, right), (one, other) in zip(pairwise(values), pairwise(chain.parts), strict=True):
            if abs(left - right) > 1e-9 * max(1.0, abs(left), abs(right)):
                if abs(left - right) < 1e-3 or _is_mean_free(one, other):
                    return None
                shown = {scale: trial} if scale else {}
                first, second = round(left, 6) + 0.0, round(right, 6) + 0.0
                says = f"{BY_LAW}: {f'with {scale} = {trial} ' if scale else ''}the left is {first:.4g}, the right {second:.4g}"
                witness = {**shown, "left": first, "right": second}
                return refuted(Kind.IDENTITY, says, Method.NUMERIC, witness)
    return verified(Kind.IDENTITY, f"for {letter} Gaussian with mean 0 this is its integral", Method.NUMERIC)


def _is_mean_free(one: Expression, other: Expression) -> bool:
    """Whether neither of two sides is a mean: their difference is no matter of the law."""
    return not any(isinstance(below, Moment) for part in (one, other) for below in walk(part))


def _is_plain(part: Expression) -> bool:
    """Whether all functions of a part are smooth, and no mean stands within another."""
    nodes = list(walk(part))
    moments = [node for node in nodes if isinstance(node, Moment)]
    nested = any(isinstance(below, Moment) for one in moments for below in walk(one.of))
    smooth = all(node.name in SMOOTH | {"sqrt"} for node in nodes if isinstance(node, Function))
    indexed = any(isinstance(node, Symbol) and node.indices for node in nodes)
    return smooth and not nested and not indexed and all(one.kind == "E" for one in moments)


def _law(letter: str, words: str) -> Law | None:
    """The law that words state of a letter; None if they state none, or several."""
    drawn = {found.group("v") for found in DRAWN.finditer(words) if found.group("t") == letter}
    if drawn:
        return _of(letter, drawn)
    tied = re.compile(_TIED.replace("LETTER", letter), re.IGNORECASE)
    if not (tied.search(words) and NORMAL.search(words)) or OTHER_LAWS.search(words):
        return None
    told = {found.group("v") for found in VARIANCE.finditer(words)}
    if told and CENTRED.search(words):
        return _of(letter, told)
    return _of(letter, {"1"}) if STANDARD.search(words) and not told else None


def _of(letter: str, variances: set[str]) -> Law | None:
    if len({re.sub(r"[\s{}^]", "", one).replace("²", "2") for one in variances}) != 1:
        return None
    try:
        return Law(letter, read_expression(min(variances).strip()))
    except Unreadable:
        return None


def _value(part: Expression, letter: str, deviation: float, bound: Bound) -> float:
    """A side's value, each mean in it by Hermite's rule. Raises `Clash` or `Undecidable`."""

    def mean(node: Moment) -> float:
        values = [
            World(Setting(), 0).number(node.of, {**bound, letter: np.asarray(deviation * place)})
            for place in NODES
        ]
        return float(np.dot(CHANCES, values) / np.sum(CHANCES))

    means: dict[str, Array] = {}

    def replaced(node: object) -> Expression | None:
        if not isinstance(node, Moment):
            return None
        name = f"mean{len(means)}"
        means[name] = np.asarray(mean(node))
        return Symbol(name)

    return World(Setting(), 0).number(rewritten(part, replaced), {**bound, **means})


__all__ = ["judge"]
