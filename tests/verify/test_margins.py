"""Formulas over the two distances of a triplet and the margin, read as functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.verify.triplets.distance_forms import read_relation, triplet_form
from grader.verify.triplets.margins import LOSS, TRIPLETS, triplet_claim


@pytest.mark.parametrize(
    ("form", "p", "n", "a", "value"),
    [
        ("max(0,P-N+A)", 3, 2, 1, 2),
        ("[P-N+A]_+", 1, 5, 1, 0),
        ("[A-(N-P)]_+", 1, 1, 2, 2),
        ("relu(2*P-N)", 3, 2, 0, 4),
        ("-min(0,N-P-A)", 3, 2, 1, 2),
    ],
)
def test_values(form: str, p: int, n: int, a: int, value: int) -> None:
    relation = read_relation(form)
    assert relation is not None
    assert relation.sides[0]({"P": p, "N": n, "A": a}) == value


@pytest.mark.parametrize(
    "form", ["", "P", "P<", "max(P)", "P-N)", "exp(P)", "P<N;import", "((((P", "P" + "+P" * 60]
)
def test_what_is_no_formula_is_refused(form: str) -> None:
    relation = read_relation(form)
    assert relation is None or form == "P"


@given(st.text(alphabet="PNA+-<>()[]{}_,0.2max", max_size=40))
def test_no_form_makes_it_crash(form: str) -> None:
    relation = read_relation(form)
    if relation is not None:
        assert relation.holds(TRIPLETS[0]) in {True, False}


def test_the_form_of_the_papers_loss() -> None:
    form = triplet_form(r"\left[\|f(a)-f(p)\|_2^2 - \|f(a)-f(n)\|_2^2 + \alpha\right]_+")
    relation = read_relation(form)
    assert relation is not None
    assert all(relation.sides[0](values) == LOSS(values) for values in TRIPLETS)


def test_the_witness_can_be_checked_by_hand() -> None:
    ruling = triplet_claim(r"d(a,p) < d(a,n) < \alpha", "A triplet is semi-hard if X", "")
    assert ruling is not None
    witness = ruling.witness or {}
    p, n, margin = (float(str(witness[name])) for name in ("d(a,p)", "d(a,n)", "margin"))
    assert witness["semi-hard by the paper"] == (p < n < p + margin)
    assert witness["by this formula"] == (p < n < margin)
    assert witness["semi-hard by the paper"] != witness["by this formula"]
