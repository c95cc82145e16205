# ruff: noqa: E501 -- a pattern stays on one line
"""How many images of each depth are right, by a table that the text gives, and what it then says of the accuracy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN, Figure
from grader.verify.numbers.reckoning import LOOSE, figure_of, shown
from grader.verify.reading.document import Block, Text, tables_of

KEYS = r"depth|layer|level|class|probe|epoch|label|digit|bin"
COUNT_TITLES = re.compile(
    r"\b(?:images?|counts?|examples?|samples?|number|frequency|how many|n|all)\b|^#", re.I
)
RIGHT_TITLES = re.compile(r"\b(?:right|correct|correctly classified)\b", re.I)
NEAR = r"(?:about |around |roughly |approximately |nearly |almost |some |exactly |just |only |≈\s?|~\s?)*"
COUNT = r"(?<![\d.,])(?P<count>\d{1,3}(?:,\d{3})+|\d+)(?![\d%]|[.,]\d|\s*%)"
PERCENT = rf"(?<![\d.])(?P<percent>{PLAIN})\s?%"
FEWEST = 3


@dataclass(frozen=True)
class Accuracies:
    """For each key such as the depth, how many images there are and how many of them are right."""

    key: str
    counts: Mapping[int, Fraction]
    right: Mapping[int, Fraction]

    @property
    def sum(self) -> Fraction:
        """All images together."""
        return sum(self.counts.values(), Fraction(0))

    def rate(self, key: int) -> Fraction:
        """The share of right ones."""
        return self.right[key] / self.counts[key]

    def knows(self, found: re.Match[str], *groups: str) -> bool:
        """Whether a match speaks of this key, at places that have images."""
        return str(found.group("key")).lower() == self.key and all(
            self.counts.get(int(found.group(group))) for group in groups
        )


def accuracies_in(text: Text) -> dict[int, Accuracies]:
    """Number of a table's last block -> the accuracies that it gives."""
    out: dict[int, Accuracies] = {}
    for first, rows in tables_of(text):
        made = _table(text, rows)
        if made is not None:
            out[first + len(rows) - 1] = made
    return out


def _table(text: Text, rows: Sequence[Block]) -> Accuracies | None:
    header = [text.spelled(cell) for cell in rows[0].header]
    named = re.search(rf"\b({KEYS})", header[0], re.I) if header else None
    if named is None:
        return None
    across = [_whole_number(cell) for cell in header[1:]]
    series: dict[str, dict[int, Fraction]] = {}
    if len(across) >= FEWEST and all(one is not None for one in across):
        for row in rows:
            series[text.spelled(row.cells[0])] = _paired(
                across, [text.spelled(cell) for cell in row.cells[1:]]
            )
    else:
        keys = [_whole_number(text.spelled(row.cells[0])) if row.cells else None for row in rows]
        for column, title in enumerate(header[1:], start=1):
            cells = [text.spelled(row.cells[column]) if column < len(row.cells) else "?" for row in rows]
            series[title] = _paired(keys, cells)
    counts = next(
        (
            one
            for name, one in series.items()
            if one and COUNT_TITLES.search(name) and not RIGHT_TITLES.search(name)
        ),
        None,
    )
    right = next(
        (one for name, one in series.items() if one and RIGHT_TITLES.search(name) and "%" not in name), None
    )
    if (
        counts is None
        or right is None
        or set(counts) != set(right)
        or any(right[key] > counts[key] for key in counts)
    ):
        return None
    return Accuracies(named.group(1).lower(), counts, right)


def _whole_number(cell: str) -> Fraction | None:
    plain = re.sub(r"[$*\s]", "", cell)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,9}", plain):
        return Fraction(plain.replace(",", ""))
    return Fraction(0) if plain in {"-", "–", "—"} else None


def _paired(keys: Sequence[Fraction | None], cells: Sequence[str]) -> dict[int, Fraction]:
    """Keys with their counts; empty unless every key has one."""
    values = [_whole_number(cell) for cell in cells]
    if len(values) != len(keys) or any(value is None for value in values) or len(set(keys)) != len(keys):
        return {}
    return {
        int(key): value
        for key, value in zip(keys, values, strict=True)
        if key is not None and value is not None
    }


def _ruled(
    found: re.Match[str], exact: Fraction, stated: Figure, says: str, *, others: tuple[Fraction, ...] = ()
) -> tuple[int, int, Judged]:
    loose = bool(LOOSE.search(found.group()))
    if any(stated.agrees(value, loose=loose) for value in (exact, *others)):
        return (
            found.start(),
            found.end(),
            verified(Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}", Method.COUNT),
        )
    return found.start(), found.end(), refuted(
        Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}, not {stated.text}", Method.COUNT, {"computed": shown(exact, stated), "stated": stated.text}
    )  # fmt: skip


