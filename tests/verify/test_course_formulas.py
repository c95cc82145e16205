"""Formulas about the homework's own quantities, one a row, each with the verdict it must get."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.verify.claim import Ruling
from grader.verify.examine import examine
from grader.verify.reading.document import read_text
from grader.verify.scope import feature_lists
from grader.verify.triplets import mining, triplet_gradients
from grader.verify.words import depth_sets
from grader.verify.worlds import cubature, laws

TABLE = Path(__file__).parent / "course_formulas.txt"


def _table() -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The texts that may stand before a row, and the rows: verdict, name of the text before, text."""
    before, rows = {"-": ""}, []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            name, _, text = line[1:].partition(" = ")
            before[name.strip()] = text
        elif line.strip() and not line.startswith("#"):
            verdict, name, text = (part.strip() for part in line.split(" | ", 2))
            rows.append((verdict, name, text))
    return before, rows


BEFORE, ROWS = _table()


@pytest.mark.parametrize(("verdict", "name", "text"), ROWS, ids=lambda value: value[:60])
def test_the_formula_gets_its_verdict(verdict: str, name: str, text: str) -> None:
    body = text.replace("\\n", "\n") if r"\n\n" in text else text
    claims = examine(read_text(f"{BEFORE[name]}\n\n{body}\n"))
    rulings = {claim.ruling for claim in claims if claim.line >= 3}
    strongest = next((one for one in (Ruling.REFUTED, Ruling.VERIFIED) if one in rulings), Ruling.UNCHECKED)
    assert strongest.value == verdict
    assert all(claim.witness for claim in claims if claim.ruling is Ruling.REFUTED)


@pytest.mark.parametrize(
    ("formula", "depths"),
    [
        (r"\min\{L : K_m = K_9\ \forall m \ge L\}", {"ABCC": 2, "AAAA": 0, "AB": 1}),
        (r"\min\{L : K_m = K_9\ \forall m > L\}", {"ABCC": 1, "AAAA": 0, "AB": 0}),
        (r"\max\{t : g_t \ne g_{10}\}", {"ABCC": 1, "ABAB": 2, "AAAA": None}),
        (r"1 + \max\{t : g_t \ne g_{10}\}", {"ABCC": 2, "AAAA": 0}),
        (r"\min\{l : \exists m \ge l, c_m = c_{10}\}", {"ABCC": 0}),
        (r"\min\{l : c_l = c_{10}\}", {"CABC": 0, "ABCC": 2}),
    ],
)
def test_a_set_of_layers_is_read_as_a_function(formula: str, depths: dict[str, int | None]) -> None:
    depth = depth_sets.depth_function(formula)
    assert depth is not None
    assert {layers: depth(layers) for layers in depths} == depths


@given(st.text(alphabet="minax\\{}:=<>_ LmK10(x) forall", max_size=60))
def test_no_set_makes_it_crash(text: str) -> None:
    depth = depth_sets.depth_function(text)
    if depth is not None:
        value = depth("AB")
        assert value is None or isinstance(value, int)


PIECES = [
    "(",
    ")",
    "[",
    "]",
    "1",
    ",",
    "x_1",
    "x_D",
    "x_a",
    "x_{d-1}",
    "^2",
    r"\dots",
    "_{a<b}",
    r"\sqrt2 ",
    "x_1x_2",
    " ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_list_of_features_makes_it_crash(pieces: list[str]) -> None:
    chain = feature_lists.written_out(rf"\phi(x) = ({''.join(pieces)})")
    assert chain is None or len(chain.parts) == 2


@given(st.lists(st.sampled_from("AB"), min_size=1, max_size=8))
def test_the_papers_depth_ends_at_the_last_disagreement(layers: list[str]) -> None:
    depth = depth_sets.paper_depth(layers)
    assert len(set(layers[depth:])) == 1
    assert depth == 0 or layers[depth - 1] != layers[-1]


@pytest.mark.parametrize(
    ("text", "spread"),
    [
        (r"w \sim \mathcal{N}(0, \sigma^{-2} I)", laws.Spread.INVERSE),
        (r"\omega_r \sim \mathcal N(\mathbf 0, \tfrac{1}{\sigma^2} I_D)", laws.Spread.INVERSE),
        (r"w \overset{iid}{\sim} \mathcal{N}(0,\frac{1}{\sigma^2}\mathbf{I})", laws.Spread.INVERSE),
        ("w ~ N(0, σ²I)", laws.Spread.DIRECT),
        (r"w \sim \mathcal{N}(0, I)", laws.Spread.UNIT),
        (r"w \sim \mathcal{N}(0, I/\sqrt{D})", None),
        (r"x \sim \mathcal{N}(0, \sigma^2 I)", None),
    ],
)
def test_laws(text: str, spread: laws.Spread | None) -> None:
    assert laws.law_in(text) is spread


@pytest.mark.parametrize("dimension", [1, 2, 3, 7])
def test_the_cubature_has_the_moments_of_a_standard_normal(dimension: int) -> None:
    nodes = list(cubature.nodes(dimension))
    for power, mean in [(0, 1), (1, 0), (2, 1), (3, 0), (4, 3), (5, 0)]:
        assert sum(weight * point[0] ** power for weight, point in nodes) == pytest.approx(mean, abs=1e-9)
    if dimension > 1:
        assert sum(w * p[0] ** 2 * p[1] ** 2 for w, p in nodes) == pytest.approx(1)
        assert sum(w * p[0] * p[1] for w, p in nodes) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "no loss at all",
        r"$\frac12\|a-p\|^2 - \frac12\|a-n\|^2$",
        r"$\|a-p\| - \|a-n\| + \alpha$",
        r"$\|a-p\|^2 - \|b-n\|^2 + \alpha$",
    ],
)
def test_what_is_no_plain_triplet_loss_gives_no_letters(text: str) -> None:
    assert triplet_gradients.triplets_in(text) == []


def test_the_witness_of_a_wrong_hard_positive_can_be_checked_by_hand() -> None:
    formula = r"\arg\min_p \|a-p\|^2"
    ruling = mining.judge(formula, f"The hardest positive is ${formula}$.")
    assert ruling is not None
    witness = ruling.witness or {}
    assert witness["the hardest positive has the distance"] == 0.9
    assert witness["this formula takes"] == 0.2
