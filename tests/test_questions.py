from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.draw import seed_of
from grader.model import Item
from grader.questions import Questions
from grader.references import InProcess
from grader.rubric import Rubric


def _item(rubric: Rubric) -> Item:
    return next(item for item in rubric.items if item.id == "attention.softmax")


def test_what_is_made_ahead_is_what_would_be_made_later(homework: Rubric, references: InProcess) -> None:
    item = _item(homework)
    with Questions(homework, references, seed_of("ahead")) as questions:
        questions.ahead([item])
        early = questions.of(item)
    late = Questions(homework, references, seed_of("ahead")).of(item)
    for one, other in zip(early.cases, late.cases, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    for one, other in zip(early.expected, late.expected, strict=True):
        assert np.array_equal(one.values[0], other.values[0])
        assert np.array_equal(one.allowances[0], other.allowances[0])


def test_what_goes_wrong_ahead_is_told_when_the_question_is_asked(
    homework: Rubric, references: InProcess
) -> None:
    def broken(_: object) -> tuple[object, ...]:
        raise RuntimeError("no inputs today")

    rubric = replace(homework, checks={**homework.checks, "broken": broken})
    broken_item, sound = replace(_item(rubric), id="broken", on="broken"), _item(rubric)
    with Questions(rubric, references, seed_of("broken")) as questions:
        questions.ahead([broken_item, sound])
        with pytest.raises(RuntimeError, match="no inputs today"):
            questions.of(broken_item)
        assert len(questions.of(sound).cases) == sound.cases


def test_a_question_is_made_once(homework: Rubric, references: InProcess) -> None:
    questions = Questions(homework, references, seed_of("once"))
    assert questions.of(_item(homework)) is questions.of(_item(homework))
