# ruff: noqa: E501 -- a pattern stays on one line
"""Weights of keys held against each other: `k_3 gets the largest weight`, `the weight of k_2 is e times that of k_1`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.worked.attention import Attention
from grader.verify.worked.claims import Scene
from grader.verify.worked.evaluation import Array, Unknown, exactly, written
from grader.verify.worked.judging import Held, given_in, judge
from grader.verify.worked.kernel_words import causal_in, kernel_in
from grader.verify.worked.literals import literal_of
from grader.verify.worked.nouns import ORDINALS
from grader.verify.worked.surroundings import readings_of


def _key(name: str) -> str:
    """A key by its name, its number or its place."""
    return rf"(?:the\s+)?(?:(?:key\s+)?[kv]_\{{?(?P<{name}>\d)\}}?|(?:key|position|token|value)\s+(?P<{name}n>\d)|(?P<{name}w>first|second|third|fourth|fifth|last)\s+(?:key|position|token|value|one))"


_WEIGHT = r"(?:(?:softmax|attention|Gaussian|unnormali[sz]ed|causal)\s+)*weights?"
_NUMBER = r"(?P<value>(?:e\^\{?[-+]?[\d./]+\}?|e|√?\d[\d.]*(?:/\d+)?|exp\([-+\d./√]+\)))"
RATIOS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_WEIGHT}\s+(?:of|on|for)\s+{_key('a')}\s+(?:is|equals|comes to)\s+(?:about |exactly |roughly )?{_NUMBER}\s*(?:times|×)\s+(?:that|the one|the weight|as large as that|as large as the one)\s+(?:of|on|for)\s+{_key('b')}",
        rf"{_key('a')}\s+(?:gets|receives|has|carries|is given)\s+(?:about |exactly |roughly )?{_NUMBER}\s*(?:times|×)\s+(?:as much weight as|the weight of|more weight than|the weight on)\s+{_key('b')}",
        rf"ratio\s+(?:of\s+the\s+{_WEIGHT}\s+(?:of|on|for)\s+{_key('a')}\s+(?:and|to|over)\s+(?:that of\s+)?{_key('b')})\s+(?:is|equals|=)\s+(?:about |exactly )?{_NUMBER}",
        rf"(?:ratio\s+)?(?:weight|w)\(\s*{_key('a')}\s*\)\s*/\s*(?:weight|w)\(\s*{_key('b')}\s*\)\s*(?:is|equals|=|≈)\s*(?:about |exactly )?{_NUMBER}",
    )
)
_MOST = r"(?P<most>largest|highest|biggest|greatest|most|strongest|smallest|lowest|least|weakest)"
EXTREMES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_key('a')}\s+(?:gets|receives|has|carries|takes)\s+(?:the\s+|by far the\s+)?{_MOST}\s+(?:of\s+the\s+)?{_WEIGHT}",
        rf"(?:the\s+)?{_MOST}\s+(?:of\s+the\s+)?{_WEIGHT}\s+(?:goes to|is on|falls on|belongs to|lies on|is that of|is the one of|is given to)\s+{_key('a')}",
    )
)
SMALL = re.compile(r"smallest|lowest|least|weakest", re.I)
BEHIND = 30
UNREAL = re.compile(
    r"\bif\b|\bwould\b|\bwere\b|\bmight\b|\bcould\b|\?|\bwhen(?:ever)?\b|\bin general\b|\bnot\b|n['’]t\b|\bfor large\b",
    re.I,
)


def rankings(plain: str, scene: Scene) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of the weights of two keys, or of the largest one."""
    if (
        scene.far
        or UNREAL.search(plain)
        or len(scene.example.indices("k")) + len(scene.example.indices("y")) < 2
    ):
        return
    for pattern in RATIOS:
        for found in pattern.finditer(plain):
            held = _held(plain, plain[found.end() : found.end() + BEHIND], scene)
            literal = literal_of(found.group("value"), near="about" in found.group() or "≈" in found.group())
            pair = _place(found, "a"), _place(found, "b")
            judged = (
                judge(held, "the ratio of these weights", [_ratio(*pair)], literal)
                if literal is not None
                else None
            )
            if judged is not None:
                yield found.start(), found.end(), judged
    for pattern in EXTREMES:
        for found in pattern.finditer(plain):
            yield from _extreme(found, _held(plain, "", scene))


def _held(plain: str, behind: str, scene: Scene) -> Held:
    """The example, with the kernel that stands behind a value, `e^-2 for the Gaussian`, or in the sentence."""
    kernel = kernel_in(re.split(r"\band\b|[,;.]", behind)[0]) or kernel_in(plain)
    readings = readings_of(scene.example, scene.document, scene.around, causal_in(plain), kernel)
    return Held(scene.example, readings, scene.document.names)


def _place(found: re.Match[str], name: str) -> int:
    word = found.group(f"{name}w")
    if word is not None:
        return ORDINALS.get(word.lower(), -1)
    return int(found.group(name) or found.group(f"{name}n"))


def _weights(attention: Attention) -> list[float]:
    """The weights of the one query."""
    if len(attention.queries) != 1:
        raise Unknown("which query is meant")
    return attention.unnormalised(attention.queries[0])


def _at(values: list[float], place: int) -> float:
    if place == -1:
        return values[-1]
    if not 1 <= place <= len(values):
        raise Unknown("there is no such key")
    return values[place - 1]


def _ratio(a: int, b: int) -> Callable[[Attention], Array]:
    def value(attention: Attention) -> Array:
        weights = _weights(attention)
        return np.asarray(_at(weights, a) / _at(weights, b))

    return value


def _extreme(found: re.Match[str], held: Held) -> Iterator[Spanned]:
    values = held.values(lambda attention: np.asarray(_weights(attention)))
    if not values:
        return
    least = SMALL.fullmatch(found.group("most")) is not None
    place = _place(found, "a")
    holds: set[bool] = set()
    for _, weights in values:
        flat = [float(one) for one in weights.ravel()]
        end = min(flat) if least else max(flat)
        if not (place == -1 or 1 <= place <= len(flat)) or sum(abs(one - end) < 1e-9 for one in flat) > 1:
            return
        holds.add(abs(_at(flat, place) - end) < 1e-9)
    shown = written(values[0][1])
    says = f"the weights before normalisation are {shown}"
    if holds == {True}:
        yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif holds == {False}:
        where = int(np.argmin(values[0][1]) if least else np.argmax(values[0][1])) + 1
        witness = {"weights": shown, "key": where, "stated": exactly(place), "given": given_in(held.example)}
        yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


__all__ = ["rankings"]
