# ruff: noqa: E501 -- a pattern stays on one line
"""Tables of costs: each cell is held against what its row's label and its column's title ask for.

The label or the title names a way to attention or a step of one; the other names what is stated of it. A cell beside
it may name the thing instead: `| random features | S | O(RM) |` under "object" and "its size".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Ruling, unchecked
from grader.verify.costs.amounts import Amount, Ground, amount_of, in_flops, ruled
from grader.verify.costs.asked import (
    AGAIN,
    OTHER,
    PEAK,
    Asked,
    Measure,
    asked_by,
    merged,
    way_of,
)
from grader.verify.costs.cost_nouns import Thing, read_things
from grader.verify.costs.count_formulas import added
from grader.verify.costs.exact_counts import FLOPS
from grader.verify.costs.operations import normal
from grader.verify.costs.stated_shapes import SEPARATOR, shape_ruled
from grader.verify.costs.stated_values import Value, value_of_cell
from grader.verify.costs.steps import METHODS, STEPS
from grader.verify.scope.growth import Cost

EXACTLY = re.compile(
    r"\b(?:multiplications?|mults?|macs?|exact\w*|scalar products|numbers|entries|floats|count\w*)\b", re.I
)
MULTIPLIED = re.compile(r"\b(?:multiplications|mults|multiply-adds|MACs)\b", re.I)
ONE_EACH = re.compile(r"\b(?:each|apiece|for each|per (?:query|key|product))\b", re.I)
OBJECT = re.compile(r"\b(?:its|their|the|of)\b|\bsize\b|\bshape\b", re.I)
EACH = re.compile(r"\b(?:each|apiece|twice|both)\b", re.I)
FEWEST_PARTS = 2
TOTAL = re.compile(r"^\W*(?:\*\*)?(?:in )?(?:total|sum|altogether|all|together|everything)\b", re.I)
DENIED = re.compile(r"\bwrong|\bmistake|\bincorrect|\bnot\b|\bnever\b|\?", re.I)
CLEARLY_STEPS = frozenset(
    {Thing.SCORES, Thing.MIXING, Thing.PROJECTIONS, Thing.FEATURES, Thing.WEIGHING, Thing.NUMERATORS, Thing.DENOMINATORS, Thing.DIVISIONS, Thing.WAVES, Thing.ROWS}
)  # fmt: skip
OF_FEATURES = re.compile(
    r"(?:[:;,–—(]\s*|\b(?:comput|evaluat|form|build)\w* )(?:the |all )?features?\b", re.I
)
PARTS_OF_ONE = frozenset({Thing.S, Thing.Z, Thing.SUMS, Thing.STATE, Thing.CACHE, Thing.WEIGHTS})
_KNOWN = (
    "causal masked exact random fourier degree two three quadratic polynomial kernel kernels feature features map maps "
    "frequencies frequency softmax attention linear kernelized kernelised version form method variant with cache cached "
    "plain standard full vanilla ordinary recursion recurrent prefix sums merged unmerged monomials given known computed "
    "explicit sine cosine sines cosines both together queries keys query key values weights times product products "
    "numerator numerators denominator denominators normaliser normalizer projection projections matrix scores score "
    "weighted averages average sum update read readout out decoder state order second first rff rfa directions "
)
KNOWN_IN_LABELS = frozenset(_KNOWN.split())
SET = re.compile(
    r"(?<![A-Za-z\\_])(?P<names>[A-Za-z](?:_\w)?(?:\s*=\s*[A-Za-z](?:_\w)?)*)\s*=\s*(?P<value>\d[\d,{}\\]*)"
)
SIZE = re.compile(r"\W*(?:length )?(?P<letters>[A-Za-z](?:_\w)?(?:\s*=\s*[A-Za-z](?:_\w)?)*)\W*")
UNIT = re.compile(r"(?:[kKMGT]i?B|bytes?|ms|s|sec\w*|%|x|×|times)(?![A-Za-z])")
WHOLE_NUMBER = re.compile(r"\W*(?P<number>\d{1,3}(?:,\d{3})+|\d+)\W*")


@dataclass(frozen=True)
class Table:
    """The cells of a table as they are spelled, and what stands over it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lead: str = ""

    def title(self, column: int) -> str:
        """The title of a column; empty where it has none."""
        return self.header[column] if column < len(self.header) else ""


