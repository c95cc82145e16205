# ruff: noqa: E501 -- a pattern stays on one line
"""What is asked of a way to attention or of its steps, as an exact amount in the sizes; and a stated value held against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.costs.asked import Asked, Measure, Reach
from grader.verify.costs.complexity import best_of
from grader.verify.costs.cost_nouns import Thing
from grader.verify.costs.count_formulas import count_at, many_times
from grader.verify.costs.stated_values import Value
from grader.verify.costs.steps import (
    FEATURES_OF,
    MEMORY,
    NUMBERS,
    STEPS,
    WAYS,
    WHOLES_KEPT,
    cost_from,
    numbers_of,
    total_of,
)
from grader.verify.numbers.reckoning import shown
from grader.verify.scope.growth import (
    Cost,
    Polynomial,
    Same,
    Ties,
    exactly,
    polynomial_text,
    same_growth,
    substituted,
    times,
)

POLYNOMIAL_LENGTH = "1/2 D^2 + 3/2 D + 1"
OTHER_LENGTHS = ("D^2 + D + 1", "D^2 + 2 D + 1")  # with equal products kept apart
# counts without what does not grow with a width, or with the divisions
COUNTED_ALSO: Mapping[Thing, tuple[str, ...]] = {
    Thing.SOFTMAX: ("N^2 D + N^2 M + N^2", "N^2 D + N^2 M + 2 N^2"),
    Thing.LINEAR: ("2 N L M", "2 N L M + N L + N M"),
    Thing.RANDOM: ("2 N R D + 2 N L M",),
}
CUBIC_LENGTH = "1/6 D^3 + D^2 + 11/6 D + 1"
ONE_OVER_N: Polynomial = {(("N", Fraction(-1)),): Fraction(1)}
AS_WIDE: Mapping[str, Polynomial] = {"M": {(("D", Fraction(1)),): Fraction(1)}}
OF_FEATURES = frozenset({Thing.S, Thing.Z, Thing.SUMS, Thing.STATE, Thing.ALL_STATES, Thing.NUMERATORS, Thing.DENOMINATORS, Thing.WEIGHING, Thing.UPDATE, Thing.KEY_UPDATE, Thing.READING, Thing.RIGHT, Thing.LEFT, Thing.SIMILARITIES, Thing.FEATURES})  # fmt: skip
OF_SOFTMAX = frozenset({Thing.SCORES, Thing.MIXING, Thing.WEIGHTS, Thing.CACHE, Thing.ROWS})


@dataclass(frozen=True)
class Ground:
    """What a text's values rest on: its letters, the sizes that it has set, and how long its random features are."""

    letters: Mapping[str, str]
    sizes: Mapping[str, Fraction]
    random: bool  # it speaks of random features
    stacked: bool  # it has a sine and a cosine for each random direction
    odd_map: bool  # its map of random features is another one, or its letter may count something else
    counts_features: bool  # it has a letter for the length of its features
    one_width: bool  # its values are as wide as its keys
    choices: Sequence[Ties] = ()


@dataclass(frozen=True)
class Amount:
    """The exact amounts that are right, those that some texts mean, and why."""

    right: tuple[Cost, ...]
    says: str
    also: tuple[Cost, ...] = ()
    sure: bool = True  # whether a value of another growth is wrong
    featured: bool = False  # whether it has the length of random features in it


def length_of(way: Thing, claimed: Cost | None) -> str:
    """The length of a way's features, in the letter that a claim has for it."""
    named = set(claimed.variables) if claimed is not None else set()
    if "L" in named and "R" not in named:
        return "L"
    if way is Thing.RANDOM or "R" in named:
        return "2 R"
    return {Thing.POLYNOMIAL: POLYNOMIAL_LENGTH, Thing.CUBIC: CUBIC_LENGTH}.get(way, "L")


