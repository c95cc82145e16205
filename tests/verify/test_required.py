# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Required steps: found in any letters and order, listed where they are missing, never counted where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.derivation import check_derivation
from grader.verify.derivations.steps import StepVerdict
from grader.verify.examine import examine_with_derivations
from grader.verify.goals import STEPS, Progress
from grader.verify.reading.document import read_document, read_text

GAUSSIAN = r"""We start from $\exp(q^\top k/\sqrt{D})$.

$$\|q-k\|^2 = \|q\|^2 - 2 q^\top k + \|k\|^2$$

With $\sigma^2 = \sqrt{D}$:

$$\exp\left(\frac{q^\top k}{\sqrt{D}}\right) = \exp\left(\frac{\|q\|^2}{2\sqrt{D}}\right)\exp\left(-\frac{\|q-k\|^2}{2\sqrt{D}}\right)\exp\left(\frac{\|k\|^2}{2\sqrt{D}}\right)$$
"""
CAUSAL = r"""Rows are tokens. Let $S_i = \sum_{j=1}^{i} \phi(K_j)^\top V_j$ and $Z_i = \sum_{j=1}^{i} \phi(K_j)^\top$. Then

$$V'_i = \frac{\phi(Q_i) S_i}{\phi(Q_i) Z_i}$$

and

$$S_i = S_{i-1} + \phi(K_i)^\top V_i$$
$$Z_i = Z_{i-1} + \phi(K_i)^\top$$

with $S_0 = 0$ and $Z_0 = 0$.
"""
OTHER_LETTERS = r"""The state is $M_t = \sum_{s=1}^{t} \phi(k_s) v_s^\top$, the normaliser $n_t = \sum_{s=1}^{t} \phi(k_s)$.

$M_t = M_{t-1} + \phi(k_t) v_t^\top$, and $n_t = n_{t-1} + \phi(k_t)$; both are initialised to zero. The output is $o_t = \frac{\phi(q_t)^\top M_t}{\phi(q_t)^\top n_t}$.
"""
COST = """Random features with R directions: the features of all queries and keys cost O(NRD), the sums with the values O(NRM).
In total random-feature attention costs O(NRD + NRM).
"""


def found(text: str, goal: str) -> Progress | None:
    _, derivations = examine_with_derivations(read_text(text))
    return next((one for one in derivations if one.name == goal), None)


@pytest.mark.parametrize(
    ("text", "goal", "lines"),
    [
        (GAUSSIAN, "gaussian_factorisation", [7, 3, 7, 5, 7]),
        (CAUSAL, "causal_recursion", [1, 1, 3, 7, 8, 10]),
        (OTHER_LETTERS, "causal_recursion", [1, 1, 3, 3, 3, 3]),
        (COST, "random_feature_cost", [1, 1, 2]),
    ],
    ids=["gaussian", "causal", "other letters", "cost"],
)
def test_every_step_is_found_on_its_line(text: str, goal: str, lines: list[int]) -> None:
    one = found(text, goal)
    assert one is not None
    assert [step.line for step in one.steps] == lines
    assert one.missing == ()


@pytest.mark.parametrize(
    ("text", "goal", "missing"),
    [
        (CAUSAL.replace(r"$$Z_i = Z_{i-1} + \phi(K_i)^\top$$", ""), "causal_recursion", ["recursion_of_features"]),
        (CAUSAL.replace(r"Z_{i-1} + \phi(K_i)", r"Z_{i-1} + \phi(K_{i-1})"), "causal_recursion", ["recursion_of_features"]),
        (CAUSAL.replace("with $S_0 = 0$ and $Z_0 = 0$.", ""), "causal_recursion", ["start"]),
        (CAUSAL.replace(r"\frac{\phi(Q_i) S_i}{\phi(Q_i) Z_i}", r"\frac{\phi(Q_i) S_{i-1}}{\phi(Q_i) Z_{i-1}}"), "causal_recursion", ["output"]),
        (COST.replace("the sums with the values O(NRM)", "and more"), "random_feature_cost", ["sums"]),
    ],
    ids=["left out", "wrong", "no start", "wrong output", "no sums"],
)  # fmt: skip
def test_what_is_missing_is_listed(text: str, goal: str, missing: list[str]) -> None:
    one = found(text, goal)
    assert one is not None
    assert [step.name for step in one.missing] == missing


def test_a_sum_is_contained_in_its_recursion() -> None:
    one = found(CAUSAL.replace(r"and $Z_i = \sum_{j=1}^{i} \phi(K_j)^\top$", ""), "causal_recursion")
    assert one is not None
    assert {step.name: step.within for step in one.steps}["sum_of_features"] == 8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Attention is a weighted mean.",
        r"The kernel is $K(q,k) = \exp(-\|q-k\|^2/(2\sigma^2))$.",
        r"We expand $\|q-k\|^2 = \|q\|^2 - 2q^\top k + \|k\|^2$.",
        "Softmax attention costs O(N²D).",
    ],
    ids=["nothing", "prose", "a kernel alone", "a norm alone", "another cost"],
)
def test_a_text_that_attempts_no_derivation_lacks_nothing(text: str) -> None:
    assert examine_with_derivations(read_text(text))[1] == ()


@pytest.mark.parametrize("name", ["solution.tex"])
def test_a_right_document_shows_all_steps(name: str) -> None:
    document = read_document(Path(__file__).parent / "right" / name)
    _, derivations = examine_with_derivations(document)
    assert {one.name for one in derivations} == set(STEPS)
    assert [one.missing for one in derivations] == [(), (), ()]


@pytest.mark.parametrize(
    ("text", "goal"), [(CAUSAL, "causal_recursion"), (COST, "random_feature_cost")], ids=["causal", "cost"]
)
def test_other_goals_are_reached(text: str, goal: str) -> None:
    derivation = check_derivation(text, goal)
    assert derivation.reaches_goal
    assert derivation.first_wrong is None
    assert not check_derivation("We sum over j.", goal).reaches_goal


def test_a_wrong_recursion_is_named() -> None:
    derivation = check_derivation(CAUSAL.replace("S_{i-1} +", "S_{i-1} -"), "causal_recursion")
    assert derivation.first_wrong is not None
    assert derivation.first_wrong.line == 7
    assert derivation.first_wrong.witness
    assert [step.name for step in derivation.required.missing] == ["recursion_of_values"]


def test_a_derivation_that_stops_lists_what_is_missing() -> None:
    derivation = check_derivation(r"$\exp(q^Tk/\sqrt D) = \exp((\|q\|^2+\|k\|^2-\|q-k\|^2)/(2\sqrt D))$")
    assert [step.verdict for step in derivation.steps] == [StepVerdict.VERIFIED]
    assert [step.name for step in derivation.required.missing] == ["split", "variance", "result"]
