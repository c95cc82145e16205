# ruff: noqa: E501 -- a pattern stays on one line
"""Bounds of a quantity in words: `the squared distance never exceeds 2 on the sphere`, `estimates are never negative`.

A sentence is read as a quantity (`ranges`) and as what it says of its values, which are compared with its range in
worlds of different sizes. A bound that holds and is not the closest is left alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import value_at
from grader.verify.reading.patterns import compiled
from grader.verify.reading.plain_signs import plain_signs
from grader.verify.words.ranges import (
    PLAIN,
    QUANTITIES,
    SQUARED,
    SQUARED_THROUGHOUT,
    WORLDS,
    Quantity,
    Sizes,
    squared_letter,
)

_ATOM = r"(?:\d+(?:\.\d+)?(?-i:[RNDMα])?|√ ?\(?\d*(?-i:[RND])?\)?|(?-i:α|R|N|D|M)(?![\w(])|(?:the |a |one )?margin(?: α)?|zero|one|two|three|four|(?:a |one )half|half)"
VALUE = rf"(?P<value>-? ?{_ATOM}(?: ?(?:\+|/|·|-|plus|times|minus) ?\(?{_ATOM}(?: ?· ?{_ATOM})?\)?)*)(?![\w.]*\d|[\w(^%]|-dim|-D\b)"
_FIRST, _SECOND = VALUE.replace("?P<value>", "?P<low>"), VALUE.replace("?P<value>", "?P<high>")
_ALWAYS = r"(?:(?:always|only|all|strictly|thus|therefore|then|hence|also|still|exactly|necessarily|by construction|just|indeed|in general|of course|however|clearly|both|never) )*"
_BE = rf"(?:(?:(?:is|are|be|being|lies?|lie|stays?|remains?|takes? (?:its |on )?values?|has (?:its )?values|falls?|varies|vary|has to be|must be|must lie|can be|can lie) )?{_ALWAYS})"
BETWEEN = re.compile(
    rf"(?P<ranges>(?:ranges?|runs?|goes|go|varies|vary) (?:from )?)?{_BE}(?:in|between|within|inside|from|over|∈) ?(?:the )?(?:(?P<kind>open |closed |half-open )?(?:unit )?interval )?(?P<open>[(\[])?{_FIRST} ?(?:,|and|to|–|up to) ?{_SECOND}(?P<close>[)\]])?",
    re.I,
)
INEQUALITY = re.compile(rf"{_FIRST} ?(?P<first>[<≤]) ?(?:QUANTITY) ?(?P<second>[<≤]) ?{_SECOND}", re.I)
_MORE = r"(?:larger|greater|bigger|higher|more|farther|further)"
_LESS = r"(?:smaller|less|lower|fewer)"
# whether the words say that no value is above (below) it, or that some may be
AT_MOST = re.compile(
    rf"(?:{_BE}(?:at most|≤|no {_MORE} than|bounded (?:above |from above )?by|up to|{_LESS} than or equal to|not {_MORE} than|not above|limited to|capped (?:at|by))|(?:never|not|cannot|can never|can not|does not|doesn['’]t|do not|can[’']t|will never|may never)(?: \w+ly)? (?:exceeds?|(?:be |get |become |go |goes |rise |rises |grow |grows |lie |is |gets |are )*(?:{_MORE} than|above|beyond|over|past)))(?: (?:the value|a value of))? ?{VALUE}",
    re.I,
)
BELOW = re.compile(
    rf"(?:{_BE}(?:strictly )?(?:{_LESS} than|below|under|<)|never (?:reaches|attains)) ?(?:the value )?{VALUE}",
    re.I,
)
AT_LEAST = re.compile(
    rf"(?:{_BE}(?:at least|≥|no {_LESS} than|bounded (?:below |from below )by|{_MORE} than or equal to|not {_LESS} than|not below)|(?:never|not|cannot|can never|can not|does not|doesn['’]t|do not)(?: \w+ly)? (?:(?:be |get |become |go |goes |fall |falls |drop |drops |lie |is |gets |are )*(?:{_LESS} than|below|under))) ?(?:the value )?{VALUE}",
    re.I,
)
ABOVE = re.compile(rf"{_BE}(?:strictly )?(?:{_MORE} than|above|>|exceeds?) ?(?:the value )?{VALUE}", re.I)
_CAN = r"(?:can|may|might|could)(?: \w+ly| well| even| also| indeed| in principle)*"
CAN_ABOVE = re.compile(
    rf"{_CAN} (?:exceed|(?:be|get|become|go|rise|grow|lie|turn)(?: out)? (?:{_MORE} than|above|beyond|over)) ?{VALUE}|(?:sometimes|occasionally) (?:exceeds?|(?:is|are) {_MORE} than) ?{VALUE.replace('?P<value>', '?P<value2>')}",
    re.I,
)
CAN_BELOW = re.compile(
    rf"{_CAN} (?:be|get|become|go|fall|drop|lie|turn)(?: out)? (?:{_LESS} than|below|under) ?{VALUE}", re.I
)
CAN_NEGATIVE = re.compile(
    rf"(?:{_CAN} (?:be|get|become|go|fall|turn|come out|turn out)(?: out)? (?:also )?negative|(?:is|are) (?:sometimes|occasionally|often) negative|{_CAN} (?:take|have)(?: on)? negative values|takes? (?:on )?(?:also )?negative values|(?:need not|does not have to|must not necessarily) be (?:positive|non-?negative))",
    re.I,
)
NEVER_NEGATIVE = re.compile(
    rf"(?:(?:is|are|stays?|remains?|be)? ?{_ALWAYS}(?:non-?negative|not negative)|(?:is|are|can|will|gets?|becomes?|turns?)? ?(?:never|not|cannot)(?: be| become| get| turn| go| come out)? (?:negative|below zero)|cannot (?:be|become|get|turn|go) (?:negative|below zero)|(?:has|have) no negative values)",
    re.I,
)
POSITIVE = re.compile(
    rf"(?:is|are|stays?|remains?|be) {_ALWAYS}(?:strictly )?positive(?! (?:semi-?)?definite)", re.I
)
LARGEST = re.compile(
    rf"(?:the )?(?P<how>largest|greatest|maxim(?:um|al)|highest|biggest|smallest|least|minim(?:um|al)|lowest)(?: (?:possible|conceivable|attainable|value(?: of)?|of))* (?:QUANTITY)(?: (?:that is |which is )?(?:possible|can occur|they can have|on the sphere))*(?: (?:is|equals|are|comes to|amounts to)|:|,| ?=)(?: (?:then|therefore|thus|exactly|just|only))* {VALUE}",
    re.I,
)
MAXIMUM = re.compile(
    rf"(?:has|have|with|attains?|reach(?:es)?|takes?) (?:its |a |an |the )?(?P<how>maxim(?:um|al)|largest|greatest|minim(?:um|al)|smallest|least)(?: value)?(?: (?:of|is|at|,))? {VALUE}",
    re.I,
)
REACHES = re.compile(
    rf"{_CAN} (?:reach|attain|be as (?:large|high|great|big) as|get as large as|go up to|grow (?:up )?to|amount to|be) {VALUE}",
    re.I,
)
EQUALS = re.compile(
    rf"(?:{_BE}(?:equal to |of )?|has |have |equals? |=)(?: ?(?:all|always|exactly|precisely|(?:a |the )?(?:euclidean )?(?:norm|length)(?: of| exactly| equal to| always)?|then|whatever)){{0,4}} ?{VALUE}",
    re.I,
)
UNBOUNDED = re.compile(
    r"(?:is|are) unbounded(?: above)?|(?:can|may) (?:be|become|get|grow)(?: to be)? arbitrarily large|grows? without (?:bound|limit)|(?:has|have) no upper bound",
    re.I,
)
BOUNDED = re.compile(
    r"(?:is|are) bounded(?: above)?(?! by)|never grows without bound|(?:cannot|can not|never) (?:be|become|get) arbitrarily large|(?:has|have) an upper bound",
    re.I,
)
NO_MORE = re.compile(
    rf"\bno (?:two \w+|pair of \w+|\w+)(?: (?:on|of) the (?:unit )?(?:hyper)?sphere)? (?:can |could |may |ever )*(?:be|have|lie|are|is|get|has)(?: at)? (?:a |an )?(?:QUANTITY) (?:of )?(?P<rel>{_MORE} than|above|over|beyond|exceeding|of more than|{_LESS} than|below) {VALUE}|\bno (?:QUANTITY) (?:can |could |may |ever )*(?:exceeds?|(?:be|is|gets?) (?P<rel2>{_MORE} than|above|beyond|{_LESS} than|below)) {VALUE.replace('?P<value>', '?P<value2>')}",
    re.I,
)

_GAP = r"(?:,? (?:then|thus|therefore|hence|here|always|also|itself|in this case|on the (?:unit )?(?:hyper)?sphere|on it|of course|so|for unit vectors|in the mean|that|which|so far|as a (?:mean|sum|square|quotient) of (?:\w+ )?\w+|in general|of two unit vectors|with itself),?)*"
OTHER = re.compile(
    r"\b(?:if|when|whenever|unless|would|suppose|assum\w+|imagine|claims?|says?|think|thought|seems?|question|whether|instead|wrong|mistake|except|typical(?:ly)?|usually|mostly|often|average|roughly|approximately|tends?|→|only (?:if|for|when)|at (?:q|x) ?= ?(?:k|y)|for (?:q|x) ?(?:=|≠) ?(?:k|y)|orthogonal|opposite|antipodal|identical|equal|distinct|large distances?|far apart|expectation|expected|orthogonal|every point|same point)\b|\?|=(?= ?[a-zA-Z‖φ])",
    re.I,
)


# "the features have length 2R": how many they are
COUNTED_LENGTH = re.compile(r"(?<!euclidean )\blength\b(?: of)? \S*[A-Za-z]", re.I)


class _Says(Enum):
    INSIDE = "lies between"
    RANGES = "ranges from to"
    AT_MOST = "≤"
    BELOW = "<"
    AT_LEAST = "≥"
    ABOVE = ">"
    CAN_ABOVE = "can be >"
    CAN_BELOW = "can be <"
    LARGEST = "its largest value is"
    SMALLEST = "its smallest value is"
    REACHES = "can be"
    EQUALS = "is"
    BOUNDED = "is bounded"
    UNBOUNDED = "is unbounded"


@dataclass(frozen=True)
class _Claim:
    says: _Says
    start: int
    end: int
    low: str = ""
    high: str = ""
    open_low: bool | None = None
    open_high: bool | None = None


OF_SOME = re.compile(
    r"\b(?:closest|nearest|hardest|farthest|these|those|some|most|many|our)\b [a-z-]*s\b", re.I
)


def bounds(sentence: str, before: str, scale: Fraction | None) -> Iterator[Spanned]:
    """(start, end, ruling) of each bound that a sentence states; `scale` is R·c² of the text's features c·[sin, cos].

    >>> told = "On the unit sphere the squared distance never exceeds 2."
    >>> [judged.ruling.value for _, _, judged in bounds(told, "", None)]
    ['refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-2500:])[0]
    around = f"{past} {plain}"
    letter = squared_letter(around)
    squares = letter is not None or SQUARED_THROUGHOUT.search(around) is not None
    taken: list[tuple[int, int]] = []
    for quantity in QUANTITIES:
        if quantity.of_features and scale not in {None, Fraction(1)}:
            continue
        if not quantity.in_scope(plain, around):
            continue
        words = quantity.words
        if words == SQUARED and squares:
            named = rf"|(?-i:{letter})(?:\([\w(), ]{{1,14}}\))?(?![\w(])" if letter else ""
            words = f"{words}|{PLAIN}{named}"
        elif words == PLAIN and squares:
            continue
        for claim in _claims(plain, words):
            if any(a < claim.end and claim.start < b for a, b in taken):
                continue
            rest = plain[: claim.start] + " " + plain[claim.end :]
            if (
                OF_SOME.search(plain[: claim.start + 40])
                or OTHER.search(_own_clause(plain, claim))
                or COUNTED_LENGTH.search(plain[claim.start : claim.end])
                or re.search(r"\bif\b|\bwould\b|\?", rest, re.I)
            ):
                continue
            judged = _judged(quantity, claim, plain)
            if judged is not None:
                taken.append((claim.start, claim.end))
                yield places[claim.start], places[claim.end], judged


def _own_clause(plain: str, claim: _Claim) -> str:
    """The clause in which a claim stands, without the claim's own values."""
    cuts = [
        cut.end()
        for cut in re.finditer(r"[;:]\s|,\s(?=(?:but|and|while|whereas|so)\b)|\.\s", plain[: claim.start])
    ]
    begin = cuts[-1] if cuts else 0
    after = re.search(r"[;]\s|,\s|\.\s|\s(?:and|but|while|whereas|so|because|since)\s", plain[claim.end :])
    end = claim.end + after.start() if after else len(plain)
    return plain[begin:end]


def _claims(plain: str, words: str) -> Iterator[_Claim]:
    subject = compiled(rf"(?<![\w-])(?:{words})(?![\w-])")
    if subject.search(plain) is None:
        return
    for pattern in (LARGEST, NO_MORE, INEQUALITY):
        whole = compiled(r"(?<![\w.-])(?:" + pattern.pattern.replace("QUANTITY", words) + ")")
        for found in whole.finditer(plain):
            claim = _whole(pattern, found)
            if claim is not None:
                yield claim
    for found in subject.finditer(plain):
        gap = re.compile(_GAP, re.I).match(plain, found.end())
        start = gap.end() if gap is not None else found.end()
        claim = _predicate(plain, start)
        denied = re.search(
            r"\b(?:no|not|none|never|neither|nor)\b[^.;,]*$|n['’]t\b[^.;,]*$", plain[: found.start()], re.I
        )
        if (
            claim is not None
            and not denied
            and not re.search(
                r"(?:variance|deviation|expectation|mean|square|root|logarithm|difference|gradient|sum|ratio|product|number|share)s? of (?:the |a |an |each )*$",
                plain[: found.start()],
                re.I,
            )
        ):
            yield _Claim(
                claim.says, found.start(), claim.end, claim.low, claim.high, claim.open_low, claim.open_high
            )


def _whole(pattern: re.Pattern[str], found: re.Match[str]) -> _Claim | None:
    if pattern is LARGEST:
        least = re.match(r"small|least|min|low", found.group("how"), re.I) is not None
        return _Claim(
            _Says.SMALLEST if least else _Says.LARGEST, found.start(), found.end(), found.group("value")
        )
    if pattern is NO_MORE:
        relation = found.group("rel") or found.group("rel2") or "exceed"
        less = re.match(r"small|less|low|few|below", relation, re.I) is not None
        return _Claim(
            _Says.AT_LEAST if less else _Says.AT_MOST,
            found.start(),
            found.end(),
            found.group("value") or found.group("value2"),
        )
    return _Claim(
        _Says.INSIDE,
        found.start(),
        found.end(),
        found.group("low"),
        found.group("high"),
        found.group("first") == "<",
        found.group("second") == "<",
    )


def _predicate(plain: str, start: int) -> _Claim | None:
    """What is said from a place on; the longest of all readings."""
    best: _Claim | None = None
    at = start + len(plain[start:]) - len(plain[start:].lstrip())
    for told, pattern in (
        (_Says.INSIDE, BETWEEN), (_Says.AT_MOST, AT_MOST), (_Says.BELOW, BELOW), (_Says.AT_LEAST, AT_LEAST), (_Says.ABOVE, ABOVE),
        (_Says.CAN_ABOVE, CAN_ABOVE), (_Says.CAN_BELOW, CAN_BELOW), (_Says.CAN_BELOW, CAN_NEGATIVE), (_Says.AT_LEAST, NEVER_NEGATIVE),
        (_Says.ABOVE, POSITIVE), (_Says.LARGEST, MAXIMUM), (_Says.REACHES, REACHES), (_Says.UNBOUNDED, UNBOUNDED), (_Says.BOUNDED, BOUNDED), (_Says.EQUALS, EQUALS),
    ):  # fmt: skip
        found = pattern.match(plain, at)
        if found is None or (best is not None and found.end() <= best.end):
            continue
        groups = found.groupdict()
        if pattern is BETWEEN:
            ranges = groups["ranges"] or re.match(r"(?:ranges|runs|goes)", found.group(), re.I)
            opened, closed = groups["open"], groups["close"]
            kind = (groups["kind"] or "").strip().lower()
            low_open = {"(": True, "[": False}.get(opened or "", True if kind == "open" else None)
            high_open = {")": True, "]": False}.get(closed or "", True if kind == "open" else None)
            if re.search(r"\bstrictly\b", found.group(), re.I):
                low_open = high_open = True
            best = _Claim(
                _Says.RANGES if ranges else told,
                at,
                found.end(),
                groups["low"],
                groups["high"],
                low_open,
                high_open,
            )
        elif pattern is MAXIMUM:
            least = re.match(r"min|small|least", groups["how"], re.I) is not None
            best = _Claim(_Says.SMALLEST if least else told, at, found.end(), groups["value"])
        else:
            best = _Claim(told, at, found.end(), groups.get("value") or groups.get("value2") or "0")
    return best


WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "half": "1/2", "plus": "+", "minus": "-", "times": "*"}  # fmt: skip


