# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Networks compared: how many times as large or as costly one is, and which of the two, against the papers' tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.networks.known import Fact, of_networks
from grader.verify.networks.network_facts import ATTRIBUTES, SUBJECTS, subject_of
from grader.verify.numbers.arithmetic import NUMBER, Figure, figure_of

# How far a stated factor may be off before it is called wrong, beyond the rounding of what is printed.
CLOSE = Fraction(4, 100)

FACTOR = re.compile(
    rf"(?:(?P<vague>about|around|roughly|approximately|nearly|almost|some|over|more than|≈|~)\s*)?"
    rf"(?:a factor of\s+(?:about |around |roughly |approximately |nearly |~|≈)?(?P<of>{NUMBER.pattern})"
    rf"|(?P<times>{NUMBER.pattern})\s*\$?\s*(?:×|x\b|\\times|times\b|-?fold\b)(?!\s*\$?\s*\d))".replace(
        "?P<sign>", "?:"
    )
    .replace("?P<digits>", "?:")
    .replace("?P<power>", "?:")
    .replace("?P<high>", "?:")
    .replace("?P<e>", "?:")
    .replace("?P<unit>", "?:")
)
SHARE = re.compile(
    r"(?P<share>\d+(?:\.\d+)?)\s*\\?%\s+of\s+(?:the\s+)?(?P<what>parameters|weights|FLOPs?|operations|size)",
    re.I,
)
LARGER = re.compile(
    r"\b(?:is|are)\s+(?:much |far |clearly |a bit |even |slightly |a lot )?(?P<how>larger|bigger|heavier|smaller|lighter)\s+than\s+(?:the )?$",
    re.I,
)
LESS = re.compile(
    r"\b(?:fewer|less|smaller|lighter|cheaper|saves?|saving|reduc\w+|drops?|shrinks?|cuts?)\b", re.I
)
MORE = re.compile(
    r"\b(?:more|as many|as much|as large|as big|as costly|larger|bigger|heavier|costlier|the (?:number of )?(?:parameters|FLOPs?|size|operations|weights)|increas\w+|grows?)\b",
    re.I,
)
WHICH = re.compile(
    r"\b(?P<how>fewer|less|more)\s+(?P<what>param(?:eter)?s?|weights|FLOPs?|operations|multiply-adds|compute|computation)\s+(?:than|compared (?:to|with))\s*$",
    re.I,
)
BREAK = re.compile(r"[;:]|\b(?:whereas|while|but)\b")


_MANY = r"half|a third|a quarter|a fifth|a tenth|twice|two times|three times|four times|five times|six times|ten times"
PART_OF = re.compile(
    rf"\b(?P<how>less|fewer|more) than (?:(?P<part>{_MANY}) (?:of )?(?:the )?(?:number of )?(?P<what>parameters|weights|FLOPs|operations) (?:of|that)|(?P<part2>{_MANY}) as many (?P<what2>parameters|weights|FLOPs|operations) as) (?:the )?$",
    re.I,
)
PARTS = {"half": Fraction(1, 2), "a third": Fraction(1, 3), "a quarter": Fraction(1, 4), "a fifth": Fraction(1, 5), "a tenth": Fraction(1, 10), "twice": Fraction(2), "two times": Fraction(2), "three times": Fraction(3), "four times": Fraction(4), "six times": Fraction(6), "five times": Fraction(5), "ten times": Fraction(10)}  # fmt: skip
SAME = re.compile(
    r"\s*(?:both )?(?:take|takes|need|needs|have|has|use|are|is|of)\s+(?:of )?(?P<near>about |roughly |nearly |almost |approximately )?(?:of )?(?:the )?(?P<close>about |roughly |nearly |almost )?same (?:number of |amount of )?(?P<what>parameters|weights|FLOPs|operations|size)\b",
    re.I,
)


ORDINALS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "fifteenth": 15, "twentieth": 20, "thirtieth": 30, "hundredth": 100}  # fmt: skip
FRACTION_OF = re.compile(
    rf"\b(?:needs?|has|have|takes?|uses?|requires?|costs?|with|gets? by with|makes? do with)(?: also| only| just| still)* (?:about |roughly |around |approximately |nearly |almost )?(?:an? |one )?(?P<part>{'|'.join(ORDINALS)})(?:-th)? (?:of )?(?:the |its |their )?(?:number of )?(?P<what>parameters|weights|FLOP[Ss]?|operations|multiplications)\b(?: (?:of|that) )?",
    re.I,
)
ROUGHLY = Fraction(15, 100)


