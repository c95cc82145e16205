# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""How something grows, in words: "quadratic in the sequence length", "doubling N quadruples the time", "falls like 1/R".

Every such sentence names a size and claims a power of it, or a factor for a factor. The true power is read off the cost
of what the sentence speaks of (`stated.truth_of`), or off the law of an average of R terms for errors of estimates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.costs.complexity import PLAIN_GROWTH, letters_of, ties_of
from grader.verify.costs.cost_nouns import Thing, read_things
from grader.verify.costs.cost_truths import MEMORY_WORDS, Stated, truth_of
from grader.verify.costs.operations import methods_in, normal
from grader.verify.costs.scaling_words import (
    DECAY,
    DEGREE,
    DEGREES,
    EFFECT,
    ESTIMATES,
    KEPT,
    MULTIPLIES,
    NEEDED,
    SPREADS,
    TRIGGER,
)
from grader.verify.costs.stated import EXACT_ATTENTION, LATEX_GROWTH, OTHER, adjusted, last_cost
from grader.verify.costs.works import shapes_at
from grader.verify.reading.numerals import multiple_of
from grader.verify.scope.context import Context
from grader.verify.scope.growth import Cost, Ties, leading, read_cost, substituted


@dataclass(frozen=True)
class Found:
    """A ruling and the place of the words that it is about."""

    start: int
    end: int
    judged: Judged


@dataclass(frozen=True)
class Scene:
    """The sentence's surroundings: as for a stated cost, and where it stands."""

    around: Stated
    context: Context
    section: int
    line: int


def size_of(found: re.Match[str], tail: str = "") -> str:
    """The name of the size that a match names, in the course's letters; "" if none."""
    groups = found.groupdict()
    for place in range(9):
        letter = groups.get(f"letter{place}{tail}")
        if letter:
            name = re.sub(r"[{}\\]|text", "", letter)
            return {"n": "N", "T": "N", "d": "D", "D_k": "D", "D_v": "M", "C": "L"}.get(
                name, "R" if name.startswith("D_r") or name == "D_R" else name
            )
    words = (groups.get(f"many{tail}") or groups.get(f"words{tail}") or "").lower()
    if groups.get(f"size{tail}"):
        return "N"
    if re.search(r"feature|direction|projection|frequenc", words):
        return "R"
    if re.search(r"dimension|size|width", words):
        return "B" if "batch" in words else "D"
    if re.search(r"head", words):
        return "H"
    return "N" if words and "sequences" not in words else ""


def powers(cost: Cost, size: str, ties: Ties) -> tuple[Fraction, Fraction] | None:
    """The least and the greatest power of a size among a cost's terms; None where they cannot be read."""
    terms = leading(substituted(cost.terms, ties.equal))
    if terms is None:
        return None
    all_powers = [
        sum((dict(monomial).get(one, Fraction(0)) for one in size.split("+")), Fraction(0))
        for monomial in terms
    ]
    return min(all_powers), max(all_powers)


# "attention with random features" is no softmax attention
BY_FEATURES = re.compile(
    r"\b(?:self-)?attention (?:with|by|using|through|via|from|based on) (?:the |R )?(?P<which>random|polynomial)(?:[- ]fourier)? features?\b",
    re.I,
)


def _known(
    owner: str, scene: Scene, size: str
) -> tuple[list[tuple[Fraction, Fraction]], str, bool, Cost | None]:
    """The powers of a size in everything that the owner may mean, what they rest on, and how sure that is."""
    owner = BY_FEATURES.sub(r"\g<which>-feature attention", owner)
    around = replace(scene.around, before=f"{owner} ", after="")
    nothing = Cost("", {})
    truth = truth_of(around, nothing, shapes_at(scene.context, letters_of(scene.context), scene.line))
    about = " ".join((around.sentence, around.label, around.heading, around.earlier[-600:]))
    if isinstance(truth, str):
        said = (
            last_cost(f"{around.earlier[-300:]} {around.before}")
            if re.search(
                r"^\W*(?:(?:and|so|also|for \w = \w) )*(?:this|it|that|which|the (?:cost|total|whole))\b",
                normal(owner) or "it",
                re.I,
            )
            else None
        )
        if said is None:
            return [], truth, False, None
        truth_right: tuple[Cost, ...] = (said,)
        says, sure = f"the cost stated before it is {said}", False
    else:
        truth_right, says, sure = truth.right, truth.says, truth.certain
        if size.startswith("D") and any("L" in cost.variables for cost in truth_right):
            sure = False  # features may be as many as D, or D²
    claimed = Cost("", {((size[:1], Fraction(1)),): Fraction(1)})
    choices = [
        adjusted(ties, claimed, about, around.sentence)
        for ties in ties_of(scene.context, scene.section, scene.line)
    ] or [Ties()]
    found = [
        spread
        for cost in truth_right
        for ties in choices
        if (spread := powers(_in_size(cost, size), size, ties)) is not None
    ]
    return found, says, sure, truth_right[0]


