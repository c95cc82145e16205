from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.chance import Outcome, evidence, standard_normal_tests

SHAPE = (16, 48, 4)


def _ok(samples: Any) -> bool:
    return all(one.ok for one in evidence([standard_normal_tests(samples)], "rows"))


@pytest.mark.parametrize("seed", range(40))
def test_standard_normals_pass(seed: int) -> None:
    assert _ok(np.random.default_rng(seed).normal(size=SHAPE))


def test_the_tests_are_calibrated() -> None:
    """Each test's probability is uniform under its hypothesis: about 5 % of them fall below 0.05."""
    rng = np.random.default_rng(3)
    low = np.array(
        [
            [test.probability < 0.05 for test in standard_normal_tests(rng.normal(size=(4, 12, 3)))]
            for _ in range(400)
        ]
    )
    assert (np.abs(low.mean(axis=0) - 0.05) < 0.045).all()


def _unit_rows(rng: np.random.Generator) -> Any:
    rows = rng.normal(size=SHAPE)
    return rows / np.linalg.norm(rows, axis=2, keepdims=True) * 2


LAWS: dict[str, Callable[[np.random.Generator], Any]] = {
    "scale-doubled": lambda rng: 2 * rng.normal(size=SHAPE),
    "scale-10-percent-off": lambda rng: 1.1 * rng.normal(size=SHAPE),
    "shifted": lambda rng: rng.normal(size=SHAPE) + 0.2,
    "uniform": lambda rng: rng.uniform(-(3**0.5), 3**0.5, size=SHAPE),
    "signs": lambda rng: rng.choice([-1.0, 1.0], size=SHAPE),
    "one-row-for-all": lambda rng: np.repeat(rng.normal(size=(16, 1, 4)), 48, axis=1),
    "one-column-for-all": lambda rng: np.repeat(rng.normal(size=(16, 48, 1)), 4, axis=2),
    "same-draw-each-call": lambda rng: np.repeat(rng.normal(size=(1, 48, 4)), 16, axis=0),
    "unit-length-rows": _unit_rows,
    "zero": lambda rng: np.zeros(SHAPE),
    "nan": lambda rng: np.full(SHAPE, np.nan),
}


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS.keys())
def test_every_other_law_is_caught(law: Callable[[np.random.Generator], Any]) -> None:
    assert not _ok(law(np.random.default_rng(5)))


def test_no_test_is_no_proof() -> None:
    with pytest.raises(ValueError, match="nothing is proved"):
        evidence([], "rows")


def test_the_level_is_divided_by_the_number_of_tests() -> None:
    just = [Outcome(0.6e-6, "odd"), Outcome(0.5, "fine")]
    assert evidence([just], "rows")[0].ok
    assert not evidence([just[:1]], "rows", false_alarm=1e-6)[0].ok
