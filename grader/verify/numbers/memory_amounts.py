# ruff: noqa: E501 -- a pattern stays on one line
"""Amounts of memory: so many numbers of a type, products of amounts, so many heads or layers, a sequence twice as long.

A kilobyte may have 1000 or 1024 bytes: what is right under either is right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.numbers.reckoning import evaluate, shown
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.plain_signs import Flat

PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
AMOUNT = re.compile(
    rf"(?<![\w.,])(?![1248]\s?bytes)(?P<number>{PLAIN})\s?(?P<unit>[kKMGT]i?B|bytes)\b(?!\s?(?:/|each|apiece))"
)
WORDED = {"": 1, "million": 10**6, "billion": 10**9}
POWERS = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
CALCULATION = re.compile(
    rf"(?<![\w.,^·*×+−])(?P<left>(?:{PLAIN})²?(?:\s?[·*×]\s?(?:{PLAIN})²?)+)\s?(?P<bytes>bytes\s?)?=\s?(?:about |≈ ?)?$"
)
# "4096 in float32" and "a million faces in float32" count no numbers
COUNT = re.compile(
    rf"(?<![\w.,^×])(?<![×x] )(?P<count>{PLAIN})(?P<unit>\s?(?:million|billion))?\s(?:(?!(?:in|of|with|as|for|have|has|at|to) )[a-z]+ ){{0,2}}?(?P<noun>entries|floats|numbers|values|scores|weights|scalars|parameters|float32s?)\b"
)
SIZE_SET = re.compile(r"(?<![\w^)])[A-Za-z](?:_\w+)?\s?[=≈]\s?$")
MANY_WITH = re.compile(r"\d (?:million |billion )?(?:[a-z]+ )?[a-z]+s (?:in|of|with|at|have|having) $")
FOR_MANY = re.compile(r"\b(?:for|over|with) (?:all )?(?:the )?\d[\d,]* (?!bytes|bits)[a-z]+s\b")
SHAPE = re.compile(
    rf"(?<![\w.,×])(?<![×x] )(?P<a>{PLAIN})\s?(?:×|x|by)\s?(?P<b>{PLAIN})(?![\d.,]*\d|\s?[×x])"
)
SIZES: tuple[tuple[str, int], ...] = (
    (r"float64|fp64|double[- ]precision|64[- ]bit|(?:8|eight) bytes", 8),
    (r"float32|fp32|single[- ]precision|32[- ]bit|(?:4|four) bytes", 4),
    (r"b?float16|b?fp16|bf16|half[- ]precision|16[- ]bit|(?:2|two) bytes", 2),
    (r"u?int8|8[- ]bit|(?:1|one) byte", 1),
)
EACH = re.compile(
    rf"(?<![\w.,^])(?P<count>{PLAIN})(?P<unit>\s?(?:million|billion))?\s(?:[a-z-]+ ){{0,2}}?[a-z]+s\b[^.;\d]{{0,20}}?(?P<each>\d+) bytes? (?:each|apiece|per)\b"
)
TIMES = re.compile(
    r"(?<![\w.,·*])(?P<many>\d{1,4})\s(?:such\s)?(?P<what>heads|layers|sequences|matrices|copies|of them|of these)\b"
)
TWICE = re.compile(
    r"\b(?:[Dd]oubl(?:e|ing|ed)|[Tt]wice)\b[^.;\d]{0,25}\b(?:N|n|T|length|long|tokens|sequence|prompt|context)\b|\b(?:N|length|sequence|context)\b[^.;\d]{0,20}\b(?:doubl\w+|twice)|2N\b"
)
MATRIX = re.compile(
    r"\b(?:scores?|weights|attention matrix|score matrix|weight matrix|QKᵀ|N\s?×\s?N|entries)\b|²"
)
LINEAR = re.compile(r"\bcache\b|\bkeys and values\b", re.I)
FIXED = re.compile(r"\bstate\b|\bS and Z\b|\brunning sums?\b", re.I)
PER_ONE = re.compile(r"\b(?:per|each|every|a|one|single) (?:head|layer|sequence|matrix|copy)\b", re.I)
NEAR = re.compile(r"(?:≈|~|\b(?:about|around|roughly|nearly|almost|some|over|under|just))\s*$")
MORE = re.compile(
    r"\b(?:both|plus|and the|gradients?|optimi[sz]er|saves?|less|more than|at least|at most|instead of|difference|remaining|twice|half|together with|forward and backward)\b",
    re.I,
)


@dataclass(frozen=True)
class Amount:
    """A number of bytes in a unit as printed."""

    start: int
    end: int
    number: Fraction
    last: Fraction
    power: int
    binary: bool
    text: str

    @property
    def scales(self) -> tuple[Fraction, ...]:
        """The bytes that its unit may have."""
        return (
            (Fraction(1024**self.power),)
            if self.binary
            else (Fraction(1024**self.power), Fraction(1000**self.power))
        )

    def is_of(self, exact: Fraction) -> bool:
        """Whether so many bytes are this amount at the digits printed."""
        return any(abs(exact / scale - self.number) <= self.last / 2 for scale in self.scales)


def amounts_in(text: str) -> list[Amount]:
    """The amounts of memory of a text."""
    out = []
    for found in AMOUNT.finditer(text):
        digits, unit = found.group("number").replace(",", ""), found.group("unit")
        last = Fraction(1, 10 ** len(digits.partition(".")[2]))
        power = 0 if unit == "bytes" else POWERS[unit[0]]
        out.append(
            Amount(
                found.start(),
                found.end(),
                Fraction(digits),
                last,
                power,
                "i" in unit and unit != "bytes",
                found.group(),
            )
        )
    return out


def memory_claims(flat: Flat, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of the amounts of memory that a sentence states, in flattened text.

    >>> from grader.verify.reading.plain_signs import flattened
    >>> [judged.says for *_, judged in memory_claims(flattened("Eight heads of 64 MB each, so 8 · 64 = 256 MB."), "")]
    ['8 · 64 is 512, not 256 MB']
    """
    text, places = in_digits(flat.text, range(len(flat.text) + 1))
    amounts = amounts_in(text)
    if not amounts:
        return
    told = amounts_in(before[-400:])
    for number, one in enumerate(amounts):
        start = amounts[number - 1].end if number else 0
        words = re.split(r"(?<=[a-z0-9)])\.\s", text[start : one.start])[-1]
        judged = (
            _calculated(one, words)
            or _of_numbers(one, words, text, before)
            or _so_many(one, words, text[one.end :], amounts[:number] or told[-1:])
            or _longer(one, words, text, before, amounts[:number] or _like(one, text, before))
        )
        if judged is not None:
            words = re.split(r"→|;\s", words)[-1]
            lead = one.start - len(words.lstrip(" ,;→"))
            yield places[lead], places[one.end], judged


