# ruff: noqa: E501 -- a pattern stays on one line
r"""A text with its mathematics in plain signs, cut into runs: stretches of formulas between the words.

`the weights are $\tfrac12$, $0.25$ and $v=\binom{3}{4}$` has the runs `1/2`, `0.25`, `v=(3,4)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.verify.grammar.notation import FUNCTIONS
from grader.verify.reading.plain_signs import plain_signs, replaced

_KIND = r"(?:[pbv]matrix|smallmatrix|array|matrix)"
MATRIX = re.compile(
    rf"\\begin\{{{_KIND}\}}(?:\{{[lcr|]*\}})?(?P<body>(?:(?!\\end\{{).){{0,600}})\\end\{{{_KIND}\}}",
    re.DOTALL,
)
BINOMIAL = re.compile(
    r"\\[td]?binom\s*(?:\{(?P<over>[^{}]*)\}|(?P<o>\d))\s*(?:\{(?P<under>[^{}]*)\}|(?P<u>\d))"
)
COMMANDS = re.compile(
    r"\\(?P<name>beta|gamma|qquad|enspace|hspace\{[^{}]*\}|lbrack|rbrack|lparen|rparen|colon|implies|Rightarrow|Longrightarrow|therefore|Sigma|Phi|Psi|mu|pi|ell|tau|lambda|theta|tilde|ast|prime|max|min|ln|log|tanh|sum|ne|neq|equiv|coloneqq|simeq|cong|boxed|textstyle|mbox|bf|rm|it)(?![A-Za-z])"
)
WRITTEN = {
    "beta": "β", "gamma": "γ", "qquad": " ; ", "enspace": " ", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")", "colon": ":",
    "implies": " ⇒ ", "Rightarrow": " ⇒ ", "Longrightarrow": " ⇒ ", "therefore": " ⇒ ", "Phi": "Φ", "Psi": "Ψ", "mu": "μ", "pi": "π", "ell": "ℓ", "tau": "τ",
    "lambda": "λ", "theta": "θ", "ast": "*", "prime": "'", "max": "max", "min": "min", "ln": "ln", "log": "log", "tanh": "tanh", "sum": "Σ", "ne": "≠", "neq": "≠",
    "equiv": "=", "coloneqq": ":=", "simeq": "≈", "cong": "≈", "boxed": "", "textstyle": "", "mbox": "", "bf": "", "rm": "", "it": "",
}  # fmt: skip
SIGN = re.compile(
    r"(?P<minus>[−–](?=\s?[\d.√(‖A-Za-zα-ωφψσ\\|]))|(?P<thousands>(?<=\d)\{,\}(?=\d{3}))|(?P<outer>\{(?=[-\d.]+\}))|(?P<dash>\s*\\\\\s*)|(?P<sqrt>√\{(?P<of>[^{}]{1,20})\})|(?P<align>&(?=\s*[=≈:]))|(?P<braced>\{(?P<inner>[A-Za-z]{2,})\}(?!\^))|(?P<entry>(?<![A-Za-z_\\\d])(?P<letter>[xyqku])(?P<digit>[1-4])(?![\d.]))"
)


@dataclass(frozen=True)
class Plain:
    """A text in plain signs; `places` has for each of its characters, and for its end, the place in the original."""

    text: str
    places: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the plain text stands in the original."""
        return self.places[start], self.places[end]


def plainly(spelled: str, letters: Mapping[str, str] | None = None) -> Plain:
    r"""The text with plain signs for its mathematics; `letters` has the text's own for σ and σ².

    >>> plainly(r"$\phi(K)=\begin{pmatrix}1&0\\1&2\end{pmatrix}$ and $k_1=(1,0)^\top$").text
    'φ(K)=[[1,0],[1,2]] and k_1=(1,0)^T'
    """
    text, places = replaced(MATRIX, spelled, range(len(spelled) + 1), _matrix)
    text, places = replaced(BINOMIAL, text, places, _binomial)
    signs, inner = plain_signs(text)
    places = [places[place] for place in inner]
    text, places = replaced(
        COMMANDS, signs, places, lambda found: WRITTEN.get(found.group("name").split("{")[0], " ")
    )
    text, places = replaced(SIGN, text, places, _sign)
    for letter, written in (letters or {}).items():
        alone = re.compile(rf"(?<![A-Za-z\\_'’]){re.escape(letter)}(?P<two>\^?2(?!\d)|(?![A-Za-z_(\d'’]))")
        text, places = replaced(alone, text, places, lambda found, written=written: _renamed(found, written))  # type: ignore[misc]
    return Plain(text, tuple(places))