def _in_size(cost: Cost, size: str) -> Cost:
    """A cost in features' length, for a sentence about random directions: L = 2R."""
    if size == "R" and "R" not in cost.variables and "L" in cost.variables:
        return Cost("", substituted(cost.terms, {"L": {(("R", Fraction(1)),): Fraction(2)}}))
    if size == "L" and "L" not in cost.variables and "R" in cost.variables:
        return Cost("", substituted(cost.terms, {"R": {(("L", Fraction(1)),): Fraction(1, 2)}}))
    return cost


def judge_degrees(text: str, scene: Scene, before: str = "") -> Iterator[Found]:
    """Each "quadratic in N" of a clause; `before` is the sentence up to the clause."""
    plain = _same_places(text)
    ends, owner = 0, ""
    for found in DEGREE.finditer(plain):
        word = (found.group("degree") or found.group("power")).lower()
        size = size_of(found)
        own = re.sub(
            r"^\W*(?:and|also|both|but|only|\W)+|\b(?:and|also|both|but|only)\s*$",
            " ",
            plain[ends : found.start()].strip(),
        )
        if re.search(r"\w{2}", own):
            owner = own
        elif not owner:
            owner = DEGREE.sub(" ", normal(before))
        start, ends = ends, found.end()
        if not size or re.search(r"\b(?:is|are) (?:a )?linear (?:map|function|combination)", plain):
            continue
        if size in {"B", "H"}:
            continue
        kept = " memory " if MEMORY_WORDS.search(found.group()) or KEPT.search(owner) else ""
        spreads, says, sure, cost = _known(f"{kept}{owner}", scene, size)
        if not spreads:
            continue
        claimed = DEGREES[word]
        if found.group("raised"):
            if word != "proportional":
                continue
            claimed = Fraction(3 if re.search(r"3|³|cubed", found.group("raised")) else 2)
        greatest = {high for _, high in spreads}
        bound = (found.group("bound") or "").strip().lower()
        right = claimed is not None and any(
            high == claimed
            or (bound == "at least" and high >= claimed)
            or (bound == "at most" and high <= claimed)
            for high in greatest
        )
        if PLAIN_GROWTH.search(text[start : found.start()]) or LATEX_GROWTH.search(
            text[start : found.start()]
        ):
            start = found.start()  # the class before it is a claim of its own
        if right and (sure or len(greatest) == 1):
            yield Found(start, found.end(), verified(Kind.COMPLEXITY, says, Method.COUNT))
        elif right or not sure or (says.startswith("QKᵀ") and not EXACT_ATTENTION.search(owner)):
            yield Found(
                start, found.end(), unchecked(Kind.COMPLEXITY, "what grows so is not said clearly enough")
            )
        else:
            true = " or ".join(sorted(str(high) for high in greatest))
            yield Found(
                start, found.end(),
                refuted(Kind.COMPLEXITY, f"it grows like {size} to the power {true}: {says}", Method.COUNT, {"true": str(cost), "power": true}),
            )  # fmt: skip


def trigger_of(found: re.Match[str]) -> tuple[str, Fraction] | None:
    """The size that changes and by what factor."""
    if found.group("from"):
        a, b = multiple_of(found.group("a")), multiple_of(found.group("b"))
        size = found.group("from")
        return ({"n": "N", "d": "D", "C": "L"}.get(size, size), b / a) if a and b else None
    if found.group("twicelong") or found.group("longer"):
        return "N", multiple_of(found.group("twicelong") or found.group("longer"))
    for tail, groups in (
        ("0", ("verb",)),
        ("1", ("factor", "fold")),
        ("2", ("twice", "count")),
        ("3", ("passive",)),
        ("5", ("active",)),
        ("4", ("grown", "manyfold", "manytimes")),
    ):
        size = size_of(found, tail)
        if tail == "3" and found.group("beside"):
            beside = {"d": "D", "D_k": "D", "D_v": "M", "d_k": "D", "d_v": "M"}
            size = f"{size}+{beside.get(found.group('beside'), found.group('beside'))}"
        value = next((found.group(group) for group in groups if found.group(group)), None)
        if size and value:
            return size, multiple_of(value)
    return None


