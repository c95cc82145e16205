# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Numbers: equations of literals, percentages, ratios, sums and changes that a text states about its own figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import Addition, Expression, Function, Number, Power, Product, Quotient
from grader.verify.worlds.settings import Clash, Setting, Undecidable
from grader.verify.worlds.world import World

SCALE = {
    "": Fraction(1), "%": Fraction(1, 100), "k": Fraction(10**3), "K": Fraction(10**3), "thousand": Fraction(10**3),
    "M": Fraction(10**6), "million": Fraction(10**6), "mio": Fraction(10**6), "B": Fraction(10**9),
    "billion": Fraction(10**9), "bn": Fraction(10**9), "G": Fraction(10**9), "T": Fraction(10**12), "trillion": Fraction(10**12),
}  # fmt: skip
PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
NUMBER = re.compile(
    rf"(?P<sign>[-−])?(?P<digits>{PLAIN})(?:\s*(?:×|\\times|\\cdot|x|·|\*)\s*10\s*(?:\^\s*\{{?(?P<power>-?\d+)\}}?|(?P<high>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))|e(?P<e>[-+]?\d+))?"
    r"[\s~ -]?(?P<unit>\\?%|million|billion|trillion|thousand|bn|mio|[MBGKkT](?![A-Za-z0-9_]))?"
)
ANY_NUMBER = re.sub(r"\?P<\w+>", "?:", NUMBER.pattern).replace("(?:[-−])?", "", 1)
ROUNDED = 3  # decimals
LARGE = 10  # an exponent whose rounding shows in the value
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@dataclass(frozen=True)
class Figure:
    """A number as printed: its value, half the weight of its last digit, and where it stands."""

    value: Fraction
    last: Fraction  # the weight of the last digit printed
    start: int
    end: int
    text: str
    percent: bool = False

    def agrees(self, exact: Fraction, *, loose: bool = False) -> bool:
        """Whether the exact value rounds to this figure at the digits printed."""
        last = self.last
        if loose and last >= 1 and self.value != 0:
            digits = str(abs(int(self.value / last))) if self.value % last == 0 else "1"
            last *= 10 ** (len(digits) - len(digits.rstrip("0")))
        return abs(exact - self.value) <= last / 2


def figures(text: str) -> list[Figure]:
    """Every number of a text, with units such as %, M and billion taken in."""
    out = []
    for found in NUMBER.finditer(text):
        before = text[: found.start()]
        if re.search(
            r"[A-Za-z_\\^]\{?$|[A-Za-z]-$|\d[.,]$|arXiv[: ]*$|[Tt]able $|[Ff]ig(?:ure|\.) $|[Ss]ection $|§\s?$|\[$",
            before,
        ):
            continue
        figure = figure_of(found)
        if figure is not None:
            out.append(figure)
    return out


def figure_at(text: str, start: int) -> Figure | None:
    """The number that stands at a place, with its power of ten and its unit; None where none does.

    >>> figure_at("about 2.1 × 10^9 of them", 6).text
    '2.1 × 10^9'
    """
    found = NUMBER.match(text, start)
    made = figure_of(found) if found is not None else None
    return (
        None
        if made is None
        else replace(made, end=made.start + len(text[made.start : made.end].rstrip(" -~")))
    )


def figure_of(found: re.Match[str]) -> Figure | None:
    """One match of NUMBER as a figure; None for an absurd exponent."""
    digits = found.group("digits").replace(",", "")
    decimals = len(digits.partition(".")[2])
    power = (
        found.group("power") or (found.group("high") or "").translate(SUPERSCRIPT) or found.group("e") or "0"
    )
    if len(digits) > 30 or abs(int(power)) > 40:
        return None
    unit = (found.group("unit") or "").lstrip("\\")
    scale = SCALE[unit] * Fraction(10) ** int(power)
    value = Fraction(digits) * scale
    if found.group("sign") and re.match(r"(?:^|.*[\s(=])$", found.string[: found.start()], re.DOTALL):
        value = -value
    return Figure(
        value,
        Fraction(1, 10**decimals) * scale,
        found.start(),
        found.end(),
        found.group().strip(),
        unit == "%",
    )


# -- equations -----------------------------------------------------------------------------------------------------


