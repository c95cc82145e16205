from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.diagnose import fellow_that_matches
from grader.model import Convention, Diagnosis
from grader.references import Expected, FellowOutput
from grader.symptoms import Observed, symptom

RNG = np.random.default_rng(11)
TRUTH = [RNG.normal(size=(4, 3)) for _ in range(3)]
EXPECTED = [Expected((truth,), (np.full(truth.shape, 1e-5),)) for truth in TRUTH]


def _fellow(name: str, outputs: list[Any], kind: str = "fault") -> FellowOutput:
    return FellowOutput(
        name, kind, f"this is {name}", tuple(None if one is None else (one,) for one in outputs)
    )


DOUBLED = _fellow("doubled", [2 * truth for truth in TRUTH])
SAME = _fellow("same", TRUTH)
BROKEN = _fellow("broken", [None, *TRUTH[1:]])


def _explain(got: list[Any], *fellows: FellowOutput) -> Diagnosis | Convention | None:
    observed = [Observed(one, expected) for one, expected in zip(got, EXPECTED, strict=True)]
    return fellow_that_matches(observed, fellows, {"m.f:shifted": Fraction(1, 2)}, "m.f") or symptom(observed)


def test_the_fellow_with_the_same_numbers_is_named() -> None:
    named = _explain([2 * truth + 1e-6 for truth in TRUTH], SAME, BROKEN, DOUBLED)
    assert isinstance(named, Diagnosis)
    assert named.fault == "doubled"


def test_one_case_that_does_not_fit_is_enough_to_refuse_a_name() -> None:
    got = [2 * truth for truth in TRUTH]
    got[2] = got[2] + RNG.normal(size=got[2].shape)
    named = _explain(got, DOUBLED)
    assert named is None or named.fault != "doubled"  # type: ignore[union-attr]  # a convention would fail here too


def test_a_fellow_that_equals_the_reference_explains_nothing() -> None:
    observed = [Observed(truth, expected) for truth, expected in zip(TRUTH, EXPECTED, strict=True)]
    assert not isinstance(fellow_that_matches(observed, [SAME], {}, "m.f"), Convention)


def test_a_convention_wins_over_a_fault_with_the_same_numbers_and_has_its_share() -> None:
    shifted = [truth + 1 for truth in TRUTH]
    named = _explain(shifted, _fellow("off_by_one", shifted), _fellow("shifted", shifted, "convention"))
    assert named == Convention("shifted", "this is shifted", Fraction(1, 2))


def test_faults_with_the_same_numbers_are_all_mentioned() -> None:
    doubled = [2 * truth for truth in TRUTH]
    named = _explain(doubled, DOUBLED, _fellow("twice_over", doubled))
    assert isinstance(named, Diagnosis)
    assert "twice over" in named.says


def test_an_infinite_fellow_fits_only_what_is_infinite_in_the_same_places() -> None:
    overflown = [np.where(np.arange(3) == 1, np.inf, truth) for truth in TRUTH]
    assert _explain(overflown, _fellow("overflows", overflown)).fault == "overflows"  # type: ignore[union-attr]
    finite = [2 * truth + RNG.normal(size=truth.shape) for truth in TRUTH]
    assert _explain(finite, _fellow("overflows", overflown)) is None


def test_refusals_match_by_their_sentence() -> None:
    observed = [Observed(None, expected, "the shape is (3,)") for expected in EXPECTED]
    refused = FellowOutput("flat", "fault", "this is flat", ("the shape is (3,)",) * 3)
    named = fellow_that_matches(observed, [refused], {}, "m.f")
    assert isinstance(named, Diagnosis)
    assert named.fault == "flat"


def test_nothing_answered_is_nothing_explained() -> None:
    assert _explain([None, None, None], DOUBLED) is None


GENERIC = {
    "zero": ([np.zeros((4, 3))] * 3, "all_zero"),
    "constant": ([np.full((4, 3), 0.7)] * 3, "constant_output"),
    "factor": ([3 * truth for truth in TRUTH], "constant_factor"),
    "factors": ([(k + 2) * truth for k, truth in enumerate(TRUTH)], "factor_depends_on_the_input"),
    "shift": ([truth + 0.5 for truth in TRUTH], "constant_shift"),
    "transposed": ([truth.T for truth in TRUTH], "transposed"),
    "nan": ([truth * np.nan for truth in TRUTH], "not_finite"),
    "first-row": ([np.where(np.arange(4)[:, None] == 0, 9.0, truth) for truth in TRUTH], "first_row"),
    "last-row": ([np.where(np.arange(4)[:, None] == 3, 9.0, truth) for truth in TRUTH], "last_row"),
}