TO_A_LENGTH = re.compile(r"\bto\s+(?:a length of\s+)?(?:[NnT]\s*=\s*)?\d[\d,]*(?:\s+tokens)?")
TO_A_NUMBER = re.compile(
    r"\b(?:in)?to\s+(?:about\s+)?\d[\d,.]*(?:\s*(?:million|billion|multiplications))*\s*$"
)
OF_TWO = re.compile(r"\b(?:ratio|quotient|advantage|break[- ]?even|crossover)\b", re.I)  # of two costs
IN_SIZE = re.compile(r"\b(?:larger|smaller|bigger|as (?:large|big|much|many))$", re.I)
KEPT_THINGS = (
    Thing.STATE,
    Thing.S,
    Thing.Z,
    Thing.SUMS,
    Thing.CACHE,
    Thing.WEIGHTS,
)  # what is large or small by its numbers


def judge_factors(text: str, scene: Scene) -> Iterator[Found]:
    """Each "doubling N quadruples the time" of a sentence."""
    plain = _same_places(text)
    trigger = TRIGGER.search(plain)
    yield from _needed(plain, scene)
    if trigger is None:
        return
    changed = trigger_of(trigger)
    if changed is None:
        return
    size, factor = changed
    if factor <= 0:
        return
    subject = plain[: trigger.start()]
    start = trigger.start()
    multiplied = _multiplied(plain, trigger, size, factor, scene)
    if multiplied:
        yield from multiplied
        return
    effects = [
        e
        for e in EFFECT.finditer(plain)
        if e.start() >= trigger.end() and plain[trigger.end() : e.start()].count(".") == 0
    ]
    for place, effect in enumerate(effects):
        until = effects[place + 1].start() if place + 1 < len(effects) else len(plain)
        behind = re.split(
            r",(?!\d{3})|[;:]|\.(?!\d)|\b(?:but|and|while|whereas|so|because|since)\b",
            plain[effect.end() : until],
        )[0]
        behind = re.sub(r"\b(?:as well|too|also|again|likewise)\b", "", behind)
        since = effects[place - 1].end() if place else trigger.end()
        between = re.split(r"[,;:]|\b(?:but|and|while|whereas)\b", plain[since : effect.start()])[-1]
        between = TO_A_LENGTH.sub(" ", between)
        between = re.sub(
            r"\b(?:makes?|takes?|costs?|needs?|only|just|about|roughly|exactly|leaves?|gets?|becomes?|is|are|will|by|a|factor|of|thus|then|therefore|hence|so|already)\b",
            " ",
            between,
        )
        of_what = TO_A_NUMBER.sub(" ", behind)
        owner = " ".join(part for part in (between, of_what) if re.search(r"\w", part)) or subject
        if re.fullmatch(
            r"\W*(?:it|them|this|that|things?|the (?:time|cost|work|run ?time)|time|cost|memory|as long|long|(?:the )?(?:time|cost)s?)?\W*",
            owner,
            re.I,
        ):
            owner = f"{subject} {owner}"
        claimed = effect_of(effect)
        if claimed is None or OF_TWO.search(owner):
            continue
        if re.fullmatch(r"\W*(?:it|this|that|them|both)\W*", owner, re.I):
            owner = _owner_before(scene) or owner
        if IN_SIZE.search(effect.group()) and read_things(owner).has(*KEPT_THINGS):
            owner = f" memory {owner}"
        judged = _factor(owner, size, factor, claimed, scene)
        pointed = re.fullmatch(r"\W*(?:[a-z]+ing\s+)?(?:it|them|this|that)\W*", owner, re.I) is not None
        told = re.split(r"(?<=[.!?])\s+", scene.around.earlier.strip())[-1] if pointed else ""
        if any(pattern.search(told) for pattern, *_ in SPREADS):
            judged = _factor(told, size, factor, claimed, scene)
        if judged is not None:
            # the number to which it grows is a claim of its own where the factor is right
            said = of_what if judged.ruling is Ruling.VERIFIED else behind
            yield Found(start + _lead(plain[start:]), effect.end() + len(said.rstrip()), judged)
        start = effect.end() + len(behind.rstrip())