def judge_numbers(left: Expression, right: Expression, relation: str) -> Judged:
    """An equation between numbers: the exact value has to round to what is printed."""
    kind = Kind.ARITHMETIC
    try:
        exact_left, exact_right = _exact(left), _exact(right)
    except (Undecidable, Clash) as error:
        return unchecked(kind, f"not evaluated: {error}")
    last_left, last_right = printed_last(left), printed_last(right)
    if last_left is not None and last_right is not None:
        last = max(last_left, last_right)
    else:
        last = last_right if last_right is not None else last_left if last_left is not None else Fraction(0)
    if relation == "~" and last >= 1:
        literal = exact_right if last_right is not None else exact_left
        last = rough(literal, last)
    gap = abs(exact_left - exact_right)
    scale = unit_of(right)
    right_is_ten = isinstance(right, Power) and isinstance(right.base, Number) and right.base.value == 10
    if scale != 1 and abs(exact_left - exact_right / scale) <= last / scale / 2:
        # "3.5 + 4.2 = 7.7 million" leaves the unit out on the left
        return verified(kind, f"the exact value is {_show(exact_left)} without the unit", Method.COUNT)
    slack = Fraction(1, 10**9) * max(abs(exact_left), abs(exact_right), Fraction(1, 10**6))
    if gap <= last / 2 + slack:
        return verified(
            kind,
            f"the exact value is {_show(exact_left if last_right is not None else exact_right)}",
            Method.COUNT,
        )
    if gap <= _rounding_of(left) + _rounding_of(right) or (relation == "~" and gap <= _rounded_power(right)):
        return unchecked(kind, "the decimals on the way are rounded")
    if right_is_ten and exact_right and Fraction(1, 2) <= exact_left / exact_right <= 2:
        return unchecked(kind, "a bare power of ten gives the order of magnitude")
    if relation == "~" and gap <= abs(exact_left) / 50 and last_right is None:
        return unchecked(kind, "close, but no digits say how close it has to be")
    return refuted(
        kind, f"the left side is {_show(exact_left)}, the right side {_show(exact_right)}", Method.COUNT,
        {"left": _show(exact_left), "right": _show(exact_right)},
    )  # fmt: skip


def _rounding_of(tree: Expression) -> Fraction:
    """How far sums, differences and quotients by a number may be off because their decimals are rounded."""
    match tree:
        case Number(value, printed) if "." in printed and value != int(value):
            return Fraction(1, 2 * 10 ** len(printed.partition(".")[2].partition("e")[0]))
        case Addition(terms):
            return sum((_rounding_of(term) for _, term in terms), Fraction(0))
        case Quotient(over, Number(value)) if value:
            return _rounding_of(over) / abs(value)
        case Product(factors) if sum(map(_is_rounded, factors)) > 1:
            product = abs(_exact(tree))
            return sum(
                (product * _rounding_of(one) / abs(_exact(one)) for one in factors if _exact(one)),
                Fraction(0),
            )
        case _:
            return Fraction(0)


def _is_rounded(tree: Expression) -> bool:
    """Whether a factor is a decimal with so many digits that it is hardly exact."""
    return isinstance(tree, Number) and len(tree.printed.partition(".")[2]) >= ROUNDED


def _rounded_power(tree: Expression) -> Fraction:
    """How far e^88.7 may be off because its exponent is rounded, where it stands for a number that is not written out."""
    match tree:
        case Function("exp", (Number(power, printed),)) if "." in printed and abs(power) >= LARGE:
            return abs(_exact(tree)) * Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
        case _:
            return Fraction(0)


def unit_of(tree: Expression) -> Fraction:
    """The power of ten of a literal with a unit: 10⁶ for 7.7e6."""
    if isinstance(tree, Number) and "e" in tree.printed.lower():
        return Fraction(10) ** int(tree.printed.lower().partition("e")[2] or 0)
    return Fraction(1)


def rough(value: Fraction, last: Fraction) -> Fraction:
    """The weight of the last digit that is not a trailing zero: 140,000 has two digits."""
    whole = abs(int(value / last)) if last else 0
    digits = str(whole)
    return last * 10 ** (len(digits) - len(digits.rstrip("0"))) if whole else last


def _exact(tree: Expression) -> Fraction:
    match tree:
        case Number(value):
            return value
        case Addition(terms):
            return sum((sign * _exact(term) for sign, term in terms), Fraction(0))
        case Product(factors):
            product = Fraction(1)
            for factor in factors:
                product *= _exact(factor)
            return product
        case Quotient(over, under):
            below = _exact(under)
            if below == 0:
                raise Undecidable("a division by zero")
            return _exact(over) / below
        case Power(base, Number(power)) if power.denominator == 1 and abs(power) <= 64:
            below = _exact(base)
            if below == 0 and power < 0:
                raise Undecidable("a division by zero")
            return below ** int(power)
        case _:
            return Fraction(World(Setting(), 0).number(tree, {}))


