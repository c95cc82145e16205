"""What the README shows is what the commands print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from grader.cli import main
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def _examples() -> Iterator[tuple[str, str]]:
    for block in re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL):
        yield from re.findall(r"^\$ grader (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE)


def test_there_is_an_example() -> None:
    assert list(_examples())


@pytest.mark.box
@pytest.mark.parametrize(("command", "output"), list(_examples()), ids=lambda text: str(text)[:12].strip())
def test_an_example_prints_what_it_shows(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    main(shlex.split(command))
    assert _without_decimals(capsys.readouterr().out) == _without_decimals(output)


def _without_decimals(text: str) -> str:
    # Times differ from run to run, and the last digits of a difference from processor to processor.
    return re.sub(r"-?\d+\.\d+(e-?\d+)?", "#", text).strip()


def test_every_command_and_module_that_is_named_exists() -> None:
    for path in re.findall(
        r"`?\b((?:grader|reference|rubrics|submissions|benchmarks)/[\w/]*(?:\.\w+)?)", README
    ):
        assert (ROOT / path).exists(), path
