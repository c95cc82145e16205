# ruff: noqa: E501 -- a pattern stays on one line
"""Exact counts at sizes that a text sets: the number of a part or of a whole method, and ratios of two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, product

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.costs.count_formulas import Counted, added, count_at, formulas_in, numbers_in, sizes_in
from grader.verify.costs.count_parts import NAMED, Part, Way, count_of, mentions_in, ways_in
from grader.verify.costs.count_reading import TOGETHER
from grader.verify.costs.exact_counts import COUNTING, ONE_OF_MANY, SEVERAL, WITH_FACTOR
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.plain_signs import Flat, flattened
from grader.verify.scope.growth import Cost, exactly, substituted

LEAST_COUNT = 1000
VALUE_OF = re.compile(r"[A-Za-z²³)/2]\s?=\s?$")
MOST_BACK = 5  # formulas that a pronoun may look back
SET = re.compile(r"(?<![\w^)])[A-Za-z](?:_\w+)?\s?[=≈]\s?$|\b(?:length|tokens)\s$")
MOST_CHOICES = 24
ADJACENT = re.compile(
    r"^\s*(?:(?:scalar )?(?:multiplications?|mults)\s*)?(?:=|≈|→|:|\||,?\s*(?:which |that |this )?(?:is|are|gives?|makes?|means|or|comes to|here|i\.e\.)|,)?\s*(?:about |roughly |around |only |just )*$"
)
CALCULATION = re.compile(r"(?<![\w,.])[\d(][\d\s,.·*×+()²³^/−-]*(?:=|≈)\s*$")
RECALLS = re.compile(
    r"(?:^|[\d,;:(.→]|\b(?:and|then|so|here))\s*(?:(?:this|that|it|they|these|there|(?:the|an?) (?:exact |whole |grand )?(?:count|number|total|sum|formula|recipe)|we|I|one) (?:already |then |still )?(?:is|are|makes?|gives?|gets?|means|needs?|takes?|contains?|comes? to|amounts? to|have|counts?|brings? it to|becomes|(?:then )?yields?|evaluates? to|results? in|returns?)|i\.e\.|makes?|gives?|brings? it to)\s*(?:already |about |roughly |around |only |just |exactly |≈ )*$",
    re.I,
)
BEHIND_NUMBER = re.compile(
    r"^\s*(?:(?:scalar )?(?:multiplications?|mults)\s*)?(?:for|in|with|of|by)\s+(?:the )?", re.I
)
OTHER_UNIT = re.compile(
    r"^\s?(?:%|bytes?|[kKMGT]i?B\b|ms\b|s\b|seconds|floats|numbers|entries|scores|pairs|weights|tokens|features|parameters|images|times\b|x\b|-)"
)
VARIED = re.compile(
    r"\b(?:heads?|layers?|batch|instead|half|twice|halved|doubled|doubling|per|each|both|additions|divisions|bytes|flops?|masked|causal|visible|pairs|saves?|saving|fewer|more than|less than|at least|at most|over|under|almost|nearly)\b",
    re.I,
)
MULTIPLES = re.compile(r"\b(?:twice|half|doubled|doubling|halved)\b", re.I)
RATIO = re.compile(
    r"(?P<times>\d+(?:\.\d+)?)\s?(?:x\b|×|times|-fold|fold)\s*(?:as (?:many|much|often|expensive|costly|dear|slow|fast)|more|fewer|less|cheaper|dearer|faster|slower|the (?:number|count|work|multiplications|cost))"
    r"|\b(?:factor|ratio|quotient|advantage)\b(?:[^.;,\d=]{0,60}?\b(?:of|is|becomes|to|was|by|about|roughly|around|only|already|here|nearly|near)\b|\s?[:=≈])?\s?[≈~]?\s?(?P<factor>\d+(?:\.\d+)?)(?!\s?(?:%|[kKMG]i?B)|[\d,])"
)
THAN = re.compile(r"(?: multiplications)? than (?:the |those |about )?")
OTHER_RATIO = re.compile(
    r"\b(?:pixels?|parameters?|memory|bytes|[kKMG]i?B|floats|cache|state|epochs?|images?|error|variance|deviation|std|features? as|entries|numbers|size of|loss|triplets?|pairs|accuracy|flops|in practice|measured?|wall[- ]clock|seconds?|ran|our code|implementation)\b",
    re.I,
)
EVEN = re.compile(
    r"\b(?:equal(?:ly)?|same (?:number|count|cost)|break[- ]?even(?: point)?|cross(?:es|ing)?[- ]?(?:over|point)?|overtak\w+|agree|catch(?:es)? up|pays? off|loses?|wins?|cheaper|dearer|tie|meet|coincide|worth(?:while)?|beats?|better off)\b",
    re.I,
)
GROWS_BY = re.compile(
    r"\b(?:grow|rise|increase|go up|goes up|shrink|fall|drop|decrease|multipl)\w*(?: only| just| up)* by (?:about |only |a |the |roughly )*$|\bfrom\s+\$?[A-Za-z]\$?\s?=\s?[\d,]+\$?\s+to\b",
    re.I,
)
INSTEAD = re.compile(r"\b(?:instead|double|twice|half)\b", re.I)


@dataclass(frozen=True)
class Surroundings:
    """What a sentence's numbers rest on: the text before it, the letters, and whether values are as wide as keys."""

    before: str
    title: str
    named: Mapping[str, str]
    stacked: bool
    one_width: bool
    sizes: Sequence[tuple[str, Fraction]]  # those that the text has set before, in order


