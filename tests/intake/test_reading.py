"""Every odd notebook is read or refused with one sentence; none raises anything else."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.reading import LARGEST_FILE, Draft, Unreadable, read_notebook
from grader.model import Cell


def _cell(**fields: Any) -> bytes:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": "a = 1"} | fields]}).encode()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b" \n", "is empty", id="blank"),
        pytest.param(b"[]", "is a JSON list, not a notebook", id="list"),
        pytest.param(b"null", "is a JSON null, not a notebook", id="null"),
        pytest.param(b'"x"', "is a JSON string, not a notebook", id="string"),
        pytest.param(b"\x80\x81", "is not UTF-8 text", id="no UTF-8"),
        pytest.param(b"\xff\xfe{\0\xd8", "begins as UTF-16 text and does not go on so", id="broken UTF-16"),
        pytest.param(b'{"nbformat": 4, "cells": [', "ends in the middle", id="cut short"),
        pytest.param(b"def f():\n    pass", "is not JSON from byte 0", id="a script"),
        pytest.param(b"{}", "does not say its nbformat", id="no format"),
        pytest.param(b'{"nbformat": "4", "cells": []}', "nbformat is no whole number", id="format as text"),
        pytest.param(
            b'{"nbformat": true, "cells": []}', "nbformat is no whole number", id="format as boolean"
        ),
        pytest.param(b'{"nbformat": 99, "cells": []}', "formats 2, 3 and 4", id="format of the future"),
        pytest.param(b'{"nbformat": ' + b"9" * 5000 + b"}", "a value that cannot be read", id="huge format"),
        pytest.param(b'{"nbformat": 4}', "has no cells", id="no cells"),
        pytest.param(b'{"nbformat": 4, "cells": {}}', "cells are no list", id="cells an object"),
        pytest.param(b'{"nbformat": 4, "cells": [3]}', "cell 0 is no object", id="cell a number"),
        pytest.param(b'{"nbformat": 4, "cells": [{}]}', "cell 0 has no cell_type", id="cell without type"),
        pytest.param(b'{"nbformat": 4, "cells": []}', "without any text or code", id="no cell"),
        pytest.param(_cell(source="\n "), "without any text or code", id="blank cells"),
        pytest.param(_cell(source=5), "source of its cell 0 is no text", id="source a number"),
        pytest.param(_cell(source=["a", 5]), "source of its cell 0 is no text", id="source half text"),
        pytest.param(b'{"nbformat": 3, "worksheets": 1}', "worksheets are no list", id="old, no worksheets"),
        pytest.param(b'{"nbformat": 3, "worksheets": [{}, {}]}', "several worksheets", id="old, two sheets"),
        pytest.param(b" " * (LARGEST_FILE + 1), "is larger than 20 MB", id="too large"),
        pytest.param(
            _cell(metadata=json.loads("[" * 300 + "]" * 300)), "nests values deeper", id="deep metadata"
        ),
        pytest.param(_cell(source=["x" * 10**6] * 5), "more than 1,000,000 characters", id="too much code"),
        pytest.param(_cell(source=[""] * 300_000), "more than 200,000 lines", id="too many lines"),
        pytest.param(
            json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}] * 10_001}).encode(),
            "more than 10,000 cells",
            id="too many cells",
        ),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_sentence(raw: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_notebook(raw)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_of_unicode_are_read(encoding: str) -> None:
    text = json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": "σ = 1"}]}, ensure_ascii=False
    )
    assert read_notebook(text.encode(encoding)).cells == (Cell("code", "σ = 1"),)


def test_source_tags_and_kinds_are_kept_and_nothing_else() -> None:
    raw = json.dumps(
        {
            "metadata": {"kernelspec": {"name": "evil"}, "deep": [[[{}]]]},
            "nbformat": 4,
            "nbformat_minor": 99,
            "cells": [
                {
                    "cell_type": "markdown",
                    "source": ["# A\r\n", "b"],
                    "metadata": {"tags": ["derivation", 3, None]},
                },
                {"cell_type": "code", "source": "a", "outputs": [{"x": float("nan")}], "id": "../x"},
                {"cell_type": "code", "source": "b", "metadata": {"tags": "no list"}, "id": "../x"},
                {"cell_type": "spell", "source": "c", "metadata": None},
                {"cell_type": "raw"},
            ],
        }
    )
    assert read_notebook(raw.encode()).cells == (
        Cell("markdown", "# A\nb", ("derivation",)),
        Cell("code", "a"),
        Cell("code", "b"),
        Cell("raw", "c"),
        Cell("raw", ""),
    )


def test_half_a_surrogate_pair_becomes_a_replacement_and_a_whole_one_a_character() -> None:
    cell = read_notebook(_cell(source="'\ud800' '\U0001f600' \0", metadata={"tags": ["\udfff"]})).cells[0]
    assert cell == Cell("code", "'\ufffd' '\U0001f600' \0", ("\ufffd",))
    cell.source.encode()


def test_pictures_pasted_into_markdown_do_not_count() -> None:
    picture = "![plot](data:image/png;base64," + "A" * 5_000_000 + "=)"
    raw = json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": [picture, " x"]}]})
    assert read_notebook(raw.encode()).cells[0].source == "![plot](data:,) x"


@pytest.mark.parametrize("version", [2, 3])
def test_old_formats_are_brought_to_format_4(version: int) -> None:
    code = {"cell_type": "code", "input": ["def f(x):\n", "    return x"]}
    cells = [code, {"cell_type": "markdown", "source": "text"}]
    if version == 3:
        cells.append({"cell_type": "heading", "level": 2, "source": "Head"})
    draft = read_notebook(json.dumps({"nbformat": version, "worksheets": [{"cells": cells}]}).encode())
    assert [cell.source for cell in draft.cells if cell.kind == "code"] == ["def f(x):\n    return x"]
    assert draft.defines == {"f"}
    if version == 3:
        assert draft.cells[2] == Cell("markdown", "## Head")


def test_what_nbformat_writes_is_read() -> None:
    cells = [nbformat.v4.new_code_cell("a = 1"), nbformat.v4.new_markdown_cell("text")]
    written = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    assert read_notebook(written.encode()).cells == (Cell("code", "a = 1"), Cell("markdown", "text"))


def test_the_digest_tells_apart_what_runs_differently_and_nothing_else() -> None:
    first = read_notebook(_cell(source="a = 1")).sha256
    assert first == read_notebook(_cell(source=["a ", "= 1"], outputs=[1], execution_count=4)).sha256
    assert first != read_notebook(_cell(source="a = 2")).sha256
    assert first != read_notebook(_cell(source="a = 1", metadata={"tags": ["derivation"]})).sha256
    assert first != read_notebook(_cell(cell_type="raw")).sha256


@pytest.mark.parametrize(
    "source",
    [
        "def costs(): pass",
        "async def costs(): pass",
        "class costs: pass",
        "costs = {}",
        "costs: dict = {}",
        "a, costs = 1, 2",
        "if True:\n    def costs(): pass",
        "%matplotlib inline\ncosts={}",
    ],
)
def test_names_are_recognised_in_each_form(source: str) -> None:
    assert "costs" in read_notebook(_cell(source=source)).defines


@pytest.mark.parametrize("source", ["costs == 1", "f(costs)", "# costs = 1", "x.costs = 1"])
def test_a_use_is_no_definition(source: str) -> None:
    assert "costs" not in read_notebook(_cell(source=source)).defines


@pytest.mark.parametrize(
    "outputs",
    [
        pytest.param(b"[" + b"{}," * 100_000 + b"1]", id="many objects"),
        pytest.param(b"[" + b'"ab",' * 3_900_000 + b"1]", id="many strings"),
        pytest.param(b'"' + "é".encode() * 9_900_000 + b'"', id="one string"),
    ],
)
def test_outputs_cost_no_memory_beyond_the_file(outputs: bytes) -> None:
    cell = b'{"cell_type": "code", "source": "a", "outputs": ' + outputs + b"}"
    raw = b'{"nbformat": 4, "cells": [' + cell + b"]}"
    tracemalloc.start()
    try:
        assert read_notebook(raw).cells == (Cell("code", "a"),)
        assert tracemalloc.get_traced_memory()[1] < 10 * 10**6
    finally:
        tracemalloc.stop()


def test_any_bytes_are_read_or_refused(make: Callable[..., bytes]) -> None:
    good = make("a = 1")

    @given(st.integers(0, len(good) - 1), st.binary(min_size=0, max_size=3))
    def mutate(place: int, put: bytes) -> None:
        try:
            result: Draft | Unreadable = read_notebook(good[:place] + put + good[place + 1 :])
        except Unreadable as error:
            result = error
        assert isinstance(result, Draft) or str(result)

    mutate()
