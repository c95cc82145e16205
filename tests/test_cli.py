from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import main
from tests.conftest import HOMEWORK

COMMANDS = ("grade", "check", "verify", "audit", "explain", "doctor")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"example: grader {command}" in capsys.readouterr().out.replace("\n", " ").replace("  ", " ")


def test_help_loads_nothing_heavy() -> None:
    heavy = ("numpy", "torch", "sympy", "nbformat")
    code = f"import sys, grader.cli; print(*[name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["grade", "nowhere", "--rubric", str(HOMEWORK)], "does not exist", id="no-submissions"),
        pytest.param(["grade", ".", "--rubric", "nowhere.toml"], "there is no such rubric", id="no-rubric"),
        pytest.param(["explain", "nowhere", "ada", "x"], "nowhere", id="no-record"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_code_2(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_an_empty_folder_is_a_wrong_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "class").mkdir()
    arguments = ["grade", str(tmp_path / "class"), "--rubric", str(HOMEWORK), "--out", str(tmp_path / "out")]
    assert main(arguments) == 2
    assert "no submission" in capsys.readouterr().err


def test_an_unknown_student_is_named_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "attention.ipynb").write_text("")
    arguments = [
        "grade",
        str(tmp_path / "class"),
        "--rubric",
        str(HOMEWORK),
        "--only",
        "bob",
        "--out",
        str(tmp_path),
    ]
    assert main(arguments) == 2
    assert "ada" in capsys.readouterr().err


@pytest.mark.parametrize("bad", ["0", "-1", "many"])
def test_jobs_must_be_at_least_one(bad: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["grade", ".", "--rubric", str(HOMEWORK), "--jobs", bad])
    assert left.value.code == 2


def test_out_inside_the_submissions_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "attention.ipynb").write_text("")
    arguments = ["grade", str(tmp_path), "--rubric", str(HOMEWORK), "--out", str(tmp_path / "grades")]
    assert main(arguments) == 2
    assert "never written to" in capsys.readouterr().err
    assert not (tmp_path / "grades").exists()
