# ruff: noqa: E501 -- a pattern stays on one line
"""Formulas over the two distances of a triplet -> words over P = d(a, p), N = d(a, n) and A, the margin; and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.grammar.notation import ascii_form
from grader.verify.triplets.triplet_gradients import short_losses, triplets_in

NORMED = re.compile(
    r"(?:\\left)?\s*(?:\\\|(?:_2)?|\|\|)\s*(?P<inside>[^|\\<>=]*(?:\\(?!\|)[^|\\<>=]*)*?)(?:\\right)?\s*(?:\\\||\|\|)\s*(?:_\{?2\}?)?\s*(?:\^\s*\{?\s*2\s*\}?)?\s*(?:_\{?2\}?)?"
)
DISTANCE = re.compile(
    r"\b(?:d|D|dist|d_\{?\w+\}?|\\mathrm\{d\}|\\operatorname\{dist\})\s*\(\s*(?P<first>[^(),]*(?:\([^()]*\))?[^(),]*),\s*(?P<second>[^(),]*(?:\([^()]*\))?[^(),]*)\)"
)
SHORT = re.compile(
    r"(?<![A-Za-z\\])(?:\\[Dd]elta|δ|Δ|[dDsr])(?:_\{?\s*(?P<pair>a\s*,?\s*[pn]|[pn]\s*,?\s*a)\s*\}?|[_^]\s*\{?\s*(?:\\(?:mathrm|text)\{)?(?P<one>p(?:os)?|n(?:eg)?|\+|-)\s*\}{0,2}(?![A-Za-z]))(?:\s*\^\s*\{?2\}?)?"
)
PRODUCT = re.compile(
    r"(?<![A-Za-z\\])(?:f\(a\)|a)\s*(?:\^\s*\{?\\?(?:top|T|intercal|mathsf\s*\{?T\}?)\}?|ᵀ|\\cdot|·)\s*\\?[,!;]?\s*(?:f\((?P<f>[pn])\)|(?P<v>[pn]))(?![A-Za-z])|\\langle\s*a\s*,\s*(?P<w>[pn])\s*\\rangle"
)
MARGIN = re.compile(
    r"\\(?:alpha|gamma|delta|epsilon)\b|α|\\text\{margin\}|\\mathrm\{margin\}|\bmargin\b|\\gamma|\\delta|\\epsilon|(?<![\w.])0\.2(?!\d)|(?<![A-Za-z\\])m(?![A-Za-z])"
)


def triplet_form(formula: str) -> str:
    """A formula about triplets as a word over P (distance to the positive), N (to the negative), A (margin), < > + - [ ] etc.

    >>> triplet_form(r"d(a, p) < d(a, n) < d(a, p) + \\\\alpha")
    'P<N<P+A'
    """
    text = re.sub(r"\\(?:left|right|[bB]igg?[lrm]?)(?![a-z])", "", ascii_form(formula))
    text = re.sub(r"\\(?:mathcal|mathscr)\s*\{?\s*([A-Za-z])\s*\}?", r"\1", text)
    text = re.sub(r"\\lVert|\\rVert|\\Vert", r"\\|", text)
    text = NORMED.sub(lambda found: _pair(found.group("inside")), text)
    text = DISTANCE.sub(lambda found: _pair(found.group("first") + "-" + found.group("second")), text)
    text = SHORT.sub(_short, text)
    # on the unit sphere a·p = 1 − d(a, p)/2
    text = PRODUCT.sub(lambda found: " S " if "p" in found.group("f", "v", "w") else " T ", text)
    text = MARGIN.sub(" A ", text)
    text = re.sub(r"\\(?:lt|leq?|leqslant)\b", "<", text)
    text = re.sub(r"\\(?:gt|geq?|geqslant)\b", ">", text)
    text = re.sub(r"\\(?:quad|qquad|;|,|!).*$", "", text)
    text = re.sub(r"\\(?:forall|text|in)(?![a-z]).*$", "", text)
    return re.sub(r"\s|\\|&|[.,;]$|\^\{?2\}?", "", text).rstrip(".,;")


def _short(found: re.Match[str]) -> str:
    named = found.group("pair") or found.group("one")
    return " P " if "p" in named or named == "+" else " N "


def _pair(inside: str) -> str:
    if "+" in inside:
        return " ? "
    letters = re.findall(
        r"(?<![A-Za-z\\])(?:a|p|n|anchor|positive|negative|anc|pos|neg)(?![A-Za-z])|(?<=_)\{?\\?(?:text\{)?[apn]",
        inside,
    )
    kinds = {re.sub(r"\W|text", "", letter)[:1] for letter in letters}
    kinds &= {"a", "p", "n"}
    if kinds == {"a", "p"}:
        return " P "
    if kinds == {"a", "n"}:
        return " N "
    return " ? "


Values = Mapping[str, Fraction]
Term = Callable[[Values], Fraction]
TOKEN = re.compile(r"\d+(?:\.\d+)?|max|min|relu|[PNAST]|_?\{?\+\}(?!\w)|_\+|[-+<>,(){}\[\]*]")
CLOSING = {"(": ")", "[": "]", "{": "}"}
MOST_TOKENS = 60


def own_letters(text: str) -> Mapping[str, str]:
    """The text's letters for the anchor, the positive, the negative and the margin, as its one loss has them."""
    short = short_losses(text)
    if len(short) == 1:
        letters: tuple[str, ...] = short.pop()
    else:
        known = triplets_in(text) if not short else []
        letters = (known[0].anchor, known[0].positive, known[0].negative) if len(known) == 1 else ()
    if any(not re.fullmatch(r"[a-zα-ω]|\\[a-z]+", letter) for letter in letters[:3]):
        return {}
    if set(letters[:3]) == {"a", "p", "n"}:
        letters = ("a", "p", "n", *letters[3:])  # whatever the loss makes of them
    return dict(zip(letters, ("a", "p", "n", "\\alpha"), strict=False))


