# ruff: noqa: E501 -- a pattern stays on one line
r"""A sentence with one plain sign for each way to write it: `$\|\mathbf k_j\|^2$`, `‖kⱼ‖²` and `||k_j||^2` are all `‖k_j‖^2`.

Three readers want three degrees of it: `plain_signs` for words about formulas, `flattened` for counts on one level with
`ᵀ` and `²`, `readable` for figures. Each says for every character where it stood.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.verify.grammar.notation import SUBSCRIPTS, SUPERSCRIPTS


def replaced(
    pattern: re.Pattern[str], text: str, places: Sequence[int], written: Callable[[re.Match[str]], str | None]
) -> tuple[str, list[int]]:
    """The text with what is written for each match, where that is not None, and the place of each character and the end."""
    out: list[str] = []
    kept: list[int] = []
    at = 0
    for found in pattern.finditer(text):
        sign = written(found)
        if sign is None:
            continue
        start = found.start()
        out += text[at:start], sign
        kept += places[at:start]
        kept += [places[start]] * len(sign)
        at = found.end()
    out.append(text[at:])
    kept += places[at:]
    return "".join(out), kept


# -- for words about formulas ------------------------------------------------------------------------------------------

# what a command is written as; the empty string takes it away
COMMANDS = {
    "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "", "bigg": "", "biggl": "",
    "biggr": "", "mathbf": "", "boldsymbol": "", "bm": "", "mathrm": "", "operatorname": "", "text": "", "mathcal": "",
    "mathbb": "", "textbf": "", "textit": "", "emph": "", "displaystyle": "", "lVert": "‖", "rVert": "‖", "Vert": "‖",
    "lvert": "|", "rvert": "|", "langle": "⟨", "rangle": "⟩", "top": "T", "intercal": "T", "mathsf": "", "cdot": "·", "times": "×",
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "lt": "<", "gt": ">", "ne": "≠", "neq": "≠",
    "to": "→", "rightarrow": "→", "infty": "∞", "approx": "≈", "propto": "∝", "sim": "~", "iff": "iff",
    "sigma": "σ", "delta": "δ", "phi": "φ", "varphi": "φ", "psi": "ψ", "omega": "w", "kappa": "κ", "alpha": "α", "varepsilon": "ε",
    "epsilon": "ε", "sqrt": "√", "exp": "exp", "cos": "cos", "sin": "sin", "softmax": "softmax", "Var": "Var", "quad": " ",
    "dots": "…", "ldots": "…", "cdots": "…", "mid": "|",
}  # fmt: skip
FRACTION = re.compile(r"\\[td]?frac\s*(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(\w))\s*(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(\w))")  # fmt: skip
STYLE = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathrm|mathcal|mathbb|mathsf|left|right|[bB]igg?[lr]?|displaystyle)(?![A-Za-z])\s*|\\sqrt\s*(?=[A-Za-z\\])"
)
SIGN = re.compile(
    r"(?P<dollar>\$|\*\*|`|\\[()])|(?P<bars>\\\||\|\||∥)|(?P<random>[DdRr]_\{+\s*(?:\\(?:text|mathrm|textrm)\s*\{)?(?:random|rand|R|r)\}+|[Dd]_(?:random|rand)\b)|(?P<command>\\(?P<name>[A-Za-z]+)(?P<gap> ?))|(?P<space>\\[,;:! ])|(?P<script>[_^]\{(?P<inside>[^{}\s]{1,7})\})"
    r"|(?P<above>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀⁿ]+)|(?P<below>[₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₘₗₜₚₛₓₐᵣ]+)|(?P<greek>(?<![\w\\])(?:phi|psi|sigma|delta|kappa|omega|sqrt)(?![a-z]))|(?P<one>[−–](?=\s?[\w(‖|\\])|[ϕϵωΩ⟪⋅∙•])"
)
LONE = re.compile(r"\{(?P<lone>[A-Za-zσφκψδ])\}")  # what is left of \mathbf{k}, √{D}
APART = re.compile(
    r"(?<=[\w)\]}|‖]) +(?=\^)"
)  # a letter that has been renamed to a shorter one, and its power
OPENING = frozenset({"⟨", "‖", "√"})
ONES = {"−": "-", "–": "-", "ϕ": "φ", "ϵ": "ε", "ω": "w", "Ω": "W", "⋅": "·", "∙": "·", "•": "·", "⟪": "⟨"}


@lru_cache(maxsize=256)
def plain_signs(text: str) -> tuple[str, tuple[int, ...]]:
    r"""The text with plain signs, and for each of its characters and its end the place that it had.

    >>> plain_signs(r"$e^{\|\mathbf k_j\|^2/(2\sigma^2)}$")[0]
    'e^{‖k_j‖^2/(2σ^2)}'
    """
    plain, places = replaced(FRACTION, text, range(len(text) + 1), _fraction)
    plain, places = replaced(FRACTION, plain, places, _fraction)
    plain, places = replaced(STYLE, plain, places, _styled)
    plain, places = replaced(SIGN, plain, places, _sign)
    plain, places = replaced(LONE, plain, places, lambda found: found.group("lone"))
    plain, places = replaced(APART, plain, places, lambda _: "")
    return plain, tuple(places)


def _styled(found: re.Match[str]) -> str:
    if "sqrt" in found.group():
        return "√"
    # "\\langle\\mathbf q" has two commands
    return " " if re.search(r"\\[A-Za-z]+$", found.string[: found.start()]) else ""


def _fraction(found: re.Match[str]) -> str:
    over, under = found.group(1) or found.group(2), found.group(3) or found.group(4)
    single = re.fullmatch(r"\w|\\\w+", under) is not None
    if re.search(
        r"(?<=[\w)\]}‖| ])\s*[+−-]", re.sub(r"\([^()]*\)|\{[^{}]*\}|‖[^‖]*‖|\\\|.*?\\\|", "0", over)
    ):
        over = f"({over})"
    return f"{over}/{under}" if single else f"{over}/({under})"


def _sign(found: re.Match[str]) -> str:
    if found.group("dollar"):
        return ""
    if found.group("random"):
        return "R"
    if found.group("greek"):
        return COMMANDS[found.group("greek")]
    if found.group("bars"):
        return "‖"
    if found.group("command"):
        sign = COMMANDS.get(found.group("name"))
        if sign is None:
            return found.group()
        return sign if sign in OPENING else sign + found.group("gap")
    if found.group("space"):
        return " "
    if found.group("script"):
        inside = found.group("inside")
        bare = re.fullmatch(r"\w|\d+|\\top|T|\\mathsf", inside) is not None
        mark = found.group()[0]
        return f"{mark}{'T' if inside == chr(92) + 'top' else inside}" if bare else found.group()
    if found.group("above"):
        return "^" + "".join(SUPERSCRIPTS.get(sign, sign) for sign in found.group())
    if found.group("below"):
        return "_" + "".join(SUBSCRIPTS.get(sign, sign) for sign in found.group())
    return ONES[found.group()]


# -- for counts --------------------------------------------------------------------------------------------------------

FLAT_SIGNS = {
    r"\times": "×", r"\cdot": "·", r"\approx": "≈", r"\sum": "Σ", r"\phi": "φ", r"\varphi": "φ", r"\psi": "ψ", r"\top": "ᵀ", r"\intercal": "ᵀ",
    r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\to": "→", r"\rightarrow": "→", r"\Rightarrow": "→", r"\langle": "⟨", r"\rangle": "⟩", r"\sigma": "σ",
    r"\tfrac": "", r"\dfrac": "", r"\frac": "", r"\left": "", r"\right": "", r"\big": "", r"\bigl": "", r"\bigr": "", r"\Big": "", r"\Bigl": "", r"\Bigr": "",
    r"\mathbf": "", r"\boldsymbol": "", r"\bm": "", r"\mathrm": "", r"\text": "", r"\textbf": "", r"\emph": "", r"\mathit": "", r"\operatorname": "", r"\quad": " ", r"\qquad": " ",
    r"\,": " ", r"\;": " ", r"\!": "", r"\ ": " ", r"\%": "%", r"\(": "", r"\)": "", r"\[": "", r"\]": "", "$": "", "{": "", "}": "", "**": "", "`": "", "~": " ",
    "−": "−", "⊤": "ᵀ", "∑": "Σ", "⋅": "·", "⇒": "→", "->": "→", "=>": "→", "\u2009": " ", "\u202f": " ", "\u00a0": " ",
}  # fmt: skip
FLAT_FRACTION = re.compile(
    r"\\[td]?frac\s*(?:\{(?P<over>[^{}]*)\}\s*\{(?P<under>[^{}]*)\}|(?P<above>\d)\s*(?P<below>\d|[A-Za-z]))"
)
_TOP = r"(?:\\top|\\intercal|⊤|\\(?:mathsf|mathrm)\s*(?:\{\s*T\s*\}|T)|T(?![A-Za-z]))"
TRANSPOSED = rf"\^\s*(?:\{{\s*{_TOP}\s*\}}|{_TOP})"
POWERED = r"\^\s*(?:\{\s*(?=\d\s*\}))?(?P<power>[0-9])(?:(?<=\{\d)\s*\})?(?!\d)"
THOUSANDS = r"(?<=\d)(?:\{,\}|\\,|\\;|\u2009|\u202f)(?=\d{3})"
FLAT_SIGN = re.compile(
    rf"(?P<transposed>{TRANSPOSED})|{POWERED}|(?P<thousands>{THOUSANDS})|\$|"
    + "|".join(
        re.escape(sign) + ("(?![A-Za-z])" if sign[-1].isalpha() and sign.startswith("\\") else "")
        for sign in sorted(FLAT_SIGNS, key=len, reverse=True)
        if sign != "$"
    )
)
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Flat:
    """A text in plain signs; `places` has each character's place in the original, and its end."""

    text: str
    places: tuple[int, ...]
    formulas: tuple[tuple[int, int], ...]  # where mathematics between dollars stands

    def in_formula(self, start: int, end: int) -> bool:
        """Whether a piece lies within mathematics between dollars."""
        return any(a <= start and end <= b for a, b in self.formulas)


