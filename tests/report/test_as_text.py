"""What a terminal shows."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from grader.model import Exhibit, Report
from grader.report import checked, explained
from grader.report.as_text import largest_difference


def test_a_check_gives_hints_for_what_is_lost_only(rich: Report) -> None:
    hints = {one.item: f"hint for {one.item}" for one in rich.items}
    text = checked(rich, hints)
    assert re.search(r"✗ attention\.kernelized +0/4  not met", text)
    assert "    Your output equals softmax(QKᵀ) V: the division by √D is missing." in text
    told = {item for item in hints if f"Hint: hint for {item}" in text}
    assert told == {"attention.kernelized", "attention.costs", "attention.derivation", "triplet.loss"}
    assert text.endswith("will be graded again.")


def test_a_terminal_never_gets_a_control_character(hostile: Report) -> None:
    exhibit = Exhibit({"\x1b": "\x1b[2J"}, "\x1b]0;x\x07", {"\x1b": 1})
    for text in (checked(hostile, {}), *(explained(hostile, one, [exhibit]) for one in hostile.items)):
        assert all(letter == "\n" or letter.isprintable() for letter in text)


def test_a_verdict_is_replayed_from_arrays(rich: Report) -> None:
    exhibit = Exhibit({"Q": np.arange(4.0).reshape(2, 2)}, np.array([[1.0, 2.0]]), np.array([[1.0, 2.5]]))
    text = explained(rich, rich.items[1], [exhibit, None])
    for part in (
        "Named fault: no_scale: Your output equals",
        "input Q, shape (2, 2), float64:",
        "the reference's output, shape (1, 2), float64:",
        "largest difference: 0.5 at [0, 1]",
    ):
        assert part in text
    assert "No arrays are on record" in explained(rich, rich.items[1], [])


def test_a_reference_of_one_part_is_compared_with_a_plain_output(rich: Report) -> None:
    text = explained(rich, rich.items[1], [Exhibit(output=np.zeros(2), reference=(np.array([0.0, 2.0]),))])
    assert "largest difference: 2 at [1]" in text
    assert "part" not in text


def test_a_large_array_is_summarised(rich: Report) -> None:
    text = explained(rich, rich.items[1], [Exhibit(output=np.zeros((1000, 1000)))])
    assert len(text) < 3000
    assert "shape (1000, 1000)" in text


@pytest.mark.parametrize(
    ("got", "expected", "answer"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), ((1,), np.inf)),
        (np.array([np.nan, 3.0]), np.array([np.nan, 2.0]), ((1,), 1.0)),
        (np.array([np.inf]), np.array([np.inf]), ((0,), 0.0)),
        (np.array([True]), np.array([False]), ((0,), 1.0)),
        (2.0, 5.0, ((), 3.0)),
        (np.ones((1, 2, 1)), np.array([1.0, 3.0]), ((1,), 2.0)),
        (np.ones(2), np.ones(3), None),
        (np.ones(0), np.ones(0), None),
        ("text", np.ones(1), None),
        (None, np.ones(1), None),
    ],
    ids=[
        "one nan",
        "both nan",
        "both infinite",
        "booleans",
        "numbers",
        "a batch of one",
        "shapes",
        "empty",
        "text",
        "nothing",
    ],
)
def test_largest_difference(got: Any, expected: Any, answer: Any) -> None:
    assert largest_difference(got, expected) == answer