def respelled(formula: str, letters: Mapping[str, str]) -> str:
    """A formula with the paper's letters for the text's own; itself where it uses theirs for something else."""
    used = set(re.findall(r"(?<![A-Za-z\\])[apn](?![A-Za-z])", formula))
    if all(one == other for one, other in letters.items()) or used - set(letters):
        return formula
    ours = "|".join(re.escape(letter) for letter in sorted(letters, key=len, reverse=True))
    return re.sub(rf"(?<![A-Za-z\\])(?:{ours})(?![A-Za-z])", lambda found: letters[found.group()], formula)


class Unclear(Exception):
    """A form that is no formula over the two distances and the margin."""


@dataclass(frozen=True)
class Relation:
    """A chain of sums with < or > between them."""

    sides: tuple[Term, ...]
    signs: tuple[str, ...]

    def holds(self, values: Values) -> bool:
        """Whether every pair of neighbours is in order."""
        numbers = [side(values) for side in self.sides]
        return all(
            a < b if sign == "<" else a > b
            for a, b, sign in zip(numbers, numbers[1:], self.signs, strict=False)
        )


class FormReader:
    """Reads `max(0,P-N+A)`, `[P-N+A]_+`, `P<N<P+A`; refuses everything else."""

    def __init__(self, form: str) -> None:
        self.tokens: list[str]
        form = re.sub(r"(?:operatorname|mathrm|text)?\{?(?:ReLU|relu)\}?", "relu", form)
        self.tokens = TOKEN.findall(form)
        if "".join(self.tokens) != form or not 0 < len(self.tokens) <= MOST_TOKENS:
            raise Unclear(form)

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        if self.next() not in wanted:
            raise Unclear("".join(self.tokens))
        return self.tokens.pop(0)

    def relation(self) -> Relation:
        sides, signs = [self.sum()], []
        while self.next() in {"<", ">"}:
            signs.append(self.take("<", ">"))
            sides.append(self.sum())
        if self.tokens:
            raise Unclear("".join(self.tokens))
        return Relation(tuple(sides), tuple(signs))

    def sum(self) -> Term:
        sign = -1 if self.next() in {"-", "+"} and self.take("-", "+") == "-" else 1
        terms = [(sign, self.term())]
        while self.next() in {"-", "+"}:
            sign = -1 if self.take("-", "+") == "-" else 1
            terms.append((sign, self.term()))
        return lambda values: sum((sign * term(values) for sign, term in terms), Fraction(0))

    def term(self) -> Term:
        factors = [self.factor()]
        while self.next() == "*" or self.next()[:1] in {"P", "N", "A", "S", "T", "(", "["}:
            if self.next() == "*":
                self.take("*")
            factors.append(self.factor())

        def value(values: Values) -> Fraction:
            result = Fraction(1)
            for factor in factors:
                result *= factor(values)
            return result

        return value

    def factor(self) -> Term:
        name = self.next()
        if name in {"P", "N", "A"}:
            self.take(name)
            return lambda values: values[name]
        if name in {"S", "T"}:
            self.take(name)
            return lambda values: 1 - values["P" if name == "S" else "N"] / 2
        if name[:1].isdigit():
            number = Fraction(self.take(name))
            return lambda _: number
        if name in {"max", "min", "relu"}:
            self.take(name)
            inside = self.bracket()
            if name == "relu" and len(inside) == 1:
                return _positive(inside[0])
            if name == "relu" or len(inside) != 2:
                raise Unclear(name)
            choose = max if name == "max" else min
            first, second = inside
            return lambda values: choose(first(values), second(values))
        inside = self.bracket()
        if len(inside) != 1:
            raise Unclear("a list")
        if self.next() in {"_+", "_{+}", "{+}"} or (
            self.next() == "+" and (len(self.tokens) == 1 or self.tokens[1] in {"<", ">", ")", "]", "}"})
        ):
            self.tokens.pop(0)
            return _positive(inside[0])
        return inside[0]

    def bracket(self) -> list[Term]:
        opened = self.take("(", "[", "{")
        inside = [self.sum()]
        while self.next() == ",":
            self.take(",")
            inside.append(self.sum())
        self.take(CLOSING[opened])
        return inside


def _positive(term: Term) -> Term:
    return lambda values: max(term(values), Fraction(0))


def read_relation(form: str) -> Relation | None:
    """The form as a chain of sums; None if it is something else.

    >>> [read_relation("P<N<P+A").holds({"P": Fraction(1), "N": n, "A": Fraction(1)}) for n in (Fraction(3, 2), Fraction(3))]
    [True, False]
    """
    try:
        return FormReader(form).relation()
    except Unclear:
        return None