def _fractions(text: str, named: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, Judged]]:
    """`NN2 needs about a twentieth of the FLOPs`, of the other network that the sentence names."""
    names = {one[2] for one in named}
    for found in FRACTION_OF.finditer(text):
        before = [one for one in named if one[1] <= found.start()]
        after = [one for one in named if found.end() - 1 <= one[0] <= found.end() + 4]
        if not before or BREAK.search(text[before[-1][1] : found.start()]):
            continue
        first = before[-1][2]
        others = {after[0][2]} if after else names - {first}
        if len(others) != 1 or first in others:
            continue
        second = others.pop()
        one, other = _facts(found.group("what"), first, second)
        if (
            one is None
            or other is None
            or (one.low, one.high) != (one.low, one.low)
            or other.low != other.high
        ):
            continue
        ratio, stated = one.low / other.low, Fraction(1, ORDINALS[found.group("part").lower()])
        says = f"{first} has {float(ratio):.3g} times the {found.group('what')} of {second} by the papers' tables"
        end = after[0][1] if after else found.end()
        if abs(ratio - stated) <= ROUGHLY * ratio:
            yield before[-1][0], end, _by_table(True, says, {})
        elif not stated / 2 <= ratio <= stated * 2:
            yield before[-1][0], end, _by_table(False, says, {first: _shown(one), second: _shown(other)})


def _parts(text: str, named: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, Judged]]:
    """`less than a fifth of the parameters of NN1`, `NN1 and NN2 take the same number of FLOPs`."""
    for number, (start, end, second) in enumerate(named[1:], start=1):
        begin, before, first = named[number - 1]
        said = PART_OF.search(text[before:start])
        if said is not None and first != second and not BREAK.search(text[before:start]):
            what = said.group("what") or said.group("what2")
            one, other = _facts(what, first, second)
            if one is not None and other is not None:
                low, high, part = (
                    one.low / other.high,
                    one.high / other.low,
                    PARTS[(said.group("part") or said.group("part2")).lower()],
                )
                more = said.group("how").lower() == "more"
                if high < part or low > part:
                    holds = low > part if more else high < part
                    says = f"{first} has {float(low):.3g} times the {what} of {second} by the papers' tables"
                    yield begin, end, _by_table(holds, says, {first: _shown(one), second: _shown(other)})
        same = SAME.match(text, end)
        if same is not None and first != second and re.fullmatch(r"\s*(?:and|,)\s*", text[before:start]):
            one, other = _facts(same.group("what"), first, second)
            if one is None or other is None:
                continue
            ratio = max(one.low / other.low, other.low / one.low)
            near = bool(same.group("near") or same.group("close"))
            says = f"{first} has {_shown(one)}, {second} {_shown(other)} {same.group('what')} ({one.source}; {other.source})"
            if ratio == 1 or (near and ratio < Fraction(12, 10)):
                yield begin, same.end(), _by_table(True, says, {})
            elif ratio > Fraction(3, 2):
                yield begin, same.end(), _by_table(False, says, {first: _shown(one), second: _shown(other)})


def _facts(what: str, first: str, second: str) -> tuple[Fact | None, Fact | None]:
    table = of_networks("flops" if re.match(r"FLOP|oper", what, re.I) else "parameters")
    return table.get(first), table.get(second)


def _by_table(holds: bool, says: str, witness: Mapping[str, object]) -> Judged:
    if holds:
        return verified(Kind.FACT, says, Method.TABLE)
    return refuted(Kind.FACT, says, Method.TABLE, witness)


