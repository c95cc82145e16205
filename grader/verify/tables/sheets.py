# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Tables of numbers: cells that are products, sums and ratios of others, totals, and rows compared in the text after."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.networks.layers import table_counts
from grader.verify.networks.network_facts import SUBJECTS
from grader.verify.numbers.arithmetic import PLAIN, Figure
from grader.verify.numbers.reckoning import UNIT, amount_of, shown
from grader.verify.reading.document import Text, tables_of
from grader.verify.tables.formula_tables import formula_claims
from grader.verify.tables.table_shares import share_cells
from grader.verify.triplets.verification_rates import rate_cells

COUNTED = re.compile(
    r"\b(?:numbers?|entries|elements|values|count|activations|features|size|units|floats|neurons|dimensions?)\b",
    re.I,
)
PRODUCT = re.compile(r"\(?\s*(\d{1,5}(?:\s*(?:×|x|\*|·)\s*\d{1,5}){1,3})\s*\)?")
TOTAL_ROW = re.compile(r"^\W*(?:total|sum|in total|all together|altogether|Σ)\W*$", re.I)
FEWEST_ROWS = 4
MOST_COLUMNS = 7


@dataclass(frozen=True)
class Sheet:
    """A table's rows by name, with the numbers under each title of its header."""

    columns: Mapping[str, Mapping[str, Figure]]  # title -> row name -> number


def plain_cell(text: Text, cell: str) -> str:
    """A cell without signs for mathematics and emphasis."""
    body = (
        text.spelled(cell)
        .replace("{,}", ",")
        .replace("\\times", "×")
        .replace("\\cdot", "·")
        .replace("\\%", "%")
    )
    return re.sub(r"[$*`]|\\approx|\\,", "", body).strip()


def figure_in(cell: str) -> Figure | None:
    """The number of a cell: all of it, or what stands behind its last sign of equality."""
    last = re.split(r"[=≈]", cell)[-1].strip()
    found = re.fullmatch(rf"(?:about |~\s?)?({PLAIN}{UNIT})", last)
    return amount_of(found.group(1)) if found else None


def cell_claims(text: Text) -> dict[int, list[tuple[int, Judged]]]:
    """Number of a row's block -> (index of a cell, ruling)."""
    out: dict[int, list[tuple[int, Judged]]] = {}
    for first, rows in tables_of(text):
        cells = [[plain_cell(text, cell) for cell in row.cells] for row in rows]
        header = [plain_cell(text, cell) for cell in rows[0].header]
        numbers = [[figure_in(cell) for cell in line] for line in cells]
        names = [line[0] if line else "" for line in cells]
        shares = list(rate_cells(numbers, header, _above(text, first)))
        shares += share_cells(numbers, header, names, _above(text, first))
        found = [
            *_products(cells, header),
            *_totals(cells),
            *shares,
            *_relations(cells, {column for _, column, _ in shares}),
            *table_counts(cells, header, figure_in),
            *formula_claims(cells, header, _above(text, first)),
        ]
        for row, column, judged in found:
            here = out.setdefault(first + row, [])
            if column not in {one for one, _ in here}:
                here.append((column, judged))
    return out


BLOCKS_ABOVE = 3


def _above(text: Text, first: int) -> str:
    """The text right above a table."""
    above = [block for block in text.blocks[max(0, first - BLOCKS_ABOVE) : first] if block.kind != "row"]
    return " ".join(text.spelled(block.text) for block in above)


def _judged(exact: Fraction, stated: Figure, says: str) -> Judged:
    if stated.agrees(exact):
        return verified(Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}", Method.COUNT)
    return refuted(
        Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}, not {stated.text}", Method.COUNT, {"computed": shown(exact, stated), "stated": stated.text}
    )  # fmt: skip


def _products(cells: Sequence[Sequence[str]], header: Sequence[str]) -> Iterator[Spanned]:
    """A shape such as 64×8×8 in one cell and the number of its entries in the next."""
    for column, title in enumerate(header[1:], start=1):
        if not COUNTED.search(title) or "%" in title:
            continue
        for row, line in enumerate(cells):
            if column >= len(line):
                continue
            stated = figure_in(line[column]) if re.fullmatch(r"[\d,]+", line[column]) else None
            shapes = [found for cell in line[:column] if (found := PRODUCT.fullmatch(cell))]
            if stated is not None and len(shapes) == 1:
                sizes = [int(one) for one in re.findall(r"\d+", shapes[0].group(1))]
                yield row, column, _judged(Fraction(math.prod(sizes)), stated, "·".join(map(str, sizes)))


