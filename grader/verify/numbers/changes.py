# ruff: noqa: E501 -- a pattern stays on one line
"""Two figures that a sentence sets against each other, and what it says of them: points, percent, factors, fractions.

The words that link the figures ("from 12 ms to 3 ms", "40 instead of 160") and those that compare them ("a quarter",
"4 times faster", "75 % less") are found apart, so that their order doesn't matter. More than one pair, or words between
them that may begin another statement, and nothing is refuted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN, Figure, figures
from grader.verify.numbers.lettered import letters_given
from grader.verify.numbers.reckoning import UNIT, amount_of, shown
from grader.verify.numbers.results import CALCULATED_ON, IN_A_CALCULATION, Result, alike, results_in
from grader.verify.numbers.worded import NEAR, NOT_A_NUMBER, masked
from grader.verify.reading.numerals import FRACTION, fraction_of

MEASURE = r"(?:\s?(?P<{0}_unit>[kKMGT]i?B|bytes|[mµn]s|s|seconds?|minutes?|hours?|h|min|days?|[kMGT]?FLOPs?|[kMGT]?MACs?|[kMGT]?Hz|W|€|\$)\b)?"
ASIDE = r"(?:\s+(?:with|at|for|on|in|after|when|using|by)\s+(?:[^.;()]|\.\d){1,30}?|\s*\([^()]{1,40}\))?"
THING = r"(?:\s+[^\s\d,.;:()|]+){0,5}?"
OR_SO = r"(?:a |an |the |only |just |merely |as (?:many|much) as |about |around |roughly |approximately |nearly |almost |some |over |more than |≈\s?|~\s?)*"


def _amount(name: str) -> str:
    return rf"{NOT_A_NUMBER}(?P<{name}>{PLAIN}{UNIT})(?!\d|[.,]\d){MEASURE.replace('{0}', name)}"


GOES = r"(?:falls?|fell|drops?|dropped|declines?|declined|decreases?|decreased|goes|go|went|sinks?|sank|shrinks?|shrank|shrunk|rises?|rose|increases?|increased|grows?|grew|improves?|improved|climbs?|climbed|jumps?|jumped|moves?|moved|comes? down|came down|cut|reduced|raised|lowered)"
AGAINST = r"(?:against|versus|vs\.?|compared (?:to|with)|instead of|rather than|as opposed to|where it was|where before it was|up from|down from|in place of)"
LINKS: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\b[Ff]rom {OR_SO}{_amount('a')}{THING}{ASIDE},? (?:down |up )?to {OR_SO}{_amount('b')}"),
    re.compile(rf"{_amount('a')}{THING}{ASIDE} {GOES}(?: down| up)? to {OR_SO}{_amount('b')}"),
    re.compile(rf"{_amount('a')}{THING}{ASIDE}\s*(?:→|->|⟶|⇒)\s*{OR_SO}{_amount('b')}"),
    re.compile(rf"\b{GOES}(?: down| up)? to {OR_SO}{_amount('b')}{THING}{ASIDE},? from {OR_SO}{_amount('a')}"),
    re.compile(rf"{_amount('b')}{THING}{ASIDE}\s*[,(]?\s*{AGAINST}(?: [A-Za-z-]+){{0,3}}? {OR_SO}{_amount('a')}"),
    re.compile(rf"\b(?:difference|gap|ratio|quotient|distance) (?:between|of) {OR_SO}{_amount('a')}{THING}{ASIDE} (?:and|to) {OR_SO}{_amount('b')}"),
)  # fmt: skip
# What may begin a statement about something else.
ELSEWHERE = re.compile(
    r"[;:]|\b(?:while|whereas|but|although|though|despite|mak(?:es?|ing) (?!an?\b|it an?\b|for an?\b)|slows?|speeds?|needs?|requires?|and (?:the|its|their|an?|so does)|with (?:the|its)|at (?:the|a) (?:price|cost|expense)|in exchange|each|per|another|other|both|instead of .* and)\b",
    re.I,
)
YEAR = range(1950, 2051)

POINTS = re.compile(
    rf"{_amount('c')}\s*-?(?:percentage[- ]points?|percent points?|points?|pp)\b(?! (?:in|of) (?:the |a )?(?:plane|space|plot|cloud))"
)
COMPARES = r"(?:faster|slower|cheaper|smaller|larger|bigger|lower|higher|shorter|longer|fewer|less|more|better|worse|increase|reduction|decrease|saving|speed-?up|gain|as (?:many|much|large|big|fast|long|high|small|costly|expensive)|the)"
FACTOR = re.compile(
    rf"\b(?:factor|ratio|speed-?up|quotient|saving) (?:of|is|:|=|≈) {NEAR}{_amount('c')}(?!\s?[·*/^]|\s?×\s?\d)"
    rf"|(?P<before>\bby |\ban? |\(|, |: |\bi\.e\. |\bthat is |\bthat's |\bwhich is |\bor |\bso )?{NEAR}{NOT_A_NUMBER}(?P<d>{PLAIN})(?:\s?×|\s?x\b|[- ]?fold\b| times\b)(?!\s?\d)(?P<how> {COMPARES}\b)?(?P<what> [a-z]+)?"
)
LESS = r"less|fewer|lower|smaller|cheaper|shorter|faster|slower|more|higher|larger|bigger|better|worse|longer|reduction|drop|decrease|cut|saving|increase|improvement|gain|rise|growth|decline|fall|loss"
PERCENT = re.compile(
    rf"\b(?:(?P<sort>relative |absolute )?(?:reduction|drop|cut|saving|decrease|increase|gain|improvement|rise|growth|fall|decline|loss|change)(?: of| by| is)|(?<!divided )(?<!multiplied )by|\bsav(?:es?|ing))(?: a)? {NEAR}{NOT_A_NUMBER}(?P<c>{PLAIN})\s?%"
    rf"|{NOT_A_NUMBER}(?P<d>{PLAIN})\s?% (?P<other>relative |absolute )?(?:{LESS})\b(?! than)"
)
BY_FRACTION = re.compile(rf"\bby {NEAR}(?P<c>{FRACTION})\b(?! (?:as|of))", re.I)
AS_FRACTION = re.compile(
    rf"(?:,|—|\(|:|\bi\.e\.|\bthat is|\bthat's|\bwhich is|\bor) (?:only |just |about |roughly |exactly )?(?P<c>{FRACTION})(?=\W*$|,| of (?:it|that|the time|before|what)| as (?:many|much|large))",
    re.I,
)
MULTIPLE = re.compile(
    r"\b(?P<c>halves|halved|halving|doubles|doubled|doubling|twice|triples|tripled|thrice|quadruples|quadrupled|ten times|three times|four times|five times)\b(?! (?:that|this|it|differ))",
    re.I,
)
MULTIPLES = {"halv": 2, "doub": 2, "twic": 2, "trip": 3, "thri": 3, "quad": 4, "ten ": 10, "thre": 3, "four": 4, "five": 5}  # fmt: skip
CONTINUED = re.compile(
    r"^\W*(?:so |hence |thus )?(?:that|this|it)(?:['’]s| is| was| means| makes| gives| amounts to| comes to| corresponds to)\b",
    re.I,
)
SIGNIFICANT = 2
FACTOR_OF_MORE = re.compile(r"\s?(?:[·*×^+−]|\\(?:cdot|times)|/(?=\s?\d))\s?\d")
SIZES = re.compile(
    r"\s*(?:[a-z-]+ )?(?:tokens|positions|keys|queries|features|directions|frequencies|dimensions|heads|words|layers|images|samples|epochs|people|persons|identities)\b"
)
# "39 times as many as the two together"
OF_SEVERAL = re.compile(
    r"\s*(?:as )?(?:many |much |more )?(?:as |than |of )?(?:the (?:two|three|others?|rest)|both|these|those|all|them)\b[^.;,]{0,20}?\b(?:together|combined|summed)\b",
    re.I,
)
COSTS = re.compile(
    r"\b(?:slower|faster|quicker|longer|cheaper|dearer|expensive|costs?|times?(?= (?:goes|grows|rises|increases|falls|drops|doubles))|run-?time|memory|speed)\b",
    re.I,
)


@dataclass(frozen=True)
class Pair:
    """Two figures that a text sets against each other, the earlier state first where there is one."""

    a: Figure
    b: Figure
    start: int
    end: int

    @property
    def measured(self) -> bool:
        """Whether both are percentages or printed with a decimal point."""
        return all(one.percent or "." in one.text for one in (self.a, self.b))


def pairs(text: str) -> list[Pair]:
    """The pairs of a text in which the names of numbers have been made unreadable."""
    out: list[Pair] = []
    for pattern in LINKS:
        for found in pattern.finditer(text):
            a, b = (amount_of(found.group(name), found.start(name)) for name in "ab")
            if a is None or b is None or not a.value or not b.value or a.value == b.value:
                continue
            units = {found.group(f"{name}_unit") for name in "ab"} - {None}
            if len(units) > 1 or a.percent != b.percent:
                continue
            if any(one.value in YEAR and one.text.isdigit() for one in (a, b)):
                continue
            if any(FACTOR_OF_MORE.match(text, one.end) for one in (a, b)):
                continue  # "28,800 against 2·60·15 = 1,800": the first factor is not compared
            scaled = {bool(re.search(r"[A-Za-z]", one.text)) for one in (a, b)}
            if len(scaled) > 1 and max(a.value, b.value) / min(a.value, b.value) > 1000:
                # "from 2.6 to 26M"
                continue
            if all((one.start, one.end) != (found.start(), found.end()) for one in out) and not any(
                {a.start, b.start} == {one.a.start, one.b.start} for one in out
            ):
                out.append(Pair(a, b, found.start(), found.end()))
    return sorted(out, key=lambda one: one.start)


@dataclass(frozen=True)
class Said:
    """What the words make of two figures: the readings of the exact value, the first of them the plain one."""

    start: int
    end: int
    stated: Figure
    readings: Callable[[Pair], Sequence[Fraction]]
    fits: Callable[[Pair], bool]
    says: str
    loose: bool
    slack: Fraction = Fraction(0)  # relative, for fractions in words
    what: str = ""  # the noun that is counted


def _gap(pair: Pair) -> Sequence[Fraction]:
    scale = 100 if pair.a.percent else 1
    return (abs(pair.a.value - pair.b.value) * scale,)


def _ratio(pair: Pair) -> Sequence[Fraction]:
    return (max(pair.a.value / pair.b.value, pair.b.value / pair.a.value),)


def _ratio_more(pair: Pair) -> Sequence[Fraction]:
    """Three times as many are, to some, two times more."""
    return (_ratio(pair)[0], _ratio(pair)[0] - 1)


def _relative(pair: Pair) -> Sequence[Fraction]:
    gap, readings = abs(pair.a.value - pair.b.value), []
    readings += [gap / pair.a.value, gap / pair.b.value]
    if pair.a.percent or (pair.measured and max(pair.a.value, pair.b.value) <= 100):
        whole = Fraction(1) if pair.a.percent else Fraction(100)
        readings += [
            gap / whole,
            *(gap / (whole - one.value) for one in (pair.a, pair.b) if one.value < whole),
        ]
    return (*readings, max(pair.a.value / pair.b.value, pair.b.value / pair.a.value))


def _always(_: Pair) -> bool:
    return True


def _measured(pair: Pair) -> bool:
    return pair.measured and (pair.a.percent or max(pair.a.value, pair.b.value) <= 100)


def _part_left(pair: Pair) -> Sequence[Fraction]:
    part = min(pair.a.value / pair.b.value, pair.b.value / pair.a.value)
    return (part, 1 - part)


def _part_gone(pair: Pair) -> Sequence[Fraction]:
    part = min(pair.a.value / pair.b.value, pair.b.value / pair.a.value)
    return (1 - part, 1 / part - 1, abs(pair.a.value - pair.b.value))


def _exact_figure(value: Fraction, text: str, start: int, end: int) -> Figure:
    return Figure(value, Fraction(0), start, end, text)


def sayings(text: str) -> Iterator[Said]:
    """What the words of a text say of two figures, wherever these stand."""
    for found in POINTS.finditer(text):
        stated = amount_of(found.group("c").rstrip("% "), found.start("c"))
        if stated is not None:
            yield Said(
                found.start(), found.end(), stated, _gap, _measured, "the difference", _near(text, found)
            )
    for found in FACTOR.finditer(text):
        plain = found.group("c") or found.group("d")
        stated = amount_of(plain)
        if stated is None or stated.percent or stated.value <= 1 or re.search(r"[A-Za-z]", plain):
            continue
        if found.group("d") and not (found.group("before") or found.group("how")):
            continue
        what = (found.group("what") or "").strip() if found.group("how") else ""
        yield Said(
            found.start(),
            found.end(),
            stated,
            _ratio_more if re.match(r" (?!as |the)", found.group("how") or "") else _ratio,
            _always,
            "the ratio",
            _near(text, found),
            what="" if what in {"than", "of", "as", "in", "for", "with", "on", "at"} else what,
        )
    for found in PERCENT.finditer(text):
        plain = found.group("c") or found.group("d")
        stated = amount_of(plain + "%")
        if stated is not None:
            yield Said(
                found.start(), found.end(), stated, _relative, _always, "the change", _near(text, found)
            )
    for pattern, readings, says in (
        (BY_FRACTION, _part_gone, "the change"),
        (AS_FRACTION, _part_left, "the part"),
    ):
        for found in pattern.finditer(text):
            value = fraction_of(found.group("c"))
            stated = _exact_figure(value, found.group("c"), found.start(), found.end())
            yield Said(
                found.start(), found.end(), stated, readings, _always, says, True, slack=Fraction(6, 100)
            )
    for found in MULTIPLE.finditer(text):
        value = Fraction(MULTIPLES[found.group("c").lower()[:4]])
        stated = _exact_figure(value, found.group("c"), found.start(), found.end())
        yield Said(
            found.start(), found.end(), stated, _ratio, _always, "the ratio", True, slack=Fraction(6, 100)
        )


def _near(text: str, found: re.Match[str]) -> bool:
    return bool(
        re.search(
            r"about|around|roughly|approximately|nearly|almost|some\b|over\b|more than|≈|~",
            text[max(0, found.start() - 16) : found.end()],
        )
    )


BOUND = re.compile(
    r"\b(?:at least|at most|up to|more than|less than|over|under|below|above|no more than|beyond|within)\s*(?:a factor of )?$",
    re.I,
)


BOUND_WITHIN = re.compile(
    r"\b(?:at least|at most|up to|more than|less than|over|under|below|above|beyond|within)\b", re.I
)


def _agrees(said: Said, exact: Fraction) -> bool:
    if said.slack:
        return abs(exact - said.stated.value) <= said.stated.value * said.slack
    return said.stated.agrees(exact, loose=said.loose)


def changes(sentence: str, earlier: str, before: str = "") -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of what a sentence says of two figures of its own, or of the sentence before.

    `earlier` is the text of its section so far, `before` the part of it in its own paragraph.

    >>> [judged.says for _, _, judged in changes("It fell from 40 ms to 8 ms, a speed-up of 4.", "")]
    ['the ratio of 40 and 8 is 5, not 4']
    """
    text, before = masked(sentence), masked(before)
    sizes = {value for values in letters_given(f"{earlier[-500:]} {sentence}").values() for value in values}
    own = [one for one in pairs(text) if not {one.a.value, one.b.value} <= sizes]
    for said in sayings(text):
        candidates = [
            one
            for one in own
            if said.fits(one)
            and not (one.start <= said.start and said.end <= one.end)
            and not _of_sizes(one, said, text)
            and not _of_settings(one, said, text)
        ]
        if OF_SEVERAL.match(text, said.end):
            continue
        near = [one for one in candidates if not ELSEWHERE.search(_between(text, one, said))]
        if not own and CONTINUED.match(text[: said.start]):
            last = re.split(r"(?<=[.!?])\s+(?=[A-Z])", masked(earlier)[-220:].strip())[-1:]
            near = [one for piece in last for one in pairs(piece) if said.fits(one)]
            near = near if len(near) == 1 else []
            candidates = near
        if not near and not own:
            near = candidates = _of_the_results(said, text, before)
        judged = _ruled(said, candidates, near, text)
        if judged is None and not own:
            judged = _any_two(said, text)
        if judged is not None and judged.ruling is Ruling.REFUTED:
            open_ended = AS_BEFORE.search(text[said.start : said.end + len(" as much")]) is not None
            if _of_others(said, sentence, before) or (open_ended and len(AS_BEFORE.findall(text)) > 1):
                continue
        if judged is not None:
            start = min([said.start, *(one.start for one in near if one in own)])
            end = max([said.end, *(one.end for one in near if one in own)])
            yield start, end, judged