def network_comparisons(text: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each comparison of two networks in a clause."""
    named = [(found.start(), found.end(), subject_of(found)) for found in SUBJECTS.finditer(text)]
    if len(named) < 2:
        return
    yield from _shares(text, named)
    yield from _parts(text, named)
    yield from _fractions(text, named)
    for factor in FACTOR.finditer(text):
        pair = _pair(text, named, factor.start(), factor.end())
        attribute = _attribute(text, factor.start(), factor.end())
        if pair is None or attribute is None:
            continue
        first, second = pair
        if first not in of_networks(attribute) or second not in of_networks(attribute):
            continue
        stated = NUMBER.search(factor.group("of") or factor.group("times"))
        figure = figure_of(stated) if stated else None
        if figure is None or figure.value <= 1:
            continue
        around = text[factor.start() : min(len(text), factor.end() + 40)]
        less = LESS.search(around) or LESS.search(text[max(0, factor.start() - 30) : factor.start()])
        over, under = (second, first) if less else (first, second)
        directed = bool(less) or bool(MORE.search(around))
        ruling = _ratio(attribute, over, under, figure, directed=directed, vague=bool(factor.group("vague")))
        if ruling is not None:
            behind = [end for start, end, _ in named if factor.end() <= start < factor.end() + 70]
            yield factor.start(), min(behind, default=factor.end()), ruling
    yield from _which(text, named)


def _shares(text: str, named: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, Judged]]:
    for found in SHARE.finditer(text):
        before = [one[2] for one in named if one[1] <= found.start()]
        after = [one[2] for one in named if one[0] >= found.end() and one[0] - found.end() < 25]
        attribute = "flops" if re.match(r"FLOP|oper", found.group("what"), re.I) else "parameters"
        if not before or not after or before[-1] == after[0]:
            continue
        over, under = of_networks(attribute).get(before[-1]), of_networks(attribute).get(after[0])
        if over is None or under is None:
            continue
        low, high = 100 * over.low / under.high, 100 * over.high / under.low
        digits = found.group("share")
        half = Fraction(1, 2 * 10 ** len(digits.partition(".")[2]))
        stated = Fraction(digits)
        says = f"{before[-1]} has {float(low):.3g} % of the {attribute} of {after[0]} by the papers' tables"
        if low - half <= stated <= high + half:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.TABLE)
        elif not low * (1 - CLOSE) <= stated <= high * (1 + CLOSE):
            witness = {"share": f"{float(low):.4g} %", "stated": f"{digits} %"}
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.TABLE, witness)


def _pair(text: str, named: list[tuple[int, int, str]], start: int, end: int) -> tuple[str, str] | None:
    """The network that the sentence is about and the one it is compared with."""
    before = [one for one in named if one[1] <= start]
    after = [one for one in named if one[0] >= end]
    journey = re.search(r"\bfrom\s+$", text[: before[0][0]]) if len(before) == 2 else None
    if len(before) == 2 and before[0][2] != before[1][2] and not after:
        between = text[before[0][1] : before[1][0]]
        turned = re.search(r"\b(?:compared (?:to|with)|relative to)\s+(?:the )?$", text[: before[0][0]], re.I)
        if turned and re.fullmatch(r"\s*,\s*(?:the )?", between):
            return before[1][2], before[0][2]
        if journey and re.fullmatch(r"\s+to\s+", between):
            return before[1][2], before[0][2]
        if re.fullmatch(r"\s*(?:vs\.?|versus|against|compared (?:to|with)|over)\s*", between):
            return before[0][2], before[1][2]
        return None
    if len(before) == 1 and after and after[0][2] != before[0][2]:
        gap = text[end : after[0][0]]
        if len(gap) < 70 and not BREAK.search(text[before[0][1] : after[0][0]]):
            return before[0][2], after[0][2]
    return None


def _attribute(text: str, start: int, end: int) -> str | None:
    """What is compared: the word that stands nearest behind the factor, else the only one of the clause."""
    found = []
    for name, pattern in ATTRIBUTES:
        behind = pattern.search(text, end, min(len(text), end + 45))
        if behind and not NUMBER.search(text, end, behind.start()):
            found.append((behind.start(), name))
    if found:
        return min(found)[1]
    names = [name for name, pattern in ATTRIBUTES if pattern.search(text, max(0, start - 60), end + 60)]
    return names[0] if len(names) == 1 else None


def _ratio(
    attribute: str, over: str, under: str, stated: Figure, *, directed: bool, vague: bool
) -> Judged | None:
    table = of_networks(attribute)
    low, high = table[over].low / table[under].high, table[over].high / table[under].low
    if not directed and high < 1:
        over, under, low, high = under, over, 1 / high, 1 / low
    last = stated.last
    if (vague or attribute == "parameters") and last >= 1:
        # the paper itself says 20x fewer parameters of 140 and 7.5 million
        digits = str(int(stated.value))
        last *= 10 ** (len(digits) - len(digits.rstrip("0")))
    shown = f"{float(low):.3g}" if low == high else f"{float(low):.3g} to {float(high):.3g}"
    says = f"{over} has {shown} times the {attribute} of {under} by the papers' tables"
    if low - last / 2 <= stated.value <= high + last / 2:
        return verified(Kind.ARITHMETIC, says, Method.TABLE)
    # "five times more" may mean six times as many.
    slack = CLOSE * high
    if low - slack <= stated.value <= high + slack or low - 1 - slack <= stated.value <= high - 1 + slack:
        return None
    witness = {"ratio": shown, "stated": stated.text, "of": attribute}
    return refuted(Kind.ARITHMETIC, says, Method.TABLE, witness)


def _which(text: str, named: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, Judged]]:
    for number, (start, _, second) in enumerate(named[1:], start=1):
        first = named[number - 1]
        said, size = WHICH.search(text[:start]), LARGER.search(text[:start])
        told = said or size
        if told is None or first[2] == second or FACTOR.search(text, first[1], start):
            continue
        if BREAK.search(text[first[1] : start]) or re.search(
            r"\b(?:not|no|nor|neither|both|if)\b", text[first[1] : start]
        ):
            continue
        counts = size is not None or re.match(r"param|weight", told.group("what"), re.I)
        attribute = "parameters" if counts else "flops"
        one, other = of_networks(attribute).get(first[2]), of_networks(attribute).get(second)
        if (
            one is None
            or other is None
            or (
                (one.low, one.high) != (other.low, other.high)
                and one.low <= other.high
                and other.low <= one.high
            )
        ):
            continue
        more = told.group("how").lower() in {"more", "larger", "bigger", "heavier"}
        holds = other.high < one.low if more else one.high < other.low
        says = f"{first[2]} has {_shown(one)}, {second} has {_shown(other)} {attribute} ({one.source}; {other.source})"
        yield first[0], start, _by_table(holds, says, {first[2]: _shown(one), second: _shown(other)})


def _shown(fact: Fact) -> str:
    value = fact.low
    return f"{float(value / 10**9):g} billion" if value >= 10**9 else f"{float(value / 10**6):g} million"