@dataclass(frozen=True)
class Subject:
    """What a number counts: the right counts, and others that some recipe may mean."""

    name: str
    right: Sequence[Cost]
    also: Sequence[Cost]
    says: str
    rests_on: str = ""
    sure: bool = True  # whether the number counts this and nothing else


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
        _as_wide(count_of(one.replace("L", "F"), features), around) for one in (way.total, *way.also)
    )
    if any(exactly(cost, known) for cost in own):
        return Subject(way.name, [known], [], f"{way.says}: {known}")
    said = [other for other in others if any(exactly(cost, other) for cost in own)]
    return Subject(way.name, [known], [*others, *said], f"{way.says}: {known}")


def _as_wide(cost: Cost, around: Surroundings) -> Cost:
    if not around.one_width:
        return cost
    return Cost("", substituted(cost.terms, {"M": {(("D", Fraction(1)),): Fraction(1)}}))


def subject_of_parts(parts: Sequence[Part], around: Surroundings, text: str) -> Subject:
    """The sum of the parts that are named."""
    distinct = list({part.name: part for part in parts}.values())
    features = (
        "2 R"
        if around.stacked or (WITH_FACTOR.search(f"{around.before} {text}") and "R" in around.named.values())
        else "L"
    )
    rights = [_as_wide(count_of(part.right, features), around) for part in distinct]
    also = [
        _as_wide(count_of(one, features), around)
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
    earlier = earlier_figures(around)
    for one in figures:
        anew = any(size == "N" and at < one.number.start for at, size, _ in sizes_in(text, around.named))
        near = MULTIPLES.sub(" ", _near(text, one.number)) if anew else _near(text, one.number)
        if one.subject is None or VARIED.search(near):
            continue
        judged = _judged(one.number, one.subject, text, around)
        if judged is not None:
            yield one.number.start, one.number.end, judged
    yield from _ratios(text, figures, earlier, around)


def _near(text: str, one: Counted) -> str:
    return (
        re.split(r"[;:.]\s|,\s(?:and|while|but|so)\s", text[: one.start])[-1]
        + re.split(r"[;.,]", text[one.end :])[0]
    )


def sizes_until(text: str, place: int, around: Surroundings) -> dict[str, Fraction]:
    """The sizes that hold at a place of a sentence: the last before it, else what the sentence sets after it."""
    found = sizes_in(text, around.named)
    after = {size: value for at, size, value in reversed(found) if at >= place}
    return {**after, **dict(around.sizes), **{size: value for at, size, value in found if at < place}}


def figures_in(flat: Flat, around: Surroundings) -> list[Figured]:
    """The large numbers of a sentence that count multiplications."""
    text = flat.text
    counting = COUNTING.search(f"{around.title} {around.before[-700:]} {text}")
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
    ]


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
        return Subject(formula.source, [formula.cost], [], formula.source, rests_on=formula.source)
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
    formulas = [one for one in formulas_in(whole, around.named) if one.cost is not None]
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
        known = _as_wide(count_of(way.total.replace("L", "F"), "L" if name == "given" else "2 R"), around)
        if _degrees(cost) == _degrees(known):
            near = (
                len(re.findall(r"[.!?]\s", whole.text[one.end :])) <= 1
            )  # "it is", of what the last sentence counts
            return Subject(way.name, [known], [cost], f"{way.says}: {known}", sure=near)
    last = formulas[-1]
    # what it counts is open: it may have this value, and be another thing than the number
    return Subject(last.source, [last.cost], [], last.source, last.source, sure=False) if last.cost else None


