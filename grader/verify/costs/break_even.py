# ruff: noqa: E501 -- a pattern stays on one line
"""Where two ways to attention need equally many multiplications: the length that a text gives, and its formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.costs.count_formulas import ATOM, count_at, letters_for, sizes_in
from grader.verify.costs.count_numbers import (
    EVEN,
    Surroundings,
    choices_of,
    other_way,
    sizes_until,
    subject_of_way,
)
from grader.verify.costs.count_parts import NAMED, Way
from grader.verify.costs.exact_counts import COUNTING
from grader.verify.grammar.notation import LOWERED
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Unreadable, names
from grader.verify.numbers.lettered import value_at
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.plain_signs import Flat

SIDE = rf"(?:[\d()+·*/ ]|{ATOM}|²|³)+"
EQUATION = re.compile(rf"(?<![\w^)])(?P<left>{SIDE}?)\s*(?P<sign>=|≈|>|≥)\s*(?P<right>{SIDE})(?![\w^])")
POINTS: tuple[Mapping[str, int], ...] = (
    {"D": 7, "M": 11, "R": 13, "L": 5}, {"D": 30, "M": 4, "R": 9, "L": 21}, {"D": 64, "M": 16, "R": 128, "L": 40},
)  # fmt: skip
AT_LENGTH = re.compile(
    r"(?<![\w^_])(?P<n>[NnT])\s?(?P<sign>=|≈|>|≥|~)\s?(?:(?:[^=≈;.,]|,\d){1,40}?[=≈]\s?){0,2}(?P<value>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d/·*^²]|\.\d|\s?[·*/=+−]|\s?-\s?\d)|\b(?:cross(?:es|ing)?[- ]?over|break[- ]?even|equal|even|agree|meet)(?: point)?(?: is| lies| sits| comes| moves| falls| then)?\s?(?:at|for|near|from|→|:|is)?\s?(?:about |around )?(?P<bare>\d{2,}(?:,\d{3})*(?:\.\d+)?)(?![\d/·*^²]|\.\d|\s?[·*/=%+−]|\s?-\s?\d)"
)
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


MEASURED = re.compile(
    r"\b(?:measured|observed|timed|timings?|laptop|machine|gpu|cpu|in practice|wall[- ]clock)\b", re.I
)


def break_even_lengths(flat: Flat, around: Surroundings) -> Iterator[Spanned]:
    """`both are equal at N = 194`, in flattened text."""
    text = flat.text
    about = f"{around.title} {around.before[-700:]} {text}"
    if not COUNTING.search(about):
        return
    for found in AT_LENGTH.finditer(text):
        before = re.split(r"(?<=[a-z0-9)])[.;]\s|\.\s", text[: found.start()])[-1]
        piece = before + text[found.start() : found.end()] + re.split(r"[.;]", text[found.end() :])[0]
        if not EVEN.search(piece) or (
            re.search(r"\b(?:with|for|take|at)\s+$", before, re.I) and not EVEN.search(before)
        ):
            continue
        other = other_way(text, around)
        if other is None:
            continue
        sizes = sizes_until(text, found.start(), around)
        truths = break_even_points(other, around, text, sizes)
        if not truths:
            continue
        source = found.group("value") or found.group("bare")
        value = Fraction(source.replace(",", ""))
        exact = truths[0]
        place = found.start(), found.end()
        says = f"N²(D + M) and the count of {other.name} features are equal at N = {shown(exact)}"
        near = Fraction(1) if exact.denominator > 1 else Fraction(0)
        if abs(value - exact) <= near * Fraction(99, 100) or (
            found.group("sign") in {"≈", "~"} and abs(value - exact) <= exact / 100
        ):
            yield *place, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (
            _sizes_are_near(other, around, text)
            and all(abs(value - one) >= 1 for one in (*truths, *_anywhere(other, around, text, sizes)))
            and not MEASURED.search(piece)
            and not re.search(r"\b(?:about|around|roughly|order)\s*\$?[NnT]?\s?$", before)
        ):
            witness = {"break-even": shown(exact), "stated": source}
            yield *place, refuted(Kind.ARITHMETIC, f"{says}, not {source}", Method.COUNT, witness)


def _sizes_are_near(other: Way, around: Surroundings, text: str) -> bool:
    """Whether the sizes of a comparison are set in the section, so that none is another part's."""
    features = "L" if other.name in {"given", "polynomial"} else "R"
    near = {size for _, size, _ in sizes_in(f"{around.before[-900:]} {text}", around.named)}
    return features in near


def _anywhere(
    other: Way, around: Surroundings, text: str, sizes: Mapping[str, Fraction]
) -> Iterator[Fraction]:
    """The break-even points under other combinations of the sizes that the text has set."""
    for choice in choices_of([name for name in "DMRL" if name in sizes], sizes, text, around):
        yield from break_even_points(other, around, text, choice)


def break_even_points(
    other: Way, around: Surroundings, text: str, sizes: Mapping[str, Fraction]
) -> list[Fraction]:
    """Where softmax attention and another way need equally many multiplications; the first is the exact one."""
    subject = subject_of_way(other, around, text)
    each = {**sizes, "N": Fraction(1)}
    softmax = count_at(subject_of_way(NAMED["softmax"], around, text).right[0], each)
    counts = [count_at(cost, each) for cost in (*subject.right, *subject.also)]
    return [one / softmax for one in counts if one is not None and softmax]


__all__ = ["break_even_formulas", "break_even_lengths"]
