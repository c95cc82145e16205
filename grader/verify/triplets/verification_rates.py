# ruff: noqa: E501 -- a pattern stays on one line
"""Verification of faces in counts: VAL, FAR and accuracy from the accepted pairs, in a table by threshold.

VAL is the share of the same-person pairs that are accepted, FAR that of the different-person pairs (FaceNet, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, verified
from grader.verify.numbers.arithmetic import Figure
from grader.verify.numbers.reckoning import shown

COUNT = r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d%])|(?<![\w.,])\d{1,7}(?![\d.,]*\d|\s?%)"
SAME = r"(?:same(?:[- ](?:person|identity|class|face))?|genuine|matching|matched|positive|true)"
DIFFERENT = r"(?:different(?:[- ](?:person|people|identity|class|face))?|impostor|non-?matching|mismatched|unmatched|negative|false)"
EACH = re.compile(rf"(?P<n>{COUNT}) (?:\w+ )?pairs (?:(?:of|for) (?:each|either|both|every)(?: (?:sort|kind|type|class|group)s?)?|each)\b|(?P<m>{COUNT}) (?:pairs )?of (?:each|either) (?:sort|kind|type)\b", re.I)  # fmt: skip
BOTH = re.compile(
    rf"(?P<same>{COUNT}) (?:pairs of (?:the )?)?{SAME}(?:[- ]\w+)? ?(?:pairs )?(?:and|,|against|versus|vs\.?) (?:(?:by|to|with) )?(?P<different>{COUNT}) (?:pairs of )?{DIFFERENT}(?:[- ]\w+)? ?(?:pairs|people|persons|ones)?(?! (?:\w+ )?(?:are|were) accepted| accepted)",
    re.I,
)
RATES = {
    "VAL": r"VAL|validation rate|TAR|true (?:accept|positive) rate|recall|TPR",
    "FAR": r"FAR|false (?:accept|positive) rate|FPR",
    "accuracy": r"(?:verification )?accuracy|acc\.?",
}
TITLES = {
    "same": re.compile(rf"^(?:#|number of )?\W*(?:(?:{SAME}|TP|TA)\b.*accept\w*|accept\w*\W+(?:pairs )?{SAME}\b.*|{SAME}(?: pairs)?(?: accepted)?|TP|TA|true accepts|true positives)\W*$", re.I),
    "different": re.compile(rf"^(?:#|number of )?\W*(?:(?:{DIFFERENT}|FP|FA)\b.*accept\w*|accept\w*\W+(?:pairs )?{DIFFERENT}\b.*|{DIFFERENT}(?: pairs)?(?: accepted)?|FP|FA|false accepts|false positives)\W*$", re.I),
    **{name: re.compile(rf"^\W*(?:{words})\W*(?:\(?%\)?)?\W*$", re.I) for name, words in RATES.items()},
}  # fmt: skip


@dataclass(frozen=True)
class Pairs:
    """How many pairs of the same and of different people there are."""

    same: int
    different: int

    def rate(self, name: str, accepted_same: Fraction, accepted_different: Fraction) -> tuple[Fraction, str]:
        """A rate from the accepted pairs, and how it is computed."""
        if name == "VAL":
            return accepted_same / self.same, f"{shown(accepted_same)} of {self.same:,} same pairs"
        if name == "FAR":
            return accepted_different / self.different, f"{shown(accepted_different)} of {self.different:,} different pairs"  # fmt: skip
        right, every = accepted_same + self.different - accepted_different, self.same + self.different
        return right / every, f"{shown(accepted_same)} + {shown(self.different - accepted_different)} right of {every:,}"  # fmt: skip


def pairs_in(text: str) -> Pairs | None:
    """The pairs that a text gives last.

    >>> pairs_in("Our list has 3,000 pairs of each sort.")
    Pairs(same=3000, different=3000)
    """
    found = [(one.start(), one) for pattern in (EACH, BOTH) for one in pattern.finditer(text)]
    if not found:
        return None
    _, last = max(found, key=lambda one: one[0])
    groups = last.groupdict()
    if "same" in groups:
        made = Pairs(_whole(groups["same"]), _whole(groups["different"]))
    else:
        number = _whole(groups["n"] or groups["m"])
        made = Pairs(number, number)
    return made if made.same and made.different else None


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def rate_cells(
    numbers: Sequence[Sequence[Figure | None]], header: Sequence[str], above: str
) -> Iterator[tuple[int, int, Judged]]:
    """(row, column, ruling) of the rates of a table of accepted pairs."""
    columns = {
        name: place
        for name, title in TITLES.items()
        for place, told in enumerate(header)
        if title.match(told.strip()) and (name in RATES or "%" not in told)
    }
    pairs = pairs_in(above)
    if pairs is None or not {"same", "different"} <= set(columns):
        return
    placed: list[tuple[int, int, Judged]] = []
    for row, line in enumerate(numbers):
        counts = [
            line[columns[name]] if columns[name] < len(line) else None for name in ("same", "different")
        ]
        if counts[0] is None or counts[1] is None or counts[0].percent or counts[1].percent:
            continue
        if counts[0].value > pairs.same or counts[1].value > pairs.different:
            return
        for name in RATES.keys() & columns.keys():
            stated = line[columns[name]] if columns[name] < len(line) else None
            if stated is None:
                continue
            if not stated.percent and "%" in header[columns[name]]:
                stated = Figure(stated.value / 100, stated.last / 100, 0, 0, stated.text, percent=True)
            exact, says = pairs.rate(name, counts[0].value, counts[1].value)
            placed.append((row, columns[name], _ruled(exact, stated, says)))
    right = sum(one.ruling is Ruling.VERIFIED for _, _, one in placed)
    if 2 * right > len(placed):
        yield from placed


def _ruled(exact: Fraction, stated: Figure, says: str) -> Judged:
    says = f"{says} are {shown(exact, stated)}"
    if stated.agrees(exact):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    witness = {"computed": shown(exact, stated), "stated": stated.text}
    return refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, witness)


__all__ = ["Pairs", "pairs_in", "rate_cells"]
