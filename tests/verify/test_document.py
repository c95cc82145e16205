# ruff: noqa: E501 -- a table stays on one line
from __future__ import annotations

from pathlib import Path

import pytest

from grader.verify.examine import examine
from grader.verify.reading.document import read_document, read_text

TABLE = r"""\begin{document}
\begin{tabular}{lr}
\toprule
model & \textbf{parameters} \\
\midrule
NN1 & \multicolumn{1}{c}{140M} \\[2pt]
\hline
NN2 & 7.5M \\
\bottomrule
\end{tabular}
\end{document}"""


def test_the_rules_of_a_table_leave_it_one_table() -> None:
    rows = [block for block in read_text(TABLE, tex=True).blocks if block.kind == "row"]
    assert [(row.line, row.cells, row.header) for row in rows] == [
        (6, ("NN1", "140M"), ("model", "parameters")),
        (8, ("NN2", "7.5M"), ("model", "parameters")),
    ]


def test_formulas_side_by_side_are_rows_of_their_own_on_one_line() -> None:
    source = "$$\\begin{aligned}\nS_i &= S_{i-1} + a_i, & S_0 &= 0 \\\\\nx &= y && \\text{for all } x\n\\end{aligned}$$"
    rows = next(iter(read_text(source).formulas.values()))
    assert [(row.text, row.line) for row in rows][:2] == [("S_i &= S_{i-1} + a_i", 2), ("S_0 &= 0", 2)]
    assert rows[2].text.startswith("x &= y &&")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("NN1 has $140$ million parameters", "NN1 has 140 million parameters"),
        (r"an accuracy of $99.63\,\%$", "an accuracy of 99.63 %"),
        (r"about $1{,}800$ faces", "about 1,800 faces"),
    ],
)
def test_a_number_between_dollars_is_plain_text(typed: str, plain: str) -> None:
    (block,) = read_text(typed).blocks
    assert block.text == plain


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("Costs:\n\\begin{tabular}{ll}\na & b \\\\ \\hline\nc & d \\\\\n\\end{tabular}", [(4, ("c", "d"), ("a", "b"))]),
        ("\\begin{tabular}{l|p{3cm}} a & b \\\\ c & d \\\\[2pt] e & f\\end{tabular}", [(1, ("c", "d"), ("a", "b")), (1, ("e", "f"), ("a", "b"))]),
        ("\\begin{tabularx}{\\textwidth}{ll}\\toprule\na & b\\\\\n\\midrule c\n& d\\\\\n\\bottomrule\\end{tabularx}", [(3, ("c", "d"), ("a", "b"))]),
        ("\\begin{tabular}{ll} a & b", []),
    ],
    ids=["lines", "one-line", "rows-over-lines", "no-end"],
)  # fmt: skip
def test_rows_of_tex_tables_stand_where_they_start(
    source: str, rows: list[tuple[int, tuple[str, ...], tuple[str, ...]]]
) -> None:
    read = read_text(f"{source} Then $2 + 2 = 5$.", tex=True)
    assert [(block.line, block.cells, block.header) for block in read.blocks if block.kind == "row"] == rows
    assert [claim.text for claim in examine(read)] == ["2 + 2 = 5"]


def test_a_text_in_the_encoding_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("Hence 2 + 2 = 5.\n".encode("utf-16"))
    assert read_document(path).source.startswith("Hence")


def test_strokes_make_a_table_with_and_without_a_line_of_dashes() -> None:
    rows = "method | time | memory\n{}softmax | long | large\nfeatures | short | small\n"
    for dashes in ("", "---|---|---\n"):
        read = read_text("Costs:\n\n" + rows.format(dashes))
        assert [block.cells for block in read.blocks if block.kind == "row"] == [
            ("softmax", "long", "large"),
            ("features", "short", "small"),
        ]
    assert all(block.kind != "row" for block in read_text("P(a | b | c)\nand x | y | z\n").blocks)