# "1,000, ten times as much; the other 40, twice as much": each is compared with what was before
AS_BEFORE = re.compile(r"\b(?:times|twice) as (?:much|many)(?! as\b)", re.I)


def _of_others(said: Said, sentence: str, before: str) -> bool:
    """Whether any two numbers of a paragraph give what is stated, though the words seem to compare two others."""
    every = [one for one in figures(before[-REACH:]) if one.value > 0]
    every += [
        one
        for one in figures(sentence)
        if one.value > 0
        and not said.start <= one.start < said.end
        and not IN_A_CALCULATION.search(sentence[: one.start])
        and not CALCULATED_ON.match(sentence, one.start + len(one.text))
    ]
    return any(
        _agrees(said, said.readings(Pair(a, b, 0, 0))[0])
        for a, b in combinations(every, 2)
        if a.value != b.value and a.percent == b.percent
    )


REACH = 400  # characters of the paragraph before a sentence


BACK = re.compile(
    r"^\W*(?:(?:so|hence|thus|therefore|altogether|overall|together)\W+)*(?:from the \w+ to the \w+[^,.;\d]{0,25},? ?)?(?:that|this|it|they|these|the (?:gain|saving|difference|ratio|gap|improvement|speed-?up|factor|increase|drop))\b",
    re.I,
)
RIGHT_BEHIND = re.compile(
    rf"(?: [a-z]+){{0,2}}[,;:(—–]\s*(?:(?:so|that is|i\.e\.|which is|hence|thus|or|an?|by|factor of)[ ,]*)*{NEAR}\d",
    re.I,
)
OF_SOMETHING_ELSE = re.compile(
    r"[^.;,]{0,25}\b(?:than|on|over|compared|against|with|when|after|for|in|if|by|as (?:many|much|large|fast) as)\b",
    re.I,
)
SHRINKS = re.compile(r"\b(?:sav\w+|less|fewer|reduc\w+|smaller|lower|drop|cut|decrease|cheaper)\b", re.I)
LARGEST_GAP = 70


