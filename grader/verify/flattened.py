# ruff: noqa: E501 -- a pattern stays on one line
"""A text with its mathematics written out in plain signs on one level, each character with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SIGNS = {
    r"\times": "×", r"\cdot": "·", r"\approx": "≈", r"\sum": "Σ", r"\phi": "φ", r"\varphi": "φ", r"\psi": "ψ", r"\top": "ᵀ", r"\intercal": "ᵀ",
    r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\to": "→", r"\rightarrow": "→", r"\Rightarrow": "→", r"\langle": "⟨", r"\rangle": "⟩", r"\sigma": "σ",
    r"\tfrac": "", r"\dfrac": "", r"\frac": "", r"\left": "", r"\right": "", r"\big": "", r"\bigl": "", r"\bigr": "", r"\Big": "", r"\Bigl": "", r"\Bigr": "",
    r"\mathbf": "", r"\boldsymbol": "", r"\bm": "", r"\mathrm": "", r"\text": "", r"\textbf": "", r"\emph": "", r"\mathit": "", r"\operatorname": "", r"\quad": " ", r"\qquad": " ",
    r"\,": " ", r"\;": " ", r"\!": "", r"\ ": " ", r"\%": "%", r"\(": "", r"\)": "", r"\[": "", r"\]": "", "$": "", "{": "", "}": "", "**": "", "`": "", "~": " ",
    "−": "−", "⊤": "ᵀ", "∑": "Σ", "⋅": "·", "⇒": "→", "->": "→", "=>": "→", "\u2009": " ", "\u202f": " ", "\u00a0": " ",
}  # fmt: skip
FRACTION = re.compile(r"\\[td]?frac\s*\{(?P<over>[^{}]*)\}\s*\{(?P<under>[^{}]*)\}")
_TOP = r"(?:\\top|\\intercal|⊤|\\(?:mathsf|mathrm)\s*(?:\{\s*T\s*\}|T)|T(?![A-Za-z]))"
TRANSPOSED = rf"\^\s*(?:\{{\s*{_TOP}\s*\}}|{_TOP})"
POWERED = r"\^\s*(?:\{\s*(?=\d\s*\}))?(?P<power>[0-9])(?:(?<=\{\d)\s*\})?(?!\d)"
THOUSANDS = r"(?<=\d)(?:\{,\}|\\,|\\;|\u2009|\u202f)(?=\d{3})"
SIGN = re.compile(
    rf"(?P<transposed>{TRANSPOSED})|{POWERED}|(?P<thousands>{THOUSANDS})|\$(?P<dollar>)|"
    + "|".join(
        re.escape(sign) + ("(?![A-Za-z])" if sign[-1].isalpha() and sign.startswith("\\") else "")
        for sign in sorted(SIGNS, key=len, reverse=True)
        if sign != "$"
    )
)
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True)
class Flat:
    """A text in plain signs; `places` has each character's place in the original, and its end."""

    text: str
    places: tuple[int, ...]
    formulas: tuple[tuple[int, int], ...]  # where mathematics between dollars stands

    def in_formula(self, start: int, end: int) -> bool:
        """Whether a piece lies within mathematics between dollars."""
        return any(a <= start and end <= b for a, b in self.formulas)


def flattened(text: str, places: Sequence[int] | None = None) -> Flat:
    """The text in plain signs.

    >>> flattened(r"$\\psi(K)^\\top V$ takes $2N R\\cdot M$ of $8{,}388{,}608$").text
    'ψ(K)ᵀ V takes 2N R· M of 8,388,608'
    """
    origin = list(range(len(text) + 1)) if places is None else list(places)
    text, origin = _over_under(text, origin)
    out: list[str] = []
    kept: list[int] = []
    dollars: list[int] = []
    at = length = 0
    for found in SIGN.finditer(text):
        before = text[at : found.start()]
        if found.group("transposed"):
            sign = "ᵀ"
        elif found.group("power"):
            sign = found.group("power").translate(RAISED)
        elif found.group("thousands"):
            sign = ","
        else:
            sign = SIGNS[found.group()]
        out += [before, sign]
        kept += [*origin[at : found.start()], *[origin[found.start()]] * len(sign)]
        length += len(before)
        if found.group("dollar") is not None:
            dollars.append(length)
        length += len(sign)
        at = found.end()
    out.append(text[at:])
    kept += origin[at:]
    return Flat("".join(out), tuple(kept), tuple(zip(dollars[::2], dollars[1::2], strict=False)))


def _over_under(text: str, places: list[int]) -> tuple[str, list[int]]:
    """The text with `a/b` for a fraction."""
    out: list[str] = []
    kept: list[int] = []
    at = 0
    for found in FRACTION.finditer(text):
        over, under = found.group("over"), found.group("under")
        below = under if re.fullmatch(r"\s*\w+\s*", under) else f"({under})"
        above = f"({over})" if re.search(r"[+−-]", over) else over
        sign = f"{above}/{below}"
        out += [text[at : found.start()], sign]
        kept += [*places[at : found.start()], *[places[found.start()]] * len(sign)]
        at = found.end()
    out.append(text[at:])
    kept += places[at:]
    return "".join(out), kept


__all__ = ["Flat", "flattened"]