def _like(one: Amount, text: str, before: str) -> list[Amount]:
    """The amount before a sentence that is compared: the last one, or the last that is one head's as well."""
    told = amounts_in(before[-500:])
    if PER_ONE.match(text[one.end :].lstrip()):
        single = [past for past in told if PER_ONE.match(before[-500:][past.end :].lstrip())]
        return single[-1:]
    return told[-1:]


def _ruled(one: Amount, exact: Sequence[Fraction], says: str, *, loose: bool) -> Judged | None:
    if any(one.is_of(bytes_) for bytes_ in exact):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    near = [
        min(abs(bytes_ / scale / one.number - 1) for scale in one.scales) for bytes_ in exact if one.number
    ]
    if not near or min(near) < (Fraction(1, 8) if loose else Fraction(1, 25)):
        return None
    return refuted(
        Kind.ARITHMETIC,
        f"{says}, not {one.text}",
        Method.COUNT,
        {"bytes": [shown(b) for b in exact], "stated": one.text},
    )


def _calculated(one: Amount, words: str) -> Judged | None:
    """`8 · 64 = 512 MB`, `4096 · 16,384 · 4 bytes = 256 MB`."""
    found = CALCULATION.search(words)
    if found is None:
        return None
    left = found.group("left")
    try:
        value = evaluate(left)
    except ValueError:
        return None
    says = f"{left} is {shown(value)}"
    if found.group("bytes"):
        return _ruled(one, [value], f"{says} bytes", loose=False)
    if abs(value - one.number) <= one.last / 2:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if any(one.is_of(value * size) for size in (1, 2, 4, 8)):
        return None
    return refuted(
        Kind.ARITHMETIC,
        f"{says}, not {one.text}",
        Method.COUNT,
        {"computed": shown(value), "stated": one.text},
    )


