"""A rubric's derivation item: all or nothing, or a share for each required step."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

import pytest

from grader.derived import derivation
from grader.model import Diagnosis, Evidence, Item, Waiting
from grader.plain_student import PlainStudent
from grader.references import InProcess
from grader.texts import Undecided
from reference.written import DERIVATIONS
from reference.written import derivation as right
from tests.conftest import HOMEWORK

ITEM = Item("d", "a.ipynb", Fraction(5), "says", written="derivation", derivation="gaussian_factorisation")
BY_STEP = Item(
    "d",
    "a.ipynb",
    Fraction(5),
    "says",
    written="derivation",
    derivation="gaussian_factorisation",
    by_step=True,
)
FAULTS = {one.name: one.function() for one in DERIVATIONS}


class GivesUp(InProcess):
    """Whatever the text, it takes too long."""

    def derivation(self, text: str, goal: str) -> NoReturn:
        raise Undecided("judging it took more than 20 seconds of processor time")


def words(item: Item, text: str) -> list[Evidence | Diagnosis | Waiting]:
    return list(derivation(item, PlainStudent(texts={"derivation": text}), InProcess(HOMEWORK)))


def earned(item: Item, text: str) -> Fraction:
    evidence = [word for word in words(item, text) if isinstance(word, Evidence)]
    if any(not word.ok and word.points is None for word in evidence):
        return Fraction(0)
    return sum((word.points or Fraction(0) for word in evidence if word.ok), Fraction(0))


def test_a_right_chain_earns_every_share() -> None:
    assert earned(BY_STEP, right()) == 5
    (word,) = words(ITEM, right())
    assert isinstance(word, Evidence)
    assert word.ok


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_loses_points_and_is_named(name: str) -> None:
    assert earned(BY_STEP, FAULTS[name]) < 5
    for item in (ITEM, BY_STEP):
        found = words(item, FAULTS[name])
        assert any(isinstance(word, Diagnosis) for word in found)
        assert any(isinstance(word, Evidence) and not word.ok for word in found)


def test_steps_before_the_fault_are_paid() -> None:
    # the start and the completed square stand, then the split loses a factor
    assert earned(BY_STEP, FAULTS["factor_missing"]) == 3
    assert earned(BY_STEP, FAULTS["stops_early"]) == 2


def test_what_stands_in_paragraphs_of_its_own_is_not_missed() -> None:
    rows = (r"\exp(q\cdot k/\sqrt D)", r"= \exp\left(\frac{\|q\|^2 + \|k\|^2 - \|q-k\|^2}{2\sqrt D}\right)")
    told = next(
        word for word in words(ITEM, "\n\n".join(f"$${row}$$" for row in rows)) if isinstance(word, Diagnosis)
    )
    assert told.says.startswith(
        "the derivation stops early; it never shows: the exponential split into factors"
    )


def test_of_several_equalities_on_a_line_the_wrong_one_is_told() -> None:
    chain = "exp(q·k/√D) = exp((‖q‖² + ‖k‖² − ‖q−k‖²)/(2√D)) = exp(‖q‖²/(2√D)) + exp(−‖q−k‖²/(2√D)) exp(‖k‖²/(2√D))"
    told = next(word for word in words(ITEM, chain) if isinstance(word, Diagnosis))
    assert "on line 1: the two sides of = number 2 on this line differ, for instance with D = 4" in told.says


@pytest.mark.parametrize("text", ["", "This follows easily.", "$1 + 1 = 2$"])
def test_junk_earns_nothing(text: str) -> None:
    assert earned(BY_STEP, text) == 0
    assert all(not word.ok for word in words(ITEM, text) if isinstance(word, Evidence))


def test_an_unreadable_step_waits_for_a_person() -> None:
    found = words(BY_STEP, r"$$\exp(q^Tk/\sqrt{D}) = \begin{weird} a \end{weird}$$")
    assert [type(word) for word in found] == [Waiting]


@pytest.mark.parametrize("item", [ITEM, BY_STEP], ids=["whole", "by step"])
def test_a_text_that_takes_too_long_waits_for_a_person(item: Item) -> None:
    student = PlainStudent(texts={"derivation": right()})
    (word,) = derivation(item, student, GivesUp(HOMEWORK))
    assert isinstance(word, Waiting)
    assert "more than 20 seconds" in word.says
