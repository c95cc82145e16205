"""Formulas in sizes in a table's cells, and their values in the cells beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.verify.arithmetic import Figure
from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.given import sizes_given, value_with
from grader.verify.grammar import read_expression
from grader.verify.reckoning import shown
from grader.verify.settings import Setting
from grader.verify.syntax import Addition, Expression, Power, Product, Quotient, Unreadable, names
from grader.verify.tables import figure_in

COUNT_TITLE = re.compile(
    r"multiplications|operations|count|number|flops|value|total|entries|scalars|mults|cost", re.I
)
FORMULA_TITLE = re.compile(r"formula|expression|count|cost|operations|exact|multiplications", re.I)
LARGEST_FORMULA = 60


def _computed(tree: Expression) -> bool:
    return isinstance(tree, (Addition, Product, Quotient, Power)) and bool(names(tree))


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