def written(formula: str, way: Thing, claimed: Cost | None, ground: Ground) -> Cost:
    """A formula of the tables with the length of the features written out."""
    length = length_of(way, claimed)
    equal: dict[str, Polynomial] = {}
    if length == "L":
        if claimed is not None and "R" not in claimed.variables:
            equal["R"] = {(("L", Fraction(1)),): Fraction(1, 2)}
    else:
        equal["L"] = dict(cost_from(length).terms)
    terms = substituted(cost_from(formula).terms, equal)
    return Cost("", substituted(terms, AS_WIDE)) if ground.one_width else Cost("", terms)


def amount_of(asked: Asked, way: Thing | None, claimed: Cost | None, ground: Ground) -> Amount | None:
    """What is asked of a way, or of the steps and things that are named."""
    featured = bool(OF_FEATURES & set(asked.things)) or way in {Thing.RANDOM}
    whole = (
        way
        if way is not None
        else Thing.SOFTMAX
        if set(asked.things) <= OF_SOFTMAX and asked.things
        else Thing.LINEAR
    )
    if asked.measure is Measure.LENGTH:
        return _length(way, claimed, ground)
    if asked.measure is Measure.KEPT:
        found = _kept(asked, way)
    elif asked.measure is Measure.TIME:
        found = _time(asked, way)
    else:
        return None
    if found is None:
        return None
    formulas, says, also, sure = found
    right = tuple(written(one, whole, claimed, ground) for one in formulas)
    others = tuple(written(one, whole, claimed, ground) for one in also)
    of_way = (
        not any(thing in STEPS and STEPS[thing].operations for thing in asked.things)
        and Thing.FEATURES not in asked.things
    )
    if asked.measure is Measure.TIME and asked.reach is not Reach.ALL and way is not None and of_way:
        once = tuple(Cost("", times(dict(one.terms), ONE_OVER_N)) for one in right)
        if asked.reach is Reach.ONE:
            says = f"for one token: {says}"
            right, others = (
                once,
                (*others, *(written("L M", whole, claimed, ground) for _ in right if way is Thing.RANDOM)),
            )
        else:
            others = (*others, *once)
    return Amount(
        right,
        says,
        others,
        sure and (ground.counts_features or not _of_another_length(right, claimed)),
        featured,
    )


def in_flops(amount: Amount) -> Amount:
    """An amount where a multiplication and the addition behind it count as two; some texts count them as one."""
    twice = tuple(many_times(one, 2) for one in amount.right)
    return replace(
        amount,
        right=twice,
        also=(*amount.also, *amount.right),
        says=f"two for each multiply-add; {amount.says}",
    )


def _of_another_length(right: Sequence[Cost], claimed: Cost | None) -> bool:
    """Whether a claim without the features' length may be of a map whose length it gives: `O(NDM)` where φ keeps D."""
    if claimed is None or {"L", "R"} & set(claimed.variables) or "L" not in right[0].variables:
        return False
    return "N" in right[0].variables or "N" not in claimed.variables


_Found = tuple[tuple[str, ...], str, tuple[str, ...], bool]


def _length(way: Thing | None, claimed: Cost | None, ground: Ground) -> Amount | None:
    match way:
        case Thing.RANDOM if not ground.odd_map:
            says = "a sine and a cosine for each of R directions"
            return Amount((written("L", way, claimed, ground),), says, sure=ground.stacked, featured=True)
        case Thing.POLYNOMIAL:
            right = tuple(cost_from(one) for one in (POLYNOMIAL_LENGTH, *OTHER_LENGTHS))
            return Amount(
                right,
                "(D + 1)(D + 2)/2 products of degree at most 2, or D² + D + 1 with equal ones kept apart",
            )
        case _:
            return None


