"""The corpus's table names a proof for every case, and every proof that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hostile.corpus import FOLDER

TABLE = (Path(__file__).parent / "README.md").read_text("utf-8")
ROWS = [row.split("|") for row in TABLE.splitlines() if re.match(r"\| [HT]\d", row)]
PROOFS = {row[1].strip(): re.findall(r"`([^`]+)`", row[-2]) for row in ROWS}


def test_every_case_and_every_trap_has_a_row() -> None:
    wanted = [f"H{number:02}" for number in range(1, 69)] + [f"T{number:02}" for number in range(1, 18)]
    assert [row[1].strip() for row in ROWS] == wanted


@pytest.mark.parametrize("case", PROOFS)
def test_every_proof_is_there(case: str) -> None:
    assert PROOFS[case]
    for proof in PROOFS[case]:
        path, _, test = proof.partition("::")
        if not test:
            assert (FOLDER / path).is_file(), proof
            continue
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, proof


def test_every_notebook_is_in_the_row_of_its_number() -> None:
    for path in FOLDER.glob("h*.md"):
        assert path.name in PROOFS[f"H{path.name[1:3]}"]
    rest = {path.name for path in FOLDER.glob("*.md") if not path.name.startswith("h")}
    assert all(re.match(r"(p[1-4]|r(0[1-9]|1[0-2]))_", name) for name in rest)
