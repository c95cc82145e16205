# ruff: noqa: E501 -- a pattern stays on one line
"""Arithmetic told in words: shares, changes, products, quotients and comparisons of a sentence's own figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN, Figure
from grader.verify.numbers.reckoning import LOOSE, UNIT, amount_of, figure_of, shown
from grader.verify.reading.numerals import FRACTION, fraction_of

NEAR = r"(?:about |around |roughly |approximately |nearly |almost |some |exactly |just |only |a total of |≈\s?|~\s?)*"
# Numbers that name something and count nothing: "depth 5", "layer 3", "d = 128".
NAMING = r"depths?|layers?|probes?|epochs?|class|levels?|steps?|parts?|questions?|problems?|tables?|figures?|sections?|stages?|blocks?|rows?|columns?|runs?|seeds?|models?|versions?|heads?|dimensions?"
LISTED = r"(?P<more>(?:(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|to)\s+|\s*–\s*)\d{1,3}(?![\d%]|[.,]\d|\s*%|\s+(?:at|have|had|has|with|images?|examples?|of|are|were|in)\b))*)"
LABEL = re.compile(
    rf"(?P<name>\b(?:(?i:{NAMING})|d|k|L|m)\s*=?\s*|\bNNS?|\b[A-Za-z]+-)(?P<number>\d+)(?![\d%]|\.\d|,\d{{3}}){LISTED}"
)
# "0: 180, 1: 60, 2: 30" counts what its keys name
KEY = re.compile(r"(?<![\w.])\d{1,3}(?=\s?(?::|->|→|↦|\\to|\\mapsto)\s)")
KEYS = re.compile(
    r"(?<![\w.])\d{1,3}\s?(?::|->|→|↦)\s\s?\d+(?:,\d{3})*(?:[,;]\s(?:and\s)?\d{1,3}\s?(?::|->|→|↦)\s\s?\d+(?:,\d{3})*)+"
)
WORDS = r"(?:[ \t]+[^\s\d,.;:()|]+){0,%d}?"
NOT_A_NUMBER = r"(?<![\d.,^_\w])"


def amount(name: str) -> str:
    """A pattern for a number with its unit."""
    return rf"{NOT_A_NUMBER}(?P<{name}>{PLAIN}{UNIT})(?!\d|[.,]\d)"


def percent(name: str) -> str:
    """A pattern for a percentage."""
    return rf"{NOT_A_NUMBER}(?P<{name}>{PLAIN}\s?%)"


POINTS = r"\s*(?:percentage[- ]points?|points?|pp\b|percent points?)"
THAT_IS = r"(?:,?\s*(?:so|i\.e\.|that is|that's|which is|which means|which makes|or|hence|thus|meaning|giving|making|for|—|–|=|≈|:)[ ,]*|\s*\(\s*)"
TIMES = r"\s?(?:x\b|×|times\b|-?fold\b)"
PART = r"(?:are|is|were|was|have|has|had|come|comes|came|lie|lies|lay|sit|sits|fall|falls|go|goes|get|gets|got|land|belong|end|never|stay|reach|carry|need|take)"

Rule = Callable[[re.Match[str]], Judged | None]


def masked(text: str) -> str:
    """The text with the numbers that only name something made unreadable, at the same places.

    >>> masked("90 at depth 10, 3 at depths 1 and 2"), masked("Counts: 0: 180, 1: 60, 10: 3.")
    ('90 at depth §§, 3 at depths § and §', 'Counts: §: 180, §: 60, §§: 3.')
    """
    text = KEYS.sub(lambda found: KEY.sub(lambda key: "§" * len(key.group()), found.group()), text)
    return LABEL.sub(
        lambda found: (
            found.group("name")
            + "§" * len(found.group("number"))
            + re.sub(r"\d", "§", found.group("more") or "")
        ),
        text,
    )


def figure(found: re.Match[str], name: str) -> Figure:
    """A group of a match as a figure."""
    return figure_of(found.group(name), found.start(name))


def compared(
    exact: Fraction, stated: Figure, says: str, *, loose: bool, also: tuple[Fraction, ...] = ()
) -> Judged | None:
    """Whether the exact value rounds to what is stated; None where another reading of the words would hold."""
    if stated.agrees(exact, loose=loose):
        return verified(Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}", Method.COUNT)
    if any(stated.agrees(other, loose=loose) for other in also):
        return None
    if loose and exact and abs(stated.value - exact) <= abs(exact) / 20:
        return None
    return refuted(
        Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}, not {stated.text}", Method.COUNT,
        {"computed": shown(exact, stated), "stated": stated.text},
    )  # fmt: skip


def _loose(found: re.Match[str]) -> bool:
    return bool(LOOSE.search(found.group()))


def _near_fraction(exact: Fraction, stated: Fraction, words: str, says: str, *, near: bool) -> Judged | None:
    """Whether a value is "a third": right within 6 %, wrong beyond 30 %."""
    if abs(exact - stated) <= stated * Fraction(6, 100):
        return verified(Kind.ARITHMETIC, f"{says} is {float(exact):.3g}", Method.COUNT)
    if abs(exact - stated) > stated * (Fraction(3, 10) if near else Fraction(2, 10)):
        return refuted(
            Kind.ARITHMETIC, f"{says} is {float(exact):.3g}, not {words}", Method.COUNT, {"computed": f"{float(exact):.4g}", "stated": words}
        )  # fmt: skip
    return None


def _spelled(found: re.Match[str], name: str) -> Fraction:
    return fraction_of(found.group(name))


FALL_BY = re.compile(
    rf"\b(?P<verb>drop|fall|declin|decreas|go(?:es)? down|sink|shrink|ris|increas|grow|improv|gain|climb|go(?:es)? up|chang|differ)\w*\s+by\s+{NEAR}{amount('c')}(?P<unit>{POINTS})?(?:[^.;\d]{{0,40}}?),?\s*from\s+{NEAR}{amount('a')}(?:{WORDS % 5}),?\s+to\s+{NEAR}{amount('b')}"
)
GAIN_OF = re.compile(
    rf"{amount('c')}(?P<unit>{POINTS})\s*\(\s*(?:from\s+)?{amount('a')}\s*(?:to|→|->|vs\.?|against)\s*{amount('b')}\s*\)"
)
APART = re.compile(
    rf"{percent('a')}(?P<between>[^.;%\d]{{1,70}}?){percent('b')}[^.;%\d]{{0,40}}?,?\s*(?:an?|the|that's an?|which is an?|i\.e\. an?)\s+(?P<word>drop|fall|decrease|difference|gap|gain|increase|improvement|rise|loss|change)\s+(?:is\s+|of\s+){NEAR}{amount('c')}(?P<unit>{POINTS})"
)
DIFFERENCE_IS = re.compile(
    rf"{amount('a')}(?P<between>[^.;\d]{{1,60}}?){amount('b')}[^.;\d]{{0,40}}?[,:;]\s*(?:and\s+)?(?:so\s+)?(?:the|a)\s+(?:difference|gap)\s+(?:between them\s+)?(?:is|of|being)\s+(?:then\s+)?{NEAR}{amount('c')}(?P<unit>{POINTS})?"
)


def _apart(found: re.Match[str]) -> Judged | None:
    a, b, c = (figure(found, name) for name in "abc")
    points = bool(found.group("unit"))
    if a.percent != b.percent and not points:
        return None
    a_value, b_value = _plain(a), _plain(b)
    if c.percent and not a.percent:
        return None
    gap = abs(a_value - b_value)
    also: tuple[Fraction, ...] = ()
    if c.percent:
        also = tuple(gap / value for value in (a_value, b_value) if value)
        c = Figure(c.value * 100, c.last * 100, c.start, c.end, c.text)
        also = tuple(100 * share for share in also)
    if (
        {u for u in (a.text[-1], b.text[-1], c.text[-1]) if u in "MBKG"}
        and len({a.text[-1], b.text[-1], c.text[-1]}) > 1
        and not c.percent
    ):
        return None
    return compared(gap, c, f"|{b.text} − {a.text}|", loose=_loose(found), also=also)


def _plain(one: Figure) -> Fraction:
    return one.value * 100 if one.percent else one.value


PRODUCT = re.compile(
    rf"{amount('a')} (?P<thing>[a-z]+s) (?:of|with|at|by|times) {amount('b')} (?P<unit>[a-z]+)(?: each)?,?\s*(?:make|makes|take|takes|give|gives|need|needs|are|is|=|fill|fills|come to|amount to|which is|that's|that is) {NEAR}{amount('c')} (?P<again>[a-z]+)"
)
QUOTIENT = re.compile(
    rf"{amount('a')} (?P<thing>[a-z]+) (?:with|at|and|in groups of) {NEAR}{amount('b')} (?:[a-z]+ )?(?:per|for each|for every|of each) (?P<unit>[a-z]+),?\s*(?:has|have|holds?|gives?|makes?|is|are|contains?|means?|covers?|=)(?: only)? {NEAR}{amount('c')} (?P<again>[a-z]+)"
)
RATE = re.compile(
    rf"{amount('a')}(?P<thing>(?: [a-z]+)?) per (?P<unit>[a-z]+)(?:[^.;\d=]{{0,25}}?)\b(?:for|over|with)(?: all| the)?(?: [A-Z]\s?=)? {amount('b')} (?P<again>[a-z]+),? (?:that is |that's |this is |this makes |it is |makes |gives )?{NEAR}{amount('c')}(?! (?:per|%))"
)


def _product(found: re.Match[str]) -> Judged | None:
    a, b, c = (figure(found, name) for name in "abc")
    if not _same_thing(found.group("unit"), found.group("again")) or a.percent or b.percent or c.percent:
        return None
    return compared(a.value * b.value, c, f"{a.text} · {b.text}", loose=_loose(found))


def _quotient(found: re.Match[str]) -> Judged | None:
    a, b, c = (figure(found, name) for name in "abc")
    if not _same_thing(found.group("unit"), found.group("again")) or not b.value or a.percent or b.percent:
        return None
    return compared(a.value / b.value, c, f"{a.text} / {b.text}", loose=_loose(found))


def _same_thing(one: str, other: str) -> bool:
    """Whether two words are the same up to number.

    >>> _same_thing("identity", "identities")
    True
    """

    def stem(word: str) -> str:
        return re.sub(r"(?:ies|y|es|s)$", "", word.lower())

    return stem(one) == stem(other)


RATIO = re.compile(
    rf"{amount('a')}(?P<between>[^.;\d]{{0,30}}?\b(?:against|versus|vs\.?|instead of|compared (?:to|with)|rather than|and)\s+{NEAR}){amount('b')}[^.;\d]{{0,25}}?{THAT_IS}(?:that's |that is |which is )?(?P<near>{NEAR})(?:a factor of )?{amount('c')}(?P<unit>{TIMES})(?!\s?\d)(?P<rest>[^.;,]{{0,25}})"
)
FROM_TO_FRACTION = re.compile(
    rf"from\s+{amount('a')}(?:{WORDS % 4}) to {amount('b')}(?:{WORDS % 4}),\s*(?P<near>{NEAR})(?:(?P<how>down by|a reduction of|less by|a drop of) )?(?P<c>{FRACTION})\b(?P<rest>[^.;]{{0,20}})",
    re.I,
)
TAKES_FROM_TO = re.compile(
    rf"\berrors?\b[^.;\d]{{0,30}}from\s+{percent('a')}\s+to\s+{percent('b')}[^.;\d]{{0,12}},?\s*(?:i\.e\.|that is|that's|which is|or|so|meaning)?,?\s*(?:an?\s+)?(?:relative\s+)?(?:reduction|drop|decrease|cut|saving)\s+of\s+{NEAR}{percent('c')}"
)


def _ratio(found: re.Match[str]) -> Judged | None:
    a, b, c = (figure(found, name) for name in "abc")
    if a.percent != b.percent or c.percent or not a.value or not b.value:
        return None
    if re.search(r"\band\b", found.group("between")) and "factor" not in found.group():
        return None
    if re.match(r"\s*10(?:\^|\b)", found.group("rest")):
        return None  # "16.4 × 10^9" is a number, and no factor
    large, small = max(a.value, b.value), min(a.value, b.value)
    exact = large / small
    also = (exact - 1,) if re.search(r"\b(?:more|faster|larger|higher|bigger)\b", found.group("rest")) else ()
    return compared(
        exact, c, f"the ratio of {a.text} and {b.text}", loose=bool(found.group("near")), also=also
    )


def _from_to_fraction(found: re.Match[str]) -> Judged | None:
    a, b = figure(found, "a"), figure(found, "b")
    if (
        a.percent != b.percent
        or not a.value
        or re.match(r"\s*(?:of|less|smaller|larger)\b", found.group("rest"))
    ):
        return None
    exact = b.value / a.value
    stated = _spelled(found, "c")
    if found.group("how"):
        exact = 1 - exact
    elif abs((1 - exact) - stated) <= stated * Fraction(3, 10):
        return None
    return _near_fraction(
        exact, stated, found.group("c"), f"{b.text} / {a.text}", near=bool(found.group("near"))
    )


def _error_cut(found: re.Match[str]) -> Judged | None:
    a, b, c = (figure(found, name) for name in "abc")
    if not a.value:
        return None
    relative, absolute = abs(a.value - b.value) / a.value, abs(a.value - b.value)
    return compared(
        relative,
        c,
        f"|{b.text} − {a.text}| / {a.text}",
        loose=_loose(found),
        also=(absolute, b.value / a.value),
    )


COMPLEMENT = re.compile(
    rf"\baccurac(?:y|ies)(?: [a-z]+){{0,4}}? (?:is|of|was|reaches|=|at) {NEAR}{percent('a')},?\s*(?:so|and so|i\.e\.|that is|hence|thus|meaning|which means)[ ,]+(?:that )?(?:the |an )?error(?: rate)? (?:is|of|=|rate of) {NEAR}{percent('c')}"
)


def _complement(found: re.Match[str]) -> Judged | None:
    a, c = figure(found, "a"), figure(found, "c")
    return compared(1 - a.value, c, f"100% − {a.text}", loose=_loose(found))


BYTES = {"float64": 8, "fp64": 8, "double": 8, "doubles": 8, "float32": 4, "fp32": 4, "single precision": 4, "float16": 2, "fp16": 2, "bfloat16": 2, "bf16": 2, "half precision": 2, "int8": 1}  # fmt: skip
BYTE_UNITS = {"bytes": (1, 1), "kb": (10**3, 2**10), "kib": (2**10, 2**10), "mb": (10**6, 2**20), "mib": (2**20, 2**20), "gb": (10**9, 2**30), "gib": (2**30, 2**30)}  # fmt: skip
STORED = re.compile(
    rf"{amount('a')} (?:[a-z]+ )?(?:numbers|floats|entries|values|parameters|weights|elements|scores|scalars)\b[^.;\d]{{0,25}}?{THAT_IS}(?:take |takes |they take |need )?(?P<near>{NEAR})(?P<c>{PLAIN})\s?(?P<unit>bytes|[kKMG]i?B)\b(?: of memory)?,? (?:in|with|as|at|of) (?P<type>{'|'.join(BYTES)})"
)


def _stored(found: re.Match[str]) -> Judged | None:
    a = figure(found, "a")
    printed = found.group("c")
    stated, size = Fraction(printed.replace(",", "")), BYTES[found.group("type")]
    exact = a.value * size
    half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    units = BYTE_UNITS[found.group("unit").lower()]
    says = f"{a.text} numbers of {size} bytes take {shown(exact)} bytes"
    if any(abs(exact / unit - stated) <= half for unit in units):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if all(abs(exact / unit - stated) > exact / unit / 10 for unit in units):
        return refuted(Kind.ARITHMETIC, f"{says}, not {printed} {found.group('unit')}", Method.COUNT, {"bytes": shown(exact), "stated": f"{printed} {found.group('unit')}"})  # fmt: skip
    return None


COUNTED = re.compile(
    rf"\b0(?:\s*,\s*1)?(?:\s*,?\s*(?:…|\.\.\.|\.\.|–|-|to|through)\s*,?\s*)(?P<last>\d{{1,3}}) (?:makes?|gives?|are|is|means?|so|i\.e\.),? (?:a total of |exactly )?{amount('c')} (?:probes|layers|places|points|positions|depths|values|classes|indices|bins|bars)"
)


def _counted(found: re.Match[str]) -> Judged | None:
    last, c = int(found.group("last")), figure(found, "c")
    return compared(Fraction(last + 1), c, f"the count of 0 to {last}", loose=False)


ERRORS_LEFT = re.compile(
    rf"\berror(?: rate)? (?:goes|drops|falls|comes down|is reduced|decreases) from {percent('a')} to {percent('b')}"
)


def _errors_left(found: re.Match[str]) -> Judged | None:
    """`98.9% and 99.6%, so the error goes from 1.1% to 0.4%`: what the accuracies leave, if the sentence gives them."""
    given = {
        figure_.value
        for piece in re.findall(rf"{PLAIN}\s?%", found.string[: found.start()])
        if (figure_ := amount_of(piece))
    }
    a, b = figure(found, "a"), figure(found, "b")
    if {1 - a.value, 1 - b.value} <= given:
        return verified(
            Kind.ARITHMETIC, f"{shown(1 - a.value, a)} and {shown(1 - b.value, b)} leave them", Method.COUNT
        )
    return None


RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (FALL_BY, _apart), (GAIN_OF, _apart), (APART, _apart), (DIFFERENCE_IS, _apart),
    (PRODUCT, _product), (QUOTIENT, _quotient), (RATE, _product), (RATIO, _ratio), (FROM_TO_FRACTION, _from_to_fraction), (TAKES_FROM_TO, _error_cut),
    (ERRORS_LEFT, _errors_left), (COMPLEMENT, _complement), (STORED, _stored), (COUNTED, _counted),
)  # fmt: skip


DISTRIBUTED = re.compile(r"\brespectively\b|\bin (?:that|this) order\b", re.I)
# "50%, 30% and 20%": which belongs to which is not said in the words that a rule reads.
ONE_OF_A_LIST = re.compile(rf"\s*(?:,|,?\s*and|/|or|to|–|-)\s*{NEAR}{PLAIN}\s?%")


def worded_claims(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each statement in words about a sentence's own figures.

    >>> [judged.says for _, _, judged in worded_claims("It has 128 floats of 4 bytes make 256 bytes.")]
    ['128 · 4 is 512, not 256']
    """
    if DISTRIBUTED.search(sentence):
        return
    text = masked(sentence)
    for pattern, rule in RULES:
        for found in pattern.finditer(sentence if pattern is COUNTED else text):
            judged = rule(found)
            if judged is not None:
                yield found.start(), found.end(), judged


__all__ = ["worded_claims"]