def printed_last(tree: Expression) -> Fraction | None:
    """The weight of the last digit of a literal: 0.01 for 3.14, 10⁸ for 3.8 × 10⁹; None for what is computed."""
    match tree:
        case Number(_, ""):
            return None
        case Number(_, printed):
            plain = printed.lower().replace("{,}", "").replace(",", "")
            mantissa, _, power = plain.partition("e")
            return Fraction(1, 10 ** len(mantissa.partition(".")[2])) * Fraction(10) ** int(power or 0)
        case Product((Number() as mantissa, Power(Number(ten), Number(power))), _) if (
            ten == 10 and power.denominator == 1
        ):
            last = printed_last(mantissa)
            return None if last is None else last * Fraction(10) ** int(power)
        case Quotient(Number() as over, Number(hundred, "")) if hundred == 100:
            last = printed_last(over)
            return None if last is None else last / 100
        case Addition(((-1, of),)):
            return printed_last(of)
        case _:
            return None


def _show(value: Fraction) -> str:
    if value.denominator == 1 and abs(value) < 10**15:
        return f"{value.numerator:,}"
    return f"{float(value):.6g}"


# -- prose ---------------------------------------------------------------------------------------------------------

N = rf"(?:about |around |roughly |approximately |nearly |some |≈ ?|~ ?|exactly )?{NUMBER.pattern}".replace(
    "?P<", "?P<{0}_"
)


def _n(name: str) -> str:
    return N.replace("{0}", name).replace(r"\{{", r"\{").replace(r"\}}", r"\}")


APPROXIMATE = (
    r"(?:is|are|=|≈|~|equals?|gives|makes|i\.e\.|which is|that is|or|comes to|amounts to|means|leaves|,|:)"
)
THINGS = r"(?:\s+(?:the\s+)?[A-Za-z-]+){0,4}?"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("times", re.compile(rf"{_n('a')}{THINGS}\s+(?:is|are|=)\s+{_n('c')}\s*(?:×(?!\s*\d)|x(?!\s*\d)|times(?!\s*\d)|-?fold)\s+(?:as (?:many|large|much|big) as\s+|larger than\s+|more than\s+|the\s+|that of\s+)?{_n('b')}")),
    ("ratio", re.compile(rf"ratio\s+(?:of\s+)?{_n('a')}{THINGS}\s*(?:/|to|:|over|and)\s*{_n('b')}{THINGS}\s*{APPROXIMATE}\s+{_n('c')}")),
)  # fmt: skip


def prose_claims(text: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each arithmetic statement in a clause whose formulas have been put back."""
    taken: list[tuple[int, int]] = []
    for name, pattern in PATTERNS:
        for found in pattern.finditer(text):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            a, b, c = (_figure(found, key) for key in "abc")
            if a is None or b is None or c is None:
                continue
            ruling = _rule(name, a, b, c, found)
            if ruling is not None:
                taken.append(found.span())
                yield found.start(), found.end(), ruling


def _figure(found: re.Match[str], key: str) -> Figure | None:
    groups = found.groupdict()
    digits = groups.get(f"{key}_digits")
    if digits is None:
        return None
    piece = NUMBER.match(found.string, found.start(f"{key}_digits"))
    return figure_of(piece) if piece else None


def _rule(name: str, a: Figure, b: Figure, c: Figure, found: re.Match[str]) -> Judged | None:
    """The ruling on one pattern; None where the words do not fix what is computed."""
    loose = bool(re.search(r"about|around|roughly|approximately|nearly|some|≈|~", found.group()))
    if name == "times" and b.value and not c.percent and a.percent == b.percent:
        return _compare(a.value / b.value, c, f"{a.text} / {b.text}", loose)
    if name == "ratio" and b.value and a.value and not c.percent:
        return _compare(a.value / b.value, c, f"{a.text} / {b.text}", loose)
    return None


def _compare(exact: Fraction, claimed: Figure, says: str, loose: bool) -> Judged:
    if claimed.agrees(exact, loose=loose):
        return verified(Kind.ARITHMETIC, f"{says} is {_percent(exact, claimed)}", Method.COUNT)
    return refuted(
        Kind.ARITHMETIC, f"{says} is {_percent(exact, claimed)}, not {claimed.text}", Method.COUNT,
        {"computed": _percent(exact, claimed), "stated": claimed.text},
    )  # fmt: skip


def _percent(value: Fraction, like: Figure) -> str:
    return f"{float(value * 100):.4g}%" if like.percent else _show(value)
