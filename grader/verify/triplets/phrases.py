# ruff: noqa: E501 -- a pattern stays on one line
"""What stands around the numbers of a sentence: the words that may stand before a value, lists of values, roles and sorts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.triplets.embeddings import Vector, plain, plain_vector
from grader.verify.triplets.terms import NOTHING, Known, Term, term_at

# words between what is measured and its value that change nothing of it
FILLER = re.compile(
    r"(?:[\s,:=≈~→⇒]|\b(?:would|will|is|are|was|be|being|becomes?|becoming|comes? to|amounts? to|equals?|of|at|by|then|now|just|only|exactly|precisely|still|about|roughly|around|approximately|nearly|almost|therefore|hence|thus|so|again|also|even|already|here|indeed|simply|in fact|the|an?|value|i\.e\.,?|that is,?|namely|works? out (?:as|at|to)|turns? out (?:to be|as)|found to be|evaluates? to|gives?|giving|makes?|yields?|reads?|has|have|having|(?:rises?|grows?|goes up|goes|increases|falls?|drops?|goes down|shrinks?|decreases|sinks|changes|moves|jumps|climbs) (?:up |down )?to|exact|total|equal to|stays|remains)(?![\w-]))*",
    re.I,
)
NEAR = re.compile(
    r"≈|~|\b(?:about|roughly|around|approximately|nearly|almost|just (?:under|over)|circa|ca\.)(?!\w)", re.I
)
# what stands behind a number and makes it another one
GOES_ON = re.compile(
    r"\s?(?:°|%|\\%|(?:times|percent|per cent|fold|epochs?|(?:images?|photos?|pictures?|dimensions?|anchors?|triplets?|pairs?|points?|negatives?|positives?)\b|(?:larger|smaller|more|less|higher|lower|bigger|greater|farther|further|closer|nearer|below|above|away|apart)\b)|[-+·*×/^]\s?[\dA-Za-z(√‖α])|\w|\.\d",
    re.I,
)
ZERO = re.compile(r"(?:zero|nothing|nil)\b(?!-)", re.I)
EPSILON = Fraction(1, 10**9)


@dataclass(frozen=True)
class Stated:
    """A value that a sentence states, and where."""

    start: int
    end: int
    term: Term
    near: bool = False

    @property
    def number(self) -> Fraction | None:
        """Its value, if it is a single number."""
        return self.term.value if isinstance(self.term.value, Fraction) else None

    @property
    def vector(self) -> Vector | None:
        """Its value, if it is a vector."""
        return self.term.value if isinstance(self.term.value, tuple) else None

    def agrees(self, exact: Fraction) -> bool:
        """Whether an exact value rounds to what is printed; without decimals it is meant exactly."""
        return self.number is not None and abs(exact - self.number) <= self._half()

    def _half(self) -> Fraction:
        last = self.term.last
        whole = last >= 1 and not self.near
        return EPSILON + (Fraction(0) if whole else last / 2)

    def agrees_with(self, exact: Vector) -> bool:
        """The same of a vector, entry by entry."""
        mine = self.vector
        if mine is None or len(mine) != len(exact):
            return False
        last = self.term.last
        half = EPSILON + (last / 2 if last < 1 else Fraction(0))
        return all(abs(x - y) <= half for x, y in zip(mine, exact, strict=True))


def value_at(text: str, place: int, known: Known = NOTHING) -> Stated | None:
    """The value that begins at a place; None if none does or if it goes on as something else."""
    word = ZERO.match(text, place)
    if word is not None:
        return Stated(place, word.end(), Term(Fraction(0), word.end(), Fraction(1), True))
    term = term_at(text, place, known)
    if term is None or (GOES_ON.match(text, term.end) and not term.percent):
        return None
    lead = len(text[place:]) - len(text[place:].lstrip())
    return Stated(place + lead, term.end, term)


def value_after(text: str, place: int, known: Known = NOTHING) -> Stated | None:
    """The value behind a place, with nothing but words between that change nothing of it.

    Of a chain of equal terms it is the last: `the loss is 0.4 - 0.08 + 0.2 = 0.52`.

    >>> value_after("the loss then is about 0.52, as", 8).term.value
    Fraction(13, 25)
    """
    gap = FILLER.match(text, place)
    at = gap.end() if gap is not None else place
    found = value_at(text, at, known)
    if found is None:
        return None
    near = NEAR.search(text[place:at]) is not None
    start = found.start
    while True:
        sign = re.compile(r"\s*(=|≈)\s*").match(text, found.end)
        following = value_at(text, sign.end(), known) if sign is not None else None
        if sign is None or following is None:
            return Stated(start, found.end, found.term, near)
        near = near or sign.group(1) == "≈"
        found = following


# -- lists ---------------------------------------------------------------------------------------------------------

NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_SEPARATOR = r"(?:\s?[,;/]\s?(?:and |or )?|\s+(?:and|&)\s+)"
NUMBERS = re.compile(rf"(?:{NUMBER})(?![\d°%])(?:{_SEPARATOR}(?:{NUMBER})(?![\d°%]|\.\d))*")


def numbers_at(text: str, place: int) -> tuple[tuple[Fraction, int, int], ...]:
    """(value, start, end) of each number of a list that begins at a place.

    >>> [str(value) for value, *_ in numbers_at("0.40, 0.55 and 0.9 lie", 0)]
    ['2/5', '11/20', '9/10']
    """
    found = NUMBERS.match(text, place)
    if found is None:
        return ()
    return tuple(
        (Fraction(one.group()), one.start(), one.end())
        for one in re.finditer(NUMBER, text[: found.end()])
        if one.start() >= place
    )


# -- roles and sorts -----------------------------------------------------------------------------------------------

ROLES = {
    "a": r"(?:anchor(?: image| face)?)",
    "p": r"(?:positive|mate|match|same[- ](?:person|identity|class)(?: (?:image|photo|picture|face|one))?)",
    "n": r"(?:negative|stranger|impostor|non-?match|other person|different[- ](?:person|identity|class)(?: (?:image|photo|picture|face|one))?)",
}
SORT = r"(?P<sort>semi-?\s?hard|hard|easy)"
_POSITIVE_LOSS = r"(?:(?:a )?(?:positive|non-?zero) (?:loss|hinge|term)|(?:loss|ℓ|L|hinge) ?(?:>|above) ?(?:0|zero)\b|(?:a )?loss (?:above|greater than|larger than|other than) (?:0|zero))"
_NO_LOSS = r"(?:(?:a )?(?:zero|no) (?:loss|hinge|gradient)|(?:a )?(?:loss|hinge) (?:of )?(?:zero|0)(?![.\d])|(?:loss|ℓ|L) ?= ?0(?![.\d]))"
ACTIVE = rf"(?:(?:is|are|stays?|remains?|still|be|become|being)? ?\bactive|violat(?:es?|ing|ed) the (?:margin|constraint)|(?:has|have|with|having|gives?|whose|carry|carries|leaves?) (?:still )?{_POSITIVE_LOSS}|(?:still )?contributes? to the (?:loss|sum|gradient)|(?:of )?{_POSITIVE_LOSS})"
INACTIVE = rf"(?:\binactive|(?:has|have|with|having|gives?|leaves?|costs?|incurs?) (?:a )?{_NO_LOSS}|(?:contributes?|costs?|adds?) nothing|satisf(?:y|ies) the (?:margin|constraint)|{_NO_LOSS})"
PREDICATE = re.compile(rf"{SORT}\b|(?P<active>{ACTIVE})|(?P<inactive>{INACTIVE})", re.I)


def sort_of(found: re.Match[str]) -> str:
    """Easy, semi-hard, hard, active or inactive, of a match of `PREDICATE` or `SORT`."""
    groups = found.groupdict()
    if groups.get("sort"):
        return re.sub(r"semi-?\s?hard", "semi-hard", groups["sort"].lower())
    return "active" if groups.get("active") else "inactive"


HINGE = re.compile(
    rf"(?P<less>{NUMBER})\s*-\s*(?P<more>{NUMBER})\s*\+\s*(?P<slack>{NUMBER})(?=\s*(?:[=\])}}≈,<>≤≥]|$))"
)
BEFORE_HINGE = re.compile(rf"{FILLER.pattern}(?:max\s?[({{]\s?0\s?,)?[\s(\[{{]*", re.I)


def hinge_in(text: str, begin: int, end: int) -> tuple[Fraction, Fraction, Fraction] | None:
    """The two distances and the margin of a value that is a hinge written out."""
    found = HINGE.search(text, begin, end)
    if found is None or not BEFORE_HINGE.fullmatch(text, begin, found.start()):
        return None
    return Fraction(found.group("less")), Fraction(found.group("more")), Fraction(found.group("slack"))


# -- rulings -------------------------------------------------------------------------------------------------------


def compared(
    stated: Stated, exact: Fraction, says: str, others: Sequence[Fraction] = (), slack: Fraction = Fraction(0)
) -> Judged | None:
    """The ruling on a number: `others` and what lies within the slack is not wrong, but not verified either."""
    shown = f"{says} is {plain(exact)}"
    if stated.number is None:
        return None
    if stated.agrees(exact):
        return verified(Kind.ARITHMETIC, shown, Method.COUNT)
    if any(stated.agrees(other) for other in others) or (
        slack and abs(stated.number - exact) <= slack + stated.term.last / 2
    ):
        return None
    if stated.near and abs(stated.number - exact) <= abs(exact) / 50:
        return None
    return refuted(
        Kind.ARITHMETIC, f"{shown}, not {plain(stated.number)}", Method.COUNT, {"computed": plain(exact), "stated": plain(stated.number)}
    )  # fmt: skip


def compared_vector(stated: Stated, exact: Vector, says: str, slack: Fraction = Fraction(0)) -> Judged | None:
    """The ruling on a vector."""
    mine = stated.vector
    if mine is None or len(mine) != len(exact):
        return None
    shown = f"{says} is {plain_vector(exact)}"
    if stated.agrees_with(exact):
        return verified(Kind.ARITHMETIC, shown, Method.COUNT)
    half = slack + stated.term.last
    if slack and all(abs(x - y) <= half for x, y in zip(mine, exact, strict=True)):
        return None
    return refuted(
        Kind.ARITHMETIC, f"{shown}, not {plain_vector(mine)}", Method.COUNT, {"computed": plain_vector(exact), "stated": plain_vector(mine)}
    )  # fmt: skip


__all__ = [
    "FILLER",
    "NEAR",
    "NUMBER",
    "PREDICATE",
    "ROLES",
    "SORT",
    "Stated",
    "compared",
    "compared_vector",
    "hinge_in",
    "numbers_at",
    "sort_of",
    "value_after",
    "value_at",
]
