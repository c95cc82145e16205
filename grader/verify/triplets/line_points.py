# ruff: noqa: E501 -- a pattern stays on one line
"""Embeddings that are numbers: `the one-dimensional embeddings 0, 0.5 and 2`, `points 0, 1 (class A), 1.5, 3 (class B)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.triplets.embeddings import Point

SIGNED = r"(?<![\w.])-?\s?(?:\d+(?:\.\d+)?|\.\d+)(?![\w.]*\d)"
_LIST = rf"{SIGNED}(?:(?:\s?,\s?(?:and )?|\s+and\s+){SIGNED})"
ON_LINE = re.compile(
    rf"\b(?:(?:one-dimensional|1-?D|scalar) (?:embeddings?|points?)|(?:embeddings?|points?|batch) (?:on (?:the|a) (?:real |number )?line|in one dimension|of dimension (?:one|1)))\b[^.;()\d-]{{0,24}}[(\[{{]?\s?(?P<list>{_LIST}{{2,}})(?!\s?[·*/+^(]|\s?°)",
    re.I,
)
_MANY = rf"{SIGNED}(?:(?:\s?,\s?(?:and )?|\s+and\s+){SIGNED})*"
_CLASS = r"(?:class|person|label|identity)"
_GROUP = rf"(?:{_MANY}\s?(?:\((?:of )?{_CLASS} \w+\)|(?:of|in|from) {_CLASS} \w+)|{_CLASS} \w+\s?(?:at|:|=|is at|has|are|consists of)?\s?{_MANY})"
BY_CLASS = re.compile(
    rf"\b(?:points?|embeddings?|numbers?|scalars?|on (?:a|the) line)\b[^.;()\d-]{{0,12}}(?P<groups>{_GROUP}(?:\s?[,;]\s?(?:and )?|\s+and\s+){_GROUP}(?:(?:\s?[,;]\s?(?:and )?|\s+and\s+){_GROUP})*)",
    re.I,
)
# "a = 0, p = 1, n = 1.1": the three of one triplet, side by side
BY_ROLE = re.compile(
    rf"(?<![\w^_/·*+∂∇(-])(?<!\d, )(?P<roles>[apn]\s?=\s?{SIGNED}(?:\s?[,;]\s?(?:and )?|\s+and\s+|\s+)[apn]\s?=\s?{SIGNED}(?:\s?[,;]\s?(?:and )?|\s+and\s+|\s+)[apn]\s?=\s?{SIGNED})(?!\s?[·*/+^(]|\s?°|\s?,\s?\w\s?=)"
)
GROUP = re.compile(rf"{_CLASS} (?P<first>\w+)\s?(?:at|:|=|is at|has|are|consists of)?\s?(?P<behind>{_MANY})|(?P<list>{_MANY})\s?\(?(?:(?:of|in|from) )?{_CLASS} (?P<who>\w+)\)?", re.I)  # fmt: skip


def line_points(text: str) -> tuple[Point, ...]:
    """The embeddings that a sentence lists as numbers, named x1, x2 and so on.

    >>> [(one.name, float(one.vector[0]), one.who) for one in line_points("Points 0, 1 (class A), 1.5 (class B).")]
    [('x1', 0.0, 'A'), ('x2', 1.0, 'A'), ('x3', 1.5, 'B')]
    >>> [(float(one.vector[0]), one.who) for one in line_points("Points on a line: class A at 0 and 1, class B at 3.")]
    [(0.0, 'A'), (1.0, 'A'), (3.0, 'B')]
    >>> len(line_points("The one-dimensional embeddings are 0, 0.5 and 2."))
    3
    """
    by_role = BY_ROLE.search(text)
    if by_role is not None:
        told = [
            re.split(r"\s?=\s?", one) for one in re.findall(rf"[apn]\s?=\s?{SIGNED}", by_role.group("roles"))
        ]
        if {name for name, _ in told} == {"a", "p", "n"}:
            return tuple(Point(name, (_numbers(entry)[0],)) for name, entry in told)
    found: list[tuple[Fraction, str | None]] = []
    by_class = BY_CLASS.search(text)
    listed = ON_LINE.search(text)
    if by_class is not None:
        for group in GROUP.finditer(by_class.group("groups")):
            who = group.group("first") or group.group("who")
            found += [(one, who) for one in _numbers(group.group("behind") or group.group("list"))]
    elif listed is not None:
        found += [(one, None) for one in _numbers(listed.group("list"))]
    return tuple(Point(f"x{number}", (entry,), who) for number, (entry, who) in enumerate(found, 1))


FROM_ZERO = re.compile(
    r"\b(?:numbered|counted|indices|indexed|counting)(?: \w+)? (?:from )?(?:0|zero)\b|\b[dD](?:_|\()0\s?,?\s?\d\b|\b0-based\b", re.I
)  # fmt: skip


def from_zero(text: str, points: Sequence[Point]) -> tuple[Point, ...] | None:
    """Points that only have numbers, counted from 0 where the text does so; None where nothing changes."""
    named = [re.fullmatch(r"(?P<letter>x?)(?P<number>\d{1,2})", point.name) for point in points]
    numbers = [int(one.group("number")) for one in named if one is not None]
    if numbers != list(range(1, len(points) + 1)) or not points or FROM_ZERO.search(text) is None:
        return None
    return tuple(
        replace(point, name=f"{point.name.rstrip('0123456789')}{number - 1}")
        for point, number in zip(points, numbers, strict=True)
    )


def _numbers(listed: str) -> list[Fraction]:
    return [Fraction(re.sub(r"\s", "", one)) for one in re.findall(SIGNED, listed)]


__all__ = ["from_zero", "line_points"]
