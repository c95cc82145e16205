"""The original course's notebook: one long script, other names, no functions; graded for real by the second rubric."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.cli import main
from tests.conftest import ROOT

RUBRIC = ROOT / "rubrics" / "example_difficulty_original" / "rubric.toml"
CLASS = ROOT / "submissions" / "example_difficulty_original"

pytestmark = [pytest.mark.box, pytest.mark.slow, pytest.mark.timeout(1800)]


def _graded(submissions: Path, out: Path, student: str) -> dict[str, tuple[str, float]]:
    assert main(["grade", str(submissions), "--rubric", str(RUBRIC), "--out", str(out), "--quiet"]) == 0
    report = json.loads((out / "students" / student / "report.json").read_text(encoding="utf-8"))
    return {item["id"]: (item["verdict"], item["earned"]) for item in report["items"]}


def test_a_right_script_earns_everything(tmp_path: Path) -> None:
    found = _graded(CLASS, tmp_path / "out", "script_style")
    assert found == {
        "original.activations": ("met", 5),
        "original.depths": ("met", 8),
        "original.groups": ("met", 4),
        "original.accuracy": ("met", 4),
        "original.frequency": ("met", 4),
    }


def test_an_early_mistake_is_charged_once(tmp_path: Path) -> None:
    """Depths under the handout's convention cost half of their item, and what follows from them nothing."""
    source = (CLASS / "script_style" / "example_difficulty.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(source)
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        text = text.replace("indices.append(layer)", "indices.append(max(layer - 1, 0))").replace(
            "range(2):", "range(1):"
        )
        cell["source"] = text
    (tmp_path / "class" / "late").mkdir(parents=True)
    (tmp_path / "class" / "late" / "example_difficulty.ipynb").write_text(
        json.dumps(notebook), encoding="utf-8"
    )
    found = _graded(tmp_path / "class", tmp_path / "out", "late")
    assert found["original.depths"] == ("partly", 4)
    assert all(verdict == "met" for item, (verdict, _) in found.items() if item != "original.depths")
