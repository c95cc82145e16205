from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.diagnose import Observed, explain
from grader.model import Convention, Diagnosis
from grader.references import Expected, FellowOutput

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
    return explain(observed, fellows, {"m.f:shifted": Fraction(1, 2)}, "m.f")


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
    assert not isinstance(explain(observed, [SAME], {}, "m.f"), Convention)


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
    named = explain(observed, [refused], {}, "m.f")
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