def _owner_before(scene: Scene) -> str:
    """What the sentence before says to grow with a size: "Doubling R doubles the count. Doubling D doubles it too"."""
    told = _same_places(re.split(r"(?<=[.!?;])\s+", scene.around.earlier.strip())[-1])
    trigger = TRIGGER.search(told)
    effects = [one for one in EFFECT.finditer(told) if trigger is not None and one.start() >= trigger.end()]
    return told[effects[-1].end() :].strip(" .") if effects else ""


def _multiplied(plain: str, trigger: re.Match[str], size: str, factor: Fraction, scene: Scene) -> list[Found]:
    """Each "multiplies softmax time by 4" behind a change of a size."""
    out: list[Found] = []
    start = trigger.start()
    for found in MULTIPLIES.finditer(plain, trigger.end()):
        if (found.group("also") and not out) or re.match(
            r"\s*(?:per|for (?:each|every|one))\b", plain[found.end() :]
        ):
            continue
        number = found.group("by") or found.group("also_by")
        root = re.match(r"√\s?(\d+)", number)
        claimed = (
            Fraction(int(root.group(1)) ** 0.5).limit_denominator(10**6) if root else multiple_of(number)
        )
        owner = found.group("what") or found.group("also")
        judged = _factor(
            f" memory {owner}" if MEMORY_WORDS.search(owner) else owner, size, factor, claimed, scene
        )
        if judged is not None:
            out.append(Found(start + _lead(plain[start:]), found.end(), judged))
        start = found.end()
    return out


def _lead(text: str) -> int:
    """The length of what only joins a clause to the one before it."""
    joined = re.match(r"[\s,;]*(?:(?:and|but|while|whereas)\s+)?", text)
    return joined.end() if joined else 0


def effect_of(found: re.Match[str]) -> Fraction | None:
    if found.group("verb"):
        return multiple_of(found.group("verb"))
    if found.group("by"):
        number = multiple_of(found.group("by"))
        return (
            1 / number
            if re.match(r"shrink|fall|drop|decreas", found.group("direction"), re.I) and number
            else number
        )
    number = multiple_of(found.group("twice") or found.group("times"))
    if re.match(r"faster|cheaper|smaller|lower", found.group("way"), re.I):
        return 1 / number if number else None
    return number


def _factor(owner: str, size: str, factor: Fraction, claimed: Fraction, scene: Scene) -> Judged | None:
    for pattern, power, law in SPREADS:
        if (
            size == "R"
            and pattern.search(owner)
            and ESTIMATES.search(f"{scene.around.sentence} {scene.around.earlier}")
        ):
            return _compared(factor, power, claimed, law, size, certain=True, true=law)
    around = (
        f"{scene.around.sentence} {scene.around.label} {scene.around.heading} {scene.around.earlier[-900:]}"
    )
    if NUMBER_OF_FEATURES.search(owner) and size == "D" and SQUARED_KERNEL.search(around):
        says = "(D + 1)(D + 2)/2 or (D + 1)² features grow like D²"
        return _compared(factor, Fraction(2), claimed, says, size, certain=True, true=says)
    spreads, says, sure, cost = _known(owner, scene, size)
    exact = {low for low, high in spreads if low == high}
    if len(exact) != 1 or any(low != high for low, high in spreads):
        return unchecked(Kind.COMPLEXITY, "what grows so is not said clearly enough") if spreads else None
    return _compared(
        factor,
        exact.pop(),
        claimed,
        says,
        size,
        certain=sure and not OTHER.search(scene.around.sentence),
        true=str(cost),
    )


NUMBER_OF_FEATURES = re.compile(
    r"\bnumber of (?:the )?(?:polynomial |merged |distinct )?(?:features|entries|monomials|coordinates)\b|\blength of (?:the )?(?:map|feature|φ)|^\W*(?:the )?(?:features|map|C)\W*$|\bC\b(?! M)",
    re.I,
)
SQUARED_KERNEL = re.compile(r"polynomial|degree[- ]?(?:2|two)|\+\s?1\s?\)\s?(?:²|\^)|monomials?", re.I)


def _compared(
    factor: Fraction, power: Fraction, claimed: Fraction, says: str, size: str, *, certain: bool, true: str
) -> Judged:
    expected = float(factor) ** float(power)
    shown = f"{float(factor):g} times the {size} gives {expected:.4g} times as much: {says}"
    if abs(float(claimed) - expected) <= 0.02 * expected:
        return verified(Kind.COMPLEXITY, shown, Method.COUNT)
    if not certain:
        return unchecked(Kind.COMPLEXITY, "what grows so is not said clearly enough")
    return refuted(
        Kind.COMPLEXITY, f"{shown}; {float(claimed):.4g} is claimed", Method.COUNT,
        {"factor": float(factor), "expected": expected, "claimed": float(claimed), "true": true},
    )  # fmt: skip