def _said(
    found: re.Match[str], holds: bool, says: str, witness: Mapping[str, object]
) -> tuple[int, int, Judged]:
    if holds:
        return found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
    return found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


ERRORS = re.compile(
    rf"\b(?:of the|the|all) {COUNT} (?:errors|mistakes|wrong (?:images|ones)),? (?P<part>\d[\d,]*) (?:come|are|were|lie|have|belong|stem|sit)\b[^.;\d]{{0,25}}?\b(?P<key>depth|layer|level|class|probe)\s+(?P<at>\d{{1,3}})\b",
    re.I,
)
RATE_OF = re.compile(
    rf"\b(?P<key>depth|layer|level|class|probe)\s+(?P<at>\d{{1,3}})\b(?P<words>[^.;\d%]{{0,40}}?){PERCENT}",
    re.I,
)
RATE_NAMES = re.compile(r"\bwrong\b|\berror|accura|\bright\b|correct", re.I)
DROP = re.compile(
    r"\bfrom (?P<key>depth|layer|level|class|probe) (?P<a>\d{1,3}) to (?:(?P=key) )?(?P<b>\d{1,3})\b[^.;\d]{0,30}?\b(?:drops?|falls?|decreases?|declines?|goes down|rises?|grows?|increases?) by (?:about |roughly )?(?P<points>\d+(?:\.\d+)?)\s*(?:percentage )?points?",
    re.I,
)
TREND_OF_ACCURACY = re.compile(
    r"\baccuracy (?P<way>falls|drops|decreases|declines|goes down|rises|grows|increases) (?:steadily |monotonically )?with (?:the )?(?:prediction )?(?P<key>depth|layer|level)",
    re.I,
)


def accuracy_claims(sentence: str, tally: Accuracies) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of what a sentence says of the accuracies that a table before it gives."""
    all_right = sum(tally.right.values(), Fraction(0))
    for found in ERRORS.finditer(sentence):
        at = int(found.group("at"))
        if not tally.knows(found, "at"):
            continue
        wrong, here = tally.sum - all_right, tally.counts[at] - tally.right[at]
        stated, part = (Fraction(found.group(name).replace(",", "")) for name in ("count", "part"))
        says = f"{shown(tally.sum)} − {shown(all_right)} = {shown(wrong)} errors, {shown(here)} of them at {tally.key} {at}"
        yield _said(
            found,
            (stated, part) == (wrong, here),
            says,
            {"errors": shown(wrong), f"{tally.key} {at}": shown(here)},
        )
    for found in RATE_OF.finditer(sentence):
        at = int(found.group("at"))
        if not tally.knows(found, "at"):
            continue
        words = found.group("words").lower()
        rate = tally.rate(at)
        named = RATE_NAMES.findall(words) or RATE_NAMES.findall(sentence[: found.start()][-60:])
        if not named:
            continue
        rate = 1 - rate if named[-1].lower() in {"wrong", "error"} else rate
        share = figure_of(found.group("percent") + "%")
        if share.agrees(rate, loose=bool(LOOSE.search(found.group()))):
            yield _said(found, True, f"the counts of {tally.key} {at} give {shown(rate, share)}", {})
        elif re.fullmatch(
            r"\s*(?:is|has|it is|is wrong with probability|is right with probability|:|an accuracy of|has an accuracy of|the accuracy is)\s*(?:about |only )?",
            found.group("words"),
        ):
            yield _ruled(found, rate, share, f"by the counts of {tally.key} {at} the rate")
    for found in DROP.finditer(sentence):
        a, b = int(found.group("a")), int(found.group("b"))
        if not tally.knows(found, "a", "b") or not re.search(r"accura|\bit\b", found.group(), re.I):
            continue
        one, two = (100 * tally.rate(k) for k in (a, b))
        rounded = abs(Fraction(round(float(one) * 10), 10) - Fraction(round(float(two) * 10), 10))
        yield _ruled(
            found,
            abs(one - two),
            figure_of(found.group("points")),
            f"the accuracies are {float(one):.1f}% and {float(two):.1f}%: the difference",
            others=(rounded,),
        )
    for found in TREND_OF_ACCURACY.finditer(sentence):
        rates = [tally.rate(k) for k in sorted(tally.counts) if tally.counts[k]]
        falls = re.match(r"fall|drop|decr|decl|goes", found.group("way"))
        steps = [(a >= b) if falls else (a <= b) for a, b in pairwise(rates)]
        if steps and all(steps):
            yield _said(found, True, "by the counts each accuracy is compared with the next", {})
