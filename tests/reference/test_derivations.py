"""Each step of the homework's derivations, checked by sympy; and each check notices a wrong step."""

from __future__ import annotations

import pytest
import sympy

from grader.verify.derivation import check_derivation
from reference.derivations import DERIVATIONS, D, Derivation, Step, derivation, expected, qk, qq, sigma, w

STEPS = [(one, step) for one in DERIVATIONS for step in one.steps]


@pytest.mark.parametrize(
    ("of", "step"), STEPS, ids=[f"{one.name}-{one.steps.index(step) + 1}" for one, step in STEPS]
)
def test_the_step_follows(of: Derivation, step: Step) -> None:
    assert sympy.simplify(sympy.expand_log(sympy.simplify(step.residual()), force=True)) == 0


def test_a_wrong_sigma_leaves_a_residual() -> None:
    assert sympy.simplify(qk / sympy.sqrt(D) - qk / D) != 0


def test_the_printed_law_gives_another_kernel() -> None:
    delta = sympy.Symbol("delta", real=True)
    slip = expected(sympy.cos(w * delta), sigma**2)
    assert sympy.simplify(slip - sympy.exp(-(delta**2) * sigma**2 / 2)) == 0


def test_the_printed_factorisation_passes_the_grader() -> None:
    one = derivation("gaussian_factorisation")
    found = check_derivation("\n".join(step.formula for step in one.steps))
    assert found.first_wrong is None
    assert found.reaches_goal


def test_it_prints_every_step() -> None:
    one = derivation("costs")
    assert all(step.formula in str(one) for step in one.steps)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError, match="gaussian_factorisation"):
        derivation("none")


def test_the_polynomial_identity_is_about_these_symbols() -> None:
    assert (qk + 1) ** 2 != qq