def _of_numbers(one: Amount, words: str, text: str, before: str) -> Judged | None:
    """`16,777,216 entries of 4 bytes: 64 MB`, `a 4096 × 4096 matrix in float32 takes 64 MiB`."""
    counts = [
        Fraction(found.group("count").replace(",", "")) * WORDED[(found.group("unit") or "").strip()]
        for found in COUNT.finditer(words)
        if not SIZE_SET.search(words[: found.start()])
    ]
    each = EACH.search(words)
    if each is not None:
        many = Fraction(each.group("count").replace(",", "")) * WORDED[(each.group("unit") or "").strip()]
        exact = many * int(each.group("each"))
        return _ruled(
            one,
            [exact],
            f"{shown(many)} times {each.group('each')} bytes are {shown(exact)} bytes",
            loose=bool(NEAR.search(words)),
        )
    floats = bool(re.search(r"\bfloats\b", words))
    if not counts:
        counts = [
            Fraction(math.prod(int(found.group(side).replace(",", "")) for side in "ab"))
            for found in SHAPE.finditer(words)
            if "." not in found.group()
        ]
    if FOR_MANY.search(words) or any(
        MANY_WITH.search(words[: found.start()]) for found in COUNT.finditer(words)
    ):
        return None  # so many numbers for each of them
    if len(counts) != 1 or MORE.search(words) or PER_ONE.search(words) or TIMES.search(words):
        return None
    # the type of the amount's own clause, else the one told before it
    clause = re.split(r";\s", words)[-1] + re.split(r"[;.]\s", text[one.start :])[0]
    sizes = types_in(clause) or types_in(text[: one.start]) or types_in(before[-1500:])
    sizes -= {1} if floats else set()  # no float has one byte
    if len(sizes) > 1 or not (sizes or floats):
        return None
    chosen = sorted(sizes) or [4, 2, 8]
    says = f"{shown(counts[0])} numbers of {chosen[0]} bytes take {shown(counts[0] * chosen[0])} bytes"
    judged = _ruled(one, [counts[0] * size for size in chosen], says, loose=bool(NEAR.search(words)))
    return judged if sizes or judged is None or one.is_of(counts[0] * 4) or judged.witness else None


def types_in(text: str) -> set[int]:
    """The bytes of the number types that a text names."""
    return {size for pattern, size in SIZES if re.search(rf"\b(?:{pattern})\b", text, re.I)}


def _so_many(one: Amount, words: str, behind: str, told: Sequence[Amount]) -> Judged | None:
    """`64 MB per head; 8 heads fill 512 MB`."""
    found = list(TIMES.finditer(words))
    if len(found) != 1 or not told or MORE.search(words) or PER_ONE.match(behind.lstrip()):
        return None
    single, many = told[-1], int(found[0].group("many"))
    if single.power != one.power or many < 2 or re.search(r"=\s*$", words):
        return None
    exact = single.number * many
    alike = [past.number for past in told if past.power == one.power]
    for amount, whose in (
        (single.number, single.text),
        (sum(alike, Fraction(0)), " and ".join(p.text for p in told)),
    ):
        off = abs(amount * many - one.number)
        if off <= one.last / 2 + single.last * many / 2 * (single.last < 1):
            return verified(Kind.ARITHMETIC, f"{many} times {whose} is {shown(amount * many)}", Method.COUNT)
    if len(set(alike)) > 1:
        return None  # so many times what is open
    says = f"{many} times {single.text} is {shown(exact)}"
    others = {exact / 1024, exact / 1000, single.number}
    if (NEAR.search(words) and abs(exact - one.number) < exact / 20) or one.number in others:
        return None
    return refuted(
        Kind.ARITHMETIC,
        f"{says}, not {one.text}",
        Method.COUNT,
        {"computed": shown(exact), "stated": one.text},
    )


def _longer(one: Amount, words: str, text: str, before: str, told: Sequence[Amount]) -> Judged | None:
    """`double N → 256 MB`: four times for the matrix of scores, twice for a cache, the same for a state."""
    told = [single for single in told if single.power == one.power]
    if not TWICE.search(words) or not told or re.search(r"\b(?:heads|layers|batch)\b", words):
        return None
    about = f"{before[-350:]} {text[: one.start]}"
    spots = [
        (found.end(), factor, what)
        for pattern, factor, what in (
            (MATRIX, 4, "the N² scores"),
            (LINEAR, 2, "the cache"),
            (FIXED, 1, "the state"),
        )
        for found in pattern.finditer(about)
    ]
    own = [spot for spot in spots if spot[0] > len(about) - len(words)]
    if not spots:
        return None
    _, factor, what = max(own or spots)
    says = f"with twice as many tokens {what} take {factor} times as much"
    for single in reversed(told):
        exact = single.number * factor
        if abs(exact - one.number) <= one.last / 2 + single.last * factor / 2 * (single.last < 1):
            return verified(Kind.ARITHMETIC, f"{says}, {shown(exact)} after {single.text}", Method.COUNT)
    taken = next(
        (
            single
            for single in reversed(told)
            if one.number in {single.number * other for other in (1, 2, 4, 8)}
        ),
        None,
    )
    if taken is None or len({spot[1] for spot in own or spots}) > 1:
        return None
    exact = taken.number * factor
    says = f"{says}, {shown(exact)} after {taken.text}"
    return refuted(
        Kind.ARITHMETIC,
        f"{says}, not {one.text}",
        Method.COUNT,
        {"computed": shown(exact), "stated": one.text},
    )


__all__ = ["Amount", "amounts_in", "memory_claims", "types_in"]