def _kept(asked: Asked, way: Thing | None) -> _Found | None:
    things = [thing for thing in dict.fromkeys(asked.things) if thing in MEMORY or thing in NUMBERS]
    if way is Thing.SOFTMAX:
        things = [thing for thing in things if thing in OF_SOFTMAX or thing is Thing.STATE]
        weights = [thing for thing in things if thing in {Thing.WEIGHTS, Thing.SCORES}]
        if not weights and (asked.running or asked.near_running or things):
            firm = Thing.CACHE in things or (asked.running and Thing.STATE not in things)
            return (
                ("N D + N M",),
                NUMBERS[Thing.CACHE][1],
                () if firm else ("N^2", *WHOLES_KEPT[way].also),
                True,
            )
    elif way is not None:
        things = [thing for thing in things if thing not in OF_SOFTMAX]
    if Thing.CACHE in things:
        return ("N D + N M",), NUMBERS[Thing.CACHE][1], (), way is None
    if things:
        first = things[0]
        if {Thing.S, Thing.Z} <= set(things):
            first = Thing.SUMS
        says = NUMBERS[first][1] if first in NUMBERS else STEPS[first].kept or STEPS[first].says
        also: tuple[str, ...] = (
            ("L M",) if first in {Thing.SUMS, Thing.STATE} else ("L M + L",) if first is Thing.S else ()
        )
        return (numbers_of(first),), says, also, True
    if way is None:
        return None
    kept = WHOLES_KEPT[way]
    if way is Thing.SOFTMAX:
        return (kept.every,), kept.says, kept.also, True
    also = ("L M", *(() if asked.running else (*(one for one in kept.also if one != "L M"), "N L")))
    return ("L M + L",), kept.says, also, True


def _time(asked: Asked, way: Thing | None) -> _Found | None:
    steps = one_each([thing for thing in asked.things if thing in STEPS and STEPS[thing].operations])
    if Thing.FEATURES in asked.things and way is not None and way in FEATURES_OF and not steps:
        price = FEATURES_OF[way]
        return (price.every,), price.says, (price.one, "N L", "L"), True
    if steps:
        return (*_of_steps(asked, steps), not asked.partly and not (asked.two and len(steps) == 1))
    if way is None:
        return None
    total = total_of(Thing.LINEAR if asked.given and way is Thing.RANDOM else way)
    says = WAYS[way].says
    others = (*WAYS[way].also, *COUNTED_ALSO.get(way, ()))
    if way is Thing.RANDOM and asked.given:
        others = ("N L M",)
    return (total,), says, others, True


def _of_steps(asked: Asked, steps: Sequence[Thing]) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """What the steps that are named take together: for one token as growth goes, or as it is counted."""
    says = "; ".join(dict.fromkeys(STEPS[thing].says for thing in steps))
    if asked.reach is Reach.ONE:
        counts = [[STEPS[thing].one for thing in chosen] for chosen in (dict.fromkeys(steps), steps)]
        also: list[str] = []
    else:
        counts = [[STEPS[thing].multiplications or STEPS[thing].operations for thing in steps]]
        also = [other for thing in steps for other in STEPS[thing].also]
        also += [STEPS[thing].one for thing in steps if asked.reach is Reach.OPEN]
    if asked.sides_open:
        counts.insert(0, [*counts[0], STEPS[Thing.PROJECTIONS].multiplications])
    return tuple(dict.fromkeys(" + ".join(one) for one in counts)), says, tuple(also)


SAME = (
    frozenset({Thing.S, Thing.UPDATE, Thing.SUMS, Thing.STATE}),
    frozenset({Thing.Z, Thing.KEY_UPDATE}),
    frozenset({Thing.NUMERATORS, Thing.READING}),
)


def one_each(things: Sequence[Thing]) -> list[Thing]:
    """The steps, each once, whatever it is called; projections as often as they are named: "QWᵀ and KWᵀ".

    >>> [thing.name for thing in one_each([Thing.S, Thing.UPDATE, Thing.PROJECTIONS, Thing.PROJECTIONS])]
    ['S', 'PROJECTIONS', 'PROJECTIONS']
    """
    out: list[Thing] = []
    for thing in things:
        called = next((group for group in SAME if thing in group), frozenset({thing}))
        if thing is Thing.PROJECTIONS or not called & set(out):
            out.append(thing)
    return out


