# ruff: noqa: E501 -- a pattern stays on one line
"""Groups of images with their right ones in a table: one a row, or one a column under numbered depths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from grader.verify.depth.groups import COUNT, RIGHT, Group, Groups, number
from grader.verify.depth.histograms import THINGS
from grader.verify.depth.plain_blocks import PlainBlock

COUNT_TITLE = re.compile(
    rf"^\W*(?:(?:number|count|nr|no)\.?(?: of)? ?|# ?|all )?(?:the )?(?:{THINGS}|counts?|members|size|total|n|N|#|number|how many|of)?\W*$",
    re.I,
)
RIGHT_TITLE = re.compile(
    rf"^\W*(?:(?:number|count|#)(?: of)? ?)?(?:{RIGHT}|hits)(?: (?:{THINGS}|ones|answers))?\W*$", re.I
)
RATE_TITLE = re.compile(
    r"^\W*(?:(?:test |mean |its )?accurac(?:y|ies)|acc\.?|share (?:right|correct)|(?:right|correct))\s*(?:\(?%\)?|in %|\(in %\))?\W*$",
    re.I,
)
TOTAL_ROW = re.compile(r"^\W*(?:total|sum|in total|altogether|all|overall|Σ)\b", re.I)
MOST = 16


def groups_of_table(rows: Sequence[PlainBlock]) -> Groups | None:
    """The groups of a table: one a row, or one a column under numbered depths."""
    header = rows[0].header
    return _down(rows, header) or _across(rows, header)


def _down(rows: Sequence[PlainBlock], header: Sequence[str]) -> Groups | None:
    counts = [
        place
        for place, title in enumerate(header)
        if place and title and COUNT_TITLE.match(title) and "%" not in title
    ]
    rights = [
        place for place, title in enumerate(header) if place and RIGHT_TITLE.match(title) and "%" not in title
    ]
    rates = [
        place
        for place, title in enumerate(header)
        if place and RATE_TITLE.match(title) and place not in rights
    ]
    if len(counts) != 1 or len(rights) > 1 or (not rights and len(rates) != 1):
        return None
    groups = []
    for row in rows:
        if TOTAL_ROW.match(row.cells[0]):
            continue
        made = _group(
            row.cells[0],
            _cell(row.cells, counts[0]),
            _cell(row.cells, rights[0]) if rights else None,
            _cell(row.cells, rates[0]) if rates else None,
            header[rates[0]] if rates else "",
        )
        if made is None:
            return None
        groups.append(made)
    return Groups(tuple(groups), key=_key(header[0])) if 2 <= len(groups) <= MOST else None


def _across(rows: Sequence[PlainBlock], header: Sequence[str]) -> Groups | None:
    titles = header[1:]
    if len(titles) < 2 or not all(re.search(r"\d|[a-z]", title) for title in titles):
        return None
    named: dict[str, PlainBlock] = {}
    for row in rows:
        for kind, pattern in (("right", RIGHT_TITLE), ("count", COUNT_TITLE), ("rate", RATE_TITLE)):
            if row.cells and row.cells[0] and pattern.match(row.cells[0]):
                named.setdefault(kind, row)
                break
    if "count" not in named or not ({"right", "rate"} & set(named)):
        return None
    groups = []
    for place, title in enumerate(titles, start=1):
        if TOTAL_ROW.match(title):
            continue
        right = _cell(named["right"].cells, place) if "right" in named else None
        rate = _cell(named["rate"].cells, place) if "rate" in named else None
        made = _group(
            title,
            _cell(named["count"].cells, place),
            right,
            rate,
            named["rate"].cells[0] if "rate" in named else "",
        )
        if made is None:
            return None
        groups.append(made)
    return Groups(tuple(groups), key=_key(header[0])) if 2 <= len(groups) <= MOST else None


def _key(title: str) -> str:
    found = re.search(r"depth|layer|level|class|probe|epoch|label|digit|bin|group", title, re.I)
    return found.group().lower() if found is not None else ""


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _group(name: str, count: str, right: str | None, rate: str | None, title: str) -> Group | None:
    if not re.fullmatch(COUNT, count):
        return None
    depths = re.fullmatch(r"(?:depths? |layers? )?(\d{1,2})(?:\s?(?:–|--?|to)\s?(\d{1,2}))?(\+)?", name, re.I)
    span = (
        (int(depths.group(1)), 99 if depths.group(3) else int(depths.group(2) or depths.group(1)))
        if depths
        else None
    )
    many = number(count)
    plain = re.sub(r"\s*\(.*?\)", "", name).lower().strip()
    if right is not None:
        if not re.fullmatch(COUNT, right) and not (not many and right in {"-", "–", "—", ""}):
            return None
        value = number(right) if re.fullmatch(COUNT, right) else Fraction(0)
        return Group(plain, span, many, value) if value <= many else None
    if not many:
        return Group(plain, span, many, Fraction(0))
    found = re.fullmatch(r"(?P<digits>\d{1,3}(?:\.\d+)?)\s?(?P<sign>%)?", rate or "")
    if found is None:
        return None
    digits = found.group("digits")
    value, last = Fraction(digits), Fraction(1, 10 ** len(digits.partition(".")[2]))
    if found.group("sign") or "%" in title or value > 1:
        value, last = value / 100, last / 100
    return Group(plain, span, many, None, value, last) if value <= 1 else None


__all__ = ["groups_of_table"]