def _renamed(found: re.Match[str], written: str) -> str:
    if written == "σ" and found.group("two"):
        return "σ^2"
    return written + found.group("two")


def _matrix(found: re.Match[str]) -> str:
    rows = [
        [cell.strip() for cell in row.split("&")]
        for row in re.split(r"\\\\(?:\[[^\]]*\])?", found.group("body"))
        if row.strip()
    ]
    if all(len(row) == 1 for row in rows):
        return (
            "(" + ",".join(row[0] for row in rows) + ")"
            if len(rows) > 1
            else f"({rows[0][0]})"
            if rows
            else ""
        )
    return "[" + ",".join("[" + ",".join(row) + "]" for row in rows) + "]"


def _binomial(found: re.Match[str]) -> str | None:
    over, under = found.group("over") or found.group("o"), found.group("under") or found.group("u")
    # a column of two numbers; letters in it count choices
    return (
        f"({over},{under})"
        if re.fullmatch(r"\s*-?[\d.]+\s*", over) and re.fullmatch(r"\s*-[\d.]+\s*|\s*0\s*", under)
        else None
    )


def _sign(found: re.Match[str]) -> str | None:
    if found.group("minus"):
        return "-"
    if found.group("thousands"):
        return ","
    if found.group("dash"):
        return " "
    if found.group("align"):
        return ""
    if found.group("braced"):
        return found.group("inner")
    if found.group("entry"):
        return f"{found.group('letter')}_{found.group('digit')}"
    if found.group("sqrt"):
        inside = found.group("of")
        return f"√{inside}" if re.fullmatch(r"[\d.]+|\w", inside) else f"√({inside})"
    return None


# -- runs --------------------------------------------------------------------------------------------------------------

TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<word>[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’]*[A-Za-zÀ-ÿ])|(?P<letter>[A-Za-zα-ωΑ-Ωℓ])|(?P<relation>:=|≔|≈|~|=|≃|≅)|(?P<space>\s+)|(?P<open>[([{⟨])|(?P<close>[)\]}⟩])|(?P<other>.)",
    re.DOTALL,
)
MATHEMATICAL = frozenset("+-*/^_·×√‖|'!Σᵀ⊤∘<>∑≤%")
NAMES = FUNCTIONS | {"softmax", "elu", "relu", "ReLU", "Var"}
LETTER_PRODUCT = re.compile(r"(?:[qkvxyw]){2}|QK|KQ|W[qkQKx]|[qk]T?|[NDMRC]{2,3}|[ij]{2}")
LOOSE = " \n\t·*"
BULLET = re.compile(r"^\s*[-+·*]\s+")


@dataclass(frozen=True)
class Run:
    """A stretch of mathematics without words, commas or sentence ends: sides joined by relations."""

    start: int
    end: int
    sides: tuple[tuple[int, int], ...]
    near: tuple[bool, ...]  # for each relation, whether it says "about"


def runs_of(text: str) -> list[Run]:
    """The runs of a plain text, in order.

    >>> [[text[a:b] for a, b in run.sides] for text in ("so q·k = 3 - 2 = 1 (and o_1 ≈ 2.5), S_2=(6, 8)",) for run in runs_of(text)]
    [['q·k', '3 - 2', '1'], ['o_1', '2.5'], ['S_2', '(6, 8)']]
    """
    tokens = list(TOKEN.finditer(text))
    inside = _in_formula_brackets(tokens)
    out: list[Run] = []
    start: int | None = None
    relations: list[tuple[int, int, bool]] = []
    end = 0
    for number, token in enumerate(tokens):
        if _is_boundary(tokens, number, inside[number]):
            if start is not None:
                out += _run(text, start, end, relations)
            start, relations = None, []
            continue
        if token.lastgroup == "space":
            continue
        if start is None:
            start = token.start()
        if token.lastgroup == "relation" and not inside[number]:
            relations.append((token.start(), token.end(), token.group() in "≈~≃≅"))
        end = token.end()
    if start is not None:
        out += _run(text, start, end, relations)
    return out


