# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""A verified document as JSON, as lines for a terminal, and as a page with each claim in the margin."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from grader.verify.claim import Claim, Ruling, VerifiedDocument
from grader.verify.goals import Progress
from grader.verify.reading.document import PLACE, Block, Text
from grader.verify.reading.macros import commands_in, written_out
from grader.verify.reading.mathml import mathematics

MARKS = {Ruling.VERIFIED: "✓", Ruling.REFUTED: "✗", Ruling.UNCHECKED: "?"}
STYLE = """
:root { color-scheme: light dark; --ink: #1d1f24; --paper: #fcfcfa; --soft: #6a6f7a; --line: #dcdcd4;
  --good: #1f7a3d; --bad: #b3261e; --open: #8a6d1f; --goodback: #e9f4ec; --badback: #fbeae8; --openback: #f6f1e1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e4df; --paper: #17181b; --soft: #9a9fa9; --line: #34363b;
  --good: #7fd19a; --bad: #ff9c93; --open: #e2c878; --goodback: #1b2a20; --badback: #321d1c; --openback: #2b2719; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 2rem 1.5rem 6rem; background: var(--paper); color: var(--ink);
  font: 17px/1.6 Charter, "Bitstream Charter", "Source Serif Pro", Georgia, serif; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } .sum { color: var(--soft); margin: 0 0 1.5rem; }
.wrong { border: 1px solid var(--line); border-left: 4px solid var(--bad); padding: .6rem 1rem; margin: 0 0 2rem; }
.wrong ol { margin: .3rem 0 0; padding-left: 1.4rem; } .wrong h2 { font-size: 1rem; margin: 0; }
.steps { border: 1px solid var(--line); border-left: 4px solid var(--soft); padding: .6rem 1rem; margin: 0 0 2rem; }
.steps ol { margin: .3rem 0 0; padding-left: 1.4rem; } .steps h2 { font-size: 1rem; margin: 0; }
.row { display: grid; grid-template-columns: 3rem minmax(0, 1fr) minmax(15rem, 24rem); gap: 0 1.4rem; padding: .25rem 0; }
.row.has { border-top: 1px solid var(--line); padding: .6rem 0; }
.number { color: var(--soft); font: .75rem/2.2 ui-monospace, monospace; text-align: right; user-select: none; }
.text { overflow-x: auto; overflow-wrap: anywhere; } .text.heading { font-weight: 700; font-size: 1.12rem; padding-top: .8rem; }
.text.item { padding-left: 1.2rem; } .text.item::before { content: "•"; margin-left: -1rem; margin-right: .5rem; color: var(--soft); }
.text.quote { border-left: 3px solid var(--line); padding-left: .8rem; color: var(--soft); }
.notes { font: .84rem/1.45 system-ui, sans-serif; }
.note { margin: 0 0 .45rem; padding: .35rem .6rem; border-left: 3px solid; border-radius: 2px; overflow-wrap: anywhere; }
.note.verified { border-color: var(--good); background: var(--goodback); }
.note.refuted { border-color: var(--bad); background: var(--badback); }
.note.unchecked { border-color: var(--open); background: var(--openback); color: var(--soft); }
.notes { min-width: 0; } .note b { font-weight: 600; } .note .what { display: block; color: inherit; opacity: .85; }
.note .what, .wrong, .steps { overflow-x: auto; overflow-y: hidden; }
.note .seen { display: block; font: .78rem/1.4 ui-monospace, monospace; opacity: .8; }
code.formula { font: .85em ui-monospace, monospace; } math { font-size: 1.05em; } math[display=block] { margin: .3rem 0; }
.bad { background: var(--badback); outline: 1px solid var(--bad); border-radius: 2px; }
@media (max-width: 60rem) { .row { grid-template-columns: 2rem minmax(0, 1fr); } .notes { grid-column: 2; } }
@media print { .note.unchecked { display: none; } }
"""