def _needed(plain: str, scene: Scene) -> Iterator[Found]:
    """ "To halve the error you need four times as many features"."""
    for found in NEEDED.finditer(plain):
        words = f"{found.group('what') or ''} {found.group('rest')}"
        if re.fullmatch(r"\W*(?:it|this|that|them)?\W*", words, re.I):
            words = plain[: found.start()]  # "the error falls like 1/√R, so to halve it"
        smaller = Fraction(1, 2) if found.group("verb") else 1 / multiple_of(found.group("by"))
        more = multiple_of(found.group("twice") or found.group("count"))
        for pattern, power, law in SPREADS:
            if pattern.search(words) and ESTIMATES.search(f"{scene.around.sentence} {scene.around.earlier}"):
                judged = _compared(more, power, smaller, law, "R", certain=True, true=law)
                yield Found(found.start(), found.end(), judged)
                break


def judge_decays(text: str, scene: Scene) -> Iterator[Found]:
    """ "Its standard deviation falls like 1/R"."""
    plain = _same_places(text)
    for found in DECAY.finditer(plain):
        root = bool(found.group("root"))
        raised = (
            (found.group("exponent") or found.group("raised") or "")
            .replace("¹ᐟ²", "1/2")
            .replace("¹", "1")
            .replace("²", "2")
        )
        claimed = -Fraction(raised) if raised else Fraction(-1, 2) if root else Fraction(-1)
        if found.group("square"):
            claimed *= 2
        owner = plain[: found.start()]
        named = [
            (match.end(), power, law) for pattern, power, law in SPREADS for match in pattern.finditer(owner)
        ]
        if not named or not ESTIMATES.search(
            f"{scene.around.sentence} {scene.around.earlier} {scene.around.block}"
        ):
            continue
        _, power, law = max(named)
        if claimed == power:
            yield Found(0, found.end(), verified(Kind.COMPLEXITY, law, Method.COUNT))
        elif re.search(r"\bbound|at most", plain, re.I):
            continue
        else:
            yield Found(
                0, found.end(),
                refuted(Kind.COMPLEXITY, f"{law}: with 4 times the R it is {float(4) ** float(power):g} of what it was, not {float(4) ** float(claimed):g}", Method.COUNT, {"power": str(power), "claimed": str(claimed)}),
            )  # fmt: skip


FEATURES_GROW = re.compile(
    r"(?:\b(?P<name>[CLFP])\b|(?:number of (?:polynomial )?features|feature (?:dimension|size|count)))\s+(?:grows?|scales?|increases?)\s+(?:like|as)\s+(?P<law>(?:[DdNM])(?:\s*\^\s*\{?\s*\d\s*\}?|[²³])?)",
)


def judge_features(text: str, scene: Scene) -> Iterator[Found]:
    """ "C grows like D²", of the features of the degree-2 kernel."""
    plain = _same_places(text)
    around = f"{scene.around.sentence} {scene.around.label} {scene.around.heading} {scene.around.earlier}"
    for found in FEATURES_GROW.finditer(plain):
        if [m.name for m in methods_in(scene.around.heading or around)] != ["polynomial"]:
            continue
        claimed = dict(next(iter(read_cost(found.group("law")).terms)))
        says = "the features of the degree-2 kernel number (D + 1)(D + 2)/2, or (D + 1)² with repeats"
        if claimed == {"D": Fraction(2)}:
            yield Found(found.start(), found.end(), verified(Kind.COMPLEXITY, says, Method.COUNT))
        else:
            yield Found(
                found.start(), found.end(), refuted(Kind.COMPLEXITY, says, Method.COUNT, {"true": "D²"})
            )


def _same_places(text: str) -> str:
    """The text without signs of mathematics, every character in its place."""
    text = re.sub(r"[$*`]", " ", text)
    return re.sub(r"\\[()]", "  ", text)


def judge_words(text: str, scene: Scene, before: str = "") -> Sequence[Found]:
    """Everything about growth in words that a clause says."""
    return [*judge_degrees(text, scene, before), *judge_decays(text, scene), *judge_features(text, scene)]
