# ruff: noqa: E501 -- a pattern stays on one line
"""Exact counts at sizes that a text sets: the number of a part or of a whole method, and ratios of two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.costs.amounts import ONE_OVER_N
from grader.verify.costs.count_formulas import (
    Counted,
    added,
    count_at,
    formulas_in,
    many_times,
    numbers_in,
)
from grader.verify.costs.count_parts import NAMED, Mention, Part, Way, count_of, mentions_in, ways_in
from grader.verify.costs.count_reading import TOGETHER
from grader.verify.costs.even_lengths import EVEN
from grader.verify.costs.exact_counts import FLOPS, ONE_OF_MANY, SEVERAL, WITH_FACTOR
from grader.verify.costs.ratios import counts_of, ratio_claims
from grader.verify.costs.surroundings import COUNTING, Surroundings, choices_of
from grader.verify.numbers.lettered import letters_given
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.plain_signs import Flat, flattened
from grader.verify.scope.growth import Cost, exactly, times
from grader.verify.shapes.told_sizes import USUAL, sizes_in

LEAST_COUNT = 1000
VALUE_OF = re.compile(r"[A-Za-z²³)/2]\s?=\s?$")
FEWEST_LISTED = 3  # counts that a text lists before it speaks of their sum
MOST_BACK = 5  # formulas that a pronoun may look back
SET = re.compile(
    r"(?<![\w^)])[A-Za-z](?:_\w+)?\s?[=≈]\s?$|\b(?:length|tokens|steps?|token|positions?|query|key|row|line|seed|epochs?|iterations?)\s$"
)
MOST_CHOICES = 24
ADJACENT = re.compile(
    r"^\s*(?:(?:scalar )?(?:multiplications?|mults|MACs?|numbers|floats|entries)\s*)?(?:(?:in (?:all|total)|altogether|together)\b)?(?:=|≈|→|:|\||,?\s*(?:which |that |this )?(?:is|are|gives?|makes?|means|or|comes to|here|i\.e\.)|,)?\s*(?:about |roughly |around |only |just )*$"
)
CALCULATION = re.compile(r"(?<![\w,.])[\d(][\d\s,.·*×+()²³^/−-]*(?:=|≈)\s*$")
RECALLS = re.compile(
    r"(?:^|[\d,;:(.→]|\b(?:and|then|so|here))\s*(?:(?:this|that|which|it|they|these|there|here|(?:the|an?) (?:exact |whole |grand )?(?:count|number|total|sum|formula|recipe)|we|I|one) (?:already |then |still )?(?:is|are|makes?|gives?|gets?|means|needs?|takes?|contains?|comes? to|amounts? to|have|counts?|brings? it to|becomes|(?:then )?yields?|evaluates? to|results? in|returns?)|i\.e\.|makes?|gives?|brings? it to)\s*(?:already |about |roughly |around |only |just |exactly |≈ )*$",
    re.I,
)
BEHIND_NUMBER = re.compile(
    r"^\s*(?:(?:scalar )?(?:multiplications?|mults)\s*)?(?:for|in|with|of|by)\s+(?:the )?", re.I
)
OTHER_UNIT = re.compile(
    r"^\s?(?:%|bytes?|[kKMGT]i?B\b|ms\b|s\b|seconds|floats|numbers|entries|scores|pairs|weights|tokens|features|parameters|images|times\b|x\b|-)"
)
VARIED = re.compile(
    r"\b(?:cache|states?|holds?|kept|keeps?|stor(?:e|es|ed)|heads?|layers?|batch|instead|half|twice|halved|doubled|doubling|per|each|both|additions|divisions|bytes|flops?|masked|causal|visible|pairs|saves?|saving|fewer|more than|less than|at least|at most|over|under|almost|nearly)\b",
    re.I,
)
IN_FLOPS = re.compile(r"\s?[kMGT]?FLOPs?\b(?!/)", re.I)
SAME_IN_MACS = re.compile(
    r"\s?(?:MACs?|multiply-adds?|multiplications)\W*(?:(?:i\.e\.|or|that is|which is|which are|so|are|is|=|≈|hence|and therefore|thus|\(|,)\W*)*(?:in FLOPs?:?\s)?",
    re.I,
)
KEPT = re.compile(r"\b(?:cache|states?|holds?|kept|keeps?|stor(?:e|es|ed))\b", re.I)
ONE_TOKEN = re.compile(
    r"\b(?:per|for (?:each|every|one|a single)|each|every) (?:new |single )?(?:token|query|position)s?\b",
    re.I,
)
OF_RANDOM = frozenset({"projections", "S", "numerators", "denominators"})
MULTIPLES = re.compile(r"\b(?:twice|half|doubled|doubling|halved)\b", re.I)


@dataclass(frozen=True)
class Subject:
    """What a number counts: the right counts, and others that some recipe may mean."""

    name: str
    right: Sequence[Cost]
    also: Sequence[Cost]
    says: str
    rests_on: str = ""
    sure: bool = True  # whether the number counts this and nothing else
    single: bool = False  # whether it is the count for one of the tokens


@dataclass(frozen=True)
class Figured:
    """A number of a sentence that counts multiplications, with what it counts if that is known."""

    number: Counted
    subject: Subject | None


def subject_of_way(way: Way, around: Surroundings, text: str) -> Subject:
    """The total of a method, by the formula that the text itself gives where it is one of the sensible ones."""
    features = "L" if way.name in {"given", "polynomial"} else "2 R"
    flat = flattened(f"{around.before} {text}")
    own = [one.cost for one in formulas_in(flat, around.named) if one.cost is not None]
    known, *others = (
        around.as_wide(count_of(one.replace("L", "F"), features)) for one in (way.total, *way.also)
    )
    if any(exactly(cost, known) for cost in own):
        return Subject(way.name, [known], [], f"{way.says}: {known}")
    listed = [part for part in around.told if part.names & OF_RANDOM]
    if way.name == "random" and {name for part in listed for name in part.names} >= OF_RANDOM:
        # the text lists the steps of the recipe, so that its total leaves none of them out
        return Subject(way.name, [known], [added(*(part.cost for part in listed))], f"{way.says}: {known}")
    said = [other for other in others if any(exactly(cost, other) for cost in own)]
    return Subject(way.name, [known], [*others, *said], f"{way.says}: {known}")


def subject_of_parts(parts: Sequence[Part], around: Surroundings, text: str) -> Subject:
    """The sum of the parts that are named."""
    distinct = list({part.name: part for part in parts}.values())
    features = (
        "2 R"
        if around.stacked or (WITH_FACTOR.search(f"{around.before} {text}") and "R" in around.named.values())
        else "L"
    )
    rights = [around.as_wide(count_of(part.right, features)) for part in distinct]
    also = [
        around.as_wide(count_of(one, features))
        for part in distinct
        for one in (*part.also, *([part.halves] if part.halves else []))
    ]
    names = " and ".join(part.name for part in distinct)
    total = added(*rights)
    return Subject(names, [total], [*also, *(rights if len(rights) > 1 else [])], f"{names}: {total}")


def number_claims(flat: Flat, around: Surroundings) -> Iterator[Spanned]:
    """(start, end, ruling) of the counts in numbers and the ratios of a sentence, in flattened text."""
    text = flat.text
    figures = figures_in(flat, around)
    for one in figures:
        anew = any(size == "N" and at < one.number.start for at, size, _ in sizes_in(text, around.named))
        near = MULTIPLES.sub(" ", _near(text, one.number)) if anew else _near(text, one.number)
        subject = one.subject
        if ONE_TOKEN.search(near):
            subject, near = _of_one_token(subject, text, around), ONE_TOKEN.sub(" ", near)
        if subject is not None and IN_FLOPS.match(text, one.number.end):
            subject, near = _in_flops(subject), FLOPS.sub(" ", near)
        if subject is not None and subject.rests_on:
            near = KEPT.sub(" ", near)  # the value of a formula, whatever it counts
        if subject is None or VARIED.search(near):
            continue
        judged = _judged(one.number, subject, text, around)
        if judged is not None:
            yield one.number.start, one.number.end, judged
    yield from ratio_claims(flat, around, counts_of(large_numbers))
    yield from _in_both_units(flat)


def _of_one_token(subject: Subject | None, text: str, around: Surroundings) -> Subject | None:
    """The count of a way for one of N tokens, where each takes the same; of the way of the section if none is named."""
    if subject is None:
        ways = [one.what for one in ways_in(f"{around.title}") if isinstance(one.what, Way)]
        subject = subject_of_way(ways[-1], around, text) if len({way.name for way in ways}) == 1 else None
    if subject is None or subject.name not in {"random", "given"}:
        return None
    right = [Cost("", times(dict(cost.terms), ONE_OVER_N)) for cost in subject.right]
    also = [Cost("", times(dict(cost.terms), ONE_OVER_N)) for cost in subject.also]
    says = f"for one of N tokens: {subject.says}"
    return replace(subject, right=right, also=[*also, *subject.right], says=says, single=True)


def _in_flops(subject: Subject) -> Subject:
    """A count where a multiplication and the addition behind it are two operations; some texts take them for one."""
    twice = [many_times(cost, 2) for cost in subject.right]
    also = [*subject.also, *subject.right]
    return replace(subject, right=twice, also=also, says=f"two for each multiply-add; {subject.says}")


def _in_both_units(flat: Flat) -> Iterator[Spanned]:
    """`4,294,967,296 MAC, i.e. 8,589,934,592 FLOP`: twice as many, or as many where a text has one for both."""
    numbers = large_numbers(flat)
    for one, other in pairwise(numbers):
        between = flat.text[one.end : other.start]
        unit = IN_FLOPS.match(flat.text, other.end)
        if one.number is None or other.number is None or unit is None:
            continue
        if not SAME_IN_MACS.fullmatch(between):
            continue
        says = f"a multiply-add is two operations: {shown(one.number * 2)}"
        if other.agrees(one.number * 2):
            yield other.start, unit.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif other.number != one.number:
            witness = {"counted": shown(one.number * 2), "stated": other.source}
            yield other.start, unit.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _near(text: str, one: Counted) -> str:
    return (
        re.split(r"[;:.]\s|,\s(?:and|while|but|so)\s", text[: one.start].rstrip(" :"))[-1]
        + re.split(r"[;.,]", text[one.end :])[0]
    )


def figures_in(flat: Flat, around: Surroundings) -> list[Figured]:
    """The large numbers of a sentence that count multiplications."""
    text = flat.text
    counting = around.counting or COUNTING.search(f"{around.title} {around.before[-700:]} {text}")
    numbers = large_numbers(flat)
    if not counting:
        # whatever a formula counts, its value is its value; a size is no count
        valued = [one for one in numbers_in(flat) if VALUE_OF.search(text[: one.start])]
        numbers = [one for one in valued if not SET.search(text[: one.start])]
    if not numbers:
        return []
    formulas = formulas_in(flat, around.named)
    parts, ways = mentions_in(text), ways_in(text)
    out: list[Figured] = []
    left = 0
    for number, one in enumerate(numbers):
        until = numbers[number + 1].start if number + 1 < len(numbers) else len(text)
        before, behind = text[left : one.start], re.split(r"[;.,]\s|\|", text[one.end : until])[0]
        out.append(Figured(one, _subject(one, left, before, behind, flat, formulas, [*parts, *ways], around)))
        left = one.end
    return out


def large_numbers(flat: Flat) -> list[Counted]:
    """The numbers of a text that may be counts: large, and no size that is set."""
    return [
        one
        for one in numbers_in(flat)
        if one.number is not None
        and one.number >= LEAST_COUNT
        and not OTHER_UNIT.match(flat.text[one.end :])
        and not SET.search(flat.text[: one.start])
        and not _is_coordinate(flat.text, one)
    ]


def _is_coordinate(text: str, one: Counted) -> bool:
    """Whether a number stands in brackets with others: the scores (1001, 1000)."""
    return bool(
        (text[: one.start].rstrip().endswith("(") and re.match(r"\s?,\s?-?\d[\d., -]*\)", text[one.end :]))
        or (text[one.end :].lstrip().startswith(")") and re.search(r"\(-?[\d., -]*,\s?$", text[: one.start]))
    )


def _subject(
    one: Counted,
    left: int,
    before: str,
    behind: str,
    flat: Flat,
    formulas: Sequence[Counted],
    mentions: Sequence[object],
    around: Surroundings,
) -> Subject | None:
    text = flat.text
    formula = next((f for f in reversed(formulas) if left <= f.start and f.end <= one.start), None)
    between = CALCULATION.sub("", text[formula.end : one.start]) if formula is not None else ""
    if formula is not None and formula.cost is not None and ADJACENT.match(between):
        # where the formula is wrong, the number may be the right count all the same
        before_it = [m.what for m in mentions if isinstance(m, Mention) and m.end <= formula.start]
        also = _of(None, before_it, around, text)
        right = also.right if also is not None else []
        return Subject(formula.source, [formula.cost], right, formula.source, rests_on=formula.source)
    spots = [(getattr(m, "start", 0), getattr(m, "end", 0), getattr(m, "what", None)) for m in mentions]
    follows = BEHIND_NUMBER.match(behind)
    if follows:
        at = one.end + follows.end()
        for start, _, what in spots:
            if start == at:
                return _of(what, [what], around, text)
    start = left + max(
        (
            cut.end()
            for cut in re.finditer(
                r"[;|]|\bagainst\b|\bwhile\b|\bwhereas\b|\bbut\b|(?<=[a-z0-9)])\.\s", before
            )
        ),
        default=0,
    )
    named = [(a, b, what) for a, b, what in spots if start <= a and b <= one.start]
    if named:
        last = max(named, key=lambda spot: spot[1])[2]
        return _of(last, [what for _, _, what in named if isinstance(what, Part)], around, text)
    if RECALLS.search(CALCULATION.sub("", before)) and not EVEN.search(text[: one.start]):
        last = _last_count(one.start, flat, around)
        if last is not None:
            return last
    return None


def _of(what: object, parts: Sequence[object], around: Surroundings, text: str) -> Subject | None:
    if isinstance(what, Way):
        return subject_of_way(what, around, text)
    chosen = [part for part in parts if isinstance(part, Part)]
    return subject_of_parts(chosen, around, text) if chosen else None


def _last_count(until: int, flat: Flat, around: Surroundings) -> Subject | None:
    """The count that the text has given last, if it is a known one."""
    whole = flattened(f"{around.before[-900:]} {flat.text[:until]}")
    formulas = formulas_in(whole, around.named)
    if not formulas:
        return None
    ways = {"NRDM": "random", "NLM": "given", "NDM": "softmax", "ND": "softmax"}
    for one in reversed(formulas[-MOST_BACK:]):
        cost = one.cost
        name = next(
            (name for used, name in ways.items() if cost and frozenset(used) == frozenset(cost.variables)),
            None,
        )
        if cost is None or name is None:
            break
        way = NAMED[name]
        known = around.as_wide(count_of(way.total.replace("L", "F"), "L" if name == "given" else "2 R"))
        if _degrees(cost) == _degrees(known):
            # "it is", of what the last sentence counts, at sizes that are all in it
            near = len(re.findall(r"[.!?]\s", whole.text[one.end :])) <= 1
            near = near and _all_counted(flat.text, known, around.named)
            return Subject(way.name, [known], [cost], f"{way.says}: {known}", sure=near)
    if len(around.told) >= FEWEST_LISTED:
        summed = added(*(part.cost for part in around.told))
        shown_sum = " + ".join(str(part.cost) for part in around.told)
        whole_way = any(
            exactly(summed, around.as_wide(count_of(way.total.replace("L", "F"), "2 R")))
            for way in NAMED.values()
        )
        return Subject("the parts listed", [summed], [], f"{shown_sum} is {summed}", sure=whole_way)
    last = formulas[-1]
    # what it counts is open: it may have this value, and be another thing than the number
    return Subject(last.source, [last.cost], [], last.source, last.source, sure=False) if last.cost else None


def _all_counted(text: str, cost: Cost, named: Mapping[str, str]) -> bool:
    """Whether a sentence sets no size that a count goes without, as the number of keys beside that of queries."""
    return all((named.get(name) or USUAL.get(name)) in cost.variables for name in letters_given(text))


def _degrees(cost: Cost) -> set[Fraction]:
    return {sum((power for _, power in key), Fraction(0)) for key in cost.terms}


# "the figures are 195,840 and 194,400": of two ways, in some order
FIGURES = re.compile(r"\b(?:figures|counts|totals|values|numbers|they) (?:are|become|were)\b[^.;]*$", re.I)
# "which passes 680 from N = 22 on": the other amount in a comparison
PASSED = re.compile(
    r"\b(?:pass(?:es)?|exceeds?|overtakes?|outgrows?|undercuts?|(?:more|less|fewer|larger|smaller) than)\b[^.;]{0,40}$",
    re.I,
)


def _judged(one: Counted, subject: Subject, text: str, around: Surroundings) -> Judged | None:
    sizes = around.sizes_until(text, one.start)
    if around.apart(text) is not None and any("N" in cost.variables for cost in subject.right):
        pairs = [around.of_pairs(cost, text, sizes) for cost in subject.right]
        if any(value is not None and one.agrees(value) for value in pairs):
            return verified(
                Kind.ARITHMETIC, f"{subject.says}, for each pair of a query and a key", Method.COUNT
            )
        return None
    loose = bool(re.search(r"(?:≈|~|\babout|\broughly|\baround|\bsome)\s*$", text[: one.start]))
    values = [count_at(cost, sizes) for cost in subject.right]
    if any(value is None for value in values):
        return None
    used = sorted({name for cost in subject.right for name in cost.variables})
    with_sizes = ", ".join(f"{name} = {shown(sizes[name])}" for name in used)
    for value in values:
        if value is not None and one.agrees(value, loose=loose):
            return verified(
                Kind.ARITHMETIC,
                f"{subject.says}; with {with_sizes} it is {shown(value)}",
                Method.COUNT,
                subject.rests_on,
            )
    first = values[0]
    near = _near(text, one)
    # what is written out has its own value, and may count more than the part that is named
    written_out = subject.name not in NAMED and CALCULATION.search(text[: one.start])
    several = subject.name not in NAMED and (
        SEVERAL.search(near)
        or (TOGETHER.search(near) and not subject.rests_on and " and " not in subject.name)
    )
    several = several or written_out
    if (
        first is None
        or several
        or not subject.sure
        or (ONE_OF_MANY.search(near) and not subject.single)
        or PASSED.search(text[: one.start])
        or FIGURES.search(text[: one.start])
    ):
        return None
    others = [
        count_at(cost, choice)
        for cost in (*subject.right, *subject.also)
        for choice in choices_of(used, sizes, text, around)
    ]
    if any(value is not None and one.agrees(value, loose=loose) for value in others):
        return None
    if loose and abs((one.number or 0) - first) <= first / 20:
        return None
    if (
        "N" in used
        and EVEN.search(text)
        and not any(name == "N" and at < one.start for at, name, _ in sizes_in(text, around.named))
    ):
        return None  # "3,200 multiplications, and both meet at n = 200" sets no length for the count
    if "L" in used and len([letter for letter, size in around.named.items() if size == "L"]) > 1:
        return None  # two letters for the lengths of two maps
    witness = {"sizes": with_sizes, "counted": shown(first), "stated": one.source}
    return refuted(
        Kind.ARITHMETIC,
        f"{subject.says}; with {with_sizes} it is {shown(first)}, not {one.source}",
        Method.COUNT,
        witness,
    )


__all__ = [
    "number_claims",
    "subject_of_way",
]