def _results_for(said: Said, text: str, before: str) -> list[Result]:
    """The results that a comparison without its own figures may be about: those before it in its sentence, or before that."""
    own = results_in(text[: said.start])
    told = [piece for piece in re.split(r"(?<=[.!?])\s+(?=[A-Z$(])", before.strip()) if piece]
    behind = text[own[0].figure.start + len(own[0].figure.text) :] if own else ""
    if len(own) == 1 and RIGHT_BEHIND.match(behind):
        last = [one for piece in told[-1:] for one in results_in(piece)]
        return [*last, *own] if len(last) == 1 else own
    if own or not BACK.match(text[: said.start]):
        return own
    for reach in (1, 2):
        found = [one for piece in told[-reach:] for one in results_in(piece)]
        if len([one for one in found if one.measured or not _only_measured(said)]) > 1:
            return found
    return []


def _only_measured(said: Said) -> bool:
    return said.readings is _gap


def _of_the_results(said: Said, text: str, before: str) -> list[Pair]:
    """The only two results that a comparison can be about."""
    found = [one for one in _results_for(said, text, before) if one.measured or not _only_measured(said)]
    if len(found) != 2 or not alike(found):
        return []
    if OF_SOMETHING_ELSE.match(text, max(said.start, said.end - len(" than"))) and not _agrees(
        said, said.readings(Pair(found[0].figure, found[1].figure, 0, 0))[0]
    ):
        return []  # compared with what is told elsewhere
    a, b = found
    inside = text[a.figure.start + len(a.figure.text) : said.start]
    if a.value == b.value or (
        inside and ELSEWHERE.search(text[b.figure.start + len(b.figure.text) : said.start])
    ):
        return []
    if results_in(text[: said.start]) and said.start - b.figure.start > LARGEST_GAP:
        return []
    if SHRINKS.search(text[said.start : said.end]):
        a, b = max(a, b, key=_value_of), min(a, b, key=_value_of)
    return [Pair(a.figure, b.figure, said.start, said.end)]


