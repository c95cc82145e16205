# ruff: noqa: E501 -- a pattern stays on one line
r"""A piece of a text about triplets in plain signs: `$\|\mathbf a - p\|^2 = 0{,}4$` is `‖a - p‖^2 = 0.4`, `sixty degrees` is `60°`."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from grader.verify.reading.document import PLACE, Text
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.plain_signs import plain_signs, replaced

THOUSANDS = re.compile(r"(?<=\d)(?:\{,\}|\\,|\\ |\\;|\u2009|\u202f|\u00a0)(?=\d{3}(?!\d))")
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
COLUMN = re.compile(
    r"\\begin\{[pb]?(?:small)?matrix\}(?P<rows>[^\\{}]*(?:\\\\(?:\[[^\]]*\])?[^\\{}]*)+)\\end\{[pb]?(?:small)?matrix\}(?:\^\{?\\top\}?)?"
)
FRACTION = re.compile(rf"\\[td]?frac\s*(?:{_GROUP}|(\d))\s*(?:{_GROUP}|(\d))")
ROOT = re.compile(rf"\\sqrt\s*{_GROUP}")
ACCENT = re.compile(r"\\(?:tilde|hat|bar|widetilde|widehat|overline)\s*(?:\{\s*(\w)\s*\}|(\w))")
# what LaTeX and people write for one sign
SIGNS = {
    "∂": r"\\partial(?![a-z])\s*", "∇": r"\\nabla(?![a-z])\s*", "ℓ": r"\\ell(?![a-z])", "θ": r"\\(?:var)?theta(?![a-z])|ϑ", "π": r"\\pi(?![a-z])",
    "γ": r"\\gamma(?![a-z])", "μ": r"\\mu(?![a-z])|µ", "η": r"\\eta(?![a-z])", "τ": r"\\tau(?![a-z])", "λ": r"\\lambda(?![a-z])", "Σ": r"\\sum(?![a-z])|∑",
    "max": r"\\max(?![a-z])", "min": r"\\min(?![a-z])", "°": r"\s?\^\{?\s?\\circ(?:\s?\})?|\\degree(?![a-z])|(?<=\d)[ -]?deg(?:rees?)?\b", "-": r"−|(?<=[\s(\[,=])[–‐‑](?=\s?[\d.(a-zA-Z‖√])|(?<=[\w)‖])\s[–]\s(?=[\w(‖])",
    "‖": r"(?<![\w|])\|(?=[^|\n]{1,30}\|)|(?<=[\w)])\|(?!\|)(?=\s*[\^²_=)/,.]|\s+(?:is|are|and)\b|$)", " ": r"\u2009|\u202f|\u00a0|\\(?:q?quad|hspace\{[^{}]*\})", "½": r"\\tfrac12", "α": r"\balpha\b(?!-)", "%": r"\\%|(?<=\d)[ -]per ?cent\b(?!age|[ -]points?)",
    "^T ": r"\^\s?T(?=[a-zA-Z](?![a-z]{2}))", "←": r"\\(?:leftarrow|gets|mapsfrom)(?![a-z])|<-|:=", "": r"[{}]|(?<!\\)&(?=\s?[=<>≤≥])|\\(?:mathbf|boldsymbol|bm|vec|mathrm|rm|operatorname|mathcal|texttt|textsc)(?![a-z])\s?|\\(?:left|right)(?![a-z])|(?<![\w)*])[*]{1,2}(?=\w)|(?<=[\w.,:;!?)])[*]{1,2}(?![\w(*])",
}  # fmt: skip
PLAIN = re.compile("|".join(f"(?P<s{number}>{pattern})" for number, pattern in enumerate(SIGNS.values())))
# a_{ap}, d_{an}: what is left of a subscript of several letters
SUBSCRIPT = re.compile(r"(?<=\w)([_^])\{\s*([\w+,-]{1,7})\s*\}")


@dataclass(frozen=True)
class Spoken:
    """A piece of a block in plain signs; `places` has each character's place in the block's masked text, and its end."""

    text: str
    places: tuple[int, ...]
    formulas: tuple[tuple[int, int], ...] = ()  # where mathematics stands
    written: str = ""
    in_written: tuple[int, ...] = ()
    rows: tuple[
        tuple[int, int, int], ...
    ] = ()  # start and end in what is written, and line, of each row of a display

    def part(self, start: int, end: int) -> Spoken:
        """A stretch of it, for reading alone."""
        inside = [
            (max(a, start) - start, min(b, end) - start) for a, b in self.formulas if a < end and start < b
        ]
        return Spoken(self.text[start:end], self.places[start : end + 1], tuple(inside))

    def row_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the claim begins that ends at a place of a display, and its line: that of its last row alone."""
        first, last = self.in_written[start], self.in_written[end]
        for begin, stop, line in self.rows:
            if begin < last <= stop + 1:
                inside = max(first, begin)
                return next(
                    place for place in range(start, end + 1) if self.in_written[place] >= inside
                ), line
        return None

    def quote(self, start: int, end: int) -> str:
        """A stretch of it as the author wrote it."""
        return self.written[self.in_written[start] : self.in_written[end]]

    def within_formula(self, place: int) -> bool:
        """Whether a place lies in mathematics."""
        return any(start <= place < end for start, end in self.formulas)


