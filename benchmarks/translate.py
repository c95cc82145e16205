"""One class in three forms: as students hand it in, as an nbgrader course, and as Otter submissions with tests."""

from __future__ import annotations

import ast
import json
import random
import re
import shutil
import textwrap
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parent.parent
CLASS = ROOT / "submissions" / "homework"
VERDICTS = ROOT / "submissions" / "homework.verdicts.toml"
RUBRIC = ROOT / "rubrics" / "homework" / "rubric.toml"
TESTS = Path(__file__).with_name("peer_tests.py")
CHEATS = Path(__file__).with_name("cheats.toml")

ASSIGNMENT = "homework"
ATTENTION = "attention"
NO_TEST = frozenset({"attention.kernelized_cost", "attention.derivation"})
COSTS = ("softmax", "polynomial", "random_features", "causal_random_features", "random_features_exact")
# These end in a call or a cell that never returns or kills its process; what that costs is no grader's speed.
HARMFUL = frozenset({"sam_taylor", "uma_iyer"})

Points = Mapping[str, float]


@dataclass(frozen=True)
class Test:
    """One graded test of the other graders: part of an item, and code that raises where the student is wrong.

    `code` is the body of a function of `names`, the notebook's global names, so that none of its own names meets one
    of the student's.
    """

    name: str
    item: str
    points: float
    code: str


@dataclass(frozen=True)
class Entry:
    """One student's notebook, and the points that each item must get."""

    student: str
    cells: tuple[Mapping[str, Any], ...]
    due: Points


@dataclass(frozen=True)
class Assignment:
    """A class, the tests for the other graders, and the ids of the items that our rubric asks for."""

    notebook: str
    items: tuple[str, ...]
    tests: tuple[Test, ...]
    entries: tuple[Entry, ...]


# ---------------------------------------------------------------- the two classes


def rubric_points() -> dict[str, float]:
    """The points of every item of the homework."""
    rubric = tomllib.loads(RUBRIC.read_text(encoding="utf-8"))
    return {item["id"]: float(item["points"]) for item in rubric["item"]}


def attention_tests() -> tuple[Test, ...]:
    """A test for each attention item that has one; the costs have five, a point each."""
    source = TESTS.read_text(encoding="utf-8")
    points = rubric_points()
    tests = []
    for item in (one for one in points if one.startswith("attention.") and one not in NO_TEST):
        name = item.removeprefix("attention.")
        if name == "costs":
            tests += [
                Test(f"costs_{key}", item, 1.0, _body(source, f"cost(names, {key!r})")) for key in COSTS
            ]
        else:
            tests.append(Test(name, item, points[item], _body(source, f"{name}(names)")))
    return tuple(tests)


def _body(source: str, call: str) -> str:
    """The file without its docstring, then the call."""
    lines = source.splitlines()
    first = ast.parse(source).body[1].lineno
    return "\n".join([*lines[first - 1 :], call, ""])


def attention_class(count: int, seed: int = 0) -> Assignment:
    """So many attention notebooks, no two alike: the sample class in a fixed random order, again and again."""
    points = rubric_points()
    items = tuple(item for item in points if item.startswith("attention."))
    verdicts = tomllib.loads(VERDICTS.read_text(encoding="utf-8"))
    usual = [name for name, row in verdicts.items() if _ends(row) and name not in HARMFUL]
    random.Random(seed).shuffle(usual)  # noqa: S311 - an order, no secret
    notebooks = {name: _cells(next((CLASS / name).glob("attention*.ipynb"))) for name in usual}
    entries = []
    for number in range(count):
        name, copy = usual[number % len(usual)], number // len(usual) + 1
        note = nbformat.v4.new_markdown_cell(f"Copy {copy}.")
        due = {item: due_points(verdicts[name], item, points[item]) for item in items}
        entries.append(Entry(f"{name}_{copy}", (*notebooks[name], note), due))
    return Assignment(ATTENTION, items, attention_tests(), tuple(entries))


def _ends(row: Mapping[str, Any]) -> bool:
    return row["notebooks"].get("attention.ipynb") in {"finished", "raised"}


def due_points(row: Mapping[str, Any], item: str, points: float) -> float:
    """What an item must get, from the student's row in the table of verdicts; unlisted items are full.

    >>> due_points({"items": {"a": {"earned": 1}}}, "a", 3.0), due_points({}, "a", 3.0)
    (1.0, 3.0)
    """
    listed = row.get("items", {}).get(item)
    return points if listed is None else float(listed["earned"])


def _cells(path: Path) -> tuple[Mapping[str, Any], ...]:
    notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))
    return tuple(nbformat.convert(notebook, 4).cells)


def cheats_class(marker: Path) -> tuple[Assignment, Mapping[str, str]]:
    """The small notebooks that fool graders, and what each does; `marker` is the file a payload would write."""
    table = tomllib.loads(CHEATS.read_text(encoding="utf-8"))
    tests = tuple(Test(one["name"], one["item"], float(one["points"]), one["code"]) for one in table["test"])
    entries = tuple(
        Entry(
            name,
            tuple(
                nbformat.v4.new_code_cell(text.replace("MARKER", json.dumps(str(marker))))
                for text in case["cells"]
            ),
            case["due"],
        )
        for name, case in table["case"].items()
    )
    items = tuple(dict.fromkeys(test.item for test in tests))
    about = {name: case["about"] for name, case in table["case"].items()}
    return Assignment("example_difficulty", items, tests, entries), about


