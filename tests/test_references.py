from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.draw import seed_of
from grader.model import GraderFault, Item
from grader.questions import Questions
from grader.references import InProcess, Workers
from grader.rubric import Rubric, Tolerance

SEED = seed_of("tests")


def _item(rubric: Rubric, name: str) -> Item:
    return next(item for item in rubric.items if item.id == name)


@pytest.mark.parametrize("name", ["attention.softmax", "attention.polynomial_features", "triplet.batch_all"])
def test_a_worker_answers_as_this_process_does(homework: Rubric, references: InProcess, name: str) -> None:
    item = _item(homework, name)
    cases = Questions(homework, references, SEED).of(item).cases
    tolerance = homework.tolerances[item.within]
    with Workers(homework.path) as workers:
        here, there = references.expected(item, tolerance, cases), workers.expected(item, tolerance, cases)
        assert [one.name for one in workers.fellows(item, cases)] == [
            one.name for one in references.fellows(item, cases)
        ]
    for one, other in zip(here, there, strict=True):
        for a, b in zip((*one.values, *one.allowances), (*other.values, *other.allowances), strict=True):
            assert np.array_equal(a, b)


def test_what_fails_in_a_worker_is_our_fault(homework: Rubric) -> None:
    with Workers(homework.path) as workers, pytest.raises(GraderFault, match="there_is_none"):
        workers.value("reference.attention.there_is_none")


def test_the_allowance_grows_where_the_problem_is_ill_conditioned(
    homework: Rubric, references: InProcess
) -> None:
    """A denominator that nearly cancels makes every answer uncertain, and the allowance says so."""
    item = _item(homework, "attention.kernelized")
    rounding = Tolerance("rounding", unit_roundoff=6e-8)
    v = np.array([[1.0], [2.0]])
    well = (np.array([[1.0, 1.0]]), np.array([[1.0, 1.0], [2.0, 1.0]]), v)
    ill = (np.array([[1.0, 1.0]]), np.array([[1.0, 1.0], [-2.0, 1e-3]]), v)
    good, bad = references.expected(item, rounding, [well, ill])
    share = [float(one.allowances[0].max() / np.abs(one.values[0]).max()) for one in (good, bad)]
    assert share[1] > 100 * share[0]


def test_masks_allow_nothing(homework: Rubric, references: InProcess) -> None:
    item = replace(_item(homework, "triplet.valid"), cases=1)
    found = references.expected(item, Tolerance("loose", absolute=10.0), [(np.array([0, 0, 1]),)])[0]
    assert found.values[0].dtype.kind == "b"
    assert not found.allowances[0].any()
