# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Formulas in sizes with the numbers put in: `2CM + C in all. With C = 256, M = 64 that is 33,024`, and in a table's cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.arithmetic import Figure
from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.given import sizes_given, value_with
from grader.verify.grammar import read_expression
from grader.verify.reckoning import PLAIN, UNIT, amount_of, shown
from grader.verify.settings import Setting
from grader.verify.syntax import Addition, Expression, Power, Product, Quotient, Unreadable, names
from grader.verify.tables import figure_in

THAT_IS = re.compile(
    rf"\b(?:[Ww]ith|[Ff]or|[Aa]t|[Tt]aking|[Ii]f)\b[^.;]{{0,60}}?,?\s+(?:that|this|it|these|they|there)(?:['’]s| is| gives?| makes?| comes? to| means?| are)?\s+(?:already |only |just |exactly |then )?(?P<near>about |around |roughly |approximately |nearly |≈ ?|~ ?)?(?P<value>{PLAIN}{UNIT})(?![\d,]*\d)(?!\s*(?:[·×*/+^−=]|-\s*\d|bytes|[kKMG]B|%|\.\d))"
)
COUNT_TITLE = re.compile(
    r"multiplications|operations|count|number|flops|value|total|entries|scalars|mults|cost", re.I
)
FORMULA_TITLE = re.compile(r"formula|expression|count|cost|operations|exact|multiplications", re.I)
FLOPS = re.compile(r"\s?(?P<prefix>[kKMGT])(?:FLOPs?|FLOPS|MACs?)\b")
# What a formula in sizes counts; seconds, bytes and factors are something else.
COUNTS = re.compile(
    r"\s*(?:$|[.,;)](?:\s|$)|(?:of them|per|in all|in total|numbers|multiplications|additions|operations|entries|FLOPs?|features|parameters|weights|scores|values|(?:\w+ )?products|terms|scalars|elements|multiply-adds)\b)"
)
LARGEST_FORMULA = 60


def _computed(tree: Expression) -> bool:
    return isinstance(tree, (Addition, Product, Quotient, Power)) and bool(names(tree))


def said_values(
    sentence: str, before: Sequence[Expression], setting: Setting
) -> Iterator[tuple[int, int, Judged]]:
    """The value that a sentence gives the formula before it. `before` are the formulas of the sentence before, in order.

    The value of the last formula is meant; if it fits an earlier one, that one was.
    """
    everywhere = sizes_given(sentence)
    trees = [tree for tree in before if _computed(tree) and names(tree) <= set(everywhere)]
    if not everywhere or not trees:
        return
    for found in THAT_IS.finditer(sentence):
        stated = amount_of(found.group("value"))
        after = sentence[found.end() :]
        unit = FLOPS.match(after)
        if stated is not None and unit is not None:
            scale = Fraction(10) ** {"k": 3, "K": 3, "M": 6, "G": 9, "T": 12}[unit.group("prefix")]
            stated = replace(stated, value=stated.value * scale, last=stated.last * scale)
        own = sizes_given(found.group())
        sizes = {name: values[0] for name, values in {**everywhere, **own}.items() if len(values) == 1}
        if (
            stated is None
            or not names(trees[-1]) <= set(sizes)
            or not all(name in own for name in names(trees[-1]))
        ):
            continue
        values = [value for tree in trees if (value := value_with(tree, sizes, setting)) is not None]
        if len(values) != len(trees):
            continue
        judged = _ruled(values, stated, sizes, loose=bool(found.group("near")))
        if judged.ruling == "verified" or unit is not None or COUNTS.match(after):
            yield found.start("value"), found.end("value"), judged


def _ruled(
    values: Sequence[Fraction], stated: Figure, sizes: Mapping[str, Fraction], *, loose: bool = False
) -> Judged:
    with_sizes = ", ".join(f"{name} = {shown(size)}" for name, size in sizes.items())
    fits = next((value for value in reversed(values) if stated.agrees(value, loose=loose)), None)
    if fits is not None:
        return verified(Kind.ARITHMETIC, f"with {with_sizes} the formula is {shown(fits)}", Method.COUNT)
    return refuted(
        Kind.ARITHMETIC, f"with {with_sizes} the formula is {shown(values[-1])}, not {stated.text}", Method.COUNT,
        {"sizes": with_sizes, "computed": shown(values[-1]), "stated": stated.text},
    )  # fmt: skip


def row_values(
    cells: Sequence[str], header: Sequence[str], earlier: str, setting: Setting
) -> list[tuple[int, Judged]]:
    """(index of the cell, ruling) where a table has a formula in sizes that the text before sets, and its value."""
    given = {name: values[-1] for name, values in sizes_given(earlier).items()}
    several = {name for name, values in sizes_given(earlier).items() if len(values) > 1}
    for column in range(1, len(cells) - 1):
        title = header[column] if column < len(header) else ""
        tree = _formula(cells[column]) if FORMULA_TITLE.search(title) else None
        if tree is None or not names(tree) <= set(given) or names(tree) & several:
            continue
        value = value_with(tree, {name: given[name] for name in names(tree)}, setting)
        for place in range(column + 1, len(cells)):
            stated = figure_in(cells[place])
            if (
                stated is not None
                and value is not None
                and place < len(header)
                and COUNT_TITLE.search(header[place])
            ):
                return [
                    (
                        place,
                        _ruled(
                            [value], stated, {name: given[name] for name in sorted(names(tree))}, loose=True
                        ),
                    )
                ]
    return []


def _formula(cell: str) -> Expression | None:
    if not 1 < len(cell) <= LARGEST_FORMULA or re.search(r"[=≈O]\s*\(|[a-z]{3}", cell):
        return None
    try:
        tree = read_expression(cell)
    except Unreadable:
        return None
    return tree if _computed(tree) else None