def _value(text: str, sizes: Sizes) -> float | None:
    plain = re.sub(r"(?:the |a |one )?margin(?: α)?", "α", text, flags=re.I)
    plain = re.sub(r"(?:a |one )half", "1/2", plain, flags=re.I)
    plain = re.sub(
        r"\b[a-z]{3,}\b", lambda found: WORDS.get(found.group().lower(), found.group()), plain, flags=re.I
    )
    try:
        tree = read_expression(ascii_form(plain.strip()))
    except Unreadable:
        return None
    if not names(tree) <= set(sizes):
        return None
    exact = value_at(tree, {name: Fraction(sizes[name]).limit_denominator(10**6) for name in names(tree)})
    return None if exact is None else float(exact)


def _judged(quantity: Quantity, claim: _Claim, plain: str) -> Judged | None:
    if re.fullmatch(r"\d{3,}", claim.low or claim.high):
        return None  # such a number is in a unit of the text's own
    verdicts = {_holds(quantity, claim, sizes) for sizes in WORLDS}
    if len(verdicts) != 1:
        return None
    holds = verdicts.pop()
    if holds is None or (
        not holds
        and quantity.words == PLAIN
        and re.search(r"(?<![\d.])4(?![\d.]*\d)", f"{claim.low} {claim.high}")
    ):
        return None  # many call the squared distance a distance
    if holds:
        return verified(Kind.FACT, quantity.says, Method.SYMBOLIC)
    said = plain[claim.start : claim.end]
    if (
        quantity.of_features
        and re.search(r"\blengths?\b", said)
        and not re.search(r"norm|euclid", said, re.I)
    ):
        return None  # how many entries they have
    upper = claim.says in {
        _Says.EQUALS,
        _Says.AT_MOST,
        _Says.BELOW,
        _Says.CAN_ABOVE,
        _Says.LARGEST,
        _Says.REACHES,
        _Says.BOUNDED,
        _Says.UNBOUNDED,
    }
    witness = (quantity.highest if upper else quantity.lowest) or quantity.highest or quantity.lowest
    if claim.says in {_Says.INSIDE, _Says.RANGES}:
        witness = {
            **{f"low: {key}": value for key, value in quantity.lowest.items()},
            **{f"high: {key}": value for key, value in quantity.highest.items()},
        }
    return refuted(
        Kind.FACT,
        quantity.says,
        Method.SYMBOLIC,
        {**witness, "stated": " ".join(plain[claim.start : claim.end].split())},
    )


