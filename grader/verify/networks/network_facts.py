# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Parameters and operations of the networks that the papers name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.networks.known import Fact, of_networks
from grader.verify.numbers.arithmetic import Figure, figures

MILLION, BILLION = Fraction(10**6), Fraction(10**9)
SUBJECTS = re.compile(
    r"\b(?:(?P<nn>NNS?\s?[1-4])\b|(?P<resnet>ResNet[- ]?(?P<depth>\d+)))|(?P<zeiler>Zeiler\s*(?:&|and|\\&)\s*Fergus)",
    re.I,
)
ATTRIBUTES = (
    ("parameters", re.compile(r"\b(?:param(?:eter)?s?|weights)\b", re.I)),
    ("flops", re.compile(r"\b(?:FLOP[Ss]?|floating[- ]point|multiply[- ]adds?|mult-adds?|MACs?|GFLOPs?|MFLOPs?)\b", re.I)),
)  # fmt: skip
# their sizes depend on the number of classes and on who counts: what differs is not called wrong
VARIOUS = frozenset({"ResNet-18", "ResNet-34", "ResNet-101", "ResNet-152"})
RANGE = re.compile(r"^\s*(?:-|–|—|to|\\text\{--\}|--)\s*$")


def network_facts(text: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each number of parameters or operations that a clause states of a network."""
    found = [figure for figure in figures(text) if not figure.percent]
    subjects = [(m.start(), m.end(), subject_of(m)) for m in SUBJECTS.finditer(text)]
    skip = -1
    for place, figure in enumerate(found):
        if place <= skip:
            continue
        high = figure
        if place + 1 < len(found) and RANGE.match(text[figure.end : found[place + 1].start]):
            high = found[place + 1]
            skip = place + 1
        attribute = _attribute(text, figure.start, high.end, found, skip if skip >= place else place)
        if attribute is None:
            continue
        subject = _owner(text, subjects, figure.start, high.end)
        if subject is None:
            yield from _of_both(text, subjects, figure, high, attribute)
            continue
        fact = of_networks(attribute).get(subject)
        stated = text[figure.start : high.end].strip()
        scaled = figure if figure.value > 1000 or high is figure else _scaled(figure, high)
        if fact is None or (subject in VARIOUS and not fact.holds(scaled)):
            yield (
                figure.start,
                high.end,
                unchecked(Kind.FACT, f"no table gives the {attribute} of {subject}", Method.TABLE),
            )
            continue
        if max(scaled.value, high.value) < 10_000:
            continue
        inside = scaled.value <= fact.high and fact.low <= high.value
        if (fact.holds(scaled) and fact.holds(high)) or (
            inside and high.value <= scaled.value * Fraction(115, 100)
        ):
            yield (
                figure.start,
                high.end,
                verified(Kind.FACT, f"{subject}: {_show(fact)} {attribute} ({fact.source})", Method.TABLE),
            )
        elif inside or fact.near(scaled) or fact.near(high):
            yield (
                figure.start,
                high.end,
                unchecked(Kind.FACT, f"near {_show(fact)} ({fact.source}), but not it", Method.TABLE),
            )
        else:
            yield figure.start, high.end, refuted(
                Kind.FACT, f"{subject} has {_show(fact)} {attribute} ({fact.source}), not {stated}", Method.TABLE,
                {"table": fact.source, "value": _show(fact), "stated": stated},
            )  # fmt: skip


BOTH = re.compile(
    r"\s*(?:both|each)\s+(?:have|has|cost|costs|need|needs|take|takes|require|requires|use|uses)\b[^.;,\d]{0,30}$",
    re.I,
)


def _of_both(
    text: str, subjects: list[tuple[int, int, str]], low: Figure, high: Figure, attribute: str
) -> Iterator[tuple[int, int, Judged]]:
    """`NN1 and NN2 both need 1.6 billion FLOPs`."""
    before = [one for one in subjects if one[1] <= low.start]
    if len(before) < 2 or low is not high or not BOTH.match(text[before[-1][1] : low.start]):
        return
    if not re.fullmatch(r"\s*and\s*(?:the )?", text[before[-2][1] : before[-1][0]]):
        return
    names = [one[2] for one in before[-2:]]
    facts = [of_networks(attribute).get(name) for name in names]
    known = [(name, fact) for name, fact in zip(names, facts, strict=True) if fact is not None]
    if len(known) < 2 or VARIOUS & set(names) or low.value < 10_000:
        return
    says = "; ".join(f"{name}: {_show(fact)} {attribute} ({fact.source})" for name, fact in known)
    if all(fact.holds(low) for _, fact in known):
        yield low.start, low.end, verified(Kind.FACT, says, Method.TABLE)
    elif not any(fact.near(low) for _, fact in known):
        yield low.start, low.end, refuted(Kind.FACT, says, Method.TABLE, {"table": says, "stated": low.text})


def _scaled(low: Figure, high: Figure) -> Figure:
    """The lower end of a range such as 3.8-4B with the unit of its upper end."""
    factor = Fraction(1)
    while low.value * factor < high.value / 100:
        factor *= 1000
    return Figure(low.value * factor, low.last * factor, low.start, low.end, low.text)


def subject_of(found: re.Match[str]) -> str:
    """The network that a match of `SUBJECTS` names."""
    if found.group("nn"):
        return found.group("nn").upper().replace(" ", "")
    if found.group("resnet"):
        return f"ResNet-{found.group('depth')}"
    return "NN1"


def _attribute(text: str, start: int, end: int, found: list[Figure], place: int) -> str | None:
    after_limit = found[place + 1].start if place + 1 < len(found) else len(text)
    best: tuple[int, str] | None = None
    for name, pattern in ATTRIBUTES:
        after = pattern.search(text, end, min(len(text), end + 45))
        if after and after.start() <= after_limit and not re.search(r"[;.]\s", text[end : after.start()]):
            key = after.start() - end
            if best is None or key < best[0]:
                best = (key, name)
    if best is not None and (best[0] < 40):
        return best[1]
    for name, pattern in ATTRIBUTES:
        for before in pattern.finditer(text, max(0, start - 45), start):
            between = re.sub(r"ResNet[- ]?\d+|NNS?\d", "", text[before.end() : start])
            if not re.search(r"[;.]\s|\d", between):
                key = start - before.end()
                if best is None or key < best[0]:
                    best = (key, name)
    if best is not None:
        return None if best[1] == "flops" and _first_of_two(text, start, end, found, place) else best[1]
    if place + 1 < len(found):
        # "140M and 7.5M parameters": the word stands once for both
        between = text[end : found[place + 1].start]
        if re.fullmatch(
            r"\s*(?:and|vs\.?|versus|,|/|against|or|to|compared (?:to|with))?\s*(?:the |for )?[\w-]*\s*(?:has |with |'s )?",
            between,
        ):
            both = _attribute(text, found[place + 1].start, found[place + 1].end, found, place + 1)
            # "(7.5M, 1.6 billion FLOPS)": parameters come first, and only the second says its unit
            return None if both == "flops" and _first_of_two(text, start, end, found, place) else both
    return None


def _first_of_two(text: str, start: int, end: int, found: list[Figure], place: int) -> bool:
    """Whether a number without a unit stands right before another one in a pair: "(26M, 220M FLOPS)"."""
    if place + 1 >= len(found) or not re.search(r"(?:[(:,|=]|—|–)\s*(?:about |around |~|≈)?$", text[:start]):
        return False
    return bool(re.fullmatch(r"\s*[,/|]\s*(?:about |around |~|≈)?", text[end : found[place + 1].start]))


def _owner(text: str, subjects: list[tuple[int, int, str]], start: int, end: int) -> str | None:
    """The network that a number belongs to: the last named before it, or one right after "for" / "of" / "in"."""
    if re.search(
        r"(?:\bvs\.?|\bversus|\bthan|\bagainst|compared (?:to|with)|\bover)\s*(?:the |about |roughly |~|≈)?\s*$",
        text[:start],
    ):
        return None
    before = [item for item in subjects if item[1] <= start]
    after = [item for item in subjects if item[0] >= end]
    if after:
        between = text[end : after[0][0]]
        if re.fullmatch(r"[^.;,]{0,30}\b(?:for|of|in)\s+(?:the\s+)?(?:FaceNet(?:'s)?\s+)?", between):
            return after[0][2]
    if not before:
        return None
    if len(before) >= 2 and re.fullmatch(
        r"\s*(?:and|or|,|/|&|vs\.?|versus|against|compared (?:to|with))\s*(?:the )?",
        text[before[-2][1] : before[-1][0]],
    ):
        # "NN1 and NN2 both have": the number is said of several
        return None if before[-1][2] != before[-2][2] else before[-1][2]
    gap = text[before[-1][1] : start]
    if re.search(r"\b(?:than|unlike|like|as in)\s*(?:the\s+)?$", text[: before[-1][0]]):
        return None
    if len(before) >= 2 and re.search(r"\bvs\.?\b|\bversus\b|compared|against", gap):
        return None
    return before[-1][2]


def _show(fact: Fact) -> str:
    def one(value: Fraction) -> str:
        if value >= BILLION:
            return f"{float(value / BILLION):g} billion"
        if value >= MILLION:
            return f"{float(value / MILLION):g} million"
        return f"{float(value):g}"

    return one(fact.low) if fact.low == fact.high else f"{one(fact.low)} to {one(fact.high)}"
