from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from grader.model import CallError
from grader.rubric import Rubric, load_rubric

MINIMAL = """
schema = 1
assignment = "a"
[[notebook]]
file = "a.ipynb"
[tolerance.float32]
relative = 1e-6
[[item]]
id = "a.one"
notebook = "a.ipynb"
points = {points}
says = "f(X) is right"
agrees_with = "reference.attention.softmax_attention"
on = "draws"
{extra}
"""


def _write(
    folder: Path, points: str = "3", extra: str = "", checks: str = "def draws(draw):\n    return ()\n"
) -> Path:
    (folder / "checks.py").write_text(checks)
    path = folder / "rubric.toml"
    path.write_text(MINIMAL.format(points=points, extra=extra))
    return path


def test_the_homework_is_worth_a_hundred_points(homework: Rubric) -> None:
    assert sum(item.points for item in homework.items if item.notebook == "attention.ipynb") == 50


def test_points_are_exact(tmp_path: Path) -> None:
    assert load_rubric(_write(tmp_path, "0.1")).items[0].points == Fraction(1, 10)


def test_a_folder_means_its_rubric(tmp_path: Path) -> None:
    _write(tmp_path)
    assert load_rubric(tmp_path).assignment == "a"


def test_the_function_is_named_by_the_reference(tmp_path: Path) -> None:
    assert load_rubric(_write(tmp_path)).names_in("a.ipynb") == {"softmax_attention"}


@pytest.mark.parametrize(
    ("points", "extra", "says"),
    [
        pytest.param("-1", "", "must be a number that is not negative", id="negative-points"),
        pytest.param("'many'", "", "is not a number", id="points-in-words"),
        pytest.param("1", "pionts = 2", "unknown key 'pionts'", id="typo"),
        pytest.param("1", "check = 'absent'", "is not a function of the checks", id="absent-check"),
        pytest.param("1", "within = 'loose'", "is not a declared", id="absent-tolerance"),
        pytest.param("1", "requires = ['a.two']", "is no item above it", id="requires-later"),
        pytest.param("1", "cases = 0", "whole number from 1", id="no-cases"),
        pytest.param("1", "graded_by = 'cat'", "must be 'grader' or 'person'", id="grader"),
        pytest.param("1", "[[item]]\nid = 'a.one'", "the id is used twice", id="twice"),
        pytest.param("1", "[limits]\ncell_seconds = -3", "must be a positive number", id="limit"),
        pytest.param("1", "[conventions]\nx = 2", "between 0 and 1", id="share"),
    ],
)
def test_every_mistake_is_named_with_file_and_item(
    tmp_path: Path, points: str, extra: str, says: str
) -> None:
    with pytest.raises(CallError) as caught:
        load_rubric(_write(tmp_path, points, extra))
    assert any(says in one and "rubric.toml" in one for one in caught.value.complaints)


def test_all_complaints_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(CallError) as caught:
        load_rubric(_write(tmp_path, "-1", "pionts = 2\nwithin = 'loose'"))
    assert len(caught.value.complaints) >= 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("schema = ", "not a readable TOML", id="broken-toml"),
        pytest.param("", "schema = None", id="empty"),
        pytest.param("schema = 1\n", "no [[item]]", id="no-items"),
    ],
)
def test_files_that_are_no_rubric(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "rubric.toml"
    path.write_text(text)
    with pytest.raises(CallError) as caught:
        load_rubric(path)
    assert any(says in one for one in caught.value.complaints)


def test_a_missing_rubric_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="there is no such rubric"):
        load_rubric(tmp_path / "rubric.toml")


def test_broken_checks_are_a_complaint(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="checks: could not be imported: SyntaxError"):
        load_rubric(_write(tmp_path, checks="def draws(:"))


def test_the_digest_covers_the_checks(tmp_path: Path) -> None:
    before = load_rubric(_write(tmp_path)).sha256
    assert load_rubric(_write(tmp_path, checks="def draws(draw):\n    return (1,)\n")).sha256 != before