# "softmax, scores stored" says how the way is gone and names no step
REMARK = re.compile(
    r"(?:,|\(|;|–|—|\bwith)\s*(?:the |all |its |full )*(?:\w+ ){1,3}(?:(?:is|are|being) )?(?:stored|kept|materiali[sz]ed|cached|saved|in memory|held|formed|written out|recomputed|reused|discarded|precomputed)\b\W*$",
    re.I,
)


def cost_cells(table: Table, row: int, ground: Ground) -> Iterator[tuple[int, Value, Judged]]:
    """(column, value, ruling) of the cells of a row that state a cost, a size or a shape."""
    cells = table.rows[row]
    label = cells[0] if cells else ""
    if DENIED.search(label):
        return
    values = [value_of_cell(cell, ground.letters) for cell in cells]
    for column, value in enumerate(values):
        title = table.title(column)
        if column == 0 or value is None or DENIED.search(title):
            continue
        words = f"{label} {title} {value.rest}"
        if value.number is not None and UNIT.match(value.rest):
            continue
        if OTHER.search(normal(words)) or AGAIN.search(words) or PEAK.search(words):
            continue
        here = replace(ground, sizes={**ground.sizes, **_sizes_of(table, row, column, ground.letters)})
        judged = _by_formula(values, column, title, here) or _by_what_is_asked(
            table, row, column, values, here
        )
        if judged is not None:
            yield column, value, judged


def _by_what_is_asked(
    table: Table, row: int, column: int, values: Sequence[Value | None], ground: Ground
) -> Judged | None:
    """The ruling on a cell by its label and its title."""
    value, label, title = values[column], table.rows[row][0], table.title(column)
    if value is None:
        return None
    whole = REMARK.sub("", label)
    if way_of(whole) is not None and asked_by(title).measure is Measure.TIME:
        label = whole
    own, around = asked_by(title), _asked_above(table.lead)
    asked = merged(own, asked_by(label), around)
    beside = _beside(table.rows[row], values, column) if OBJECT.search(title) else ()
    way, understood = _way(label, title)
    named = [thing for thing in read_things(value.rest).things if thing in PARTS_OF_ONE]
    things = tuple(thing for thing in (*named, *asked.things, *beside) if thing not in METHODS)
    if way is not None and asked.measure is Measure.TIME:
        # "random features: projections" names a step, "random features with prefix sums" does not
        things = tuple(
            thing
            for thing in things
            if way_of(label) is None
            or (OF_FEATURES.search(label) if thing is Thing.FEATURES else thing in CLEARLY_STEPS)
        )
    asked = replace(asked, things=things, weak=asked.weak and not beside and not named)
    if asked.measure is None and value.sides is not None:
        asked = replace(asked, measure=Measure.SHAPE)
    if asked.loose or asked.measure is None:
        return None
    if asked.measure is Measure.SHAPE or (value.sides is not None and asked.measure is Measure.KEPT):
        return shape_ruled(value, things, f"{label}{SEPARATOR}{table.lead}", ground)
    if value.sides is not None:
        return None
    if way is None and TOTAL.match(label):
        return _total(table, row, column, value, ground)
    amount = amount_of(asked, way, value.cost, ground)
    if amount is None:
        return None
    if asked.measure is Measure.TIME and FLOPS.search(f"{value.rest} {title} {label}"):
        amount = in_flops(amount)
    guessed = asked.weak and (asked.measure is Measure.KEPT or value.number is not None)
    one_of_several = way is None and ONE_EACH.search(f"{value.rest} {label}")
    amount = replace(amount, sure=amount.sure and not guessed and not one_of_several)
    of_order = ORDER.search(table.rows[row][column][: value.start]) is not None
    exact = not of_order and (
        bool(EXACTLY.search(f"{title} {label}"))
        or MULTIPLIED.search(table.lead) is not None
        or _counts(table, column, ground)
    )
    judged = ruled(value, amount, ground, exact=exact)
    if judged is not None and judged.ruling is Ruling.REFUTED and not understood:
        return unchecked(judged.kind, "what the row names is not understood")
    return judged


def _asked_above(lead: str) -> Asked:
    """What stands over a table asks for; of how many tokens it speaks counts where it also speaks of amounts."""
    told = asked_by(lead)
    amounts = [one for one in re.split(r"(?<=[.!?])\s+", lead) if asked_by(one).measure is not None]
    return replace(told, things=(), loose=False, reach=asked_by(" ".join(amounts)).reach)


ORDER = re.compile(r"\border\b|[~∼]|\\sim", re.I)  # "of the order D²M"


