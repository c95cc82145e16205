# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""A file -> blocks of text with the mathematics taken out and kept, every piece with its line.

Mathematics is masked first (a line of a display that starts with `=` or `-` would be a heading or a list to Markdown),
then a CommonMark parser finds paragraphs, lists and tables, code and comments fall away.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from grader.verify.reading.macros import expanded
from grader.verify.reading.plain_numbers import BARE_NUMBER, plain_number
from grader.verify.reading.tex_tables import BREAK, CELL, ROW, with_signs
from grader.verify.reading.typed_tables import typed_bullets, typed_tables

LARGEST_BYTES = 4 * 2**20
LONGEST_LINE = 20_000
OPEN, CLOSE = "\ue000", "\ue001"
PLACE = re.compile(f"{OPEN}(\\d+){CLOSE}")
DISPLAY_ENVIRONMENTS = "align|aligned|alignat|alignedat|equation|gather|gathered|multline|eqnarray|split|displaymath|math|flalign|dmath"
MATHEMATICS = re.compile(
    rf"""\\begin\{{(?P<environment>{DISPLAY_ENVIRONMENTS})(?P<star>\*?)\}}(?P<inside>.*?)\\end\{{(?P=environment)(?P=star)\}}
       | (?<![\\$])\$\$(?P<dollars>.+?)\$\$
       | \\\[(?P<square>.+?)\\\]
       | \\\((?P<round>.+?)\\\)
       | (?<![\\$\w])\$(?P<dollar>(?:[^\s$\\]|\\.)(?:(?:[^$\\\n]|\\.|\n(?!\s*\n))*?(?:[^\s$\\]|\\.))??)\$(?!\d)
       | (?<![\\$\w])\$(?P<loose>[ \t]+(?:[^$\\\n]|\\.)*?[ \t]+)\$(?!\d)
    """,
    re.VERBOSE | re.DOTALL,
)
INNER_BEGIN = re.compile(rf"\\(?:begin|end)\{{(?:{DISPLAY_ENVIRONMENTS})\*?\}}(?:\[[a-z]\]|\{{\d\}})?")


class UnreadableDocument(ValueError):
    """A file that is no text: too large, binary, or a notebook that is none."""


@dataclass(frozen=True)
class Row:
    """One row of a display, or an inline formula: its source, the line where it starts, whether it is displayed."""

    text: str
    line: int
    display: bool
    span: int  # rows of one display share it
    aligned: bool = False
    typed: str = ""  # as the author typed it, before the document's own commands were written out


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item or table row. `text` has a mark in place of each formula.

    `lines[i]` is the line on which character i of the text stands, counted by `line_at`.
    """

    kind: str  # paragraph, heading, item, row, quote
    line: int
    text: str
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    section: int = 0
    cell: int | None = None

    def line_at(self, offset: int, formulas: dict[int, tuple[Row, ...]]) -> int:
        """The line on which the character at `offset` stands; formulas may hide line breaks."""
        line = self.line
        for place in PLACE.finditer(self.text, 0, offset):
            rows = formulas.get(int(place.group(1)))
            if rows:
                line += rows[0].text.count("\n") if len(rows) == 1 and not rows[0].display else 0
        return line + self.text.count("\n", 0, offset)


@dataclass(frozen=True)
class Text:
    """A document that has been read: its blocks in order and its formulas by number."""

    name: str
    source: str
    blocks: tuple[Block, ...]
    formulas: dict[int, tuple[Row, ...]]
    cells: tuple[int, ...] = ()  # for a notebook: the cell of each line, else empty

    def formulas_of(self, block: Block) -> Iterator[tuple[int, tuple[Row, ...]]]:
        """(offset in the block, rows) of each formula of a block."""
        for place in PLACE.finditer(block.text):
            rows = self.formulas.get(int(place.group(1)))
            if rows:
                yield place.start(), rows

    def spelled(self, masked: str) -> str:
        """A piece of a block's text with its formulas put back."""
        return PLACE.sub(lambda place: self._source_of(int(place.group(1))), masked)

    def _source_of(self, number: int) -> str:
        rows = self.formulas.get(number, ())
        return " ".join(row.text if row.display else f"${row.text}$" for row in rows)


def read_document(path: Path) -> Text:
    """Read a .md, .txt, .tex or .ipynb file. Raises `UnreadableDocument` for what is no text."""
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise UnreadableDocument(
            f"the file has {size / 2**20:.1f} MB; documents of up to {LARGEST_BYTES // 2**20} MB are read"
        )
    data = path.read_bytes()
    # what some editors of Windows write
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    if encoding == "utf-8" and b"\x00" in data[:4096]:
        raise UnreadableDocument("the file is binary, not a text")
    source = data.decode(encoding, errors="replace")
    if path.suffix == ".ipynb":
        return read_notebook(source, path.name)
    return read_text(source, path.name, tex=path.suffix == ".tex")