def ruled(value: Value, amount: Amount, ground: Ground, *, exact: bool) -> Judged | None:
    """A stated growth class, formula or number held against the exact amount; None where nothing is sure."""
    if value.number is not None:
        return _number_ruled(value, amount, ground)
    claimed = value.cost
    if claimed is None:
        return None
    shown_right = str(amount.right[0])
    if not value.growth and any(exactly(claimed, one) for one in amount.right):
        return verified(Kind.COMPLEXITY, f"{amount.says}: {shown_right}", Method.COUNT)
    compared = [best_of(claimed, one, ground.choices) for one in amount.right]
    same = any(one.verdict is Same.SAME for one in compared)
    if value.growth or not exact:
        if same:
            return verified(Kind.COMPLEXITY, amount.says, Method.COUNT)
    elif same:
        return _inexact(claimed, amount, ground)
    if not set(claimed.variables) <= set("NDMLR") or any(one.verdict is Same.UNDECIDED for one in compared):
        return unchecked(Kind.COMPLEXITY, "the cost has sizes that are not read")
    if not amount.sure or any(
        best_of(claimed, one, ground.choices).verdict is Same.SAME for one in amount.also
    ):
        return unchecked(
            Kind.COMPLEXITY, f"it is the cost under another reading than this one: {amount.says}"
        )
    return refuted(
        Kind.COMPLEXITY, f"{amount.says}; {compared[0].says}", Method.COUNT,
        dict(compared[0].path or {}) | {"true": polynomial_text(dict(amount.right[0].terms))},
    )  # fmt: skip


def _inexact(claimed: Cost, amount: Amount, ground: Ground) -> Judged | None:
    """A formula of the right growth with other constants, where constants are counted."""
    if any(exactly(claimed, one) for one in amount.also) or not amount.sure:
        return None
    if amount.featured and (not ground.stacked or ground.odd_map) and "R" in claimed.variables:
        return None
    if same_growth(claimed, amount.right[0]).verdict is not Same.SAME:
        return None  # the same under ties of the text alone
    right = polynomial_text(dict(amount.right[0].terms))
    return refuted(
        Kind.COMPLEXITY, f"{amount.says}; that is {right}, not {claimed}", Method.COUNT,
        {"counted": right, "stated": polynomial_text(dict(claimed.terms))},
    )  # fmt: skip


def _number_ruled(value: Value, amount: Amount, ground: Ground) -> Judged | None:
    one = value.number
    if one is None or one.number is None or (amount.featured and ground.odd_map):
        return None
    right = [count_at(cost, ground.sizes) for cost in amount.right]
    known = [exact for exact in right if exact is not None]
    if not known or len(known) < len(right):
        return None
    used = sorted(set(amount.right[0].variables))
    with_sizes = ", ".join(f"{name} = {shown(ground.sizes[name])}" for name in used)
    says = f"{amount.says}: {amount.right[0]}; with {with_sizes} it is {shown(known[0])}"
    loose = value.source != one.source or "about" in value.source
    if any(one.agrees(exact, loose=True) for exact in known):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    others = [count_at(cost, ground.sizes) for cost in amount.also]
    if any(exact is not None and one.agrees(exact, loose=True) for exact in others) or not amount.sure:
        return None
    if loose and abs(one.number - known[0]) <= known[0] / 20:
        return None
    return refuted(
        Kind.ARITHMETIC, f"{says}, not {one.source}", Method.COUNT,
        {"sizes": with_sizes, "counted": shown(known[0]), "stated": one.source},
    )  # fmt: skip


__all__ = ["Amount", "Ground", "amount_of", "in_flops", "length_of", "ruled", "written"]