# ---------------------------------------------------------------- as handed in, and our rubric


def notebook_of(cells: Iterable[Mapping[str, Any]]) -> str:
    """A notebook of these cells under the ordinary Python kernel, with an id for each cell."""
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    for number, cell in enumerate(cells):
        made = nbformat.v4.new_code_cell if cell["cell_type"] == "code" else nbformat.v4.new_markdown_cell
        notebook.cells.append(made(cell["source"], metadata=dict(cell["metadata"]), id=f"cell-{number}"))
    text: str = nbformat.writes(notebook)
    return text


def write_ours(assignment: Assignment, folder: Path) -> None:
    """`class/<student>/<notebook>.ipynb`, and `rubric/` with the homework's items that this class is about."""
    for entry in assignment.entries:
        home = folder / "class" / entry.student
        home.mkdir(parents=True)
        (home / f"{assignment.notebook}.ipynb").write_text(notebook_of(entry.cells), encoding="utf-8")
    rubric = folder / "rubric"
    rubric.mkdir()
    for checks in RUBRIC.parent.glob("checks*.py"):
        shutil.copy(checks, rubric)
    text = only_items(RUBRIC.read_text(encoding="utf-8"), assignment.items, f"{assignment.notebook}.ipynb")
    (rubric / "rubric.toml").write_text(text, encoding="utf-8")


def only_items(rubric: str, items: Sequence[str], notebook: str) -> str:
    """The text of a rubric without other items, other notebooks, and conventions.

    >>> only_items('a = 1\\n[[notebook]]\\nfile = "x"\\n[[item]]\\nid = "p"\\n[[item]]\\nid = "q"\\n', ["q"], "y")
    'a = 1\\n[[notebook]]\\nfile = "y"\\n[[item]]\\nid = "q"\\n'
    """
    blocks = re.split(r"(?m)^(?=\[)", rubric)
    kept = [re.sub(r"(?m)^charged_once = .*\n", "", blocks[0])]
    kept += [block for block in blocks[1:] if block.startswith(("[limits", "[tolerance"))]
    kept.append(f'[[notebook]]\nfile = "{notebook}"\n')
    for block in blocks[1:]:
        if block.startswith("[[item]]") and tomllib.loads(block)["item"][0]["id"] in items:
            kept.append(block)
    return "".join(kept)


# ---------------------------------------------------------------- nbgrader


def write_nbgrader(assignment: Assignment, folder: Path) -> None:
    """A course: the source with its hidden tests, and what the students handed in."""
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    name = f"{assignment.notebook}.ipynb"
    tests = [_nbgrader_test(test, hidden=True) for test in assignment.tests]
    (source / name).write_text(notebook_of(tests), encoding="utf-8")
    empty = [_nbgrader_test(test, hidden=False) for test in assignment.tests]
    for entry in assignment.entries:
        home = folder / "submitted" / entry.student / ASSIGNMENT
        home.mkdir(parents=True)
        (home / name).write_text(notebook_of([*entry.cells, *empty]), encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'benchmark'\nc.CourseDirectory.root = {str(folder)!r}\n",
        encoding="utf-8",
    )


def _nbgrader_test(test: Test, hidden: bool) -> Mapping[str, Any]:
    settings = {
        "grade": True,
        "grade_id": test.name,
        "locked": True,
        "points": test.points,
        "schema_version": 3,
        "solution": False,
        "task": False,
        "cell_type": "code",
    }
    code = f"def graded_test(names):\n{textwrap.indent(test.code, '    ')}\n\ngraded_test(globals())\n"
    source = f"### BEGIN HIDDEN TESTS\n{code}### END HIDDEN TESTS" if hidden else ""
    source = f"# {test.name}\n{source}"
    return {"cell_type": "code", "source": source, "metadata": {"nbgrader": settings}}


# ---------------------------------------------------------------- Otter


def write_otter(assignment: Assignment, folder: Path) -> None:
    """`class/<student>.ipynb`, and an autograder archive with a hidden test file for every test."""
    home = folder / "class"
    home.mkdir(parents=True)
    for entry in assignment.entries:
        (home / f"{entry.student}.ipynb").write_text(notebook_of(entry.cells), encoding="utf-8")
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"lang": "python", "pdf": False}))
        for test in assignment.tests:
            archive.writestr(f"tests/{test.name}.py", otter_test(test))


def otter_test(test: Test) -> str:
    """A test file in Otter's format that raises for a wrong answer."""
    return (
        "from otter.test_files import test_case\n\n"
        f"OK_FORMAT = False\nname = {test.name!r}\npoints = {test.points!r}\n\n\n"
        f"@test_case(hidden=True)\ndef case(env):\n    names = env\n{textwrap.indent(test.code, '    ')}"
    )