@pytest.mark.parametrize(("got", "fault"), GENERIC.values(), ids=GENERIC.keys())
def test_what_can_be_said_without_any_fellow(got: list[Any], fault: str) -> None:
    named = _explain(got)
    assert isinstance(named, Diagnosis)
    assert named.fault == fault


def test_noise_is_given_no_name() -> None:
    assert _explain([RNG.normal(size=(4, 3)) for _ in TRUTH], DOUBLED) is None


SCALARS = [Expected((np.asarray(value),), (np.asarray(1e-5),)) for value in (0.5, 1.7, 0.0, 2.9)]
MASKS = [RNG.random(size=(3, 3, 3)) < 0.4 for _ in range(2)]
SIGNED = np.where(RNG.random(size=(4, 3)) < 0.5, -1.0, 1.0)
SYMPTOMS = {
    "factor-of-scalars": ([one.values[0] / 2 for one in SCALARS], SCALARS, "constant_factor"),
    "constant-scalars": ([np.asarray(0.3)] * 4, SCALARS, "constant_output"),
    "half-precision": ([t.astype(np.float16) for t in TRUTH], EXPECTED, "imprecise"),
    "rounded": ([np.round(truth, 2) for truth in TRUTH], EXPECTED, "rounded"),
    "integers": ([np.trunc(truth).astype(int) for truth in TRUTH], EXPECTED, "truncated"),
    "signs": ([truth * SIGNED for truth in TRUTH], EXPECTED, "signs"),
    "rows-shuffled": ([truth[::-1] for truth in TRUTH], EXPECTED, "rows_in_another_order"),
    "too-many": (
        [mask | (np.arange(3) == 0) for mask in MASKS],
        [Expected((mask,), (np.zeros(mask.shape),)) for mask in MASKS],
        "marks_too_many",
    ),
    "second-value": (
        [(truth, truth.sum() + 1) for truth in TRUTH],
        [Expected((t, np.asarray(t.sum())), (np.full(t.shape, 1e-5), np.asarray(1e-5))) for t in TRUTH],
        "only_the_second_value",
    ),
}


@pytest.mark.parametrize(("got", "expected", "fault"), SYMPTOMS.values(), ids=SYMPTOMS.keys())
def test_symptoms_of_mistakes_that_nobody_listed(
    got: list[Any], expected: list[Expected], fault: str
) -> None:
    named = symptom([Observed(*pair) for pair in zip(got, expected, strict=True)])
    assert named is not None
    assert named.fault == fault


def test_a_symptom_never_says_that_the_right_answer_is_once_itself() -> None:
    named = symptom([Observed(t * (1 + 4e-4), e) for t, e in zip(TRUTH, EXPECTED, strict=True)])
    assert named is not None
    assert named.fault == "imprecise"


def _inputs(dtype: type, rows: int) -> tuple[Any, ...]:
    return np.zeros((4, 3), dtype=dtype), np.zeros((rows, 3), dtype=dtype)


WHERE = {
    "float64": (
        [_inputs(np.float32, 4), _inputs(np.float64, 4), _inputs(np.float32, 4)],
        1,
        "float64_inputs",
    ),
    "lengths": (
        [_inputs(np.float32, 5), _inputs(np.float32, 4), _inputs(np.float32, 4)],
        0,
        "lengths_differ",
    ),
    "default": ([(*_inputs(np.float32, 4), 1.0)] * 2 + [_inputs(np.float32, 4)], 2, "default_argument"),
    "no-pattern": ([_inputs(np.float32, 4)] * 3, 1, "right_in_some_cases"),
}


@pytest.mark.parametrize(("inputs", "wrong", "fault"), WHERE.values(), ids=WHERE.keys())
def test_what_the_wrong_cases_share_is_told(inputs: list[Any], wrong: int, fault: str) -> None:
    observed = [
        Observed(truth + (k == wrong), expected)
        for k, (truth, expected) in enumerate(zip(TRUTH, EXPECTED, strict=True))
    ]
    named = symptom(observed, inputs)
    assert named is not None
    assert named.fault == fault


def test_an_equivalent_names_no_mistake() -> None:
    doubled = [2 * truth for truth in TRUTH]
    named = _explain(doubled, _fellow("another_way", doubled, "equivalent"))
    assert isinstance(named, Diagnosis)
    assert named.fault == "constant_factor"
