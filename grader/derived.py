"""A written derivation -> evidence: every step judged, and what the derivation needs and does not show."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.model import Diagnosis, Evidence, Item, Student, Waiting
from grader.references import References
from grader.texts import Undecided

if TYPE_CHECKING:
    from grader.verify.derivation import Derivation

LONGEST = 120


def derivation(
    item: Item, student: Student, references: References
) -> Iterator[Evidence | Diagnosis | Waiting]:
    """Judge the student's text under the item's tag against the item's goal.

    All points are earned by a chain whose steps hold and that arrives; with `by_step` each required step that is
    there earns its share. A text that takes too long to judge waits for a person.
    """
    text = student.written(item.written or "")
    if text is None or not text.strip():
        headed = str(item.written).capitalize()
        yield Evidence(False, f"there is no markdown cell tagged {item.written!r} or headed {headed!r}")
        return
    try:
        found = references.derivation(text, str(item.derivation))
    except Undecided as error:
        yield Waiting(f"A person reads the derivation: {error}.")
        return
    wrong = found.first_wrong
    if wrong is None and found.unreadable:
        unread = found.unreadable[0]
        yield Waiting(f"Line {unread.line} of the derivation could not be checked: {unread.says}")
        return
    if wrong is not None:
        told = f"line {wrong.line} of the derivation, “{wrong.text[:LONGEST]}”: {wrong.says}"
        yield Evidence(False, told, points=Fraction(0) if item.by_step else None)
        yield Diagnosis("wrong_step", f"the first wrong step is on line {wrong.line}: {wrong.says}")
    elif not found.reaches_goal:
        missing = "; ".join(step.says for step in found.required.missing) or found.required.steps[-1].says
        told = f"no step is wrong, but the derivation does not arrive at {found.required.title}"
        yield Evidence(False, f"{told}; missing: {missing}", points=Fraction(0) if item.by_step else None)
        yield Diagnosis("goal_not_reached", f"the derivation stops early; it never shows: {missing}")
    elif not item.by_step:
        says = f"all {len(found.steps)} steps follow, and they arrive at {found.required.title}"
        yield Evidence(True, says)
    if item.by_step:
        yield from _shares(item, found)


def _shares(item: Item, found: Derivation) -> Iterator[Evidence]:
    """One share of the points for each required step; the last one needs the whole to hold."""
    steps = found.required.steps
    for step in steps:
        there = step.is_there and (found.reaches_goal or step is not steps[-1])
        line = step.line or step.within
        where = f"line {line}: " if there and line else "" if there else "not shown: "
        yield Evidence(there, f"{where}{step.says}", points=item.points / len(steps))