def to_json(document: VerifiedDocument) -> dict[str, Any]:
    """The promised object: the claims in order, and how many of each ruling."""
    return {
        "document": document.name,
        "claims": [_claim(claim) for claim in document.claims],
        "summary": {ruling.value: document.count(ruling) for ruling in Ruling},
        "derivations": [asdict(one) for one in document.derivations],
        **({"says": document.says} if document.says else {}),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    made: dict[str, Any] = {
        "line": claim.line,
        "text": claim.text,
        "kind": claim.kind.value,
        "verdict": claim.ruling.value,
        "says": claim.says,
        "witness": dict(claim.witness) if claim.witness is not None else None,
        "method": claim.method.value,
    }
    if claim.cell is not None:
        made["cell"] = claim.cell
    return made


def printable(text: str, longest: int = 160) -> str:
    """One line that no terminal interprets."""
    line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def to_text(document: VerifiedDocument) -> str:
    """What is refuted, line by line, and the counts."""
    lines = [printable(document.name)]
    if document.says:
        lines.append(f"  {printable(document.says)}")
    for claim in document.claims:
        if claim.ruling is Ruling.REFUTED:
            lines.append(f"  line {claim.line}: {printable(claim.text, 100)}")
            lines.append(f"      {claim.kind.value}, refuted: {printable(claim.says, 240)}")
    counts = ", ".join(f"{document.count(ruling)} {ruling.value}" for ruling in Ruling)
    lines.append(f"  {len(document.claims)} claims: {counts}")
    lines += [f"  {_progress(one)}" for one in document.derivations]
    return "\n".join(lines)


def _progress(one: Progress) -> str:
    """One sentence on what is there of a derivation and what is missing."""
    there = len(one.steps) - len(one.missing)
    missing = "; ".join(step.says for step in one.missing)
    return f"{one.title}: {there} of {len(one.steps)} required steps" + (
        f"; missing: {missing}" if missing else ""
    )


def to_html(documents: Sequence[VerifiedDocument]) -> str:
    """A page without scripts: the text of each document, its claims beside it."""
    title = html.escape(", ".join(document.name for document in documents)) or "no document"
    body = "\n".join(_document(_written_out(document), number) for number, document in enumerate(documents))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Verified: {title}</title><style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _written_out(document: VerifiedDocument) -> VerifiedDocument:
    """The document with the author's own commands written out in its claims, since a browser does not know them."""
    commands = commands_in(document.text.source) if document.text is not None else {}
    claims = tuple(replace(claim, text=written_out(claim.text, commands)) for claim in document.claims)
    return replace(document, claims=claims)


def _document(document: VerifiedDocument, number: int) -> str:
    counts = " · ".join(f"{document.count(ruling)} {ruling.value}" for ruling in Ruling)
    parts = [
        f"<h1>{html.escape(document.name)}</h1>",
        f'<p class="sum">{len(document.claims)} claims: {counts}</p>',
    ]
    if document.says:
        parts.append(f"<p>{html.escape(document.says)}</p>")
    wrong = [claim for claim in document.claims if claim.ruling is Ruling.REFUTED]
    if wrong:
        items = "".join(
            f'<li><a href="#d{number}l{claim.line}">line {claim.line}</a>: {_mixed(_as_prose(claim.text))} — {html.escape(claim.says)}</li>'
            for claim in wrong
        )
        parts.append(f'<div class="wrong"><h2>Refuted</h2><ol>{items}</ol></div>')
    if document.text is not None:
        parts += [_steps(one, document.text, number) for one in document.derivations]
        parts += _rows(document, document.text, number)
    return "\n".join(parts)


def _steps(one: Progress, text: Text, number: int) -> str:
    items = []
    for step in one.steps:
        if step.line is not None:
            where = _to_line(step.line, text, number)
        elif step.within is not None:
            where = f"within the step on {_to_line(step.within, text, number)}"
        else:
            where = "<b>not shown</b>"
        items.append(f"<li>{html.escape(step.says)} — {where}</li>")
    title = html.escape(one.title[0].upper() + one.title[1:])
    return f'<div class="steps"><h2>{title}</h2><ol>{"".join(items)}</ol></div>'


def _to_line(line: int, text: Text, number: int) -> str:
    place = sum(block.line <= line for block in text.blocks) - 1
    return f'<a href="#d{number}b{max(place, 0)}">line {line}</a>'


def _rows(document: VerifiedDocument, text: Text, number: int) -> list[str]:
    claims = list(document.claims)
    out = []
    for place, block in enumerate(text.blocks):
        last = text.blocks[place + 1].line if place + 1 < len(text.blocks) else 10**9
        mine = [claim for claim in claims if block.line <= claim.line < last]
        notes = "".join(_note(claim, number) for claim in mine)
        wrong = [claim.text for claim in mine if claim.ruling is Ruling.REFUTED]
        out.append(
            f'<div class="row{" has" if mine else ""}" id="d{number}b{place}"><div class="number">{block.line}</div>'
            f'<div class="text {block.kind}">{_block(block, text, wrong)}</div><div class="notes">{notes}</div></div>'
        )
    return out


def _note(claim: Claim, number: int) -> str:
    seen = ""
    if claim.ruling is Ruling.REFUTED and claim.witness:
        seen = f'<span class="seen">{html.escape("; ".join(f"{k} = {v}" for k, v in claim.witness.items()))[:600]}</span>'
    is_formula = bool(re.search(r"[\\^_=]", claim.text)) and "$" not in claim.text and len(claim.text) < 300
    what = mathematics(claim.text, display=False) if is_formula else _mixed(claim.text)
    return (
        f'<div class="note {claim.ruling.value}" id="d{number}l{claim.line}"><b>{MARKS[claim.ruling]} {claim.kind.value}</b> '
        f'<span class="what">{what}</span>{html.escape(claim.says)}{seen}</div>'
    )


def _as_prose(text: str) -> str:
    return text if "$" in text or not re.search(r"[\\^_]", text) else f"${text}$"


def _mixed(text: str) -> str:
    """Words with formulas between dollar signs."""
    pieces = re.split(r"\$([^$]*)\$", text if len(text) <= 400 else text[:397] + "…")
    return "".join(
        mathematics(piece, display=False) if place % 2 else html.escape(piece)
        for place, piece in enumerate(pieces)
    )


def _block(block: Block, text: Text, wrong: Sequence[str]) -> str:
    if block.kind == "row":
        return " &nbsp;|&nbsp; ".join(_inline(cell, text, wrong) for cell in block.cells)
    return _inline(block.text, text, wrong)


def _inline(masked: str, text: Text, wrong: Sequence[str]) -> str:
    out = []
    at = 0
    for found in PLACE.finditer(masked):
        out.append(_words(masked[at : found.start()]))
        for row in text.formulas.get(int(found.group(1)), ()):
            rendered = mathematics(row.text, display=row.display)
            bad = any(
                row.text.strip(" .,") and (row.text.strip(" .,") in one or one in row.text) for one in wrong
            )
            out.append(f'<span class="bad">{rendered}</span>' if bad else rendered)
        at = found.end()
    out.append(_words(masked[at:]))
    return "".join(out)


def _words(text: str) -> str:
    escaped = html.escape(text)
    escaped = re.sub(r"\*\*([^*\n]+)\*\*", r"<b>\1</b>", escaped)
    return escaped.replace("\n", " ")