_TINY = 1e-9


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=_TINY)


def _holds(quantity: Quantity, claim: _Claim, sizes: Sizes) -> bool | None:
    """Whether a claim holds in a world; None where it is true and not close, or says nothing there."""
    low, high = quantity.low.at(sizes), quantity.high.at(sizes)
    if claim.says in {_Says.BOUNDED, _Says.UNBOUNDED}:
        return math.isinf(high) == (claim.says is _Says.UNBOUNDED)
    first = _value(claim.low, sizes)
    if first is None:
        return None
    if claim.says is _Says.EQUALS:
        # of what always has the same value
        return _near(first, low) if _near(low, high) else None
    match claim.says:
        case _Says.INSIDE | _Says.RANGES:
            return _inside(quantity, claim, first, sizes)
        case _Says.AT_MOST | _Says.BELOW:
            if high > first + _TINY or (
                claim.says is _Says.BELOW and _near(high, first) and quantity.high.taken
            ):
                return False
            return True if _near(high, first) else None
        case _Says.AT_LEAST | _Says.ABOVE:
            if low < first - _TINY or (
                claim.says is _Says.ABOVE and _near(low, first) and quantity.low.taken
            ):
                return False
            return True if _near(low, first) else None
        case _Says.CAN_ABOVE:
            return high > first + _TINY
        case _Says.CAN_BELOW:
            return low < first - _TINY
        case _Says.LARGEST:
            return _near(high, first) if quantity.high.taken or not _near(high, first) else None
        case _Says.SMALLEST:
            return _near(low, first) if quantity.low.taken or not _near(low, first) else None
        case _:
            if _near(first, high) or _near(first, low):
                return True if (quantity.high.taken if _near(first, high) else quantity.low.taken) else None
            return low < first < high


def _inside(quantity: Quantity, claim: _Claim, first: float, sizes: Sizes) -> bool | None:
    low, high = quantity.low.at(sizes), quantity.high.at(sizes)
    last = _value(claim.high, sizes)
    if last is None or first >= last:
        return None
    cut_low = first > low + _TINY or (_near(first, low) and claim.open_low is True and quantity.low.taken)
    cut_high = last < high - _TINY or (_near(last, high) and claim.open_high is True and quantity.high.taken)
    if cut_low or cut_high:
        return False
    if _near(first, low) and _near(last, high):
        return True
    return False if claim.says is _Says.RANGES else None


__all__ = ["bounds"]
