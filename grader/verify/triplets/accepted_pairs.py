# ruff: noqa: E501 -- a pattern stays on one line
"""VAL, FAR and accuracy from how many pairs are accepted, and how many are accepted from a rate (FaceNet, section 4).

A sentence is read from left to right into a tally; of a rate, the number of pairs and that of the accepted ones, the
one that is told last is held against the two others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.embeddings import plain
from grader.verify.triplets.phrases import NEAR, Stated, compared, value_after

_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?![\d%]|[.,]\d|\s?%|\s?[·*×/^])"
SAME = r"(?:same(?:[- ](?:person|identity|class|face|people))?|genuine|matching|matched|positive)"
DIFFERENT = r"(?:different(?:[- ](?:person|people|identity|identities|class|face))?|impost[eo]r|non-?matching|mismatched|unmatched|negative)"
_KIND = rf"(?:(?P<{{0}}same>{SAME})|(?P<{{0}}different>{DIFFERENT}))"
_PAIRS = r"(?:[- ]\w+)?[- ]?(?:pairs?|ones)"
_OF_PEOPLE = r"pairs of (?:(?:images|faces) of )?(?:(?P<{0}same2>(?:the same|one) (?:person|identity))|(?P<{0}different2>(?:different|two|distinct) (?:people|persons|identities)))"


def _kind(name: str) -> str:
    return _KIND.replace("{0}", name)


TOKEN = re.compile(
    rf"(?P<each>{_COUNT}) (?:\w+ )?pairs (?:(?:of|for) (?:each|either|both|every)(?: (?:sort|kind|type|class|group)s?)?|each)\b|(?P<each2>{_COUNT}) (?:pairs )?of (?:each|either) (?:sort|kind|type)\b"
    rf"|(?<![\w.,/])(?P<part>{_COUNT})(?: out)? of (?:the |our |its |my |all )*(?P<whole>{_COUNT}) (?:{_kind('r')}{_PAIRS}|{_OF_PEOPLE.replace('{0}', 'r')}|(?P<rothers>others?(?: pairs)?|impostors|the rest))"
    rf"|(?<![\w.,/])(?P<accepted>{_COUNT})(?: of (?:these|them|those|the (?P<former>former|first)|the (?P<latter>latter|second|others?)|the pairs))?(?: {_kind('a')}(?:[- ]\w+)?(?: pairs?| ones)?)? (?:are|were|is|was|get|gets|got|pass|passes|would be|have been)? ?(?P<how>accepted|pass(?:es)?\b|let through|rejected|refused)"
    rf"|(?<![\w.,/])(?P<false>{_COUNT}) (?P<which>false|true|wrong|correct)(?:ly)? (?:accept(?:s|ances?|ed)|alarms|positives|matches)"
    rf"|\b(?P<verb>accept(?:s|ed)?|pass(?:es|ed)?|reject(?:s|ed)?|lets? through) (?:only |just |exactly )?(?P<verbed>{_COUNT})(?! of (?:the |our |its |my |all )*\d)(?: of (?:the |its )?(?:(?P<vformer>former|first)|(?P<vlatter>latter|second|others)))?(?: of the)?(?: {_kind('v')}(?:[- ]\w+)?(?: pairs| ones)?)?(?: and (?:only )?(?P<second>{_COUNT})(?! \w*[- ]?pairs of each)(?: of the (?:latter|second|others?))?(?: of the)?(?: {_kind('w')})?)?"
    rf"|(?<![\w.,/])(?P<total>{_COUNT}) (?:{_kind('t')}{_PAIRS}|{_OF_PEOPLE.replace('{0}', 't')})(?! (?:are|were|is)? ?(?:accepted|rejected))"
    rf"|(?<![\w.,/])(?P<both>{_COUNT}) (?:pairs of (?:the )?)?{_kind('b')}(?: (?:and|,|against|versus|vs\.?) (?:(?:by|to|with) )?)(?P<other>{_COUNT}) (?:pairs of )?{_kind('o')}(?P<so>(?:[- ]\w+)? ?(?:pairs |people |ones )?(?:(?:are|were|is) )?accepted)?"
    r"|\b(?:(?P<val>VAL|[Vv]alidation rate|TAR|[Tt]rue[- ](?:accept|positive) rate|TPR)|(?P<far>FAR|[Ff]alse[- ](?:accept|positive) rate|FPR)|(?P<accuracy>(?:[Vv]erification )?[Aa]ccuracy))\b(?:\s?\(\s?\w{1,4}\s?\))?",
)
OWN_PLACE = re.compile(r"\bpaper\b|FaceNet|Schroff|Table \d|NN\d|\bLFW\b|YouTube", re.I)
SORTS = ("same", "different")


@dataclass(frozen=True)
class Tally:
    """How many pairs of the same and of different people there are, and how many of them are accepted."""

    pairs: Mapping[str, int] = field(default_factory=dict)
    accepted: Mapping[str, int] = field(default_factory=dict)
    last: str = ""  # the sort that has been told of last

    def with_pairs(self, sort: str, number: int) -> Tally:
        """The tally with a number of pairs; what has been accepted of others is forgotten."""
        kept = {one: many for one, many in self.accepted.items() if one != sort}
        return replace(self, pairs={**self.pairs, sort: number}, accepted=kept, last=sort)

    def with_accepted(self, sort: str, number: int) -> Tally:
        """The tally with a number of accepted pairs."""
        return replace(self, accepted={**self.accepted, sort: number}, last=sort)

    def rate(self, name: str) -> tuple[Fraction, str] | None:
        """VAL, FAR or the accuracy, and how it is computed; None where a number is missing."""
        if name == "accuracy":
            if any(one not in self.pairs or one not in self.accepted for one in SORTS):
                return None
            right = self.accepted["same"] + self.pairs["different"] - self.accepted["different"]
            every = self.pairs["same"] + self.pairs["different"]
            return Fraction(right, every), f"{right:,} right of {every:,}"
        sort = "same" if name == "VAL" else "different"
        every, accepted = self.pairs.get(sort, 0), self.accepted.get(sort)
        if not every or accepted is None or accepted > every:
            return None
        return Fraction(accepted, every), f"{accepted:,} of {every:,} {sort} pairs"


@dataclass
class _Reading:
    """The reading of one sentence."""

    text: str
    tally: Tally
    out: list[Spanned]
    rates: dict[str, Stated] = field(default_factory=dict)  # the rates that the sentence has told so far


# "at d ≤ 1.3 it is 9500 and 900"
IN_TURN = re.compile(
    rf"\b(?:it is|they are|these are|we have|we get|there are) (?P<first>{_COUNT}) and (?P<second>{_COUNT})(?=[,;.:]|\s?$)"
)
WISHED = re.compile(r"\b(?:would|should|demand\w*|want\w*|require\w*|target|allow\w*|aim\w*|for)\b[^.;,]{0,30}$", re.I)  # fmt: skip


def accepted_pairs(text: str, tally: Tally, *, at_threshold: bool = False) -> tuple[Tally, list[Spanned]]:
    """The tally after a sentence, and (start, end, ruling) of the rates and counts that it states.

    `at_threshold`: the sentence names a threshold, so that what has been accepted at another one does not count.
    """
    if at_threshold:
        tally = replace(tally, accepted={})
        turn = IN_TURN.search(text)
        if turn is not None and all(sort in tally.pairs for sort in SORTS):
            first, second = _whole(turn.group("first")), _whole(turn.group("second"))
            tally = tally.with_accepted("same", first).with_accepted("different", second)
    reading = _Reading(text, tally, [])
    for found in TOKEN.finditer(text):
        groups = found.groupdict()
        if groups["each"] or groups["each2"]:
            number = _whole(groups["each"] or groups["each2"])
            reading.tally = reading.tally.with_pairs("same", number).with_pairs("different", number)
        elif groups["whole"]:
            sort = (
                _sort(groups, "r") or _other(reading.tally.last) if groups["rothers"] else _sort(groups, "r")
            )
            if sort:
                reading.tally = reading.tally.with_pairs(sort, _whole(groups["whole"])).with_accepted(sort, _whole(groups["part"]))  # fmt: skip
        elif groups["accepted"]:
            sort = _sort(groups, "a") or ("same" if groups["former"] else "different" if groups["latter"] else reading.tally.last)  # fmt: skip
            _accepted(reading, sort, _whole(groups["accepted"]), found, rejected=bool(re.match("reject|refus", groups["how"])))  # fmt: skip
        elif groups["false"]:
            sort = "same" if groups["which"] in {"true", "correct"} else "different"
            _accepted(reading, sort, _whole(groups["false"]), found, rejected=False)
        elif groups["verb"]:
            _verb(reading, groups, found)
        elif groups["total"]:
            sort = _sort(groups, "t")
            if sort:
                reading.tally = reading.tally.with_pairs(sort, _whole(groups["total"]))
        elif groups["both"]:
            _both(reading, groups, found)
        else:
            _rate(reading, groups, found)
    return reading.tally, reading.out


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def _sort(groups: Mapping[str, str | None], name: str) -> str:
    if groups.get(f"{name}same") or groups.get(f"{name}same2"):
        return "same"
    return "different" if groups.get(f"{name}different") or groups.get(f"{name}different2") else ""


def _other(sort: str) -> str:
    return {"same": "different", "different": "same"}.get(sort, "")


def _accepted(reading: _Reading, sort: str, number: int, found: re.Match[str], *, rejected: bool) -> None:
    """So many pairs of a sort are accepted: given, or stated where the sentence has a rate and their number."""
    every = reading.tally.pairs.get(sort)
    if not sort or (rejected and every is None):
        return
    accepted = every - number if rejected and every is not None else number
    name = "VAL" if sort == "same" else "FAR"
    rate = reading.rates.get(name)
    if rate is not None and rate.number is not None and every is not None:
        exact = rate.number * every
        half = rate.term.last / 2 * every if rate.term.printed and rate.term.last < 1 else Fraction(0)
        says = f"{name} {plain(rate.number)} of {every:,} {sort} pairs are {plain(exact)} accepted ones"
        at = found.start("accepted") if found.group("accepted") else found.start()
        if abs(exact - accepted) < Fraction(1):
            reading.out.append((at, found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)))
        elif abs(exact - accepted) > half:
            witness = {
                "rate": plain(rate.number),
                "pairs": every,
                "accepted": plain(exact),
                "stated": accepted,
            }
            reading.out.append((at, found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)))
    reading.tally = reading.tally.with_accepted(sort, accepted)


def _verb(reading: _Reading, groups: Mapping[str, str | None], found: re.Match[str]) -> None:
    """`accepts 2,580`, `accepted 261 and 12`, `rejects 5 of the former`."""
    rejected = re.match("reject", groups["verb"] or "") is not None
    number = _whole(groups["verbed"] or "0")
    if groups["second"]:
        first = _sort(groups, "v") or "same"
        _accepted(reading, first, number, found, rejected=rejected)
        _accepted(reading, _sort(groups, "w") or _other(first), _whole(groups["second"]), found, rejected=rejected)  # fmt: skip
        return
    sort = _sort(groups, "v") or ("same" if groups["vformer"] else "different" if groups["vlatter"] else reading.tally.last)  # fmt: skip
    _accepted(reading, sort, number, found, rejected=rejected)


def _both(reading: _Reading, groups: Mapping[str, str | None], found: re.Match[str]) -> None:
    """`300 genuine and 600 impostor pairs`, `2,940 same and 3 different ones are accepted`."""
    first, second = _sort(groups, "b"), _sort(groups, "o")
    if not first or first == second:
        return
    numbers = _whole(groups["both"] or "0"), _whole(groups["other"] or "0")
    for sort, number in zip((first, second), numbers, strict=True):
        if groups["so"]:
            _accepted(reading, sort, number, found, rejected=False)
        else:
            reading.tally = reading.tally.with_pairs(sort, number)


def _rate(reading: _Reading, groups: Mapping[str, str | None], found: re.Match[str]) -> None:
    """`VAL is 35/40 = 0.875`: stated where it follows from the tally, else given for the rest of the sentence."""
    name = "VAL" if groups["val"] else "FAR" if groups["far"] else "accuracy"
    text = reading.text
    gap = re.compile(r"(?:\sover (?:all )?[\d,]+ pairs)?").match(text, found.end())
    stated = value_after(text, gap.end() if gap is not None else found.end())
    if stated is None or stated.number is None or stated.number > 1 or OWN_PLACE.search(text):
        return
    computed = reading.tally.rate(name)
    later = [one for one in TOKEN.finditer(text, stated.end) if one.group("accepted") or one.group("false") or one.group("verb")]  # fmt: skip
    if computed is None or later or WISHED.search(text[: found.start()]):
        reading.rates[name] = stated
        return
    exact, says = computed
    near = stated.near or NEAR.search(text[found.end() : stated.start]) is not None
    judged = compared(Stated(stated.start, stated.end, stated.term, near), exact, says)
    if judged is not None:
        reading.out.append((found.start(), stated.end, _in_percent(judged, stated, exact)))


def _in_percent(judged: Judged, stated: Stated, exact: Fraction) -> Judged:
    if not stated.term.percent or judged.witness is None or stated.number is None:
        return judged
    witness = {"computed": f"{plain(100 * exact)}%", "stated": f"{plain(100 * stated.number)}%"}
    return replace(judged, witness=witness)


__all__ = ["Tally", "accepted_pairs"]
