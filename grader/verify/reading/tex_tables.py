r"""The tables of a TeX text with signs for their rows and cells, so that what is no table can be read as Markdown.

`ROW` opens a row, `CELL` parts its cells, `BREAK` stands where one source line goes on with another row or with text.
"""

from __future__ import annotations

import re

ROW, CELL, BREAK = "\ue002", "\ue003", "\ue004"
BEGIN = re.compile(r"\\begin\{(?P<name>tabular\*?|tabularx|longtable|array)\}\s*(?:\[[^\]]*\]\s*)?")
RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|(?:cline|cmidrule)(?:\([^)]*\))?\{[^{}]*\})"
)
ROW_END = re.compile(r"\\\\\*?(?:\[[^\]]*\])?|\\tabularnewline\b")
WIDE = re.compile(r"\\multicolumn\{\d+\}\{[^{}]*\}\{([^{}]*)\}")


def with_signs(text: str) -> str:
    r"""The text with each table's rows behind signs, on the lines on which they start; no line moves.

    >>> with_signs("\\begin{tabular}{ll}a & b\\\\\n\\hline 1 &\n2\\end{tabular}").split("\n")
    ['\ue004\ue002a\ue003b', '\ue0021\ue0032', '\ue002\ue004']
    """
    out: list[str] = []
    place = 0
    for found in BEGIN.finditer(text):
        start = _behind_groups(text, found.end(), 2 if found.group("name") in {"tabular*", "tabularx"} else 1)
        end = text.find(f"\\end{{{found.group('name')}}}", start)
        if found.start() < place or end < 0:
            continue
        out += [
            text[place : found.start()],
            BREAK,
            _signed(text[found.end() : start], text[start:end]),
            BREAK,
        ]
        place = end + len(f"\\end{{{found.group('name')}}}")
    return "".join([*out, text[place:]])


def _behind_groups(text: str, place: int, groups: int) -> int:
    """Where the arguments end that say how wide a table is and what columns it has."""
    for _ in range(groups):
        if text[place : place + 1] != "{":
            return place
        depth = 0
        for at in range(place, len(text)):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            if depth == 0:
                place = at + 1
                break
    return place


def _signed(columns: str, body: str) -> str:
    """A table's body: each row as one line at the place where it starts, the lines that it runs over empty rows."""
    lines: list[list[str]] = [[] for _ in range(columns.count("\n") + body.count("\n") + 1)]
    line = columns.count("\n")
    for row in ROW_END.split(RULES.sub("", body)):
        lead = row[: len(row) - len(row.lstrip())]
        cells = [cell.strip() for cell in re.split(r"(?<!\\)&", WIDE.sub(r"\1", row.replace("\n", " ")))]
        if any(cells):
            lines[line + lead.count("\n")].append(CELL.join(cells))
        line += row.count("\n")
    return "\n".join(BREAK.join(f"{ROW}{row}" for row in rows or [""]) for rows in lines)


__all__ = ["BREAK", "CELL", "ROW", "with_signs"]
