"""One claim for each assertion: what two readers have decided alike of the same words counts once."""

from __future__ import annotations

from collections.abc import Sequence

from grader.verify.claim import Kind, Ruling
from grader.verify.passage import Found, end_of


def one_for_each(found: Sequence[Found], masked: str) -> list[Found]:
    """The claims of a block without those that repeat another one.

    Of a claim within a wider one with the same ruling the wider is kept, for it names what is claimed ("4NR = 128,000"
    and "128,000"); of several within it they are, for each is an assertion. A step of a chain is charged by itself.
    """
    spans = [(item.offset, end_of(item, masked)) for item in found]
    words = ["".join(char for char in item.text if char not in "$ \n`*") for item in found]

    def within(inner: int, outer: int) -> bool:
        one, other = found[inner], found[outer]
        return (
            one.judged.ruling is other.judged.ruling
            and (one.line == other.line or None in {one.line, other.line})
            and words[inner] in words[outer]
            and (words[inner] != words[outer] or inner > outer)
            and spans[outer][0] <= spans[inner][0] < spans[outer][1]
        )

    decided = [
        number
        for number, item in enumerate(found)
        if item.judged.ruling is not Ruling.UNCHECKED and item.judged.kind is not Kind.STEP
    ]
    dropped: set[int] = set()
    # the narrow ones first, so that what they repeat is settled when a wider one asks
    for outer in sorted(decided, key=lambda number: len(words[number])):
        inside = [inner for inner in decided if inner not in dropped and within(inner, outer)]
        if len({words[inner] for inner in inside}) > 1:
            dropped.add(outer)
        else:
            dropped.update(inside)
    return [item for number, item in enumerate(found) if number not in dropped]


__all__ = ["one_for_each"]
