"""The arrows of the house: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What of grader/box runs in the grader; all the rest is seen by student code.
GRADER_SIDE = {"__init__", "box", "line", "parent", "pool", "run", "temporary"}
BOX_SIDE = {path.stem for path in (ROOT / "grader" / "box").glob("*.py")} - GRADER_SIDE


def _imports(path: Path, everywhere: bool = True) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module}
    return found


def _ours(found: set[str]) -> set[str]:
    return {name for name in found if name.split(".")[0] in {"grader", "reference", ""}}


def _files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def test_model_imports_the_standard_library_only() -> None:
    import sys

    names = {name.split(".")[0] for name in _imports(ROOT / "grader/model.py")}
    assert names <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", _files("reference/**/*.py"), ids=lambda path: path.stem)
def test_reference_never_imports_grader(path: Path) -> None:
    assert not any(name.split(".")[0] == "grader" for name in _imports(path))


@pytest.mark.parametrize(
    "path",
    _files("grader/compare.py", "grader/chance.py", "grader/report/*.py", "grader/export/*.py"),
    ids=lambda path: path.stem,
)
def test_pure_modules_import_the_nouns_only(path: Path) -> None:
    allowed = ("grader.model", f"grader.{path.parent.name}")
    assert all(name.startswith(allowed) for name in _ours(_imports(path)))


def _in_a_box(path: Path) -> bool:
    return path.parent.name == "box" and path.stem in BOX_SIDE


@pytest.mark.parametrize(
    "path", [path for path in _files("grader/**/*.py") if not _in_a_box(path)], ids=lambda path: path.stem
)
def test_the_grader_process_never_loads_torch_or_references_by_importing(path: Path) -> None:
    heavy = {"torch", "torchvision", "sklearn", "reference"}
    assert not any(name.split(".")[0] in heavy for name in _imports(path, everywhere=False))


def test_a_box_gets_the_modules_that_are_on_its_side() -> None:
    from grader.box.parent import INSIDE

    assert {*INSIDE, "warm"} == BOX_SIDE


@pytest.mark.parametrize("stem", sorted(BOX_SIDE))
def test_what_runs_in_a_box_imports_nothing_of_ours_but_its_siblings(stem: str) -> None:
    path = ROOT / "grader" / "box" / f"{stem}.py"
    assert path.is_file()
    assert not any(name.split(".")[0] in {"grader", "reference"} for name in _imports(path))


# The packages of grader/verify in the order of their layers: each may import those before it. The names in brackets are
# modules beside `examine`: nouns that later layers share.
LAYERS = (
    "grammar",
    "reading",
    "[goals claim]",
    "worlds",
    "exact",
    "scope",
    "numbers",
    "triplets",
    "networks",
    "tables",
    "depth",
    "[another_example passage]",
    "shapes",
    "costs",
    "formulas",
    "worked",
    "words",
    "derivations",
)
VERIFY = ROOT / "grader" / "verify"


def _name(path: Path) -> str:
    return ".".join(path.relative_to(VERIFY).with_suffix("").parts)


@pytest.fixture(scope="module")
def arrows() -> dict[str, set[str]]:
    """For each module of grader/verify the others there that it imports when it is loaded."""
    paths = [path for path in _files("grader/verify/**/*.py") if path.stem != "__init__"]
    names = {_name(path) for path in paths}
    return {
        _name(path): names
        & {name.removeprefix("grader.verify.") for name in _imports(path, everywhere=False)}
        for path in paths
    }


def _layer(name: str) -> int:
    """The module's place in LAYERS; what stands beside `examine` and is no shared noun comes last."""
    package, _, module = name.rpartition(".")
    for place, layer in enumerate(LAYERS):
        if (module in layer[1:-1].split()) if not package else layer == package:
            return place
    assert not package, f"{package} has no place in LAYERS"
    return len(LAYERS)


def test_packages_of_verify_import_only_those_before_them(arrows: dict[str, set[str]]) -> None:
    backwards = [
        f"{name} imports {other}"
        for name, others in arrows.items()
        for other in others
        if _layer(other) > _layer(name)
    ]
    assert backwards == []
    assert {_layer(name) for name in arrows} == set(range(len(LAYERS) + 1))


def _reached(arrows: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = arrows[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def test_no_module_of_verify_leads_back_to_itself(arrows: dict[str, set[str]]) -> None:
    assert [name for name in arrows if name in _reached(arrows, name)] == []


@pytest.mark.parametrize(
    "path", _files("grader/verify/**/*.py"), ids=lambda path: str(path.relative_to(VERIFY))
)
def test_modules_of_verify_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