def _degrees(cost: Cost) -> set[Fraction]:
    return {sum((power for _, power in key), Fraction(0)) for key in cost.terms}


def _judged(one: Counted, subject: Subject, text: str, around: Surroundings) -> Judged | None:
    sizes = sizes_until(text, one.start, around)
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
        SEVERAL.search(near) or (TOGETHER.search(near) and " and " not in subject.name)
    )
    several = several or written_out
    if first is None or several or not subject.sure or ONE_OF_MANY.search(near):
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
    if "L" in used and len([letter for letter, size in around.named.items() if size == "L"]) > 1:
        return None  # two letters for the lengths of two maps
    witness = {"sizes": with_sizes, "counted": shown(first), "stated": one.source}
    return refuted(
        Kind.ARITHMETIC,
        f"{subject.says}; with {with_sizes} it is {shown(first)}, not {one.source}",
        Method.COUNT,
        witness,
    )


def choices_of(
    used: Sequence[str], sizes: Mapping[str, Fraction], text: str, around: Surroundings
) -> Iterator[dict[str, Fraction]]:
    """The sizes as they hold, and in other combinations of what the text has set."""
    told: dict[str, list[Fraction]] = {name: [sizes[name]] for name in used}
    for name, value in [*around.sizes, *((size, value) for _, size, value in sizes_in(text, around.named))]:
        if name in told and value not in told[name]:
            told[name].append(value)
    for choice in islice(product(*(told[name] for name in used)), MOST_CHOICES):
        yield {**sizes, **dict(zip(used, choice, strict=True))}


def earlier_figures(around: Surroundings) -> list[Fraction]:
    """The last counts in numbers before a sentence, near enough to be compared."""
    near = re.split(r"(?<=[.!?])\s+(?=[A-Z$])", around.before[-420:])[-3:]
    out: list[Fraction] = []
    for sentence in near:
        flat = flattened(sentence)
        out += [one.number for one in large_numbers(flat) if one.number is not None]
    return out


def _of_any_two(stated: Counted, told: Sequence[Fraction]) -> bool:
    """Whether a ratio is that of two other counts than those that seem to be meant."""
    return any(
        stated.agrees(max(a, b) / min(a, b), loose=False) for a, b in combinations(told, 2) if min(a, b) > 0
    )


