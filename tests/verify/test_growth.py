# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line

"""Costs: read generously, compared exactly; every answer is checked against sampled growth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.verify.grammar.syntax import Unreadable
from grader.verify.scope.growth import Same, Ties, exactly, read_cost, same_growth

LINEAR = read_cost("N·R·(D+M)")


@pytest.mark.parametrize(
    "text",
    [
        "2NRD + 4NRM + 4NR", "O(NR max(D, M))", "$O(NRD + NRM)$", "Θ(N D_random (D+M))", "N*R*(D+M)", "n d_random (d+m)",
        r"\mathcal{O}(N R D + N R M)", "O(N · R · D) + O(N·R·M)", "`2*N*R*D + 4*N*R*M`", r"\Theta(NR(D+M))",
        "N R D + N R M + N + 5", "NRD + NRM/2",
    ],
)  # fmt: skip
def test_the_same_growth_in_any_writing(text: str) -> None:
    assert same_growth(read_cost(text), LINEAR).verdict is Same.SAME


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("O(NRD)", Same.LESS), ("N²", Same.DIFFERENT), ("NR(D+M) + N²", Same.MORE), ("N R D M", Same.MORE),
        ("N²R(D+M)", Same.MORE), ("R(D+M)", Same.LESS), ("N R log N", Same.DIFFERENT), ("NR(D+M) log N", Same.MORE),
    ],
)  # fmt: skip
def test_another_growth_comes_with_a_path(text: str, verdict: Same) -> None:
    comparison = same_growth(read_cost(text), LINEAR)
    assert comparison.verdict is verdict
    assert comparison.path


def test_a_mixed_term_lies_between_two_squares() -> None:
    assert same_growth(read_cost("N^2 + D^2"), read_cost("N^2 + D^2 + ND")).verdict is Same.SAME


def test_side_conditions_change_the_answer() -> None:
    short, full = read_cost("ND²"), read_cost("ND² + NDM")
    assert same_growth(short, full).verdict is Same.LESS
    assert same_growth(short, full, Ties(below=(("M", "D"),))).verdict is Same.SAME
    assert same_growth(short, full, Ties(equal={"M": read_cost("D").terms})).verdict is Same.SAME


def test_exactness_sees_constants() -> None:
    assert exactly(read_cost("2NRD + 4NRM + 4NR"), read_cost("2NR(D + 2M + 2)"))
    assert not exactly(read_cost("2NRD + 4NRM"), read_cost("2NRD + 4NRM + 4NR"))


def test_a_causal_pair_count_is_quadratic() -> None:
    assert same_growth(read_cost("N(N-1)/2"), read_cost("N²")).verdict is Same.SAME


@pytest.mark.parametrize(
    "text", ["", "N^", "N^M", "import os", "O()", "N < M", "9" * 50, "(" * 100, "N/(N-N)"]
)
def test_what_is_no_cost_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_cost(text)


monomials = st.lists(st.integers(0, 3), min_size=3, max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(monomials, min_size=1, max_size=4),
    st.lists(monomials, min_size=1, max_size=4),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
def test_no_sampled_direction_contradicts_the_verdict(left, right, direction) -> None:  # type: ignore[no-untyped-def]
    def text(rows: list[list[int]]) -> str:
        return " + ".join(
            "1" + "".join(f" {name}^{power}" for name, power in zip("NDM", row, strict=True)) for row in rows
        )

    def degree(rows: list[list[int]]) -> int:
        return max(sum(p * d for p, d in zip(row, direction, strict=True)) for row in rows)

    verdict = same_growth(read_cost(text(left)), read_cost(text(right))).verdict
    gap = degree(left) - degree(right)
    if verdict is Same.SAME:
        assert gap == 0
    if verdict is Same.LESS:
        assert gap <= 0
    if verdict is Same.MORE:
        assert gap >= 0
    assert math.isfinite(gap)


@pytest.mark.parametrize(
    "text",
    [
        "((((((((9)^12)^12)^12)^12)^12)^12)^12)^12",
        "^".join(["2"] * 40),
        "((10^12)^12)^12 N",
        "0^(-1)",
        "N 0^(-2)",
    ],
    ids=["tower", "chain of powers", "too long to print", "division by zero", "times a division by zero"],
)
def test_absurd_numbers_are_refused_before_they_are_computed(text: str) -> None:
    with pytest.raises(Unreadable):
        read_cost(text)
