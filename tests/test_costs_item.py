"""The costs item reads what students write."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.draw import seed_of
from grader.judge import judge
from grader.model import Ended, Execution, Finding
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import InProcess
from grader.rubric import Rubric
from reference.costs import costs


def _judged(rubric: Rubric, references: InProcess, **changed: str) -> Finding:
    item = next(item for item in rubric.items if item.id == "attention.costs")
    student = PlainStudent(variables={"costs": {**costs(), **changed}})
    questions = Questions(rubric, references, seed_of("costs"))
    return judge(item, questions, student, Execution(item.notebook, Ended.FINISHED), {})


@pytest.mark.parametrize(
    "text",
    [
        "N^2 (D + M)",
        "O(N²(D+M))",
        "Θ(N^2 max(D, M))",
        "N**2*D + N**2*M",
        "2N^2D + 2N^2M + 5N^2",
        "$O(N^2 (D + M))$",
        r"\mathcal{O}(N^2 D + N^2 M)",
        "n^2(d+m)",
        "N²·D + N²·M operations",
        "time: O(N^2(D+M))",
        "O(N^2 * D) + O(N^2 * M)",
    ],
)
def test_every_way_of_writing_a_right_cost_is_met(homework: Rubric, references: InProcess, text: str) -> None:
    finding = _judged(homework, references, softmax=text)
    assert finding.earned == 5, finding.says


@pytest.mark.parametrize("text", ["N^2 D", "N^2", "N (D + M)", "N^3 (D + M)", "fast", "", "N^2 D M"])
def test_a_wrong_cost_loses_its_own_point_only(homework: Rubric, references: InProcess, text: str) -> None:
    finding = _judged(homework, references, softmax=text)
    assert finding.earned == Fraction(4), finding.says


@pytest.mark.parametrize(
    "text",
    ["2NR(D + 2M + 2)", "2*N*R*D + 2*N*(2*R)*M + 4*N*R", "2N D_random D + 4N D_random M + 4N D_random"],
)
def test_the_exact_count_may_be_written_in_any_form(
    homework: Rubric, references: InProcess, text: str
) -> None:
    assert _judged(homework, references, random_features_exact=text).earned == 5