def read_notebook(source: str, name: str) -> Text:
    """The markdown cells of a notebook; lines count over all cells' sources joined by one newline."""
    try:
        notebook: Any = json.loads(source)
        cells = [(str(cell.get("cell_type")), _joined(cell.get("source", ""))) for cell in notebook["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableDocument(
            f"the file is no notebook that can be read ({type(error).__name__})"
        ) from error
    lines: list[str] = []
    owners: list[int] = []
    for index, (kind, text) in enumerate(cells):
        # code is blanked line by line so that every other line keeps its number
        for line in text.split("\n"):
            lines.append(line if kind == "markdown" else "")
            owners.append(index)
    return read_text("\n".join(lines), name, owners=tuple(owners))


def _joined(source: object) -> str:
    return "".join(str(part) for part in source) if isinstance(source, list) else str(source)


def read_text(source: str, name: str = "text", *, tex: bool = False, owners: tuple[int, ...] = ()) -> Text:
    """A text as blocks and formulas.

    >>> read_text("Since $a = b$,\\nwe have $c = d$.").blocks[0].line
    1
    """
    clean = re.sub(
        r"[\ue000-\uf8ff]", "�", source.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    )
    clean = "\n".join(line[:LONGEST_LINE] for line in clean.split("\n"))
    looks_tex = tex or r"\begin{document}" in clean
    typed = _without_tex_comments(clean) if looks_tex else _without_code(clean)
    written_out = expanded(typed)
    typed, written_out = (_without_preamble(body) if looks_tex else body for body in (typed, written_out))
    formulas: dict[int, tuple[Row, ...]] = {}
    masked = _mask(written_out, formulas)
    formulas = _with_typed(formulas, typed) if typed != written_out else formulas
    masked = _tex_to_markdown(masked) if looks_tex else typed_tables(typed_bullets(masked))
    blocks = tuple(_blocks(masked, owners))
    return Text(name, clean, blocks, formulas, owners)


def _without_code(text: str) -> str:
    """Fenced code blanked line by line (a `math` fence becomes a display), inline code and comments likewise."""
    out: list[str] = []
    fence = ""
    mathematics = False
    for line in text.split("\n"):
        mark = re.match(r"\s{0,3}(`{3,}|~{3,})\s*(\w*)", line)
        if fence:
            if mark and mark.group(1).startswith(fence) and not mark.group(2):
                out.append("$$" if mathematics else "")
                fence = ""
            else:
                out.append(line if mathematics else "")
        elif mark:
            fence, mathematics = mark.group(1), mark.group(2) == "math"
            out.append("$$" if mathematics else "")
        else:
            out.append(line)
    body = "\n".join(out)
    body = re.sub(r"<!--.*?-->", lambda found: re.sub(r"[^\n]", " ", found.group()), body, flags=re.DOTALL)
    return re.sub(r"\$`([^`\n]+)`\$", r"$\1$", body)


def _without_tex_comments(text: str) -> str:
    body = re.sub(r"(?<!\\)%[^\n]*", "", text)
    return re.sub(
        r"\\begin\{(verbatim|lstlisting|comment)\}.*?\\end\{\1\}",
        lambda found: re.sub(r"[^\n]", " ", found.group()),
        body,
        flags=re.DOTALL,
    )


def _without_preamble(body: str) -> str:
    start = body.find(r"\begin{document}")
    return re.sub(r"[^\n]", " ", body[:start]) + body[start:] if start >= 0 else body


def _mask(text: str, formulas: dict[int, tuple[Row, ...]]) -> str:
    """Put a mark in place of each formula and keep the formula; line breaks stay outside displays."""

    def replace(found: re.Match[str]) -> str:
        kind = str(
            next(k for k in ("inside", "dollars", "square", "round", "dollar", "loose") if found.group(k))
        )
        content = found.group(kind)
        display = kind in {"inside", "dollars", "square"}
        if not display and BARE_NUMBER.fullmatch(content.strip()):
            # "has $140$ million parameters" says in words what a number between dollar signs says no better
            return plain_number(content.strip())
        line = text.count("\n", 0, found.start(kind)) + 1
        number = len(formulas)
        rows = tuple(_rows(content, line, display, number))
        formulas[number] = rows
        mark = f"{OPEN}{number}{CLOSE}"
        if display:
            # a display is a paragraph of its own unless it stands inside a line of text
            return mark + "\n" * found.group().count("\n")
        return mark

    return MATHEMATICS.sub(lambda found: replace(found) if _has_content(found) else found.group(), text)


def _with_typed(formulas: dict[int, tuple[Row, ...]], typed: str) -> dict[int, tuple[Row, ...]]:
    """The formulas with what the author typed, where each of them has its like before commands are written out."""
    own: dict[int, tuple[Row, ...]] = {}
    _mask(typed, own)
    if own.keys() != formulas.keys():
        return formulas
    return {
        number: tuple(replace(row, typed=mine.text) for row, mine in zip(rows, own[number], strict=True))
        if len(rows) == len(own[number])
        else rows
        for number, rows in formulas.items()
    }


def _has_content(found: re.Match[str]) -> bool:
    return any(found.group(k) for k in ("inside", "dollars", "square", "round", "dollar", "loose"))


def _rows(content: str, line: int, display: bool, span: int) -> Iterator[Row]:
    if not display:
        yield Row(content.strip(), line, False, span)
        return
    body = INNER_BEGIN.sub(lambda found: " " * len(found.group()), content)
    aligned = body != content or bool(re.search(r"\\\\", body))
    depth = 0
    nested = 0
    start = 0
    pieces: list[tuple[int, str]] = []
    place = 0
    while place < len(body):
        if body.startswith("\\begin", place):
            nested += 1
        elif body.startswith("\\end", place):
            nested -= 1
        if body.startswith("\\\\", place) and depth <= 0 and nested <= 0:
            pieces.append((start, body[start:place]))
            spacing = re.compile(r"\\\\\*?(?:\[[^\]\n]*\])?").match(body, place)
            if spacing is None:
                raise AssertionError("spacing cannot be missing here")
            place = start = spacing.end()
            continue
        if body[place] == "\\":
            place += 2
            continue
        depth += {"{": 1, "}": -1}.get(body[place], 0)
        place += 1
    pieces.append((start, body[start:]))
    for offset, piece in pieces:
        text = piece.strip()
        if not text or re.fullmatch(r"(?:\\(?:nonumber|notag|label\{[^}]*\}|hline)\s*)*", text):
            continue
        blank = len(piece) - len(piece.lstrip())
        for formula in _side_by_side(text):
            yield Row(formula, line + body.count("\n", 0, offset + blank), True, span, aligned)


RELATION = re.compile(r"=|<|>|\\(?:approx|in|leq?|geq?|sim|equiv|propto)\b|:=|≈|≤|≥|∈")


def _side_by_side(row: str) -> list[str]:
    r"""The formulas of a row that has several in columns: `a &= b, & c &= d`; else the row as it is.

    >>> _side_by_side(r"S_i &= S_{i-1} + a_i, & S_0 &= 0")
    ['S_i &= S_{i-1} + a_i', 'S_0 &= 0']
    """
    columns = re.split(r"(?<!\\)&", row)
    if len(columns) < 3 or "\\begin" in row or any(_unbalanced(column) for column in columns):
        return [row]
    pairs = ["&".join(columns[place : place + 2]).strip() for place in range(0, len(columns), 2)]
    formulas = [re.sub(r"\s*[,;]?\s*(?:\\q?quad\s*)*$", "", pair) for pair in pairs if pair]
    sided = all(len(sides := re.split(RELATION, one)) > 1 and sides[0].strip(" &") for one in formulas)
    return formulas if sided else [row]


def _unbalanced(column: str) -> bool:
    return column.count("{") != column.count("}") or column.count(r"\left") != column.count(r"\right")


def _tex_to_markdown(text: str) -> str:
    """The sections, items and tables of a TeX body in Markdown's signs, line for line."""
    out = []
    for raw in with_signs(text).split("\n"):
        line = raw
        line = re.sub(r"\\(?:sub)*section\*?\{([^{}]*)\}", r"# \1", line)
        line = re.sub(r"\\paragraph\*?\{([^{}]*)\}", r"\1.", line)
        line = re.sub(r"^\s*\\item\s*(?:\[([^\]]*)\])?", r"- ", line)
        line = re.sub(r"\\(?:begin|end)\{[a-zA-Z*]+\}(?:\[[^\]]*\])?", "", line)
        for _ in range(3):
            line = re.sub(
                r"\\(?:textbf|emph|textit|texttt|underline|text|textsc|mbox)\{([^{}]*)\}", r"\1", line
            )
        line = re.sub(
            r"\\(?:noindent|maketitle|clearpage|newpage|bigskip|medskip|smallskip|par|centering)\b", "", line
        )
        line = re.sub(r"\\(?:label|ref|eqref|cite[pt]?|title|author|date|usepackage)\{[^{}]*\}", "", line)
        line = line.replace("~", " ").replace("``", '"').replace("''", '"').replace("---", "—")
        line = re.sub(r"\\([%&#_$])", r"\1", line)
        line = re.sub(r"^\s*&", "", line)
        out.append(line.lstrip())
    return "\n".join(out)


def _blocks(masked: str, owners: tuple[int, ...]) -> Iterator[Block]:
    """Paragraphs, headings, items and table rows of the masked text."""
    plain = _flatten_indents(masked)
    tokens = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table").parse(plain)
    section = 0
    stack: list[str] = []
    header: list[str] = []
    row: list[str] = []
    row_line = 0
    in_head = False
    for token in tokens:
        if token.type.endswith("_open"):
            stack.append(token.type.removesuffix("_open"))
            if token.type == "heading_open":
                section += 1
            if token.type == "thead_open":
                in_head, header = True, []
            if token.type == "tr_open":
                row, row_line = [], (token.map or [0])[0] + 1
        elif token.type.endswith("_close"):
            if stack:
                stack.pop()
            if token.type == "thead_close":
                in_head = False
            if token.type == "tr_close":
                if in_head:
                    header = row
                else:
                    yield Block(
                        "row",
                        row_line,
                        " | ".join(row),
                        tuple(row),
                        tuple(header),
                        section,
                        _owner(owners, row_line),
                    )
        elif token.type == "inline":
            if stack and stack[-1] in {"th", "td"}:
                row.append(token.content.strip())
                continue
            line = (token.map or [0])[0] + 1
            kind = "heading" if "heading" in stack else "quote" if "blockquote" in stack else "paragraph"
            if kind == "paragraph" and "list_item" in stack:
                kind = "item"
            content = token.content
            if ROW in content:
                yield from _with_tables(kind, content, line, section, owners)
                continue
            yield Block(kind, line, content, (), (), section, _owner(owners, line))


def _with_tables(
    kind: str, content: str, line: int, section: int, owners: tuple[int, ...]
) -> Iterator[Block]:
    """A paragraph in which tables stand, as its pieces of text and the tables' rows."""
    pieces = [
        (line + offset, piece) for offset, raw in enumerate(content.split("\n")) for piece in raw.split(BREAK)
    ]
    for tabular, run in groupby(pieces, lambda piece: ROW in piece[1]):
        if tabular:
            yield from _table_rows(list(run), section, owners)
            continue
        texts = list(run)
        piece = "\n".join(text for _, text in texts)
        if piece.strip():
            yield Block(kind, texts[0][0], piece, (), (), section, _owner(owners, texts[0][0]))


def _table_rows(rows: Sequence[tuple[int, str]], section: int, owners: tuple[int, ...]) -> Iterator[Block]:
    """The rows of a table with signs, by the lines on which they start."""
    header: tuple[str, ...] = ()
    for line, raw in rows:
        cells = tuple(cell.strip() for cell in raw.replace(ROW, "").split(CELL))
        if len(cells) < 2:
            continue
        if not header:
            header = cells
            continue
        yield Block("row", line, " | ".join(cells), cells, header, section, _owner(owners, line))


def _flatten_indents(text: str) -> str:
    """Lines without the deep indents that would turn text into code; nested items keep theirs."""
    out = []
    for line in text.split("\n"):
        stripped = line.lstrip(" \t")
        indent = len(line) - len(stripped)
        listed = re.match(r"([-*+]|\d+[.)])\s", stripped)
        if re.fullmatch(r"\s*(=+|-{2,})\s*", line):
            # a setext underline or a rule would swallow the paragraph above it
            out.append("")
        elif indent >= 4 and not listed:
            out.append("  " + stripped)
        else:
            out.append("    " + stripped if indent >= 8 else line)
    return "\n".join(out)


def tables_of(text: Text) -> Iterator[tuple[int, list[Block]]]:
    """(number of the first block, rows) of each table: rows in succession under one header."""
    place = 0
    for (kind, _), run in groupby(text.blocks, lambda block: (block.kind, block.header)):
        rows = list(run)
        if kind == "row":
            yield place, rows
        place += len(rows)


def _owner(owners: tuple[int, ...], line: int) -> int | None:
    return owners[line - 1] if owners and 0 < line <= len(owners) else None