def _value_of(one: Result) -> Fraction:
    return one.value


def _of_sizes(pair: Pair, said: Said, text: str) -> bool:
    """Whether a pair of sizes stands before what they lead to: `from 2,000 to 8,000 tokens it got 15.6 times slower`."""
    if pair.end > said.start or not any(SIZES.match(text, one.end) for one in (pair.a, pair.b)):
        return False
    return bool(results_in(text[pair.end : said.start]) or COSTS.search(text[pair.end : said.end]))


OPENS = re.compile(
    r"(?:^|[.;:,(—–]|\b[A-Za-z]+ing|(?:^|[.;:,]\s)\W*(?:by |on )?[A-Z]?[a-z]+ing\b[^,;.:()]{0,40})\s*$"
)
HAS_OBJECT = re.compile(r"(?:halves|doubles|triples|quadruples)\s+(?:the|its|their|our)\b", re.I)
IS_THAT = re.compile(r"\s*(?:[a-z]+\s+)?(?:is|are|was|means|makes)(?:\s+an?)?\s*", re.I)
SAYS_ITSELF = re.compile(
    r"\b(?:that|this|it|which|is|means|makes|gives|an?|the|by|so|or|hence|thus|we|get|only|about|just|roughly|of|factor)\b"
)


def _of_settings(pair: Pair, said: Said, text: str) -> bool:
    """Whether a statement opens with two settings and goes on about another thing: `From 1.0 to 1.2 VAL gains 12 points`."""
    if pair.end > said.start or text[pair.start : pair.start + 4].lower() != "from":
        return False
    own = text[pair.end : said.start]
    goes_on = re.search(r"[A-Za-z]{2,}", SAYS_ITSELF.sub(" ", own)) or HAS_OBJECT.match(text, said.start)
    return bool(OPENS.search(text[: pair.start]) and goes_on and not IS_THAT.fullmatch(own))


