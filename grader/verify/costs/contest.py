# ruff: noqa: E501 -- a pattern stays on one line
"""Two ways to attention that a text compares, softmax and another: what each counts, and where they count the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.costs.amounts import OTHER_LENGTHS, POLYNOMIAL_LENGTH
from grader.verify.costs.count_formulas import FORMULA, cost_read, count_at, formulas_in
from grader.verify.costs.count_parts import NAMED, WAYS, Way, count_of, ways_in
from grader.verify.costs.steps import cost_from
from grader.verify.costs.surroundings import Surroundings
from grader.verify.reading.plain_signs import flattened
from grader.verify.scope.growth import Cost, Polynomial, exactly, substituted

REACH = 1500
SQUARED = 2


NEAR = 500
EQUALS = re.compile(r"[²)]\s?=\s?")
BREAK_EVEN = re.compile(r"\bbreak[- ]?even|\bcross(?:ing|over)", re.I)


@dataclass(frozen=True)
class Contest:
    """The counts of softmax attention and of another way, and whether the text itself counts so."""

    softmax: Cost
    other: Cost
    way: Way
    own: bool = False

    def length(self, sizes: Mapping[str, Fraction]) -> Fraction | None:
        """The length at which both count the same."""
        one = {**self.with_features(sizes), "N": Fraction(1)}
        softmax, other = count_at(self.softmax, one), count_at(self.other, one)
        return other / softmax if softmax and other is not None else None

    def ratio(self, sizes: Mapping[str, Fraction]) -> Fraction | None:
        """How many times as much softmax attention counts."""
        sizes = self.with_features(sizes)
        softmax, other = count_at(self.softmax, sizes), count_at(self.other, sizes)
        return softmax / other if softmax is not None and other else None

    def with_features(self, sizes: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
        """The sizes with the length of the polynomial map, which the width gives; another is of another example."""
        if self.way.name != "polynomial" or "D" not in sizes:
            return sizes
        merged, *others = (count_at(cost_from(one), sizes) for one in (POLYNOMIAL_LENGTH, *OTHER_LENGTHS))
        known = merged is None or sizes.get("L") in {merged, *others}
        return sizes if known or merged is None else {**sizes, "L": merged}


def contests_in(text: str, around: Surroundings) -> list[Contest]:
    """What a text may compare, its own counts first; empty where no other way is spoken of.

    Its own counts are the last formula that grows like N² and the last that grows like N and is a whole way's.
    """
    about = f"{around.title} {around.before[-REACH:]} {text}"
    way = _way_counted(f"{around.before[-NEAR:]} {text}", around) or other_way(about, around)
    if way is None and BREAK_EVEN.search(text):
        named = [mention.what for mention in ways_in(about) if isinstance(mention.what, Way)]
        way = next((one for one in reversed(named) if one.name != "softmax"), None)
    if way is None:
        return []
    formulas = [one.cost for one in formulas_in(flattened(about), around.named) if one.cost is not None]
    by_directions = any("R" in cost.variables for cost in formulas)
    softmax, known = _known("softmax", around), _known(way.name, around, by_directions=by_directions)
    squares = [one for one in formulas if _is_softmax(one)]
    formulas += _set_equal(about, around)
    lines = [one for one in formulas if _is_whole(one, way, around)]
    out: list[Contest] = []
    for square in _distinct([*squares[-2:][::-1], softmax[0]]):
        for line in _distinct([*lines[-3:][::-1], known[0]]):
            own = any(square is one for one in squares) and any(line is one for one in lines)
            if _is_fair(square, line, softmax[0], known):
                out.append(Contest(square, line, way, own))
    if any(exactly(one, known[0]) for one in lines):
        return out  # the text counts as the course does
    # a count without factors tells the order alone
    others = [one for one in known[1:] if set(one.terms.values()) != {Fraction(1)}]
    return out + [Contest(softmax[0], one, way) for one in others]


def _set_equal(about: str, around: Surroundings) -> list[Cost]:
    """The right sides of `N²(D + M) = N(2RD + 4RM + 4R)`."""
    text = flattened(about).text
    sides = [FORMULA.match(text, equals.end()) for equals in EQUALS.finditer(text)]
    costs = [cost_read(side.group("formula"), around.named) for side in sides if side is not None]
    return [cost for cost in costs if cost is not None and len(cost.terms) > 1]


def _distinct(costs: Sequence[Cost]) -> list[Cost]:
    out: list[Cost] = []
    for one in costs:
        if not any(exactly(one, other) for other in out):
            out.append(one)
    return out


def _is_fair(square: Cost, line: Cost, softmax: Cost, known: Sequence[Cost]) -> bool:
    """Whether two counts count alike: both as the course does, or neither."""
    usual = any(exactly(line, one) for one in known)
    return exactly(square, softmax) == usual


def _way_counted(near: str, around: Surroundings) -> Way | None:
    """The way whose whole count a text gives beside softmax attention's."""
    formulas = [one.cost for one in formulas_in(flattened(near), around.named) if one.cost is not None]
    formulas += _set_equal(near, around)
    if not any(map(_is_softmax, formulas)):
        return None
    for one in reversed(formulas):
        if _is_whole(one, NAMED["random"], around) and {"R", "L"} & set(one.variables):
            return NAMED["random"]
        if _is_whole(one, NAMED["given"], around) and "L" in one.variables and "D" not in one.variables:
            named = [
                m.what
                for m in ways_in(near)
                if isinstance(m.what, Way) and m.what.name in {"given", "polynomial"}
            ]
            return named[-1] if named else NAMED["given"]
    return None


