"""Random outputs against a law, with a stated rate of false alarms.

Each probability below is exact under its hypothesis or an exact bound (no asymptotics), so a bound on the number of
tests gives an honest bound on the chance that a right answer fails: the union bound over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from grader.model import Evidence

FALSE_ALARM = 1e-6


@dataclass(frozen=True)
class Outcome:
    """One test of one hypothesis: how probable something at least as odd is, the sentence about it, and of what."""

    probability: float
    says: str
    of: str = ""


def entry_tests(entries: NDArray[Any]) -> tuple[Outcome, ...]:
    """Exact tests that numbers, in any shape, are independent standard normals: their mean, variance and law."""
    flat = np.asarray(entries, dtype=np.float64).reshape(-1)
    n = flat.size
    return (
        Outcome(
            float(2 * special.ndtr(-abs(flat.mean()) * np.sqrt(n))),
            f"mean {flat.mean():.3g} of {n} scaled entries, expected 0",
            "mean",
        ),
        Outcome(
            _chi_square(n, float((flat**2).sum())),
            f"standard deviation {np.sqrt((flat**2).mean()):.4g} of the scaled entries, expected 1",
            "scale",
        ),
        Outcome(
            _kolmogorov(special.ndtr(flat)),
            f"the law of the scaled entries (excess kurtosis {_kurtosis(flat):.2f}, expected 0)",
            "entries",
        ),
    )


def standard_normal_tests(samples: NDArray[Any]) -> tuple[Outcome, ...]:
    """Exact tests that samples of shape (calls, rows, D) are independent standard normals.

    The mean, the variance, the law of single entries and of squared row and column lengths, the independence of
    coordinates, of neighbouring rows and of successive calls, and the angles between neighbouring rows and columns.
    """
    calls, rows, width = samples.shape
    x = np.asarray(samples, dtype=np.float64)
    tests = list(entry_tests(x))
    lengths = (x**2).sum(axis=2).reshape(-1)
    tests.append(
        Outcome(
            _kolmogorov(special.chdtr(width, lengths)),
            f"the law of the squared row lengths (mean {lengths.mean():.3g}, expected {width})",
            "rows",
        )
    )
    columns = (x**2).sum(axis=1).reshape(-1)
    tests.append(
        Outcome(
            _kolmogorov(special.chdtr(rows, columns)),
            f"the law of the squared column lengths (spread {columns.std():.3g}, expected {np.sqrt(2 * rows):.3g})",
            "columns",
        )
    )
    if width > 1:
        even, odd = x[:, :, 0::2][:, :, : width // 2], x[:, :, 1::2]
        tests.append(_pairs(even, odd, "neighbouring coordinates", "coordinates"))
        tests.append(_angles(even, odd, 1, "neighbouring columns", "coordinates"))
    if rows > 1:
        even, odd = x[:, 0::2][:, : rows // 2], x[:, 1::2]
        tests.append(_pairs(even, odd, "neighbouring rows", "neighbours"))
        tests.append(_angles(even, odd, 2, "neighbouring rows", "neighbours"))
        tests.append(
            _pairs(x[:, : rows // 2], x[:, rows - rows // 2 :], "rows half a sample apart", "halves")
        )
    if calls > 1:
        tests.append(_pairs(x[0::2][: calls // 2], x[1::2], "successive calls", "calls"))
    return tuple(tests)


def _angles(a: NDArray[Any], b: NDArray[Any], axis: int, names: str, of: str) -> Outcome:
    # a·b/‖a‖ is standard normal for independent standard normals, whatever a is; 0 where they were made orthogonal.
    length = np.sqrt((a**2).sum(axis=axis))
    along = ((a * b).sum(axis=axis) / np.maximum(length, np.finfo(float).tiny)).reshape(-1)
    return Outcome(
        _kolmogorov(special.ndtr(along)),
        f"projections of {names} on one another (spread {along.std():.3g}, expected 1)",
        of,
    )


def _pairs(a: NDArray[Any], b: NDArray[Any], names: str, of: str) -> Outcome:
    # a and b independent standard normals make (a + b)/√2 standard normal too; a chi-square sees any correlation.
    total = float((((a + b) ** 2) / 2).sum())
    correlation = float((a * b).mean())
    return Outcome(
        _chi_square(a.size, total),
        f"correlation {correlation:.3g} between {names}, expected 0",
        of,
    )


def _chi_square(degrees: int, value: float) -> float:
    return float(min(1.0, 2 * min(special.chdtr(degrees, value), special.chdtrc(degrees, value))))


def _kolmogorov(uniform: NDArray[Any]) -> float:
    """How probable it is, at most, that independent uniform numbers are as unevenly spread.

    The Dvoretzky-Kiefer-Wolfowitz inequality with Massart's constant (1990), which holds for every sample size.
    """
    ordered, n = np.sort(uniform), uniform.size
    steps = np.arange(n + 1) / n
    largest = np.maximum(steps[1:] - ordered, ordered - steps[:-1]).max()
    return float(min(1.0, 2 * np.exp(-2 * n * largest**2)))


def _kurtosis(x: NDArray[Any]) -> float:
    centred = x - x.mean()
    variance = float((centred**2).mean())
    return float((centred**4).mean() / variance**2 - 3) if variance > 0 else float("nan")


def evidence(
    groups: Sequence[Sequence[Outcome]], says: str, false_alarm: float = FALSE_ALARM
) -> list[Evidence]:
    """Evidence from all tests at once: a right answer fails with probability at most `false_alarm`."""
    tests = [test for group in groups for test in group]
    if not tests:
        raise ValueError("no test was made: nothing is proved")
    level = false_alarm / len(tests)
    failed = [test for test in tests if not test.probability >= level]
    if failed:
        worst = min(
            failed, key=lambda test: test.probability if test.probability == test.probability else -1.0
        )
        return [
            Evidence(
                False,
                f"{says}: {worst.says}; a right answer does this with probability {worst.probability:.1g}",
            )
        ]
    return [
        Evidence(True, f"{says}: {len(tests)} exact tests agree (false alarms at most {false_alarm:.0e})")
    ]