def _total(table: Table, row: int, column: int, value: Value, ground: Ground) -> Judged | None:
    """A total is the sum of what the rows above it state, be that right or wrong."""
    untitled = value_of_cell(table.title(column), ground.letters)  # a table without titles: its first row
    above = [
        untitled,
        *(value_of_cell(cells[column], ground.letters) for cells in table.rows[:row] if len(cells) > column),
    ]
    parts = [one for one in above if one is not None]
    if len(parts) < FEWEST_PARTS or len(parts) < row + (untitled is not None):
        return None
    if value.number is not None:
        numbers = [
            one.number.number for one in parts if one.number is not None and one.number.number is not None
        ]
        if len(numbers) < len(parts):
            return None
        told = Cost("", {(): sum(numbers, Fraction(0))})
    else:
        costs = [one.cost for one in parts if one.cost is not None]
        if len(costs) < len(parts):
            return None
        told = added(*costs)
    if EACH.search(" ".join(cells[0] for cells in table.rows[:row])):
        return None
    growth = all(one.growth for one in parts)
    return ruled(value, Amount((told,), f"the rows above sum to {told}"), ground, exact=not growth)


def _by_formula(values: Sequence[Value | None], column: int, title: str, ground: Ground) -> Judged | None:
    """A number under "at N = 1000" is the value of the formula that its row gives."""
    value = values[column]
    if value is None or value.number is None or not SET.search(title):
        return None
    told = [
        one.cost for one in values[1:column] if one is not None and one.cost is not None and not one.growth
    ]
    if len(told) != 1 or told[0] is None:
        return None
    return ruled(value, Amount((told[0],), f"the formula in its row is {told[0]}"), ground, exact=True)


def _way(label: str, title: str) -> tuple[Thing | None, bool]:
    """The way to attention that a label or a title names, and whether the words that name it say nothing else."""
    way = way_of(label)
    steps = [thing for thing in read_things(label).things if thing in STEPS]
    if way is Thing.LINEAR and steps:
        way = None  # φ(Q)S is a step, and names no whole way
    if way is not None:
        return way, _understood(label)
    of_title = way_of(title)
    return of_title, _understood(label) and (of_title is None or _understood(title))


def _understood(label: str) -> bool:
    """Whether every word of a label is known."""
    words = re.findall(r"[A-Za-z][a-z'’]{2,}", re.sub(r"\\[A-Za-z]+|\$[^$]*\$", " ", normal(label)))
    left = set(map(str.lower, words)) - KNOWN_IN_LABELS
    return not left & set(map(str.lower, read_things(label).unknown))


def _beside(cells: Sequence[str], values: Sequence[Value | None], column: int) -> tuple[Thing, ...]:
    """What the cells between the label and a value name."""
    return tuple(
        thing
        for place in range(1, column)
        if values[place] is None
        for thing in read_things(cells[place]).things
    )


def _counts(table: Table, column: int, ground: Ground) -> bool:
    """Whether a column's formulas have factors, so that it counts exactly."""
    values = [value_of_cell(cells[column], ground.letters) for cells in table.rows if len(cells) > column]
    plain = {Fraction(1), Fraction(1, 2), Fraction(3, 2)}
    return any(value is not None and not value.growth and value.coefficients - plain for value in values)


def _sizes_of(table: Table, row: int, column: int, letters: Mapping[str, str]) -> dict[str, Fraction]:
    """The sizes that hold in a cell: those of its titles and its label, and of a column of lengths."""
    cells = table.rows[row]
    out = sizes_set(f"{table.title(0)} {cells[0]} {table.title(column)}", letters)
    for place in range(column):
        title = SIZE.fullmatch(table.title(place).replace("$", ""))
        number = WHOLE_NUMBER.fullmatch(cells[place])
        if title is not None and number is not None:
            out |= sizes_set(f"{title.group('letters')} = {number.group('number')}", letters)
    return out


def sizes_set(words: str, letters: Mapping[str, str]) -> dict[str, Fraction]:
    """The sizes that a title sets: `softmax, D = M = 64`.

    >>> sizes_set("softmax, $d = M = 64$", {"d": "D"})
    {'D': Fraction(64, 1), 'M': Fraction(64, 1)}
    """
    out: dict[str, Fraction] = {}
    for found in SET.finditer(words):
        digits = re.sub(r"[^\d]", "", found.group("value"))
        for name in re.findall(r"[A-Za-z](?:_\w)?", found.group("names")):
            size = letters.get(name, name)
            if size in set("NDMRL"):
                out[size] = Fraction(digits)
    return out


__all__ = ["Table", "cost_cells", "sizes_set"]
