# ruff: noqa: E501 -- a pattern stays on one line
"""Calculations typed in running text and in table cells: `3.8B/20M = 190`, `784·10 + 10 = 7850`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.notation import LOWERED
from grader.verify.numbers.arithmetic import PLAIN, SCALE, Figure

UNIT = r"(?:\s?(?:%|(?:million|billion|thousand|trillion|bn)\b|[MBKGk](?![\w·×])))?"
AMOUNT = re.compile(rf"(?P<digits>{PLAIN})(?P<unit>{UNIT})")
POWER = r"(?:\s?\^\s?\{?\d{1,2}\}?|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})?"
OPERAND = rf"(?:\(\s?)*{PLAIN}{UNIT}{POWER}(?:(?:\s?\))+{POWER})?"
OPERATOR = r"\s*(?:[+·×*/÷−–-]|(?<=\s)x(?=\s))\s*"
CALCULATION = re.compile(
    rf"(?P<left>{OPERAND}(?:{OPERATOR}{OPERAND})+)\s*(?P<relation>=|≈|~|\b(?:is|are|gives|makes|equals)\b)\s*(?P<vague>about |roughly |some |only )?(?P<sign>[−-])?(?P<right>{PLAIN}{UNIT})"
)
BARE_POWER = re.compile(
    rf"(?P<left>{PLAIN}(?:\s?\^\s?\{{?\d{{1,2}}\}}?|[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}}))\s*(?P<relation>=|≈|~)\s*(?P<vague>about |roughly |some |only )?(?P<sign>[−-])?(?P<right>{PLAIN}{UNIT})"
)
# A calculation may begin after these; after other signs it is the end of a longer formula.
BEGINS = re.compile(r"(?:^|[,.:;(—|•→⇒\"“=≈]|(?<![\w$)])-|\b[A-Za-z][a-z]+|\b(?:it|that)['’]s)\s*$")
NOT_AFTER = re.compile(
    r"\b(?:of|minus|plus|times|over|by|half|twice|than|thrice|square|squared|root|power|per|log|ln|exp|sin|cos|max|min|sqrt|divided|multiplied)\s*$",
    re.I,
)
CONTINUES = re.compile(
    r"\s*(?:[·×*/÷^+=≈]|[−–-]\s*\d|\.\d|\d|(?:[kKMGT]i?B|ms|µs|ns|[munkMG]?s)\b|±|!|\\|_|\))"
)
COMPARES = re.compile(
    r"\s*(?:higher|lower|better|worse|more|less|above|below|larger|smaller|faster|slower)\b"
)
# Pages 10-12 are three pages.
RANGE = re.compile(r"^\d+[-–]\d+$")
TOKEN = re.compile(
    rf"(?P<amount>{PLAIN}{UNIT})|(?P<power>\^\s?\{{?\d{{1,2}}\}}?|[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}})|(?P<sign>[-+·×*/÷−–x()])|\s+"
)
LOOSE = re.compile(r"about|around|roughly|approximately|nearly|almost|some|≈|~", re.I)
MOST_DIGITS = 24


SEVERAL = 2
DECIMAL = re.compile(r"\d+\.\d{3,}")


def amount_of(text: str, start: int = 0) -> Figure | None:
    """A number with its unit as a figure; None for what is no number or has too many digits."""
    found = AMOUNT.fullmatch(text.strip())
    if found is None or len(found.group("digits")) > MOST_DIGITS:
        return None
    unit = found.group("unit").strip()
    digits = found.group("digits").replace(",", "")
    scale = SCALE[unit]
    last = Fraction(1, 10 ** len(digits.partition(".")[2])) * scale
    return Figure(Fraction(digits) * scale, last, start, start + len(text), text.strip(), unit == "%")


def figure_of(text: str, start: int = 0) -> Figure:
    """A number that a pattern has found, as a figure."""
    made = amount_of(text, start)
    if made is None:
        raise ValueError(f"no number: {text}")
    return made


def calculations(text: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each calculation whose result is stated.

    >>> [judged.says for _, _, judged in calculations("3.8B/20M = 19 in all")]
    ['3.8B/20M is 190, not 19']
    """
    taken = -1
    for pattern in (CALCULATION, BARE_POWER):
        for found in pattern.finditer(text):
            before = text[: found.start()]
            if found.start() < taken or not BEGINS.search(before) or NOT_AFTER.search(before):
                continue
            after = text[found.end() :]
            right = found.group("right")
            left = found.group("left")
            if left.count("(") != left.count(")"):
                continue
            measured = MEASURE.match(after) if not AMOUNT_UNIT.search(left) else None
            if (
                measured is None
                and CONTINUES.match(after)
                and not (after.startswith(")") and before.rstrip().endswith("("))
            ):
                continue
            told = found.group("relation").isalpha()
            if told and re.search(r"[-–−]|\bx\b|(?<!\d)/|^\d{1,2}/\d{1,4}$", left.strip()):
                # "layers 3 - 5 are 3 layers", "1/2 is"
                continue
            if told and right.endswith("%") and COMPARES.match(after):
                continue  # "1/30 is 5 % higher": a change, not a value
            if RANGE.search(left.strip()):
                continue
            near = found.group("relation") in {"≈", "~"} or bool(found.group("vague"))
            judged = judge_calculation(left, right, negative=bool(found.group("sign")), near=near)
            if measured is not None and judged is not None and not _comparable(left, right):
                continue  # 4·256 bytes are 1 KB
            if judged is not None:
                taken = max(taken, found.end())
                yield found.start(), found.end(), judged


