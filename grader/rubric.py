"""rubric.toml and the checks*.py beside it, read into one frozen `Rubric`, with every complaint at once."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.model import CallError, Item, Limits, Part
from grader.verify.goals import STEPS as DERIVATIONS

TOP = {
    "schema",
    "assignment",
    "title",
    "checks_from",
    "imports",
    "limits",
    "notebook",
    "conventions",
    "charged_once",
    "tolerance",
    "item",
}
PART = {"file", "limits", "files", "parameters", "makes", "names"}


@dataclass(frozen=True)
class Tolerance:
    """How far a right answer may be off, per entry, and why.

    The allowance is safety · unit_roundoff · (how far the exact value moves when the inputs move by one unit
    roundoff, in units of it, plus its own size) + relative · the largest size in the output + absolute.
    """

    name: str
    says: str = ""
    unit_roundoff: float = 0.0
    safety: float = 64.0
    relative: float = 0.0
    absolute: float = 0.0


@dataclass(frozen=True)
class Rubric:
    """An assignment: what is asked, for how many points, and how an answer is judged."""

    path: Path
    sha256: str
    assignment: str
    title: str
    imports: tuple[str, ...]
    parts: Mapping[str, Part]
    items: tuple[Item, ...]
    tolerances: Mapping[str, Tolerance]
    conventions: Mapping[str, Fraction]
    charged_once: frozenset[str]
    checks: Mapping[str, Callable[..., Any]] = field(repr=False, default_factory=dict)

    @property
    def out_of(self) -> Fraction:
        """The points of all items together."""
        return sum((item.points for item in self.items), Fraction(0))

    def names_in(self, notebook: str) -> frozenset[str]:
        """The functions and variables that the items of this notebook ask for."""
        found = {
            name
            for item in self.items
            if item.notebook == notebook
            for name in (item.function, item.variable)
        }
        names = self.parts[notebook].names
        return frozenset(names.get(name, name) for name in found if name)


def load_rubric(path: Path) -> Rubric:
    """Read a rubric; raises `CallError` with every complaint, each naming the file and the item.

    `path` may be the TOML itself or the folder that holds `rubric.toml`.
    """
    path = path / "rubric.toml" if path.is_dir() else path
    try:
        raw = path.read_bytes()
        table = tomllib.loads(raw.decode())
    except FileNotFoundError:
        raise CallError(f"{path}: there is no such rubric; give the path of a rubric.toml") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CallError(f"{path}: not a readable TOML file: {error}") from error
    reader = _Reader(path)
    rubric = reader.rubric(table, raw)
    if reader.complaints:
        raise CallError(*reader.complaints)
    return rubric


class _AnyName(dict[str, Callable[..., Any]]):
    """Stands for checks that could not be imported: one complaint about them is enough."""

    def __contains__(self, name: object) -> bool:
        return True


class _Reader:
    """Collects complaints while it reads, so that an author sees all of them in one go."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.complaints: list[str] = []

    def complain(self, where: str, says: str) -> None:
        self.complaints.append(f"{self.path}: {where}: {says}" if where else f"{self.path}: {says}")

    def rubric(self, table: dict[str, Any], raw: bytes) -> Rubric:
        self._unknown("", table, TOP)
        if table.get("schema") != 1:
            self.complain("", f"schema = {table.get('schema')!r}; this grader reads schema = 1")
        folders = self._folders(table.get("checks_from", []))
        checks = self._checks(folders)
        limits = self._limits("limits", table.get("limits", {}), Limits())
        parts = self._parts(table.get("notebook", []), limits, checks)
        tolerances = self._tolerances(table.get("tolerance", {}))
        items = tuple(
            item
            for index, row in enumerate(self._list(table.get("item", []), "item"))
            if (item := self._item(index, row, parts, tolerances, checks)) is not None
        )
        self._across(items)
        digest = hashlib.sha256(raw)
        for file in check_files(*folders):
            digest.update(file.read_bytes())
        return Rubric(
            path=self.path.resolve(),
            sha256=digest.hexdigest(),
            assignment=self._text(table, "assignment", "", self.path.parent.name),
            title=self._text(table, "title", "", self.path.parent.name),
            imports=tuple(str(name) for name in self._list(table.get("imports", []), "imports")),
            parts=parts,
            items=items,
            tolerances=tolerances,
            conventions=self._conventions(table.get("conventions", {})),
            charged_once=frozenset(
                str(name) for name in self._list(table.get("charged_once", []), "charged_once")
            ),
            checks=checks,
        )

    def _unknown(self, where: str, table: Mapping[str, Any], known: set[str]) -> None:
        for key in sorted(set(table) - known):
            self.complain(where, f"unknown key {key!r}; known are {', '.join(sorted(known))}")

    def _list(self, value: Any, where: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self.complain(where, "must be a list")
        return []

    def _text(self, table: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or not value:
            self.complain(where, f"{key} must be a text that is not empty")
            return ""
        return value

    def _points(self, value: Any, where: str, key: str) -> Fraction:
        try:
            points = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            self.complain(where, f"{key} = {value!r} is not a number")
            return Fraction(0)
        if points < 0 or isinstance(value, bool):
            self.complain(where, f"{key} = {value!r} must be a number that is not negative")
        return points

    def _limits(self, where: str, table: Any, default: Limits) -> Limits:
        if not isinstance(table, dict):
            self.complain(where, "must be a table")
            return default
        known = {one.name for one in fields(Limits)}
        self._unknown(where, table, known)
        values = {one.name: getattr(default, one.name) for one in fields(Limits)}
        for key in known & set(table):
            value = table[key]
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
                self.complain(where, f"{key} = {value!r} must be a positive number")
            else:
                values[key] = float(value) if key.endswith("_seconds") else int(value)
        return Limits(**values)

    def _parts(self, rows: Any, limits: Limits, checks: Mapping[str, Callable[..., Any]]) -> dict[str, Part]:
        parts: dict[str, Part] = {}
        for index, row in enumerate(self._list(rows, "notebook")):
            where = f"notebook {index + 1}"
            self._unknown(where, row, PART)
            file = self._text(row, "file", where)
            if file in parts:
                self.complain(where, f"{file!r} is declared twice")
            files = tuple(self.path.parent / str(name) for name in self._list(row.get("files", []), where))
            for path in files:
                if not path.is_file():
                    self.complain(where, f"files: {path} is no file")
            makes = row.get("makes")
            if makes is not None and makes not in checks:
                self.complain(
                    where, f"makes = {makes!r} is not a function of the checks*.py beside the rubric"
                )
            parameters = row.get("parameters", {})
            names = row.get("names", {})
            if not isinstance(names, dict) or not all(isinstance(one, str) for one in names.values()):
                self.complain(where, "names must be a table of texts: what an item asks for = what to read")
                names = {}
            own = self._limits(where, row.get("limits", {}), limits)
            parts[file] = Part(file, own, files, parameters, makes, names)
        if not parts:
            self.complain("", "no [[notebook]] is declared")
        return parts

    def _tolerances(self, table: Any) -> dict[str, Tolerance]:
        found = {}
        known = {one.name for one in fields(Tolerance)} - {"name"}
        for name, row in table.items():
            self._unknown(f"tolerance.{name}", row, known)
            try:
                found[name] = Tolerance(name, **{key: row[key] for key in known & set(row)})
            except TypeError as error:
                self.complain(f"tolerance.{name}", str(error))
        return found

    def _conventions(self, table: Any) -> dict[str, Fraction]:
        shares = {}
        for name, value in table.items():
            shares[name] = self._points(value, f"conventions.{name}", "share")
            if shares[name] > 1:
                self.complain(f"conventions.{name}", "a share lies between 0 and 1")
        return shares

    def _folders(self, names: Any) -> tuple[Path, ...]:
        folders = [
            self.path.parent,
            *(self.path.parent / str(one) for one in self._list(names, "checks_from")),
        ]
        for folder in folders:
            if not folder.is_dir():
                self.complain("checks_from", f"{folder} is no folder")
        return tuple(folders)

    def _checks(self, folders: tuple[Path, ...]) -> dict[str, Callable[..., Any]]:
        try:
            return load_checks(*folders)
        # Any exception of the author's file is a complaint about it, whatever its type.
        except Exception as error:  # noqa: BLE001
            self.complain("checks", f"could not be imported: {type(error).__name__}: {error}")
            return _AnyName()

    def _item(
        self,
        index: int,
        row: Any,
        parts: Mapping[str, Part],
        tolerances: Mapping[str, Tolerance],
        checks: Mapping[str, Callable[..., Any]],
    ) -> Item | None:
        where = f"item {index + 1}"
        if not isinstance(row, dict):
            self.complain(where, "must be a table")
            return None
        where = f"item {row['id']}" if isinstance(row.get("id"), str) else where
        known = {one.name for one in fields(Item)}
        self._unknown(where, row, known)
        notebook = self._text(row, "notebook", where)
        if notebook and parts and notebook not in parts:
            self.complain(where, f"notebook = {notebook!r} is not among the declared notebooks")
        for key in ("on", "observe", "check"):
            if key in row and row[key] not in checks:
                self.complain(
                    where, f"{key} = {row[key]!r} is not a function of the checks*.py beside the rubric"
                )
        agrees = row.get("agrees_with")
        if isinstance(agrees, str) and not agrees.startswith("reference."):
            self.complain(where, f"agrees_with = {agrees!r} must name a function in the reference package")
        person = row.get("graded_by", "grader") == "person"
        if row.get("graded_by", "grader") not in ("grader", "person"):
            self.complain(where, f"graded_by = {row['graded_by']!r} must be 'grader' or 'person'")
        judged = row.get("check") or row.get("derivation")
        if not person and not judged and not (agrees and row.get("on")):
            self.complain(
                where, "needs agrees_with and on, or check, or derivation: nothing would be compared"
            )
        self._derivation(row, where)
        within = row.get("within", "float32")
        if not person and not judged and within not in tolerances:
            self.complain(where, f"within = {within!r} is not a declared [tolerance.{within}]")
        cases = row.get("cases", 6)
        if not isinstance(cases, int) or isinstance(cases, bool) or not 1 <= cases <= 1000:
            self.complain(where, f"cases = {cases!r} must be a whole number from 1 to 1000")
            cases = 1
        function = row.get("function")
        if function is None and isinstance(agrees, str) and not {"variable", "written"} & set(row):
            function = agrees.rpartition(".")[2]
        return Item(
            id=self._text(row, "id", where),
            notebook=notebook,
            points=self._points(row.get("points"), where, "points"),
            says=self._text(row, "says", where),
            hint=str(row.get("hint", "")),
            public=bool(row.get("public", True)),
            agrees_with=agrees,
            function=function,
            variable=row.get("variable"),
            written=row.get("written"),
            derivation=row.get("derivation"),
            by_step=bool(row.get("by_step", False)),
            on=row.get("on"),
            observe=row.get("observe"),
            check=row.get("check"),
            within=within,
            cases=cases,
            aspect=str(row.get("aspect", "values")),
            requires=tuple(row.get("requires", ())),
            graded_by=row.get("graded_by", "grader"),
            criteria=tuple(row.get("criteria", ())),
            example=self._example(row, where),
        )

    def _derivation(self, row: Mapping[str, Any], where: str) -> None:
        if "derivation" not in row:
            if "by_step" in row:
                self.complain(where, "by_step stands beside derivation")
        elif row["derivation"] not in DERIVATIONS:
            told = f"derivation = {row['derivation']!r} must be one of {', '.join(DERIVATIONS)}"
            self.complain(where, told)
        elif not row.get("written") or row.get("on") or row.get("check"):
            self.complain(where, "derivation needs written, and stands without on and check")

    def _example(self, row: Mapping[str, Any], where: str) -> tuple[Any, ...]:
        """The inputs of the handout's worked example: numbers, and lists of numbers of one shape."""
        inputs = self._list(row.get("example", []), where)
        if inputs and not row.get("on"):
            self.complain(where, "example stands beside on: it has the same inputs as a case")
        try:
            sound = all(np.asarray(one).dtype.kind in "if" for one in inputs)
        except ValueError:
            sound = False
        if not sound:
            self.complain(
                where, "example must be a list of inputs: numbers, or lists of numbers of one shape"
            )
        return tuple(inputs) if sound else ()

    def _across(self, items: tuple[Item, ...]) -> None:
        if not items:
            self.complain("", "no [[item]] is declared")
        seen: set[str] = set()
        for item in items:
            if item.id in seen:
                self.complain(f"item {item.id}", "the id is used twice")
            for required in item.requires:
                if required not in seen:
                    self.complain(f"item {item.id}", f"requires {required!r}, which is no item above it")
            seen.add(item.id)


def check_files(*folders: Path) -> list[Path]:
    """The files of a rubric that hold its input generators, experiments and checks."""
    return [path for folder in folders for path in sorted(folder.glob("checks*.py"))]


def load_checks(*folders: Path) -> dict[str, Callable[..., Any]]:
    """The public functions of the checks*.py in a rubric's folders. They are the course's own code and trusted.

    Raises `ValueError` where two files define the same name.
    """
    found: dict[str, Callable[..., Any]] = {}
    for path in check_files(*folders):
        module = _module(path)
        for name, value in vars(module).items():
            if isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
                if name in found:
                    raise ValueError(f"{path.name} defines {name} a second time")
                found[name] = value
    return found


def _module(path: Path) -> ModuleType:
    name = "grader_checks_" + hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name while it is being imported.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