def _known(name: str, around: Surroundings, *, by_directions: bool = False) -> list[Cost]:
    """The counts of a way, the course's own first; by its directions where the text counts so."""
    way = NAMED[name]
    named = around.named.values()
    counts_all = "L" in named and "R" not in named and not by_directions
    features = "L" if name in {"given", "polynomial"} or (name == "random" and counts_all) else "2 R"
    formulas = [way.total] if name == "softmax" else [way.total, *way.also]
    counts = [around.as_wide(count_of(one.replace("L", "F"), features)) for one in formulas]
    if name == "random" and counts_all:
        half: Polynomial = {(("L", Fraction(1)),): Fraction(1, 2)}
        counts = [Cost("", substituted(one.terms, {"R": half})) for one in counts]
    return counts


def _degrees(cost: Cost) -> set[Fraction]:
    return {dict(monomial).get("N", Fraction(0)) for monomial in cost.terms}


def _is_softmax(cost: Cost) -> bool:
    return _degrees(cost) == {Fraction(SQUARED)} and not {"L", "R"} & set(cost.variables)


def _is_whole(cost: Cost, way: Way, around: Surroundings) -> bool:
    """Whether a count is a whole way's: with both widths where it projects, with the features where they are given."""
    used = set(cost.variables)
    if _degrees(cost) != {Fraction(1)} or (
        len(cost.terms) == 1 and set(cost.terms.values()) == {Fraction(1)}
    ):
        return False
    widths = {"D"} if around.one_width else {"D", "M"}
    features = {"R", "L"} & used
    if not features:
        return False
    return widths <= used if way.name == "random" else bool({"M", "D"} & used)


def other_way(about: str, around: Surroundings) -> Way | None:
    """The method that softmax is compared with: the last one named, in a text that names softmax too."""
    ways = [mention.what for mention in ways_in(about) if isinstance(mention.what, Way)]
    others = [way for way in ways if way.name != "softmax"]
    if others:
        return others[-1] if len(others) < len(ways) or _counts_softmax(about, around) else None
    # the total of one method names it
    counted = {
        frozenset(one.cost.variables)
        for one in formulas_in(flattened(about), around.named)
        if one.cost is not None
    }
    named = [way for way in WAYS if any(frozenset(used) in counted for used in _LETTERS.get(way.name, ()))]
    return named[0] if len(named) == 1 and (ways or _counts_softmax(about, around)) else None


_LETTERS: Mapping[str, Sequence[str]] = {"random": ("NRDM",), "given": ("NLM",)}


def _counts_softmax(about: str, around: Surroundings) -> bool:
    """Whether a text gives softmax attention's count without its name."""
    softmax = _known("softmax", around)[0]
    return any(
        one.cost is not None and exactly(one.cost, softmax)
        for one in formulas_in(flattened(about), around.named)
    )


NAMES = re.compile(
    r"(?P<softmax>soft-?max(?: (?:attention|version|form|layer))?|(?:the )?(?:standard|ordinary|exact|full|quadratic|usual) (?:attention|form|one|way|method))"
    r"|(?P<other>(?:the )?random(?:i[sz]ed)?[- ](?:fourier[- ])?(?:features?|map|(?=version|method|variant|one\b))(?: ?(?:attention|method|version))?|\bRFFs?\b|\bRFA\b|(?:the )?(?:linear|kerneli[sz]ed|feature|polynomial|recurrent) (?:attention|form|one|way|method|version|variant|kernel|map|features?)|linear attention|the (?:features?|recipe|sums)|(?:the )?polynomial\b)",
    re.I,
)


__all__ = ["NAMES", "Contest", "contests_in", "other_way"]
