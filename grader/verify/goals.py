"""The derivations that the course asks for, and the steps that each of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STEPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "gaussian_factorisation": (
        ("start", "the similarity exp(q·k/√D)"),
        ("square", "‖q − k‖² written out, or solved for q·k"),
        ("split", "the exponential split into factors, one of them the Gaussian kernel"),
        ("variance", "the kernel's variance σ² = √D"),
        ("result", "exp(q·k/√D) as a factor of q, the kernel and a factor of k"),
    ),
    "causal_recursion": (
        ("sum_of_values", "S_i, the sum of φ(k_j)v_jᵀ over j ≤ i"),
        ("sum_of_features", "Z_i, the sum of φ(k_j) over j ≤ i"),
        ("output", "the output φ(q_i)ᵀS_i / φ(q_i)ᵀZ_i"),
        ("recursion_of_values", "S_i = S_{i−1} + φ(k_i)v_iᵀ"),
        ("recursion_of_features", "Z_i = Z_{i−1} + φ(k_i)"),
        ("start", "the start S_0 = 0, Z_0 = 0"),
    ),
    "random_feature_cost": (
        ("features", "the features of all queries and keys: O(NRD)"),
        ("sums", "the products with the values: O(NRM)"),
        ("total", "the total O(NR(D + M))"),
    ),
}
TITLES = {
    "gaussian_factorisation": "the Gaussian factorisation of softmax attention",
    "causal_recursion": "the recursion of causal linear attention",
    "random_feature_cost": "the cost of random-feature attention",
}


@dataclass(frozen=True)
class RequiredStep:
    """A step that a known derivation needs: the line that shows it, or the line of the larger step that contains it."""

    name: str
    says: str
    line: int | None = None
    within: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether the text shows or contains it."""
        return self.line is not None or self.within is not None


@dataclass(frozen=True)
class Progress:
    """What a text shows of one known derivation."""

    name: str
    title: str
    steps: tuple[RequiredStep, ...]

    @property
    def missing(self) -> tuple[RequiredStep, ...]:
        """The steps that the text neither shows nor contains."""
        return tuple(step for step in self.steps if not step.is_there)


def progress(goal: str, shown: Mapping[str, int], within: int | None = None) -> Progress:
    """A goal's steps with the lines that show them; those that no line shows lie within the step on one line, if any.

    Raises `ValueError` for a goal that is not known.
    """
    if goal not in STEPS:
        raise ValueError(f"the goal {goal!r} is not known; known are {', '.join(STEPS)}")
    steps = tuple(
        RequiredStep(name, says, shown.get(name), None if name in shown else within)
        for name, says in STEPS[goal]
    )
    return Progress(goal, TITLES[goal], steps)


def progress_from(plain: Mapping[str, Any]) -> Progress:
    """A derivation's steps from the plain object that the worker process writes."""
    steps = tuple(
        RequiredStep(one["name"], one["says"], one["line"], one["within"]) for one in plain["steps"]
    )
    return Progress(plain["name"], plain["title"], steps)