def _ratios(
    text: str, figures: Sequence[Figured], earlier: Sequence[Fraction], around: Surroundings
) -> Iterator[Spanned]:
    about = f"{around.title} {around.before[-500:]} {text}"
    for found in RATIO.finditer(text):
        piece = re.split(r"[;.]\s", text[: found.start()])[-1][-90:]
        if GROWS_BY.search(piece) or re.match(r"\s?(?::|to\b)\s?\d", text[found.end() :]):
            continue  # of one method with itself; a ratio of two numbers of something
        if OTHER_RATIO.search(
            piece + found.group() + text[found.end() : found.end() + 40]
        ) or not COUNTING.search(about):
            continue
        if re.search(r"\d\s*[/:]\s*[\d,.]+\s*(?:≈|=)\s*$", text[: found.start()]):
            continue  # a quotient that is written out
        source = found.group("times") or found.group("factor")
        stated = Counted(
            found.start(),
            found.end(),
            source,
            None,
            Fraction(source),
            Fraction(1, 10 ** len(source.partition(".")[2])),
        )
        here = [
            one.number.number
            for one in figures
            if one.number.end <= found.start() and one.number.number is not None
        ]
        fresh = (
            any(size == "N" for at, size, _ in sizes_in(text, around.named) if at < found.start())
            and not here
        )
        told = here if len(here) > 1 or fresh else [*earlier, *here]
        pair = list(told) if len(told) == 2 and not fresh else []
        than = (
            [
                one.number.number
                for one in figures
                if THAN.fullmatch(text[found.end() : one.number.start])
                if one.number.number is not None
            ]
            if found.end() <= len(text)
            else []
        )
        pair = [*(here or earlier)[-1:], *than[:1]] if than else pair
        stated_ratio = max(pair) / min(pair) if len(pair) == 2 and min(pair) > 0 else None
        true_ratios = _true_ratios(text, found.start(), around)
        ratios = [one for one in (stated_ratio, *true_ratios) if one is not None]
        if not ratios:
            continue
        agree = [stated.agrees(one, loose=False) for one in ratios]
        place = found.start(), found.end()
        says = (
            f"the quotient is {shown(ratios[0].limit_denominator(10**6))}"
            if ratios[0].denominator > 10**6
            else f"the quotient is {float(ratios[0]):.6g}"
        )
        if agree[0]:
            yield *place, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (
            not any(agree)
            and not _of_any_two(stated, [*earlier, *here])
            and all(abs((stated.number or 0) - one) > max(stated.last, one / 100) for one in ratios)
            and (stated.number or 0) > 1
        ):
            witness = {"quotient": f"{float(ratios[0]):.6g}", "stated": source}
            yield *place, refuted(Kind.ARITHMETIC, f"{says}, not {source}", Method.COUNT, witness)


def _true_ratios(text: str, place: int, around: Surroundings) -> list[Fraction]:
    """Softmax against the other method that is spoken of, at the sizes that hold."""
    other = other_way(text[:place], around)
    sizes = sizes_until(text, place, around)
    if other is None:
        return []
    softmax = count_at(subject_of_way(NAMED["softmax"], around, text).right[0], sizes)
    subject = subject_of_way(other, around, text)
    counts = [count_at(cost, sizes) for cost in (*subject.right, *subject.also)]
    return [max(softmax, one) / min(softmax, one) for one in counts if softmax and one]


def other_way(text: str, around: Surroundings) -> Way | None:
    """The method that softmax is compared with: the last one named, in a text that names softmax too."""
    about = f"{around.title} {around.before[-1500:]} {text}"
    ways = [mention.what for mention in ways_in(about) if isinstance(mention.what, Way)]
    others = [way for way in ways if way.name != "softmax"]
    if not others and ways:
        # the total of one method names it
        counted = {
            frozenset(one.cost.variables)
            for one in formulas_in(flattened(about), around.named)
            if one.cost is not None
        }
        others = [
            NAMED[name] for name, used in (("given", "NLM"), ("random", "NRDM")) if frozenset(used) in counted
        ]
        return others[0] if len(others) == 1 else None
    return others[-1] if others and (len(others) < len(ways)) else None


__all__ = [
    "EVEN",
    "Surroundings",
    "choices_of",
    "number_claims",
    "other_way",
    "sizes_until",
    "subject_of_way",
]