def flattened(text: str) -> Flat:
    """The text with its mathematics written out in plain signs on one level.

    >>> flattened(r"$\\psi(K)^\\top V$ takes $2N R\\cdot M$ of $8{,}388{,}608$").text
    'ψ(K)ᵀ V takes 2N R· M of 8,388,608'
    """
    flat, places = replaced(FLAT_FRACTION, text, range(len(text) + 1), _over_under)
    flat, places = replaced(FLAT_SIGN, flat, places, _flat_sign)
    dollars = [bisect_left(places, at) for at, sign in enumerate(text) if sign == "$"]
    return Flat(flat, tuple(places), tuple(zip(dollars[::2], dollars[1::2], strict=False)))


def _over_under(found: re.Match[str]) -> str:
    if found.group("above"):
        return f"{found.group('above')}/{found.group('below')}"
    over, under = found.group("over"), found.group("under")
    below = under if re.fullmatch(r"\s*\w+\s*", under) else f"({under})"
    above = f"({over})" if re.search(r"[+−-]", over) else over
    return f"{above}/{below}"


def _flat_sign(found: re.Match[str]) -> str:
    if found.group("transposed"):
        return "ᵀ"
    if found.group("power"):
        return found.group("power").translate(RAISED)
    return "," if found.group("thousands") else FLAT_SIGNS[found.group()]


# -- for figures -------------------------------------------------------------------------------------------------------

READABLE = {
    r"\times": "×", r"\approx": "≈", r"\cdot": "·", r"\ldots": "…", r"\dots": "…", r"\%": "%", "{,}": ",", r"\,": "", r"\ ": " ", "$": "", "**": "", r"\(": "", r"\)": "",
}  # fmt: skip
READ = re.compile(
    "|".join(re.escape(sign) + ("(?![A-Za-z])" if sign[-1].isalpha() else "") for sign in READABLE)
    + r"|(?<=\d)[ -]per ?cent\b(?!age|[ -]points?)"
)


def readable(spelled: str) -> tuple[str, list[int]]:
    """The text with plain signs for LaTeX's, and for each character its place."""
    return replaced(READ, spelled, range(len(spelled) + 1), lambda found: READABLE.get(found.group(), "%"))


__all__ = ["Flat", "flattened", "plain_signs", "readable", "replaced"]
