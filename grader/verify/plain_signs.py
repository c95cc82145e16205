# ruff: noqa: E501 -- a pattern stays on one line
r"""A sentence with one plain sign for each way to write it: `$\|\mathbf k_j\|^2$`, `‖kⱼ‖²` and `||k_j||^2` are all `‖k_j‖^2`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grader.verify.notation import SUBSCRIPTS, SUPERSCRIPTS

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
OPENING = frozenset({"⟨", "‖", "√"})
ONES = {"−": "-", "–": "-", "ϕ": "φ", "ϵ": "ε", "ω": "w", "Ω": "W", "⋅": "·", "∙": "·", "•": "·", "⟪": "⟨"}


def plain_signs(text: str, places: Sequence[int]) -> tuple[str, list[int]]:
    r"""The text with plain signs, and for each of its characters (and its end) the place that `places` had there.

    >>> plain_signs(r"$e^{\|\mathbf k_j\|^2/(2\sigma^2)}$", range(40))[0]
    'e^{‖k_j‖^2/(2σ^2)}'
    """
    text, kept = _replaced(FRACTION, text, list(places), _fraction)
    text, kept = _replaced(FRACTION, text, kept, _fraction)
    text, kept = _replaced(STYLE, text, kept, _styled)
    text, kept = _replaced(SIGN, text, kept, _sign)
    return _replaced(LONE, text, kept, lambda found: found.group("lone"))


def _styled(found: re.Match[str]) -> str:
    if "sqrt" in found.group():
        return "√"
    # "\\langle\\mathbf q" has two commands
    return " " if re.search(r"\\[A-Za-z]+$", found.string[: found.start()]) else ""


def _fraction(found: re.Match[str]) -> str:
    over, under = found.group(1) or found.group(2), found.group(3) or found.group(4)
    single = re.fullmatch(r"\w|\\\w+", under) is not None
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


def _replaced(
    pattern: re.Pattern[str], text: str, places: list[int], written: Callable[[re.Match[str]], str]
) -> tuple[str, list[int]]:
    out, kept, at = [], [], 0
    for found in pattern.finditer(text):
        sign = written(found)
        out += [text[at : found.start()], sign]
        kept += [*places[at : found.start()], *[places[found.start()]] * len(sign)]
        at = found.end()
    return "".join([*out, text[at:]]), [*kept, *places[at:]]


__all__ = ["plain_signs"]