def _totals(cells: Sequence[Sequence[str]]) -> Iterator[Spanned]:
    """A row named "total": the sum of the column above it."""
    last = cells[-1]
    if len(cells) < 3 or not last or not TOTAL_ROW.match(last[0]):
        return
    if any(re.search(r"total|sum", line[0], re.I) for line in cells[:-1] if line):
        return
    for column in range(1, len(last)):
        stated = figure_in(last[column])
        above = [figure_in(line[column]) if column < len(line) else None for line in cells[:-1]]
        values = [one.value for one in above if one is not None]
        if stated is None or len(values) != len(above) or len({_unit(one) for one in (*above, stated)}) != 1:
            continue
        exact = sum(values, Fraction(0))
        mean = exact / len(values)
        if stated.percent and stated.agrees(Fraction(1)) and abs(exact - 1) <= Fraction(len(values), 100):
            continue
        if not stated.agrees(exact) and stated.agrees(mean):
            continue
        # each entry may have been rounded
        slack = sum((one.last for one in above if one is not None), Fraction(0)) / 2
        rounded = any(one is not None and one.last < 1 for one in above) or stated.percent
        if rounded and not stated.agrees(exact) and abs(stated.value - exact) <= slack + stated.last / 2:
            continue
        yield len(cells) - 1, column, _judged(exact, stated, "the sum of the rows above")


def _unit(figure: Figure | None) -> str:
    return re.sub(r"[\d.,\s]", "", figure.text) if figure is not None else "?"


Rule = tuple[str, Callable[[Fraction, Fraction], Fraction | None], str]
RULES: tuple[Rule, ...] = (
    ("/", lambda a, b: a / b if b else None, "{a} / {b}"),
    ("·", lambda a, b: a * b, "{a} · {b}"),
    ("+", lambda a, b: a + b, "{a} + {b}"),
    ("−", lambda a, b: a - b, "{a} − {b}"),
)


def _relations(cells: Sequence[Sequence[str]], derived: Collection[int]) -> Iterator[Spanned]:
    """A column that is the ratio, product, sum or difference of two others in nearly every row, and the rows where it isn't.

    Nothing is computed from the `derived` columns, the shares of counts: the error of a share is charged there.
    """
    lines = [
        (row, [figure_in(cell) for cell in line])
        for row, line in enumerate(cells)
        if not (line and TOTAL_ROW.match(line[0]))
    ]
    width = min((len(line) for _, line in lines), default=0)
    if len(lines) < FEWEST_ROWS or width < 3 or width > MOST_COLUMNS:
        return
    for target in range(1, width):
        best: tuple[int, list[Spanned]] | None = None
        sources = [one for one in range(width) if one != target and one not in derived]
        for left, right in permutations(sources, 2):
            for sign, combine, form in RULES:
                if sign in {"·", "+"} and left > right:
                    continue
                placed: list[Spanned] = []
                for row, line in lines:
                    a, b, c = line[left], line[right], line[target]
                    exact = combine(a.value, b.value) if a is not None and b is not None else None
                    if a is not None and b is not None and c is not None and exact is not None:
                        placed.append((row, target, _judged(exact, c, form.format(a=a.text, b=b.text))))
                right_ones = [one for one in placed if one[2].ruling == "verified"]
                wrong = len(placed) - len(right_ones)
                if len(right_ones) < 3 or wrong > len(placed) / 4 or (wrong and len(right_ones) < 4):
                    continue
                # zeros, ones and single digits satisfy many relations by accident
                telling = {
                    one.text
                    for _, line in lines
                    if (one := line[target]) is not None and one.value >= 10 * one.last
                }
                if len(telling) >= 3 and (best is None or len(right_ones) > best[0]):
                    best = (len(right_ones), placed)
        if best is not None:
            yield from best[1]


# -- rows compared in the text -------------------------------------------------------------------------------------


