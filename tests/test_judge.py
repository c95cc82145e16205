from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np
import pytest
import torch

from grader.draw import seed_of
from grader.judge import asked_again, charged_once, judge
from grader.model import Convention, Ended, Execution, Finding, Item, Verdict
from grader.plain_student import PlainStudent
from grader.questions import Questions
from grader.references import InProcess, Inputs
from grader.rubric import Rubric, Tolerance

FINISHED = Execution("attention.ipynb", Ended.FINISHED)
SEED = seed_of("tests")


def _item(rubric: Rubric, name: str) -> Item:
    return next(item for item in rubric.items if item.id == name)


def _met(item: Item) -> Mapping[str, Finding]:
    return {name: Finding(name, Fraction(1), Fraction(1), Verdict.MET, True, "") for name in item.requires}


def _judged(rubric: Rubric, references: InProcess, name: str, function: Callable[..., Any] | None) -> Finding:
    item = _item(rubric, name)
    student = PlainStudent({str(item.function): function} if function else {})
    return judge(item, Questions(rubric, references, SEED), student, FINISHED, _met(item))


def _softmax_by_loops(Q: Any, K: Any, V: Any) -> list[list[float]]:
    rows = []
    for q in Q.tolist():
        scores = [sum(a * b for a, b in zip(q, k, strict=True)) / len(q) ** 0.5 for k in K.tolist()]
        weights = [np.exp(score - max(scores)) for score in scores]
        rows.append(
            [
                float(sum(w * v for w, v in zip(weights, column, strict=True)) / sum(weights))
                for column in V.T.tolist()
            ]
        )
    return rows


RIGHT: dict[str, Callable[..., Any]] = {
    "loops-and-lists": _softmax_by_loops,
    "einsum": lambda Q, K, V: torch.einsum(
        "ij,jm->im", torch.softmax(torch.einsum("id,jd->ij", Q, K) / Q.shape[1] ** 0.5, dim=1), V
    ),
    "library": lambda Q, K, V: torch.nn.functional.scaled_dot_product_attention(Q, K, V),
    "float64-inside": lambda Q, K, V: (
        torch.softmax(Q.double() @ K.double().T / Q.shape[1] ** 0.5, 1) @ V.double()
    ),
    "float32-always": lambda Q, K, V: (
        torch.softmax(Q.float() @ K.float().T / Q.shape[1] ** 0.5, 1) @ V.float()
    ),
    "numpy": lambda Q, K, V: _numpy_softmax(Q.numpy(), K.numpy(), V.numpy()),
    "batch-of-one": lambda Q, K, V: torch.nn.functional.scaled_dot_product_attention(
        Q[None], K[None], V[None]
    ),
}


def _numpy_softmax(q: Any, k: Any, v: Any) -> Any:
    weights = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    return weights / weights.sum(axis=1, keepdims=True) @ v


@pytest.mark.parametrize("function", RIGHT.values(), ids=RIGHT.keys())
def test_right_in_any_style_is_met(
    homework: Rubric, references: InProcess, function: Callable[..., Any]
) -> None:
    finding = _judged(homework, references, "attention.softmax", function)
    assert (finding.verdict, finding.earned) == (Verdict.MET, 3), finding.says


WRONG: dict[str, tuple[Callable[..., Any] | None, str]] = {
    "missing": (None, "not defined"),
    "none": (lambda Q, K, V: None, "None"),
    "raises": (lambda Q, K, V: 1 / 0, "ZeroDivisionError"),
    "text": (lambda Q, K, V: "attention", "str"),
    "empty": (lambda Q, K, V: Q[:0], "shape"),
    "one-number": (lambda Q, K, V: torch.ones(()), "single number"),
    "nan": (lambda Q, K, V: V * float("nan"), "NaN"),
    "no-scale": (lambda Q, K, V: torch.softmax(Q @ K.T, 1) @ V, "√D"),
    "changes-its-input-and-returns-it": (lambda Q, K, V: Q.zero_(), "shape"),
}


@pytest.mark.parametrize(("function", "says"), WRONG.values(), ids=WRONG.keys())
def test_wrong_earns_nothing_and_hears_why(
    homework: Rubric, references: InProcess, function: Callable[..., Any] | None, says: str
) -> None:
    finding = _judged(homework, references, "attention.softmax", function)
    assert (finding.verdict, finding.earned) == (Verdict.NOT_MET, 0)
    assert any(says in one.says for one in finding.evidence) or (
        finding.diagnosis and says in finding.diagnosis.says
    )


def test_right_on_one_shape_only_earns_nothing(homework: Rubric, references: InProcess) -> None:
    first = Questions(homework, references, SEED).of(_item(homework, "attention.softmax")).cases[0][0].shape

    def function(Q: Any, K: Any, V: Any) -> Any:
        answer = torch.nn.functional.scaled_dot_product_attention(Q, K, V)
        return answer if Q.shape == first else 0 * answer

    finding = _judged(homework, references, "attention.softmax", function)
    assert (finding.verdict, finding.earned) == (Verdict.NOT_MET, 0)


