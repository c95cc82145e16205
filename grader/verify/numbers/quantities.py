# ruff: noqa: E501 -- a pattern stays on one line
"""Quantities told in words: memory of numbers of a type, so many of so much each, entries of a shape, shares in brackets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN
from grader.verify.numbers.reckoning import UNIT, amount_of, shown
from grader.verify.numbers.worded import BYTE_UNITS, NEAR, NOT_A_NUMBER, masked
from grader.verify.reading.numerals import value_of

LOOSE = re.compile(r"about|around|roughly|approximately|nearly|almost|some\b|≈|~", re.I)
SIZES: tuple[tuple[str, int], ...] = (
    (r"float64|fp64|doubles?|double[- ]precision|64[- ]bit", 8),
    (r"float32|fp32|floats?\b(?! of)|single[- ]precision|32[- ]bit", 4),
    (r"b?float16|b?fp16|bf16|half[- ]precision|16[- ]bit", 2),
    (r"u?int8|8[- ]bit", 1),
)
BYTES_EACH = re.compile(
    r"\b(?P<size>[1248]|one|two|four|eight) bytes? (?:each|per|for each|apiece|every)", re.I
)
NOUN = r"(?:numbers|floats|entries|values|parameters|weights|elements|scores|scalars|activations|coordinates|components|dimensions)"
COUNT = re.compile(
    rf"{NOT_A_NUMBER}(?P<a>{PLAIN}{UNIT})(?:[ -](?:[a-z]+[ -])?{NOUN}\b|[- ]dimensional\b| floats?32\b)"
)
MEMORY = re.compile(
    rf"{NOT_A_NUMBER}(?P<c>{PLAIN})\s?(?P<unit>bytes|[kKMG]i?B)\b(?!\s*(?:/|per|each|a second))"
)
MANY_WITH = re.compile(
    r"(?:\d|\b(?:hundred|thousand|million|billion)) (?:[a-z]+ )?[a-z]+s (?:of|with|at|having) $"
)
SIDE_BY_SIDE = re.compile(r"\d\s?(?:×|x|\*)\s?\d")
REFERS = re.compile(
    r"\b(?:these|they|them|it|that|this|the (?:matrix|state|vector|embedding|scores|cache))\b", re.I
)


def storage(sentence: str, earlier: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of the bytes that a number of values of one type take.

    >>> [judged.says for _, _, judged in storage("1,000 float32 values, 8 KB", "")]
    ['1,000 numbers of 4 bytes take 4,000 bytes, not 8 KB']
    """
    text = masked(sentence)
    sizes = {size for pattern, size in SIZES if re.search(rf"\b(?:{pattern})", text, re.I)}
    stated = [one for one in MEMORY.finditer(text) if not BYTES_EACH.match(text, one.start())]
    if len(stated) != 1:
        return
    # "512 bytes; quantised to one byte each": what a later clause changes
    until = text.find("; ", stated[0].end())
    told = text if until < 0 else text[:until]
    each = {value_of(one.group("size")) for one in BYTES_EACH.finditer(told)}
    sizes = each or sizes
    if len(sizes) != 1:
        return
    if SIDE_BY_SIDE.search(text):
        return  # a matrix of so many rows and columns
    found = [one for one in COUNT.finditer(text) if not text[one.end() :].startswith(" bytes")]
    if any(";" in text[stated[0].end() : one.start()] for one in found):
        return  # what follows a semicolon is another thing's
    start = min([stated[0].start(), *(one.start() for one in found)])
    if not found and REFERS.search(text):
        last = re.split(r"(?<=[.!?])\s+(?=[A-Z])", masked(earlier)[-250:].strip())[-1]
        found = list(COUNT.finditer(last))
    counts = {one.group("a") for one in found}
    if any(MANY_WITH.search(one.string[: one.start()]) for one in found):
        return  # so many numbers for each of them
    figure = amount_of(found[0].group("a")) if len(counts) == 1 else None
    if figure is None or figure.percent:
        return
    size, printed, unit = sizes.pop(), stated[0].group("c"), stated[0].group("unit")
    exact = figure.value * size
    value, half = Fraction(printed.replace(",", "")), Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    # the count itself may have been rounded
    slack = figure.last * size / 2 if figure.last > 1 or "." in figure.text else Fraction(0)
    scales = BYTE_UNITS[unit.lower()]
    says = f"{figure.text} numbers of {size} bytes take {shown(exact)} bytes"
    end = stated[0].end()
    if any(abs(exact / scale - value) <= half + slack / scale for scale in scales):
        yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif all(abs(exact / scale - value) > exact / scale / 10 for scale in scales):
        if re.search(
            r"\b(?:both|two|each|times|per|heads|layers|batch|plus|and the|together|twice|gradients?|optimi[sz]er|less|more)\b",
            text,
            re.I,
        ):
            return
        witness = {"bytes": shown(exact), "stated": f"{printed} {unit}"}
        yield start, end, refuted(Kind.ARITHMETIC, f"{says}, not {printed} {unit}", Method.COUNT, witness)