MEASURE = re.compile(r"\s?(?:[kKMGT]i?B|ms|µs|ns|s)\b(?!\s*[·*×/+=≈])")
AMOUNT_UNIT = re.compile(r"\d\s?(?:%|million|billion|thousand|trillion|bn|[MBKGk]\b)")


def _comparable(left: str, right: str) -> bool:
    """Whether a calculation is so near its result that it has the same unit."""
    stated = amount_of(right)
    try:
        exact = evaluate(left)
    except ValueError:
        return False
    return (
        stated is not None and bool(stated.value) and Fraction(2, 3) < exact / stated.value < Fraction(3, 2)
    )


def judge_calculation(left: str, right: str, *, negative: bool = False, near: bool = False) -> Judged | None:
    """Whether a calculation gives its stated result at the digits printed; None if it can't be read."""
    stated = amount_of(right)
    units = {found.group("unit").strip() for found in AMOUNT.finditer(left)}
    try:
        exact = evaluate(left)
    except ValueError:
        return None
    if stated is None:
        return None
    if negative:
        stated = Figure(
            -stated.value, stated.last, stated.start, stated.end, "−" + stated.text, stated.percent
        )
    scales = {SCALE[unit] for unit in units if unit}
    readings = [exact]
    unit = AMOUNT.fullmatch(right.strip())
    own = SCALE[unit.group("unit").strip()] if unit else Fraction(1)
    if len(scales) == 1 and own == 1:
        # 140M − 25.6M = 114.4 leaves the unit out, 85% − 80% = 5 the sign
        readings.append(exact / next(iter(scales)))
    if not scales and own != 1:
        readings.append(exact * own)
    nearest = min(readings, key=lambda reading: abs(reading - stated.value))
    if stated.agrees(nearest, loose=near):
        return verified(Kind.ARITHMETIC, f"the exact value is {shown(nearest, stated)}", Method.COUNT)
    if abs(nearest - stated.value) <= abs(nearest) * _rounded_by(left) + stated.last / 2:
        return None  # its decimals are rounded themselves
    return refuted(
        Kind.ARITHMETIC,
        f"{left.strip()} is {shown(nearest, stated)}, not {stated.text}",
        Method.COUNT,
        {"computed": shown(nearest, stated), "stated": stated.text},
    )


def _rounded_by(calculation: str) -> Fraction:
    """By which part a calculation may be off because it has several decimals of three digits or more."""
    decimals = [one for one in DECIMAL.findall(calculation) if Fraction(one)]
    if len(decimals) < SEVERAL:
        return Fraction(0)
    return sum(
        (Fraction(1, 2 * 10 ** len(one.partition(".")[2])) / Fraction(one) for one in decimals), Fraction(0)
    )


def shown(value: Fraction, like: Figure | None = None) -> str:
    """A value as a person writes it, in percent where the figure beside it is."""
    if like is not None and like.percent:
        return f"{float(value * 100):.4g}%"
    if value.denominator == 1 and abs(value) < 10**15:
        return f"{value.numerator:,}"
    return f"{float(value):.6g}"


def evaluate(text: str) -> Fraction:
    """The exact value of a calculation with + − · × / and whole powers. Raises `ValueError` if it is none."""
    tokens: list[Fraction | str] = []
    place = 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"not read: {text[place : place + 10]}")
        place = found.end()
        if found.group("amount"):
            figure = amount_of(found.group("amount"))
            if figure is None:
                raise ValueError("a number with too many digits")
            tokens.append(figure.value)
        elif found.group("power"):
            tokens.append("^" + re.sub(r"[^\d]", "", found.group("power").translate(LOWERED)))
        elif found.group("sign"):
            tokens.append(found.group("sign").translate(str.maketrans("×*x÷−–", "···/--")))
    value, rest = _sum(tokens)
    if rest:
        raise ValueError("something is left over")
    return value


Tokens = Sequence[Fraction | str]


def _sum(tokens: Tokens) -> tuple[Fraction, Tokens]:
    value, tokens = _product(tokens)
    while tokens and tokens[0] in {"+", "-"}:
        sign = 1 if tokens[0] == "+" else -1
        term, tokens = _product(tokens[1:])
        value += sign * term
    return value, tokens


def _product(tokens: Tokens) -> tuple[Fraction, Tokens]:
    value, tokens = _power(tokens)
    while tokens and tokens[0] in {"·", "/"}:
        factor, rest = _power(tokens[1:])
        if tokens[0] == "/" and factor == 0:
            raise ValueError("a division by zero")
        value = value * factor if tokens[0] == "·" else value / factor
        tokens = rest
    return value, tokens


def _power(tokens: Tokens) -> tuple[Fraction, Tokens]:
    if not tokens:
        raise ValueError("an operand is missing")
    first = tokens[0]
    if isinstance(first, Fraction):
        value, tokens = first, tokens[1:]
    elif first == "(":
        value, tokens = _sum(tokens[1:])
        if not tokens or tokens[0] != ")":
            raise ValueError("a bracket is not closed")
        tokens = tokens[1:]
    else:
        raise ValueError("an operand is missing")
    if tokens and isinstance(tokens[0], str) and tokens[0].startswith("^"):
        exponent = int(tokens[0][1:] or "0")
        if exponent * len(str(value.numerator)) > 400:
            raise ValueError("a power that is too large")
        value, tokens = value**exponent, tokens[1:]
    return value, tokens