def _between(text: str, pair: Pair, said: Said) -> str:
    return text[pair.end : said.start] if pair.end <= said.start else text[said.end : pair.start]


def _ruled(said: Said, candidates: Sequence[Pair], near: Sequence[Pair], text: str) -> Judged | None:
    if BOUND.search(text[: said.start].rstrip() + " ") or BOUND_WITHIN.search(text[said.start : said.end]):
        return None
    for pair in near:
        exact = said.readings(pair)[0]
        if _agrees(said, exact):
            return _verified(said, pair, exact)
    for pair in near:
        if any(_agrees(said, other) for other in said.readings(pair)[1:]):
            return None
    if len(near) != 1 or len(candidates) != 1:
        return None
    pair = near[0]
    if said.what and said.what.rstrip("s") not in text.lower().replace(said.what, "", 1):
        return None
    readings = said.readings(pair)
    width = Fraction(25, 100) if said.slack else Fraction(5, 100) if said.loose else Fraction(0)
    if any(abs(said.stated.value - one) <= width * max(one, Fraction(1, 10**6)) for one in readings):
        return None
    exact = readings[0]
    value = shown(exact, said.stated)
    return refuted(
        Kind.ARITHMETIC, f"{said.says} of {pair.a.text} and {pair.b.text} is {value}, not {said.stated.text}", Method.COUNT,
        {"computed": value, "stated": said.stated.text},
    )  # fmt: skip


def _verified(said: Said, pair: Pair, exact: Fraction) -> Judged:
    says = f"{said.says} of {pair.a.text} and {pair.b.text} is {shown(exact, said.stated)}"
    return verified(Kind.ARITHMETIC, says, Method.COUNT)


def _any_two(said: Said, text: str) -> Judged | None:
    """Two figures of the sentence that give what is stated; with two digits or more that is no accident."""
    digits = re.sub(r"\D", "", said.stated.text).strip("0")
    if len(digits) < SIGNIFICANT or said.readings is not _gap:
        return None
    found = [
        one
        for match in re.finditer(rf"{NOT_A_NUMBER}{PLAIN}{UNIT}(?!\d|[.,]\d)", text)
        if not said.start <= match.start() < said.end
        and (one := amount_of(match.group(), match.start())) is not None
        and one.value
    ]
    for a, b in combinations(found[:8], 2):
        pair = Pair(a, b, a.start, b.end)
        if a.percent == b.percent and said.fits(pair) and _agrees(said, said.readings(pair)[0]):
            return _verified(said, pair, said.readings(pair)[0])
    return None


__all__ = ["changes", "pairs", "sayings"]
