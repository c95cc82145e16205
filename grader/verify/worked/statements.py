# ruff: noqa: E501 -- a pattern stays on one line
"""What a sentence says of values: `S_2 = (6, 8)`, `the weights are 0.1 and 0.9`, `‖q − k‖² is 7, about 2.6 squared`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.verify.grammar.reader import read_chain
from grader.verify.grammar.syntax import Expression, Unreadable, names
from grader.verify.grammar.vocabulary import Reading
from grader.verify.worked.literals import CONSTANTS, Literal, literal_of
from grader.verify.worked.plain_text import Run, runs_of

FILLERS = r"(?:(?:exactly|about|roughly|approximately|approx\.?|nearly|around|circa|only|just|simply|then|again|also|indeed|therefore|thus|hence|now|still|respectively|equal to|given by|the (?:vectors?|numbers?|values?)|of course|by hand|as expected|in turn|here|each|all|rounded|simply)\s+)*"
VERB = re.compile(
    rf"\s*(?:(?:,|\()?\s*(?:which|that|this|it)\s+)?{FILLERS}(?:is|are|was|were|equals?|becomes?|comes?(?: out)?(?: to| as| at| to be)?|amounts? to|evaluates? to|turns out to be|works out (?:as|at|to)|gives?|makes?|yields?|takes? the values?|has the values?|:)\s*{FILLERS}",
    re.I,
)
APPOSED = re.compile(
    r"\s*(?:,\s*(?:or|i\.e\.,?|that is,?|hence|so|thus)?|\(|;\s*i\.e\.,?|\s+or)\s*(?:(?:which|that|this|it) (?:is|are|equals?|makes?|gives?)\s+)?(?P<about>(?:about|roughly|approximately|approx\.?|nearly|around|≈|exactly|numerically|rounded)\s+)?(?P<rest>(?:to \w+ decimals:?\s+)?)",
    re.I,
)
SAYS_VALUE = re.compile(
    r"\b(?:which|that|this|it) (?:is|are|equals?|makes?|gives?)\b|\b(?:about|roughly|approximately|approx|nearly|around|numerically|i\.e)\b|≈",
    re.I,
)
AND = re.compile(r"\s*(?:,|,?\s*(?:and|or|then)(?=\s)|;)\s*|\s+and\s+")
ABOUT = re.compile(
    r"\b(?:about|roughly|approximately|approx|nearly|around|circa|rounded|numerically|decimals?|digits?|places)\b|≈",
    re.I,
)
NAME_LIST = re.compile(r"\s*(?:,|,?\s*and)\s*")


@dataclass(frozen=True)
class Side:
    """One side of an equation: its text with its place in the sentence, and what was read of it."""

    start: int
    end: int
    text: str
    literal: Literal | None
    trees: tuple[Expression, ...]  # both readings of a slash
    near: bool = False


@dataclass(frozen=True)
class Told:
    """What one piece of the sentence says: sides joined by signs, the last of them perhaps a list."""

    start: int
    end: int
    sides: tuple[tuple[Side, ...], ...]


@dataclass(frozen=True)
class Statement:
    """Names or words with what is told of them. `before` is the sentence up to the values, or up to the names."""

    subjects: tuple[Side, ...]
    before: str
    told: tuple[Told, ...]
    verb: str = ""
    phrase: str = ""  # where a verb stands between: the sentence up to the values, "the weight of k_2 is"


@lru_cache(maxsize=4096)
def trees_of(text: str) -> tuple[Expression, ...]:
    """An expression under both readings of a slash; none if it is not read."""
    plain = DOUBLE_INDEX.sub(r"_{\1,\2}", text.strip())
    found: list[Expression] = []
    for wide in (False, True) if "/" in plain else (False,):
        try:
            chain = read_chain(plain, Reading(wide_slash=wide))
        except Unreadable:
            continue
        if len(chain.parts) == 1 and not chain.open_left and chain.parts[0] not in found:
            found.append(chain.parts[0])
    return tuple(found)


QUANTIFIED = re.compile(r"\bfor (?:all|any|each|every)\s*$")  # "for all i, φ(k) = ..."
DOUBLE_INDEX = re.compile(r"_\{?([ijlt\d])([jlst\d])\}?(?![\w,])")


def statements_in(text: str) -> list[Statement]:
    """The statements of a sentence in plain signs, in order.

    >>> found = statements_in("With S_1 = (2, 0) the product is 3, and o_1, o_2 are 2 and 3.5")
    >>> [([side.text for side in one.subjects], [[v.text for v in last] for told in one.told for last in told.sides[-1:]]) for one in found]
    [(['S_1'], [['(2, 0)']]), ([], [['3']]), (['o_1', 'o_2'], [['2', '3.5']])]
    """
    runs = runs_of(text)
    out: list[Statement] = []
    place = 0
    while place < len(runs):
        made, used = _statement(text, runs, place)
        if made is not None:
            out.append(made)
        place += max(used, 1)
    return out


def _side(text: str, span: tuple[int, int], near: bool) -> Side:
    piece = text[span[0] : span[1]]
    literal = literal_of(piece, near=near)
    return Side(span[0], span[1], piece, literal, () if literal is not None else trees_of(piece), near)


def _gap(text: str, runs: Sequence[Run], place: int) -> str:
    """What stands between a run and the next one."""
    return text[runs[place].end : runs[place + 1].start] if place + 1 < len(runs) else text[runs[place].end :]


def _is_name(side: Side) -> bool:
    return side.literal is None and any(names(tree) - CONSTANTS for tree in side.trees)


def _statement(text: str, runs: Sequence[Run], place: int) -> tuple[Statement | None, int]:
    run = runs[place]
    first = _side(text, run.sides[0], False)
    at = place
    subjects = [first]
    before = text[: run.start]
    if QUANTIFIED.search(before) and len(run.sides) == 1 and re.fullmatch(r"[ijlmnt]", first.text.strip()):
        return None, 1
    if _is_name(first):
        while len(runs[at].sides) == 1 and at + 1 < len(runs) and NAME_LIST.fullmatch(_gap(text, runs, at)):
            further = _side(text, runs[at + 1].sides[0], False)
            if not _is_name(further):
                break
            subjects.append(further)
            at += 1
        if len(runs[at].sides) > 1:
            return _told_by_signs(text, runs, place, at, subjects, before)
        gap = _gap(text, runs, at)
        heads = (
            gap.strip() == ":" and _is_name(_side(text, runs[at + 1].sides[0], False))
            if at + 1 < len(runs)
            else False
        )
        if at + 1 < len(runs) and VERB.fullmatch(gap) and not heads:
            near = bool(ABOUT.search(gap))
            told, used = _values(text, runs, at + 1, near, many=True)
            if told is not None:
                more, used = _apposed(text, runs, at + 1 + used)
                return Statement(
                    tuple(subjects), before, (told, *more), gap.strip(), text[: told.start]
                ), used - place
        return None, at - place if at > place else 1
    if first.literal is None:
        return None, 1
    told, used = _values(
        text, runs, place, bool(ABOUT.search(text[max(0, run.start - 40) : run.start])), many=True
    )
    if told is None:
        return None, 1
    more, end = _apposed(text, runs, place + used)
    return Statement((), before, (told, *more)), end - place


def _told_by_signs(
    text: str, runs: Sequence[Run], place: int, at: int, subjects: list[Side], before: str
) -> tuple[Statement | None, int]:
    """`q = (1, 2)`, `v = 2, 4, 6`, `S_1, S_2 = 4, 6`."""
    run = runs[at]
    sides: list[tuple[Side, ...]] = [
        (_side(text, span, near),) for span, near in zip(run.sides[1:], run.near, strict=True)
    ]
    last = sides[-1][0]
    used = at + 1
    end = run.end
    if last.literal is not None:
        items, used = _list_after(text, runs, used, last)
        sides[-1] = items
        end = items[-1].end
    told = Told(subjects[0].start, end, tuple(sides))
    more, used = _apposed(text, runs, used)
    return Statement(tuple(subjects), before, (told, *more), "="), used - place


def _list_after(text: str, runs: Sequence[Run], place: int, first: Side) -> tuple[tuple[Side, ...], int]:
    """The further items of a list of values, and the place of the run after it."""
    items = [first]
    at = place
    while at < len(runs) and len(runs[at].sides) == 1:
        gap = text[runs[at - 1].end : runs[at].start]
        if not AND.fullmatch(gap):
            break
        side = _side(text, runs[at].sides[0], first.near)
        if (
            side.literal is None
            or first.literal is None
            or side.literal.value.shape != first.literal.value.shape
        ):
            break
        after = text[runs[at].end : runs[at].end + 30]
        if gap.strip() != "," and "and" not in gap:
            break
        if re.match(r"\s+(?:is|are|was|of|times|keys|values|queries|tokens|positions|heads)\b", after):
            break
        items.append(side)
        at += 1
    return tuple(items), at


def _chains_after(
    text: str, runs: Sequence[Run], place: int, sides: list[tuple[Side, ...]]
) -> tuple[list[tuple[Side, ...]], int]:
    """`e/(e+1) ≈ 0.731 and 1/(e+1) ≈ 0.269`: a list whose items are equations."""
    at = place
    while at < len(runs) and len(runs[at].sides) == len(sides):
        gap = text[runs[at - 1].end : runs[at].start]
        near = (False, *runs[at].near)
        further = [_side(text, span, about) for span, about in zip(runs[at].sides, near, strict=True)]
        if not AND.fullmatch(gap) or any(side.literal is None for side in further):
            break
        sides = [(*items, side) for items, side in zip(sides, further, strict=True)]
        at += 1
    return sides, at


def _values(text: str, runs: Sequence[Run], place: int, near: bool, *, many: bool) -> tuple[Told | None, int]:
    """Values that begin with a run: literals joined by signs, the last of them perhaps a list."""
    run = runs[place]
    sides: list[tuple[Side, ...]] = [
        (_side(text, span, close or near),) for span, close in zip(run.sides, (near, *run.near), strict=True)
    ]
    if any(side.literal is None and not side.trees for one in sides for side in one):
        return None, 1
    last = sides[-1][0]
    used = place + 1
    if many and len(sides) > 1:
        sides, used = _chains_after(text, runs, used, sides)
    elif many and last.literal is not None:
        items, used = _list_after(text, runs, used, last)
        sides[-1] = items
    return Told(run.start, sides[-1][-1].end, tuple(sides)), used - place


def _apposed(text: str, runs: Sequence[Run], place: int) -> tuple[list[Told], int]:
    """`..., which is about 0.39`: the same value said again."""
    out: list[Told] = []
    at = place
    while at < len(runs):
        gap = text[runs[at - 1].end : runs[at].start]
        found = APPOSED.fullmatch(gap)
        if found is None or not SAYS_VALUE.search(gap):
            break
        told, used = _values(text, runs, at, bool(found.group("about")), many=False)
        if told is None or any(side.literal is None for sides in told.sides for side in sides):
            break
        out.append(told)
        at += used
    return out, at


__all__ = ["Side", "Statement", "Told", "statements_in", "trees_of"]