NEXT_EQUATION = re.compile(
    r"(?:(?:[A-Za-zα-ωΑ-Ω]|phi|psi)(?:_\{?\w+\}?)?(?:\([^()\n]{1,20}\))?|‖[^‖\n]{1,15}‖(?:\^2)?|[A-Za-z](?:_\w)?·[A-Za-z](?:_\w)?)\s*(?:=|≈|:=)"
)
GOES_ON = re.compile(r"[=≈+·×/*−,-]\s*$")


def _begins_equation(line_break: re.Match[str]) -> bool:
    """Whether the line behind a break gives another letter its value, and the line before it is at its end."""
    text = line_break.string
    return NEXT_EQUATION.match(text, line_break.end()) is not None and not GOES_ON.search(
        text[max(0, line_break.start() - 8) : line_break.start()]
    )


def _is_boundary(tokens: Sequence[re.Match[str]], number: int, inside: bool) -> bool:
    token = tokens[number]
    said = token.group()
    match token.lastgroup:
        case "word":
            return said not in NAMES and LETTER_PRODUCT.fullmatch(said) is None
        case "letter" if said in "aAI":
            # an article, a pronoun
            further = [one for one in tokens[number + 1 : number + 3] if one.lastgroup != "space"]
            apart = number + 1 < len(tokens) and tokens[number + 1].lastgroup == "space"
            return (
                apart and bool(further) and further[0].lastgroup == "word" and further[0].group() not in NAMES
            )
        case "space":
            if "\n" not in said or inside:
                return False
            return said.count("\n") > 1 or _begins_equation(token)
        case "open" | "close":
            return not inside
        case "other":
            if said == ".":
                return True
            return said not in MATHEMATICAL and not inside
        case _:
            return False


def _in_formula_brackets(tokens: Sequence[re.Match[str]]) -> list[bool]:
    """For each token whether it stands in the brackets of a formula, or is one: brackets around words are prose."""
    inside = [False] * len(tokens)
    stack: list[int] = []
    pairs: list[tuple[int, int]] = []
    closes = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}
    for number, token in enumerate(tokens):
        if token.lastgroup == "open":
            stack.append(number)
        elif token.lastgroup == "close":
            while stack and closes[tokens[stack[-1]].group()] != token.group():
                stack.pop()
            if stack:
                pairs.append((stack.pop(), number))
    for first, last in pairs:
        between = tokens[first + 1 : last]
        prose = any(
            (
                one.lastgroup == "word"
                and one.group() not in NAMES
                and LETTER_PRODUCT.fullmatch(one.group()) is None
            )
            or one.lastgroup == "relation"
            or one.group() in {";", ":", "⇒", "→"}
            for one in between
        )
        if prose and tokens[first].group() not in "{⟨":
            continue
        for place in range(first, last + 1):
            inside[place] = True
    return inside


def _run(text: str, start: int, end: int, relations: Sequence[tuple[int, int, bool]]) -> Iterator[Run]:
    ends = [start, *(after for _, after, _ in relations)]
    begins = [*(before for before, _, _ in relations), end]
    sides = []
    for first, last in zip(ends, begins, strict=True):
        piece = BULLET.sub(lambda found: " " * len(found.group()), text[first:last])
        lead = len(piece) - len(piece.lstrip(LOOSE))
        sides.append((first + lead, first + max(lead, len(piece.rstrip()))))
    near = [about for _, _, about in relations]
    if len(sides) > 1 and sides[0][0] >= sides[0][1]:
        # "weights = (0.1, 0.9)": what is left of the sign is a word
        yield from (
            [Run(sides[1][0], end, tuple(sides[1:]), tuple(near[1:]))] if sides[1][0] < sides[1][1] else []
        )
    elif any(re.search(r"\w", text[a:b]) for a, b in sides):
        yield Run(start, end, tuple(sides), tuple(near))


__all__ = ["Plain", "Run", "plainly", "runs_of"]