def sheets_in(text: Text) -> dict[int, Sheet]:
    """Number of a table's last block -> its numbers by title and row."""
    out: dict[int, Sheet] = {}
    for first, rows in tables_of(text):
        header = [plain_cell(text, cell) for cell in rows[0].header]
        columns: dict[str, dict[str, Figure]] = {}
        for row in rows:
            cells = [plain_cell(text, cell) for cell in row.cells]
            for title, cell in zip(header[1:], cells[1:], strict=False):
                figure = figure_in(cell)
                if figure is not None and title:
                    columns.setdefault(title.lower(), {})[
                        re.sub(r"\s*\(.*?\)", "", cells[0]).lower().strip()
                    ] = figure
        if columns:
            out[first + len(rows) - 1] = Sheet(columns)
    return out


COMPARED = re.compile(
    rf"(?P<first>[A-Za-z][\w -]{{1,40}}?) (?:has|needs|takes|uses|requires|costs) (?P<near>about |around |roughly |approximately |nearly |over |≈ ?|~ ?)*(?P<times>{PLAIN})\s?(?:x|×|times) (?:(?P<how>more|fewer|less)|as (?:many|much)|the) (?P<what>[A-Za-z]+)(?P<than> (?:than|as|of)(?: the| a| an)? (?P<second>[A-Za-z][\w -]{{1,40}}))"
)
RATIO_ALONE = re.compile(
    rf"^\W*(?:so |thus |hence |that is |that's |this is |that makes |altogether )*(?:that is |that's |this is |about |around |roughly |approximately |nearly |≈ ?|~ ?)*(?P<times>{PLAIN})\s?(?:x|×|times) (?:fewer|less|more|as many) (?P<what>[A-Za-z]+)",
    re.I,
)


def sheet_claims(sentence: str, sheet: Sheet) -> Iterator[tuple[int, int, Judged]]:
    """`A has 13x more parameters than B` for two rows of the table before."""
    for found in COMPARED.finditer(sentence):
        if SUBJECTS.search(found.group()):
            # the papers' own tables decide; a slip in this one must not cost the sentence
            continue
        column = next(
            (
                rows
                for title, rows in sheet.columns.items()
                if found.group("what").lower().rstrip("s") in title
            ),
            None,
        )
        one, two = (_row(column or {}, found.group(name)) for name in ("first", "second"))
        figure = amount_of(found.group("times"))
        if one is None or two is None or one is two or figure is None or not one.value or not two.value:
            continue
        less = found.group("how") in {"fewer", "less"}
        exact = two.value / one.value if less else one.value / two.value
        if figure.agrees(exact, loose=bool(found.group("near"))):
            yield (
                found.start(),
                found.end(),
                verified(
                    Kind.ARITHMETIC,
                    f"the table has {one.text} and {two.text}: {float(exact):.4g} times",
                    Method.COUNT,
                ),
            )
        elif abs(figure.value - exact) > exact / 10 and not figure.agrees(exact - 1, loose=True):
            says = f"the table has {one.text} and {two.text}: {float(exact):.4g} times"
            yield (
                found.start(),
                found.end(),
                refuted(
                    Kind.ARITHMETIC,
                    says,
                    Method.COUNT,
                    {"ratio": f"{float(exact):.4g}", "stated": found.group("times")},
                ),
            )
    for found in RATIO_ALONE.finditer(sentence):
        rows = next(
            (
                rows
                for title, rows in sheet.columns.items()
                if found.group("what").lower().rstrip("s") in title
            ),
            None,
        )
        figure = amount_of(found.group("times"))
        values = list((rows or {}).values())[:2]
        if figure is None or len(values) < 2 or not all(value.value for value in values) or figure.value < 2:
            continue
        exact = max(values[0].value, values[1].value) / min(values[0].value, values[1].value)
        if figure.agrees(exact):
            yield (
                found.start(),
                found.end(),
                verified(
                    Kind.ARITHMETIC,
                    f"{values[0].text} and {values[1].text} of the table: {float(exact):.4g} times",
                    Method.COUNT,
                ),
            )


def _row(column: Mapping[str, Figure], name: str) -> Figure | None:
    words = set(re.findall(r"[a-z0-9-]+", name.lower())) - {
        "the",
        "a",
        "an",
        "so",
        "and",
        "our",
        "network",
        "model",
    }
    hits = [
        figure
        for row, figure in column.items()
        if words
        and (
            words <= set(re.findall(r"[a-z0-9-]+", row)) or set(re.findall(r"[a-z][a-z0-9-]+", row)) == words
        )
    ]
    return hits[0] if len(hits) == 1 else None