def test_an_exception_of_ours_is_a_fault_and_costs_nothing(homework: Rubric, references: InProcess) -> None:
    item = replace(
        _item(homework, "attention.softmax"), agrees_with="reference.attention.there_is_no_such_function"
    )
    finding = judge(item, Questions(homework, references, SEED), PlainStudent(), FINISHED, {})
    assert finding.verdict is Verdict.FAULT


class OutOfMemory(InProcess):
    """The machine has no memory left for the expected values."""

    def expected(self, item: Item, tolerance: Tolerance, cases: Sequence[Inputs]) -> NoReturn:
        raise MemoryError


def test_memory_that_the_grader_lacks_is_a_fault_and_costs_nothing(homework: Rubric) -> None:
    item = _item(homework, "attention.softmax")
    student = PlainStudent({"softmax_attention": RIGHT["library"]})
    questions = Questions(homework, OutOfMemory(homework.path), SEED)
    finding = judge(item, questions, student, FINISHED, {})
    assert finding.verdict is Verdict.FAULT
    assert "MemoryError" in finding.says


def test_a_check_without_evidence_is_a_fault(homework: Rubric, references: InProcess) -> None:
    item = replace(_item(homework, "attention.softmax"), on=None, check="silent")
    rubric = replace(homework, checks={**homework.checks, "silent": lambda student, draw, ask: iter(())})
    finding = judge(item, Questions(rubric, references, SEED), PlainStudent(), FINISHED, {})
    assert finding.verdict is Verdict.FAULT
    assert "no evidence" in finding.says


@pytest.mark.parametrize(
    "ended", [Ended.TIMED_OUT, Ended.DIED, Ended.OUT_OF_MEMORY, Ended.OUTPUT_LIMIT], ids=lambda one: one.value
)
def test_what_was_never_reached_is_not_called_wrong(
    homework: Rubric, references: InProcess, ended: Ended
) -> None:
    item = _item(homework, "attention.softmax")
    execution = Execution("attention.ipynb", ended, 2, says="Cell 3 ran for more than 30 s.")
    finding = judge(item, Questions(homework, references, SEED), PlainStudent(), execution, {})
    assert finding.verdict is Verdict.NOT_REACHED
    assert "Cell 3" in finding.says


def test_an_item_waits_for_what_it_requires(homework: Rubric, references: InProcess) -> None:
    item = _item(homework, "attention.stability")
    failed = Finding(
        "attention.random_feature_attention", Fraction(5), Fraction(0), Verdict.NOT_MET, True, ""
    )
    finding = judge(
        item, Questions(homework, references, SEED), PlainStudent(), FINISHED, {failed.item: failed}
    )
    assert finding.verdict is Verdict.NOT_MET
    assert "only where attention.random_feature_attention is met" in finding.says


def test_inputs_follow_from_the_seed_and_differ_between_seeds(
    homework: Rubric, references: InProcess
) -> None:
    item = _item(homework, "attention.softmax")
    first, again, other = (
        Questions(homework, references, seed).of(item).cases for seed in (SEED, SEED, seed_of("other"))
    )
    assert all(
        np.array_equal(a, b) for x, y in zip(first, again, strict=True) for a, b in zip(x, y, strict=True)
    )
    assert not any(
        a.shape == b.shape and np.array_equal(a, b) for a, b in zip(first[0], other[0], strict=True)
    )


def test_a_convention_is_charged_at_its_first_item_only(homework: Rubric) -> None:
    plain = Convention("plain_distance", "plain distances", Fraction(1, 2))
    rows = [
        Finding(f"triplet.{k}", Fraction(4), Fraction(2), Verdict.PARTLY, True, "", convention=plain)
        for k in range(3)
    ]
    settled = charged_once(rows, homework)
    assert [one.earned for one in settled] == [2, 4, 4]
    assert "already charged at triplet.0" in settled[2].says


def _doubles(answer: Any) -> Any:
    return 2 * answer


def _raises(answer: Any) -> Any:
    raise ValueError("the time is up")


@pytest.mark.parametrize("turn", [_doubles, _raises])
def test_a_function_that_turns_wrong_later_is_found_out(
    homework: Rubric, references: InProcess, turn: Callable[[Any], Any]
) -> None:
    item = _item(homework, "attention.softmax")
    calls: list[int] = []

    def function(Q: Any, K: Any, V: Any) -> Any:
        calls.append(1)
        answer = torch.nn.functional.scaled_dot_product_attention(Q, K, V)
        return answer if len(calls) <= item.cases else turn(answer)

    student = PlainStudent({"softmax_attention": function})
    questions = Questions(homework, references, SEED)
    finding = judge(item, questions, student, FINISHED, {})
    assert finding.verdict is Verdict.MET
    again = asked_again(item, finding, questions, student)
    assert (again.verdict, again.earned) == (Verdict.NOT_MET, 0)
    assert again.diagnosis is not None
    assert again.diagnosis.fault == "changes_with_calls"
