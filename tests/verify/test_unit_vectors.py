"""Which vectors a text says are of length one."""

from __future__ import annotations

import pytest

from grader.verify.scope.unit_vectors import EVERY, UnitLength, names_of_length_one, units_at


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Let $u$ and $v$ be unit vectors.", "uv"),
        ("For unit vectors $x$, $y$ we have", "xy"),
        ("The vectors $a$, $b$ have norm one.", "ab"),
        (r"with $\|q\| = \|k\| = 1$", "qk"),
        (r"where $\lVert u\rVert_2 = 1$", "u"),
        ("two unit vectors u and v", "uv"),
        ("so for unit vectors the distance is", EVERY),
        ("Write $a$ for the anchor, $b$ for the positive, both of unit norm, and $\\alpha$", "ab"),
        ("u and v are not unit vectors", ""),
        ("the unit of the loss is irrelevant", ""),
        (r"$\|u\| = 1.5$", ""),
        (r"$\|u\| = 10$", ""),
        ("a normalised score is a unit vector", ""),
    ],
    ids=lambda value: value[:30],
)
def test_names(line: str, names: str) -> None:
    assert names_of_length_one(line) == frozenset(names)


def test_what_is_said_of_no_vector_by_name_holds_for_some_lines_only() -> None:
    said = (UnitLength(10, 1, frozenset({EVERY})), UnitLength(10, 1, frozenset({"u"})))
    assert units_at(said, 12, 1) == {EVERY, "u"}
    assert units_at(said, 40, 1) == {"u"}
    assert units_at(said, 9, 1) == frozenset()
    assert units_at(said, 12, 2) == frozenset()
