"""Students' names on a terminal."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from grader import progress
from grader.cli import main
from tests.conftest import HOMEWORK

NAMES = ["[/]", "[link=evil]ada[/link]", "[bold", "\x1b[2Jada", "ada\nadmin", "\u202eada"]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_name_is_shown_on_a_bar_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=120)
    monkeypatch.setattr("rich.progress.get_console", lambda: console)
    with progress._bar() as tell:
        step: Any = SimpleNamespace(done=1, total=1, report=SimpleNamespace(student=name))
        tell(step)
    assert progress.printable(name)[:30] in shown.getvalue()


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_name_that_is_quoted_in_a_complaint_cannot_steer_the_terminal(
    name: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", str(tmp_path / name), "--rubric", str(HOMEWORK), "--quiet"]) == 2
    said = capsys.readouterr().err
    assert all(progress.printable(line) in said for line in name.split("\n"))
    assert all(sign.isprintable() or sign == "\n" for sign in said)
