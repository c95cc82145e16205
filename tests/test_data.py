from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.data import laid_out
from grader.model import GraderFault, Part
from grader.rubric import Rubric


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _rubric(homework: Rubric, makes: object) -> Rubric:
    part = Part("a.ipynb", makes="made")
    return replace(homework, parts={"a.ipynb": part}, checks={"made": makes})  # type: ignore[dict-item]


def test_the_homework_lays_two_files_in_its_own_format(homework: Rubric) -> None:
    files = laid_out(homework)["example_difficulty.ipynb"].files
    assert [path.name for path in files] == ["data.npy", "test_data.npy"]
    data = np.load(files[0], allow_pickle=True).item()
    assert data["x"].shape == (len(data["y"]), 32, 32)
    assert set(data) == {"x", "y"}


def test_files_are_made_once(homework: Rubric) -> None:
    calls: list[int] = []

    def made(folder: Path) -> None:
        calls.append(1)
        (folder / "data.txt").write_text("x")

    rubric = _rubric(homework, made)
    first, second = laid_out(rubric), laid_out(rubric)
    assert first == second
    assert len(calls) == 1
    assert first["a.ipynb"].files[0].read_text() == "x"


def test_a_failure_leaves_nothing_half_made(homework: Rubric, tmp_path: Path) -> None:
    def made(folder: Path) -> None:
        (folder / "half.txt").write_text("x")
        raise OSError("disk full")

    with pytest.raises(GraderFault, match="disk full"):
        laid_out(_rubric(homework, made))
    assert not any(path.is_file() for path in (tmp_path / "cache").rglob("*"))