def spoken(text: Text, masked: str, offset: int = 0) -> Spoken:
    """A piece of masked text that stands at an offset of its block."""
    written, in_masked = replaced(PLACE, masked, range(len(masked) + 1), lambda found: _source(text, found))
    plain, in_written = _plain(written)
    at = [in_masked[place] for place in in_written]
    formulas = [
        (bisect_left(at, found.start()), bisect_left(at, found.start() + 1))
        for found in PLACE.finditer(masked)
    ]
    places = tuple(offset + place for place in at)
    return Spoken(plain, places, tuple(formulas), written, in_written, _rows(text, masked, in_masked))


def _source(text: Text, place: re.Match[str]) -> str:
    """A formula's source, each row of a display on a line of its own."""
    rows = text.formulas.get(int(place.group(1)), ())
    return "\n".join(row.text for row in rows) if rows and rows[0].display else text.spelled(place.group())


def _rows(text: Text, masked: str, in_masked: list[int]) -> tuple[tuple[int, int, int], ...]:
    """The rows of the displays of a text, as they stand in what is written of it."""
    out: list[tuple[int, int, int]] = []
    for found in PLACE.finditer(masked):
        rows = text.formulas.get(int(found.group(1)), ())
        at = bisect_left(in_masked, found.start())
        for row in rows:
            if not row.display:
                break
            out.append((at, at + len(row.text), row.line))
            at += len(row.text) + 1
    return tuple(out)


def in_plain_signs(written: str) -> str:
    r"""A written text in plain signs.

    >>> in_plain_signs(r"$\|\mathbf{e}_1 - e_2\|_2^2 = 123{,}552$ at $60^\circ$, four of them")
    '‖e_1 - e_2‖_2^2 = 123552 at 60°, 4 of them'
    """
    return _plain(written)[0]


@lru_cache(maxsize=512)
def _plain(written: str) -> tuple[str, tuple[int, ...]]:
    plain, places = replaced(THOUSANDS, written, range(len(written) + 1), lambda _: "")
    plain, places = replaced(COLUMN, plain, places, _column)
    for _ in range(2):
        plain, places = replaced(FRACTION, plain, places, _over)
        plain, places = replaced(ROOT, plain, places, lambda found: f"√({found.group(1)})")
    plain, places = replaced(ACCENT, plain, places, lambda found: f"{found.group(1) or found.group(2)}'")
    signed, in_plain = plain_signs(plain)
    places = [places[place] for place in in_plain]
    plain, places = replaced(SUBSCRIPT, signed, places, lambda found: found.group(1) + found.group(2))
    plain, places = replaced(PLAIN, plain, places, _sign)
    plain, places = in_digits(plain, places)
    return plain, tuple(places)


def _column(found: re.Match[str]) -> str:
    """A column of entries as a vector in one line."""
    return f"({', '.join(entry.strip(' &') for entry in re.split(r'[&]|' + ROW_END, found.group('rows')) if entry.strip(' &'))})"


ROW_END = r"\\\\(?:\[[^\]]*\])?"


def _over(found: re.Match[str]) -> str:
    over, under = found.group(1) or found.group(2), found.group(3) or found.group(4)
    above = f"({over})" if re.search(r"[-+−\s]", over.strip()) else over
    return f"{above}/{under}" if re.fullmatch(r"\s*(?:\w+|\\[a-z]+)\s*", under) else f"{above}/({under})"


def _sign(found: re.Match[str]) -> str:
    number = int((found.lastgroup or "s0")[1:])
    return tuple(SIGNS)[number]


__all__ = ["Spoken", "in_plain_signs", "spoken"]
