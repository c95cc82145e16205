from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.audit import Audit, as_json, audit_rubric, junk, model_solution
from grader.cli import main
from grader.rubric import Rubric
from tests.conftest import HOMEWORK

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="session")
def audit() -> Audit:
    return audit_rubric(HOMEWORK)


def test_the_homework_has_no_hole(audit: Audit) -> None:
    assert audit.holes == ()


def test_nine_in_ten_faults_are_named(audit: Audit) -> None:
    unnamed = [f"{one.item}: {one.fault}" for one in audit.faults if not one.named]
    assert float(audit.named) >= 0.9, unnamed


def test_every_item_is_lost_by_some_fault(audit: Audit, homework: Rubric) -> None:
    judged = [item.id for item in homework.items if item.graded_by != "person"]
    assert list(audit.items) == judged
    assert all(audit.items.values())


def test_every_variant_that_is_right_in_other_words_says_why(audit: Audit) -> None:
    assert audit.equivalents
    assert all(audit.equivalents.values())


def test_the_json_is_what_is_promised(audit: Audit) -> None:
    found = as_json(audit)
    assert set(found) == {"items", "faults", "holes"}
    assert set(found["items"][0]) == {"id", "caught_by"}
    assert set(found["faults"][0]) == {"fault", "item", "caught", "named"}


RUBRIC = """
schema = 1
assignment = "small"
[[notebook]]
file = "a.ipynb"
[tolerance.float32]
{tolerance}
[[item]]
id = "small.softmax"
notebook = "a.ipynb"
points = 1
says = "softmax_attention(Q, K, V)"
agrees_with = "reference.attention.softmax_attention"
on = "draws"
"""
CHECKS = """
import numpy as np

def draws(draw):
    q = draw.rng.normal(size=(4, 3)).astype(np.float32)
    return q, {keys}, draw.rng.normal(size=(4, 2)).astype(np.float32)
"""


def _rubric(folder: Path, keys: str = "q[::-1].copy()", tolerance: str = "relative = 1e-5") -> Path:
    (folder / "checks.py").write_text(CHECKS.format(keys=keys))
    path = folder / "rubric.toml"
    path.write_text(RUBRIC.format(tolerance=tolerance))
    return path


def test_inputs_that_hide_a_fault_are_a_hole(tmp_path: Path) -> None:
    """Keys that equal the queries hide their exchange."""
    holes = audit_rubric(_rubric(tmp_path, keys="q")).holes
    assert any("keeps all its points" in hole for hole in holes)


def test_a_tolerance_that_lets_junk_pass_is_a_hole(tmp_path: Path) -> None:
    holes = audit_rubric(_rubric(tmp_path, tolerance="absolute = 100")).holes
    assert any("junk" in hole for hole in holes)


def test_a_reference_that_does_not_exist_is_a_complaint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _rubric(tmp_path)
    path.write_text(path.read_text().replace('softmax_attention"', 'hard_attention"'))
    assert main(["audit", str(path)]) == 2
    assert "hard_attention" in capsys.readouterr().err


def test_a_hole_is_exit_code_1(tmp_path: Path) -> None:
    assert main(["audit", str(_rubric(tmp_path, keys="q"))]) == 1


def test_junk_for_a_function_covers_missing_none_and_the_right_shape(homework: Rubric) -> None:
    item = homework.items[0]
    model = model_solution(replace(homework, items=(item,)))
    assert {name for name, _ in junk(item, model)} == {"missing", "None", "zeros", "ones", "NaN", "noise"}


def test_a_convention_that_was_given_no_share_is_a_hole(tmp_path: Path, homework: Rubric) -> None:
    """Forgotten in [conventions], other numbers than the reference's would earn every point."""
    lines = homework.path.read_text().splitlines()
    kept = [line for line in lines if not line.startswith('"triplet.batch_all_triplet_loss:mean_over_valid"')]
    for checks in homework.path.parent.glob("checks*.py"):
        (tmp_path / checks.name).write_text(checks.read_text())
    (tmp_path / "reference_histograms.json").write_text(
        (homework.path.parent / "reference_histograms.json").read_text()
    )
    short = tmp_path / "rubric.toml"
    short.write_text(_only("\n".join(kept), "triplet.batch_all"))
    assert any("give it a share" in hole for hole in audit_rubric(short).holes)


def _only(rubric: str, item: str) -> str:
    head, *items = rubric.split("[[item]]")
    return "[[item]]".join([head, *(one for one in items if f'id = "{item}"' in one)])
