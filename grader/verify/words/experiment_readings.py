# ruff: noqa: E501 -- a pattern stays on one line
"""What a clause does to attention and what it says comes of it: operations, effects and which belong together.

The words are those of `experiment_words`; whatever else the clause says must be few harmless words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from grader.verify.reading.patterns import compiled
from grader.verify.words import experiment_words as told
from grader.verify.words.attention_model import Act, Done, Observed, Target
from grader.verify.words.beside import MOST_UNREAD, WORD, blanked

# what puts the statement into another case or another mouth
ELSEWHERE = re.compile(
    r"\b(?:unless|except|provided|only (?:if|when)|as long as|instead|rather|would be wrong|seems?|think|thought|say|says|claims?|suppose|imagine|assum\w+|gradients?|derivatives?|costs?|memory|time|variance|entropy|rank|norms?|lengths?|mask|causal|hardly|almost|nearly|approximately|roughly|in general not|not always|not necessarily|sometimes|some|one of|a single|only one|features?|finite|float\w*|overflow|relative|order|question|whether|(?<!without )normali[sz]e[ds]?|layer ?norm|bias|images?|crop\w*|augment\w*)\b|\?",
    re.I,
)
JOINS_IF = re.compile(
    r"\b(?:if|when|whenever|once|as soon as)\b(?:\s+(?:one|we|you|the|all|both|every|each))*\s*$", re.I
)
CONDITION = re.compile(r"\b(?:if|when|whenever|once|as soon as|where|for)\b", re.I)
THIS = re.compile(r"\W*(?:(?:so|and|then|but|hence|thus|clearly|of course|therefore)\W+)*(?:this|that|it|which|such a shift|the (?:shift|constant|factor|change|trick|subtraction|permutation|rotation|scaling))\b", re.I)  # fmt: skip
NOT = re.compile(r"\b(?:not|never|no longer|neither|nor|hardly|no|nothing|none|nobody)\b|n['’]t\b", re.I)
LETTERS = {"q": Target.QUERIES, "Q": Target.QUERIES, "k": Target.KEYS, "K": Target.KEYS, "v": Target.VALUES, "V": Target.VALUES, "s": Target.SCORES, "φ": Target.FEATURES, "f": Target.EMBEDDINGS}  # fmt: skip
TIMES = {"doubl": 2.0, "halv": 0.5, "tripl": 3.0, "quadrupl": 4.0, "squar": math.nan, "negat": -1.0}
NUMBERS = {"two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "ten": 10.0, "a half": 0.5, "one half": 0.5, "minus one": -1.0}  # fmt: skip
DIMENSION = 16.0  # of the keys, where the text names √D


OTHER_SUBJECT = re.compile(
    r"\b(?:scores?|logits?|exponents?|weights?|sums?|distances?|products?|numerators?|denominators?|norms?|lengths?)\b",
    re.I,
)


class Says(Enum):
    STAYS = "it stays"
    CHANGES = "it changes"
    SCALED = "it is multiplied"
    MOVED = "it moves by the same"
    PERMUTED = "it is permuted"
    SCALES = "it does what 1/√D does"


@dataclass(frozen=True)
class Operation:
    done: Done
    start: int
    end: int
    letter: str = ""  # of the factor


@dataclass(frozen=True)
class Effect:
    says: Says
    observed: Observed | None
    start: int
    end: int
    factor: str = ""


def pairs(
    text: str, operations: Sequence[Operation], earlier: Operation | None
) -> Iterator[tuple[Operation, Effect]]:
    """What is done with what comes of it, where nothing else is said."""
    if not operations and (earlier is None or not THIS.match(text)):
        return
    spans = [(one.start, one.end) for one in operations]
    effects = effects_in(text, spans)
    if not effects or len(operations) > 2:
        return
    spans += [(one.start, one.end) for one in effects]
    if OTHER_SUBJECT.search(blanked(text, spans)):
        # "each score then moves": what an effect without an object is said of
        effects = [one for one in effects if one.observed is not None]
        if not effects:
            return
    if not is_plain(text, spans, operations):
        return
    if not operations:
        yield from ((earlier, effect) for effect in effects if earlier is not None)
        return
    if len(operations) == 1:
        yield from ((operations[0], effect) for effect in effects)
        return
    if len(effects) == 2 and operations[0].end <= effects[0].start < operations[1].start < effects[1].start:
        yield from zip(operations, effects, strict=True)


def is_plain(text: str, spans: Sequence[tuple[int, int]], operations: Sequence[Operation]) -> bool:
    """Whether what stands beside the operations and effects changes nothing in them."""
    joined = (JOINS_IF.search(text[: one.start]) for one in operations)
    rest = blanked(text, [*(found.span() for found in joined if found), *spans])
    if ELSEWHERE.search(rest) or CONDITION.search(rest) or NOT.search(rest):
        return False
    unread = [word for word in WORD.findall(rest) if word.lower().strip("'’-") not in told.HARMLESS]
    return len(unread) <= MOST_UNREAD


# -- what is done ------------------------------------------------------------------------------------------------------


def operations_in(text: str) -> list[Operation]:
    found: list[Operation] = []
    if told.HINT.search(text) is None:
        return found
    for act, patterns in told.OPERATIONS:
        for pattern in map(compiled, patterns):
            for match in pattern.finditer(text):
                one = _operation(act, match)
                if one is not None:
                    found.append(one)
    for pattern in map(compiled, told.REPLACES):
        for match in pattern.finditer(text):
            one = _replacement(match)
            if one is not None:
                found.append(one)
    kept: list[Operation] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return _joined(sorted(kept, key=lambda one: one.start), text)


def _joined(found: list[Operation], text: str) -> list[Operation]:
    """`replacing q by q + c and k by k + c` is done to both."""
    if len(found) != 2 or found[0].done.act is not found[1].done.act:
        return found
    targets = {found[0].done.target, found[1].done.target}
    if targets != {Target.QUERIES, Target.KEYS} or not re.fullmatch(
        r"\W*(?:and|,)?\W*", text[found[0].end : found[1].start]
    ):
        return found
    return [
        Operation(
            Done(found[0].done.act, Target.BOTH, found[0].done.number),
            found[0].start,
            found[1].end,
            found[0].letter,
        )
    ]


PARTIAL = re.compile(r"\b(?:a single|single|one|some|only)\b", re.I)
WHOLE = re.compile(r"\b(?:all|every|each|both|row|rows)\b", re.I)


def _operation(act: Act, match: re.Match[str]) -> Operation | None:
    groups = match.groupdict()
    target = next((one for one in Target if groups.get(f"t{one.name}")), None)
    if target is None and groups.get("MAX_"):
        return Operation(Done(Act.ADD_ROW, Target.SCORES), match.start(), match.end())
    if target is None or (
        PARTIAL.search(groups[f"t{target.name}"]) and not WHOLE.search(groups[f"t{target.name}"])
    ):
        return None
    number, letter = 3.0, ""
    if act is Act.ADD and groups.get("EACH_"):
        act = Act.ADD_EACH
    elif act is Act.ADD and (groups.get("ROW_") or groups.get("MAX_")) and target is Target.SCORES:
        act = Act.ADD_ROW
    elif act is Act.ADD and groups.get("ROW_"):
        return None
    if act is Act.SCALE:
        if groups.get("double") or groups.get("flip"):
            number = TIMES.get((groups.get("double") or "negat").lower(), 3.0)
        else:
            number, letter = _factor(groups)
            if re.search(r"\bdivid", match.group(), re.I):
                number = 1 / number
    return Operation(Done(act, target, number), match.start(), match.end(), letter)


def _factor(groups: dict[str, str]) -> tuple[float, str]:
    if groups.get("number"):
        text = groups["number"].lower()
        return NUMBERS.get(text) or float(text), ""
    if groups.get("root"):
        return math.sqrt(DIMENSION), ""
    if groups.get("fourth"):
        return DIMENSION**0.25, ""
    if groups.get("width"):
        return DIMENSION, ""
    letter = re.search(r"(?<!\w)([ctaλβγαsu])$", groups.get("any") or "")
    return 3.0, letter.group(1) if letter else ""


def _replacement(match: re.Match[str]) -> Operation | None:
    old, new = match.group("old"), match.group("new").strip().rstrip(".,")
    target = LETTERS.get(old[0])
    if target is None:
        return None
    index = old.partition("_")[2].strip("{}")
    escaped = re.escape(old)

    def made(act: Act, number: float = 3.0, letter: str = "") -> Operation:
        return Operation(
            Done(act, target, number),
            match.start(),
            match.start("new") + len(new) if match.end("new") > match.start("old") else match.end(),
            letter,
        )

    added = re.fullmatch(
        rf"{escaped} ?[+-] ?(?:1)?(?P<letter>[a-zδεμλ])(?:_\{{?(?P<own>\w+)\}}?)?(?:\^T)?", new
    ) or re.fullmatch(rf"(?P<letter>[a-zδεμλ])(?:_\{{?(?P<own>\w+)\}}?)? ?\+ ?{escaped}", new)
    if added:
        own = added.group("own")
        if target is Target.SCORES and own == "i":
            return made(Act.ADD_ROW)
        return made(Act.ADD_EACH if own and (own in {"j", index}) else Act.ADD)
    times = re.fullmatch(rf"(?P<number>-?\d*(?:\.\d+)?|-?[a-zλβγα])? ?[·*]? ?{escaped}", new)
    if times and times.group("number"):
        text = times.group("number")
        letter = text if text.isalpha() else ""
        number = 3.0 if letter else -1.0 if text == "-" else float(text) if re.search(r"\d", text) else 3.0
        return made(Act.SCALE, number, letter)
    divided = re.fullmatch(rf"{escaped} ?/ ?(?P<by>.+)", new)
    if divided:
        by = re.fullmatch(told.FACTOR, divided.group("by"), re.I)
        if by:
            number, letter = _factor(by.groupdict())
            return made(Act.SCALE, 1 / number, letter)
    return None


# -- what is said to come of it ----------------------------------------------------------------------------------------


def effects_in(text: str, taken: Sequence[tuple[int, int]]) -> list[Effect]:
    found: list[Effect] = []
    for says, patterns in (
        (Says.SCALES, told.REPLACES_SCALE), (Says.STAYS, told.STAYS), (Says.CHANGES, told.CHANGES),
        (Says.SCALED, told.SCALED), (Says.MOVED, told.MOVED), (Says.PERMUTED, told.PERMUTED),
    ):  # fmt: skip
        for pattern in map(compiled, patterns):
            for match in pattern.finditer(text):
                if any(a < match.end() and match.start() < b for a, b in taken):
                    continue
                groups = match.groupdict()
                observed = next((one for one in Observed if groups.get(f"o{one.name}")), None)
                factor = groups.get("times") or groups.get("by") or groups.get("along") or ""
                found.append(Effect(says, observed, match.start(), match.end(), factor))
    kept: list[Effect] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


__all__ = [
    "DIMENSION",
    "ELSEWHERE",
    "JOINS_IF",
    "NUMBERS",
    "THIS",
    "TIMES",
    "Effect",
    "Operation",
    "Says",
    "operations_in",
    "pairs",
]