WORDED = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "hundred": 100}
MANY = rf"(?:{PLAIN}{UNIT}|(?:one|a|two|three|four|five|ten) (?:hundred|thousand|million|billion))"
MEASURES = r"bytes|[kKMGT]i?B|ms|µs|s|seconds|minutes|hours"
PER_ONE = re.compile(
    rf"{NOT_A_NUMBER}(?P<a>{PLAIN})\s?(?P<unit>{MEASURES}) (?:per|for each|for every|an?|each) (?P<one>[a-z]+)[^.;\d]{{0,40}}?\b(?P<b>{MANY}) (?:[a-z]+ )?(?P<many>[a-z]+)\b[^.;\d]{{0,30}}?\b(?:take|takes|need|needs|fill|are|is|make|come to|require|use|would take|cost)\b[^.;\d]{{0,15}}?(?P<near>{NEAR}){NOT_A_NUMBER}(?P<c>{PLAIN})\s?(?P<unit2>{MEASURES})\b"
)
EACH = re.compile(
    rf"{NOT_A_NUMBER}(?P<b>{MANY}) (?:[a-z]+ )?(?P<many>[a-z]+) (?:of|at|with|taking|needing) {NEAR}(?P<a>{PLAIN})\s?(?P<unit>{MEASURES})(?: each)?,?(?: [a-z]+){{0,3}}? (?:take|takes|need|needs|fill|are|is|make|makes|come to|give|gives|require|use|cost)(?: up)? (?P<near>{NEAR})(?P<c>{PLAIN})\s?(?P<unit2>{MEASURES})\b"
)
SCALE = {"bytes": 0, "kb": 1, "mb": 2, "gb": 3, "tb": 4, "kib": 1, "mib": 2, "gib": 3, "tib": 4}
SECONDS = {"µs": Fraction(1, 10**6), "ms": Fraction(1, 1000), "s": Fraction(1), "seconds": Fraction(1), "minutes": Fraction(60), "hours": Fraction(3600)}  # fmt: skip


def _many(text: str) -> Fraction | None:
    found = re.match(r"(one|a|two|three|four|five|ten) (hundred|thousand|million|billion)$", text)
    if found:
        scale = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}[found.group(2)]
        return Fraction(WORDED[found.group(1)] * scale)
    figure = amount_of(text)
    return None if figure is None or figure.percent else figure.value


def _scales(unit: str) -> tuple[Fraction, ...]:
    if unit in SECONDS:
        return (SECONDS[unit],)
    power = SCALE[unit.lower()]
    return (Fraction(1000**power), Fraction(1024**power))


