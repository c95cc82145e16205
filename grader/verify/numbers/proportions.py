# ruff: noqa: E501 -- a pattern stays on one line
"""Shares and ratios in any order of words: the rest of a percentage, a quotient as a percentage, chance, one result against the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.arithmetic import PLAIN, Figure
from grader.verify.numbers.lettered import known_values, value_at
from grader.verify.numbers.reckoning import (
    OPERAND,
    OPERATOR,
    UNIT,
    amount_of,
    evaluate,
    judge_calculation,
    shown,
)
from grader.verify.numbers.worded import NEAR, amount, masked, percent
from grader.verify.reading.numerals import NUMERAL, value_of


def _compared(exact: Fraction, stated: Figure, says: str, *, near: bool) -> Judged | None:
    """None where a rounded figure is close but not what the exact value rounds to."""
    if stated.agrees(exact, loose=near):
        return verified(Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}", Method.COUNT)
    if near and exact and abs(stated.value - exact) <= abs(exact) / 20:
        return None
    return refuted(
        Kind.ARITHMETIC, f"{says} is {shown(exact, stated)}, not {stated.text}", Method.COUNT, {"computed": shown(exact, stated), "stated": stated.text}
    )  # fmt: skip


LINKS = r"(?:are|is|make|makes|were|means|gives?|=|:|i\.e\.|,)"
WHOLE_AND_REST = re.compile(
    rf"{percent('p')} of (?:the |all |our |these )*{amount('b')}(?P<between>[^%]{{0,90}}?)\b[Tt]he (?:other|remaining|rest,?)(?:[^.;%\d]{{0,20}}?{percent('q')})?[^.;%\d]{{0,30}}? {LINKS} (?P<near>{NEAR}){amount('d')}"
)


def rests(text: str) -> Iterator[Spanned]:
    """`70 % of 50 are 35, the other 30 % are 15`."""
    for found in WHOLE_AND_REST.finditer(text):
        p, b, d = amount_of(found.group("p")), amount_of(found.group("b")), amount_of(found.group("d"))
        q = amount_of(found.group("q")) if found.group("q") else None
        if p is None or b is None or d is None or b.percent or d.percent or p.value > 1:
            continue
        share = q.value if q is not None else 1 - p.value
        if q is not None and not q.agrees(1 - p.value):
            continue
        judged = _compared(
            share * b.value, d, f"{shown(100 * share)}% of {b.text}", near=bool(found.group("near"))
        )
        if judged is not None:
            start = found.start("q") if q is not None else found.start("d")
            yield start, found.end("d"), judged


QUOTIENT = re.compile(
    rf"(?<![\w./·*×+^−–-])(?P<a>\d{{1,7}})\s?/\s?(?P<b>\d{{1,7}})(?:\s*,?\s*(?:is|are|=|≈|gives|means|makes|or|i\.e\.|that is)\s+|\s*[=≈]\s*|\s*\(\s*)(?P<near>{NEAR}){percent('c')}(?! (?:higher|lower|better|worse|more|less|above|below|larger|smaller|faster|slower|of)\b)"
)


# "45/60 and 6/40, i.e. 75 % and 15 %": several quotients and their shares in order
MORE_SHARES = re.compile(r"\s*\\?%?\s*(?:,|and)\s*(?:and )?\d+(?:\.\d+)?\s?\\?%")


def quotients(text: str) -> Iterator[Spanned]:
    """`an accuracy of 45/60 is 75 %`."""
    for found in QUOTIENT.finditer(text):
        a, b, c = Fraction(found.group("a")), Fraction(found.group("b")), amount_of(found.group("c"))
        if c is None or not b or a > b or MORE_SHARES.match(text, found.end()):
            continue
        says = f"{found.group('a')}/{found.group('b')}"
        judged = _compared(a / b, c, says, near=bool(found.group("near")) or "≈" in found.group())
        if judged is not None:
            yield found.start(), found.end(), judged


GUESS = re.compile(
    rf"\b(?:(?:random(?:ly)?|uniform(?:ly)?|blind(?:ly)?) )?(?:guess(?:es|ing)?|chance(?: level)?)\b[^.;%\d]{{0,40}}?\b(?:among|between|over|from|out of|with|on|of|for)\s+(?:the |all |our |equally likely )*(?P<many>{NUMERAL})\s+(?:[a-z]+ )?(?:classes|shapes|categories|labels|options|kinds|digits|types|choices|objects)\b(?:,? (?:that|this|which|it))?,? (?:only |already |still )?(?:gives?|yields?|means|is|are|has|gets?|reaches|scores|achieves|makes|would (?:give|be|get|have)|=)(?: right in| correct in| an? accuracy of| the accuracy)? (?P<near>{NEAR}){percent('c')}(?! (?:higher|lower|better|more|less|above|below))",
    re.I,
)


def guesses(text: str) -> Iterator[Spanned]:
    """`guessing among five classes gives 20 %`."""
    for found in GUESS.finditer(text):
        word, c = found.group("many").lower(), amount_of(found.group("c"))
        many = value_of(word)
        if c is None or many < 2:
            continue
        judged = _compared(Fraction(1, many), c, f"1/{many}", near=bool(found.group("near")))
        if judged is not None:
            yield found.start(), found.end(), judged


SUMMED_THINGS = re.compile(
    rf"(?<![\w./^)·×*+−-])(?P<left>{OPERAND}(?:{OPERATOR}{OPERAND})+)\s+(?P<noun>[a-z]{{3,}}(?: [a-z]{{3,}})?)\s+(?:are|is|gives?|makes?|equals?|=|≈)\s+(?P<near>{NEAR})(?P<right>{PLAIN}{UNIT})(?!\d|[.,]\d|\s*(?:[·×*/+^=≈−%]|-\s*\d)|\s?(?:bytes|[kKMGT]i?B|ms|s)\b)"
)


OTHER_THING = re.compile(
    r"\s+(?!(?:in|and|or|but|for|so|at|after|altogether|together|overall)\b)(?P<noun>[a-z]+)"
)


def sums_of_things(text: str) -> Iterator[Spanned]:
    """`16 + 32 + 16 channels give 64`."""
    for found in SUMMED_THINGS.finditer(text):
        left = found.group("left")
        noun = found.group("noun")
        counted = OTHER_THING.match(found.string[found.end() :])
        if counted and counted.group("noun") not in noun.split():
            continue
        if re.search(r"[-–−/]|\bx\b", left) or re.match(r"(?:bytes?|percent|and|or|times)\b", noun):
            continue
        if "+" not in left and re.search(
            r"\b(?:images?|pixels?|kernels?|conv\w*|inputs?|maps?|filters?)\b", noun
        ):
            continue  # 3 × 3 kernels are no nine kernels
        judged = judge_calculation(left, found.group("right"), near=bool(found.group("near")))
        if judged is not None:
            yield found.start(), found.end(), judged


BYTE_UNITS = {"b": 0, "kb": 1, "mb": 2, "gb": 3, "tb": 4, "kib": 1, "mib": 2, "gib": 3, "tib": 4}
IN_BYTES = re.compile(
    rf"(?<![\w./^])(?P<left>[\dA-Z(][\dA-Z(){{}}²³^+·*× ,]{{0,40}}?)\s*bytes?\s*(?:=|≈|is|are|make|makes|gives?|i\.e\.|or|that is|, that is|, i\.e\.|, or|\()\s*(?P<near>{NEAR})(?P<c>{PLAIN})\s?(?P<unit>[kKMGT]i?B)\b"
)


def bytes_in_units(text: str, around: str) -> Iterator[Spanned]:
    """`4·N² bytes = 64 MiB` with N given, `256·4 bytes = 1 KiB`; a kB may have 1000 or 1024 bytes."""
    for found in IN_BYTES.finditer(text):
        left = found.group("left").strip().rstrip(",")
        exact = _value(left, text[: found.start()], around)
        if exact is None or not exact:
            continue
        unit = found.group("unit").lower()
        power = BYTE_UNITS[unit]
        scales = (1024**power,) if "i" in unit else (1024**power, 1000**power)
        printed = found.group("c")
        stated = Fraction(printed.replace(",", ""))
        half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
        says = f"{left} bytes are {shown(exact)} bytes, {float(exact / scales[0]):.4g} {found.group('unit')}"
        if any(abs(exact / scale - stated) <= half for scale in scales):
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif all(abs(exact / scale - stated) > exact / scale / 20 for scale in scales):
            witness = {"bytes": shown(exact), "stated": f"{printed} {found.group('unit')}"}
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, f"{says}, not {printed}", Method.COUNT, witness)  # fmt: skip


def _value(left: str, nearest: str, around: str) -> Fraction | None:
    if re.search(r"[A-Z]", left):
        try:
            tree = read_expression(left)
        except Unreadable:
            return None
        values = known_values(names(tree), nearest, around)
        return value_at(tree, values) if values is not None else None
    try:
        return evaluate(left)
    except ValueError:
        return None


INPUT_AND = re.compile(
    rf"\bthe input (?:and|plus|together with) (?:the |its )?(?P<many>{NUMERAL}) (?:[a-z]+ )?(?P<what>layers|modules|blocks|stages|places|outputs)\b[^.;\d]{{0,20}}? (?:make|makes|are|is|give|gives|=) (?:in all |together |a total of )?(?P<total>{NUMERAL}) (?:probes?|places|points|layers|positions|depths)\b",
    re.I,
)


def input_and_layers(text: str) -> Iterator[Spanned]:
    """`the input and four layers make five probes`."""
    for found in INPUT_AND.finditer(text):
        many, total = (value_of(found.group(name)) for name in ("many", "total"))
        says = f"1 + {many} is {many + 1}"
        if total == many + 1:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {"computed": many + 1, "stated": total})  # fmt: skip


def proportion_claims(sentence: str, around: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each such statement of a sentence; `around` is the text before it."""
    text = masked(sentence)
    yield from rests(text)
    yield from quotients(sentence)
    yield from guesses(sentence)
    yield from sums_of_things(sentence)
    yield from bytes_in_units(sentence, around)
    yield from input_and_layers(sentence)


__all__ = ["proportion_claims"]
