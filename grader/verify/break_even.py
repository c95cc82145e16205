# ruff: noqa: E501 -- a pattern stays on one line
"""Where two ways to attention need equally many multiplications: the formula that a text gives for this length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.count_formulas import ATOM, letters_for
from grader.verify.count_numbers import EVEN, Surroundings, break_even_points, other_way
from grader.verify.flattened import LOWERED, Flat
from grader.verify.grammar import read_expression
from grader.verify.lettered import value_at
from grader.verify.syntax import Expression, Unreadable, names

SIDE = rf"(?:[\d()+·*/ ]|{ATOM}|²|³)+"
EQUATION = re.compile(rf"(?<![\w^)])(?P<left>{SIDE}?)\s*(?P<sign>=|≈|>|≥)\s*(?P<right>{SIDE})(?![\w^])")
POINTS: tuple[Mapping[str, int], ...] = (
    {"D": 7, "M": 11, "R": 13, "L": 5}, {"D": 30, "M": 4, "R": 9, "L": 21}, {"D": 64, "M": 16, "R": 128, "L": 40},
)  # fmt: skip
AS_WIDE = re.compile(r"\bM\s?=\s?D\b|\bD\s?=\s?M\b|\bd_v\s?=\s?d_k\b|\bd_k\s?=\s?d_v\b")


def break_even_formulas(flat: Flat, around: Surroundings) -> Iterator[Spanned]:
    """`the counts agree at N = (2LM + L)/(D + M)`, `N(D + M) = R(2D + 4M + 4)`, in flattened text."""
    text = flat.text
    other = other_way(text, around)
    if other is None or not EVEN.search(text):
        return
    for found in EQUATION.finditer(text):
        left, right = (_read(found.group(side), around.named) for side in ("left", "right"))
        if left is None or right is None or "N" not in _sizes(left) or not _sizes(right) - {"N"}:
            continue
        if re.match(r"\s*[=≈]\s*\d", text[found.end() :]) and _sizes(left) == {"N"}:
            continue  # its value is judged
        judged = _judged(left, right, found, text, around)
        if judged is not None:
            yield found.start(), found.end(), judged


def _judged(
    left: _Side, right: _Side, found: re.Match[str], text: str, around: Surroundings
) -> Judged | None:
    other = other_way(text, around)
    if other is None:
        return None
    same = bool(AS_WIDE.search(f"{around.before[-200:]} {text}")) or around.one_width
    agree: list[list[bool]] = []
    shown = ""
    for point in POINTS:
        sizes = {name: Fraction(value) for name, value in point.items()}
        if same:
            sizes["M"] = sizes["D"]
        lengths = break_even_points(other, around, text, sizes)
        agree.append(
            [_value(left, {**sizes, "N": n}) == _value(right, {**sizes, "N": n}) is not None for n in lengths]
        )
        alone = _value(right, {**sizes, "N": Fraction(1)})
        if not shown and "N" not in _sizes(right) and alone is not None:
            shown = f"with {', '.join(f'{name} = {size}' for name, size in sizes.items())} they are equal at N = {float(lengths[0]):.6g}"
    if not agree or not agree[0]:
        return None
    says = f"softmax attention and {other.name} features need equally many multiplications there"
    if all(point[0] for point in agree):
        return verified(Kind.IDENTITY, says, Method.COUNT)
    known = len(agree[0]) == 1
    if not known or any(all(point[place] for point in agree) for place in range(len(agree[0]))):
        return None
    if found.group("sign") != "=" or not shown or _sizes(left) != {"N"}:
        return None
    return refuted(Kind.IDENTITY, f"{shown}, which this does not give", Method.COUNT, {"break-even": shown})


_Side = tuple[Expression, Mapping[str, str]]


def _read(source: str, named: Mapping[str, str]) -> _Side | None:
    plain = re.sub(r"(?<=[A-Za-z²³)])\s?\(", "·(", source)
    plain = re.sub(r"[²³]", lambda one: "^" + one.group().translate(LOWERED), plain.strip())
    try:
        tree = read_expression(plain)
    except Unreadable:
        return None
    letters = letters_for(names(tree), named) if names(tree) else None
    return (tree, letters) if letters else None


def _sizes(side: _Side) -> set[str]:
    return set(side[1].values())


def _value(side: _Side, sizes: Mapping[str, Fraction]) -> Fraction | None:
    tree, letters = side
    return value_at(tree, {name: sizes[size] for name, size in letters.items() if size in sizes})


__all__ = ["break_even_formulas"]