def rates(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """`At 128 bytes per face, one million faces take 128 MB`, `12 layers of 5 ms each take 60 ms`."""
    text = masked(sentence)
    for pattern in (PER_ONE, EACH):
        for found in pattern.finditer(text):
            many = _many(found.group("b"))
            if many is None or (
                found.groupdict().get("one") and not _alike(found.group("one"), found.group("many"))
            ):
                continue
            one, other = found.group("unit"), found.group("unit2")
            if (one in SECONDS) != (other in SECONDS):
                continue
            printed = found.group("c")
            half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
            value = Fraction(printed.replace(",", ""))
            values = [
                Fraction(found.group("a").replace(",", "")) * many * first / second
                for first in _scales(one)
                for second in _scales(other)
            ]
            says = f"{found.group('a')} {one} · {found.group('b')} is {shown(values[0])} {other}"
            near = bool(found.group("near"))
            if any(abs(exact - value) <= max(half, exact / 20 if near else 0) for exact in values):
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            elif all(abs(exact - value) > exact / 10 for exact in values):
                witness = {"computed": f"{shown(values[0])} {other}", "stated": f"{printed} {other}"}
                yield (
                    found.start(),
                    found.end(),
                    refuted(Kind.ARITHMETIC, f"{says}, not {printed} {other}", Method.COUNT, witness),
                )


def _alike(one: str, other: str) -> bool:
    def stem(word: str) -> str:
        return re.sub(r"(?:ies|y|es|s|e)$", "", word.lower())

    return stem(one) == stem(other)


GROUPS = re.compile(
    rf"{NOT_A_NUMBER}(?P<a>{PLAIN}{UNIT}) (?:[a-z]+ )?(?P<groups>[a-z]+s) (?P<link>of|with|containing|having|at|by) {NEAR}(?P<b>{PLAIN}{UNIT}) (?:[a-z]+ )??(?P<unit>[a-z]+)(?P<each> (?:each|apiece|per [a-z]+))?,?(?P<subject>(?: (?!and\b|or\b|but\b|plus\b)[a-z]+){{0,4}}?) (?:makes?|takes?|gives?|needs?|are|is|has|have|holds?|contains?|yields?|comes? to|amounts? to)(?P<total>(?: (?:in total|altogether|a total of|in all))?) (?P<near>{NEAR}){NOT_A_NUMBER}(?P<c>{PLAIN}{UNIT}) (?:[a-z]+ )??(?P<again>[a-z]+)\b"
)


def groups(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """`With 20 classes of 5 images each a batch has 100 images`."""
    for found in GROUPS.finditer(masked(sentence)):
        a, b, c = (amount_of(found.group(name)) for name in "abc")
        if a is None or b is None or c is None or not _alike(found.group("unit"), found.group("again")):
            continue
        if a.percent or b.percent or c.percent:
            continue
        exact = a.value * b.value
        says = f"{a.text} · {b.text} is {shown(exact)}"
        if c.agrees(exact, loose=bool(found.group("near"))):
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (
            not found.group("subject") or re.match(r" (?:a|an|the|one|every|each)\b", found.group("subject"))
        ) and (not found.group("near") or abs(c.value - exact) > exact / 10):
            witness = {"computed": shown(exact), "stated": c.text}
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, f"{says}, not {c.text}", Method.COUNT, witness),
            )


SHAPED = re.compile(
    rf"(?<![\d×x·])(?P<shape>\d{{1,5}}(?:\s?(?:×|x|\*)\s?\d{{1,5}}){{1,3}})(?![\d×x·]|\s?[×x·]\s?\d)(?P<what>(?: [A-Za-z]+){{0,3}}?),? (?:has|have|is|with|gives?|holds?|contains?|makes?|means|i\.e\.|that is|stores?|=) (?P<near>{NEAR}){NOT_A_NUMBER}(?P<c>{PLAIN}{UNIT}) (?:[a-z]+ )?(?P<noun>numbers|entries|values|elements|activations|pixels|scalars|coordinates|features|inputs|dimensions|floats)\b"
)


def entries(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """`A map of 64×16×16 has 16,384 values`."""
    for found in SHAPED.finditer(sentence):
        c = amount_of(found.group("c"))
        if c is None or c.percent:
            continue
        sizes = [int(one) for one in re.findall(r"\d+", found.group("shape"))]
        exact = Fraction(math.prod(sizes))
        says = f"{'·'.join(map(str, sizes))} is {shown(exact)}"
        near = bool(found.group("near"))
        colours = re.search(
            r"RGB|colou?r|channels?|kernel|filter|conv|pool|window|patch|batch", sentence, re.I
        )
        if c.agrees(exact, loose=near):
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif not colours and abs(c.value - exact) > (exact / 20 if near else 0):
            witness = {"computed": shown(exact), "stated": c.text}
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, f"{says}, not {c.text}", Method.COUNT, witness),
            )


def quantity_claims(sentence: str, earlier: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each such statement of a sentence."""
    yield from storage(sentence, earlier)
    yield from rates(sentence)
    yield from groups(sentence)
    yield from entries(sentence)


__all__ = ["quantity_claims"]
