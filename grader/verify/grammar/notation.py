"""LaTeX, Unicode or plain text -> tokens. Nothing is guessed here: what has no token is refused later."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from grader.verify.grammar.syntax import Unreadable

LONGEST_FORMULA = 4000
MOST_TOKENS = 1500

SUPERSCRIPTS = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵀⁿⁱᵗᵈ′ᵐᵏᴰᴺᴹ", "0123456789+-()TnitdPmkDNM", strict=True),
)
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ᵢⱼₖₙₘₗₜₚₛₓₐᵣᵥ", "0123456789+-()ijknmltpsxarv", strict=True))
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "Δ": "Delta", "ε": "epsilon", "ϵ": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "Θ": "Theta", "κ": "kappa", "λ": "lambda", "Λ": "Lambda",
    "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
    "ϕ": "phi", "Φ": "Phi", "χ": "chi", "ψ": "psi", "Ψ": "Psi", "ω": "omega", "Ω": "Omega", "ℓ": "ell",
    "Γ": "Gamma", "µ": "mu",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values()) | {"varphi", "varepsilon", "vartheta", "varsigma"}
SIGNS = {
    "−": "-", "–": "-", "×": r" \times ", "·": r" \cdot ", "⋅": r" \cdot ", "∙": r" \cdot ", "•": r" \cdot ",
    "∗": "*", "‖": r"\|", "∥": r"\|", "⟨": r"\langle ", "⟩": r"\rangle ", "〈": r"\langle ", "〉": r"\rangle ",
    "≈": r" \approx ", "≃": r" \approx ", "≅": r" \approx ", "≤": r" \le ", "⩽": r" \le ", "≥": r" \ge ",
    "⩾": r" \ge ", "≠": r" \ne ", "∝": r" \propto ", "∈": r" \in ", "∉": r" \notin ", "→": r" \to ",
    "⇒": r" \Rightarrow ", "⟹": r" \Rightarrow ", "⇔": r" \iff ", "⟺": r" \iff ", "≡": r" \equiv ",
    "≔": r" := ", "∑": r"\sum ", "Σ": r"\sum ", "∏": r"\prod ", "∞": r"\infty ",
    "∂": r"\partial ", "∇": r"\nabla ", "ℝ": r"\mathbb{R}",
    "𝔼": r"\mathbb{E}", "½": r"\frac{1}{2}", "¼": r"\frac{1}{4}", "⊤": r"\top ", "∀": r"\forall ",
    "∃": r"\exists ", "∣": "|", "…": r"\dots ", "⋯": r"\dots ", "′": "'", "’": "'", "∼": r"\sim ",
    "≪": r"\ll ", "≫": r"\gg ", "⊗": r"\otimes ", "⊙": r"\odot ", "∥²": r"\|^2", "𝒪": r"\mathcal{O}",
    "𝟏": r"\mathbf{1}", "𝟙": r"\mathbf{1}",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2061": "", "\u2062": "", "\u200b": "", "\ufeff": "",
}  # fmt: skip

SPACES = frozenset({
    ",", ";", ":", "!", " ", "quad", "qquad", "enspace", "thinspace", "displaystyle", "textstyle", "limits",
    "nolimits", "nonumber", "notag", "medspace", "thickspace", "hfill", "left", "right", "big", "Big", "bigg",
    "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "middle", "bigm", "Bigm",
    "scriptstyle", "strut", "qedhere", "qed", "hline", "noindent", "smallskip", "rm", "bf",
})  # fmt: skip
RELATIONS = {
    "=": "=", "equiv": "=", "triangleq": ":=", "coloneqq": ":=", "doteq": "=", "approx": "~", "simeq": "~", "cong": "~",
    "<": "<", "lt": "<", ">": ">", "gt": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=",
    "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "propto": "propto", "in": "in", "notin": "notin",
    "to": "to", "rightarrow": "to", "longrightarrow": "to", "mapsto": "to", "Rightarrow": "=>",
    "implies": "=>", "Longrightarrow": "=>", "iff": "<=>", "Leftrightarrow": "<=>",
    "Longleftrightarrow": "<=>", "sim": "sim", "ll": "<<", "gg": ">>", "subset": "subset",
    "subseteq": "subset", "therefore": "=>", "Leftarrow": "<=>", "stackrel": "=",
}  # fmt: skip
FUNCTIONS = frozenset({"exp", "log", "ln", "sqrt", "sin", "cos", "tanh", "max", "min", "abs", "tr"})
WORDS = FUNCTIONS | {
    "softmax", "sim", "Var", "Cov", "argmax", "argmin", "diag", "trace", "elu", "relu", "ReLU", "sum", "rank",
    "det", "dim", "random", "temp", "numerator", "denominator", "Attention", "attention", "Attn", "Att",
}  # fmt: skip
STYLES = frozenset({
    "mathrm", "text", "textrm", "textbf", "textit", "operatorname", "mathbf", "boldsymbol", "bm", "vec",
    "mathcal", "mathbb", "mathsf", "mathit", "mathtt", "mathfrak", "mathscr", "texttt", "mbox", "textsf",
    "pmb", "hbox", "textup", "mathop", "mathnormal", "rm",
})  # fmt: skip
BOLD = frozenset({"mathbf", "boldsymbol", "bm", "vec", "pmb"})
SUBSCRIPT_WORDS = frozenset({
    "random", "rand", "max", "min", "gauss", "rbf", "model", "out", "head", "softmax", "total", "feat", "in",
    "key", "query", "value", "poly", "exact", "kernel", "std", "new", "old", "eff", "rff", "lin", "train", "test",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One sign of a formula; `spaced` says that white space stands before it."""

    kind: str  # number, name, word, command, function, relation, sign
    text: str
    at: int
    spaced: bool = False
    style: str = ""


SIGN_PATTERN = re.compile("|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True)))
SUPERSCRIPT_RUN = re.compile("[" + "".join(SUPERSCRIPTS) + "]+")
SUBSCRIPT_RUN = re.compile("[" + "".join(SUBSCRIPTS) + "]+")
GREEK_PATTERN = re.compile("[" + "".join(GREEK) + "]")
PLAIN_SUM = re.compile(r"(?<![A-Za-z\\])(?P<kind>sum|prod)(?=_[A-Za-z{])")
# Σⱼ≤ᵢ, Σ_j≤i: a bound that stands beside its index
PLAIN_BOUND = re.compile(
    r"\\sum\s*_(?P<open>\{)?(?P<index>[a-z])(?(open)\})\s?(?P<relation>\\le(?![a-z])|<=|<)\s*(?(open)_\{)(?P<bound>[a-z])(?(open)\})(?![A-Za-z_])"
)
ANGLES = re.compile(r"<\s*([^<>=,]{1,60}),([^<>=]{1,60})>")


# x1 is the first of the x, never x times 1; in 3x2 the x stands between two numbers, in x_{i2} and 1e5 it is no name
NUMBERED = re.compile(r"(?<![A-Za-z\\_^])(?<![_^]\{)(?<!\d(?=[xeE]))((?:[A-Za-z]\d+)+)(?!\.?\d)")


def ascii_form(text: str) -> str:
    """Unicode mathematics as LaTeX: `‖q‖² ≤ σᵢ` becomes `\\|q\\|^{2} \\le \\sigma_{i}`."""
    text = PLAIN_SUM.sub(lambda found: "\\" + found.group("kind") + " ", text).replace("...", r"\dots ")
    text = SUPERSCRIPT_RUN.sub(
        lambda run: "^{" + "".join(SUPERSCRIPTS[c] for c in run.group()).replace("P", r"\prime ") + "}", text
    )
    text = SUBSCRIPT_RUN.sub(lambda run: "_{" + "".join(SUBSCRIPTS[c] for c in run.group()) + "}", text)
    text = SIGN_PATTERN.sub(lambda sign: SIGNS[sign.group()], text)
    text = GREEK_PATTERN.sub(lambda letter: "\\" + GREEK[letter.group()] + " ", text)
    text = "".join(
        unicodedata.normalize("NFKC", c) if "\U0001d400" <= c <= "\U0001d7ff" or "！" <= c <= "～" else c
        for c in text
    )
    text = GREEK_PATTERN.sub(lambda letter: "\\" + GREEK[letter.group()] + " ", text)
    text = re.sub(r"(?<![A-Za-z\\])([a-zA-Z])\.([a-zA-Z])(?![A-Za-z.])", r"\1 \\cdot \2", text)  # q.k
    text = NUMBERED.sub(lambda run: re.sub(r"(\d+)", r"_{\1}", run.group()), text)
    text = PLAIN_BOUND.sub(r"\\sum _{\g<index> \g<relation> \g<bound>}", text)
    text = ANGLES.sub(r"\\langle \1,\2\\rangle ", text)
    return re.sub(r"√\s*", r"\\sqrt ", text)


PIECE = re.compile(
    r"""(?P<space>\s+|~|&)
      | (?P<number>(?:[1-9]\d{0,2}(?:(?:,|\{,\})\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][+-]?\d+(?![A-Za-z\d]))?|\.\d+)
      | (?P<command>\\(?:[A-Za-z]+\*?|.))
      | (?P<letters>[A-Za-z]+)
      | (?P<bars>\|\|)
      | (?P<relation>:=|<=|>=|!=|==|=>|->|[=<>])
      | (?P<sign>[-+*/^_(){}\[\]|,.;:'!%])
      """,
    re.VERBOSE | re.DOTALL,
)
PLAIN_RELATIONS = {"==": "=", "=>": "=>", "->": "to", ":=": ":=", "<=": "<=", ">=": ">=", "!=": "!="}
ENVIRONMENT = re.compile(
    r"\{(?P<name>d?cases|[pbv]matrix|matrix|smallmatrix)\}(?P<body>(?:(?!\\begin|\\end).)*)\\end\{(?P=name)\}",
    re.DOTALL,
)
GROUP = re.compile(r"\s*\{")


def braced(text: str, at: int) -> tuple[str, int]:
    """The content of the brace group that starts at `at` (spaces skipped), and the place after it."""
    start = GROUP.match(text, at)
    if start is None:
        while at < len(text) and text[at] == " ":
            at += 1
        if at >= len(text):
            raise Unreadable("the formula ends where an argument in braces should stand")
        command = re.compile(r"\\[A-Za-z]+").match(text, at)
        end = command.end() if command else at + 1
        return text[at:end], end
    depth = 1
    place = start.end()
    while place < len(text):
        character = text[place]
        if character == "\\":
            place += 2
            continue
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return text[start.end() : place], place + 1
        place += 1
    raise Unreadable("a brace is opened and never closed")


# Words without a vowel; any other such run of letters is a product of sizes, as in O(Tmd).
SHORT_WORDS = frozenset(
    (
        "std",
        "sgn",
        "lhs",
        "rhs",
        "nth",
        "kth",
        "ith",
        "jth",
        "mth",
        "rms",
        "mlp",
        "cnn",
        "knn",
        "src",
        "tgt",
        "cls",
    )
)


def split_letters(run: str, at: int, spaced: bool, after_subscript: bool) -> list[Token]:
    """A run of letters as known words, else single letters; a long unknown word stays a word."""
    if after_subscript and (run.lower() in SUBSCRIPT_WORDS or (len(run) >= 4 and run.islower())):
        return [Token("word", run, at, spaced)]
    if run in FUNCTIONS:
        return [Token("function", run, at, spaced)]
    if run in WORDS:
        return [Token("word", run, at, spaced)]
    if run in GREEK_NAMES:
        return [Token("name", run, at, spaced)]
    product = len(run) <= 4 and not re.search(r"[aeiouy]", run[1:]) and run.lower() not in SHORT_WORDS
    if len(run) >= 3 and run[1:].islower() and not (after_subscript or product or re.search(r"log|exp", run)):
        return [Token("word", run, at, spaced)]
    tokens: list[Token] = []
    for piece in re.finditer(r"exp|log|sqrt|max|min|cos|sin|[A-Za-z]", run):
        kind = "function" if len(piece.group()) > 1 else "name"
        tokens.append(Token(kind, piece.group(), at + piece.start(), spaced and piece.start() == 0))
    return tokens


def tokens_of(formula: str) -> list[Token]:
    """The tokens of one formula.

    Raises `Unreadable` for a formula that is too long or has a sign that no rule knows.

    >>> [token.text for token in tokens_of(r"\\|q\\|^2 + 2NR")]
    ['|', 'q', '|', '^', '2', '+', '2', 'N', 'R']
    >>> [token.text for token in tokens_of("Tmd + std")]
    ['T', 'm', 'd', '+', 'std']
    """
    if len(formula) > LONGEST_FORMULA:
        raise Unreadable(f"the formula has {len(formula)} characters; at most {LONGEST_FORMULA} are read")
    text = ascii_form(formula)
    out: list[Token] = []
    at = 0
    spaced = False
    while at < len(text):
        if len(out) > MOST_TOKENS:
            raise Unreadable(f"the formula has more than {MOST_TOKENS} signs")
        piece = PIECE.match(text, at)
        if piece is None:
            raise Unreadable(f"the sign {text[at]!r} is not part of the notation that is read")
        kind = str(piece.lastgroup)
        body = piece.group()
        start, at = at, piece.end()
        if kind == "space":
            spaced = True
            continue
        if kind == "number":
            out.append(Token("number", body, start, spaced))
        elif kind == "letters":
            after = bool(out) and out[-1].text == "_" and out[-1].kind == "sign"
            out += split_letters(body, start, spaced, after)
        elif kind == "bars":
            out.append(Token("sign", "|", start, spaced, "double"))
        elif kind == "relation":
            out.append(Token("relation", PLAIN_RELATIONS.get(body, RELATIONS.get(body, body)), start, spaced))
        elif kind == "sign":
            out.append(Token("sign", body, start, spaced))
        else:
            new, at = command_tokens(body[1:], text, start, at, spaced)
            out += new
            if not new:
                spaced = spaced or body[1:] in {" ", ",", ";", "quad", "qquad", "!"}
                continue
        spaced = False
    return out


def command_tokens(name: str, text: str, start: int, at: int, spaced: bool) -> tuple[list[Token], int]:
    """The tokens that one LaTeX command stands for, and the place after its arguments."""
    name = name.rstrip("*")
    if name in SPACES or name == "\\":
        # \left. and \right. are invisible brackets
        if name in {"left", "right"} and text[at : at + 1] == ".":
            at += 1
        return [], at
    if name in {
        "label",
        "tag",
        "hspace",
        "vspace",
        "color",
        "phantom",
        "mspace",
        "footnote",
        "cite",
        "ref",
        "eqref",
    }:
        _, at = braced(text, at)
        return [], at
    if name in {"textcolor"}:
        _, at = braced(text, at)
        body, at = braced(text, at)
        return tokens_of(body), at
    if name in {"boxed", "cancel", "bcancel", "ensuremath", "mathstrut", "underline", "mathclap", "smash"}:
        body, at = braced(text, at)
        return group_tokens(body, start), at
    if name in {"underbrace", "overbrace"}:
        body, at = braced(text, at)
        label = re.compile(r"\s*[_^]").match(text, at)
        if label:
            _, at = braced(text, label.end())
        return group_tokens(body, start), at
    if name in {"overset", "stackrel", "underset"}:
        _, at = braced(text, at)
        body, at = braced(text, at)
        return tokens_of(body), at
    if name in {"xrightarrow", "xRightarrow"}:
        _, at = braced(text, at)
        return [Token("relation", "to", start, spaced)], at
    if name == "begin" and (found := ENVIRONMENT.match(text, at)) is not None:
        kind = "cases" if "cases" in found.group("name") else "matrix"
        return [Token(kind, found.group("body"), start, spaced)], found.end()
    if name in RELATIONS:
        return [Token("relation", RELATIONS[name], start, spaced)], at
    if name in {"|", "Vert", "lVert", "rVert", "parallel"}:
        return [Token("sign", "|", start, spaced, "double")], at
    if name in {"vert", "lvert", "rvert", "mid"}:
        return [Token("sign", "|", start, spaced)], at
    if name in {"{", "lbrace"}:
        return [Token("sign", "[", start, spaced, "set")], at
    if name in {"}", "rbrace"}:
        return [Token("sign", "]", start, spaced, "set")], at
    if name in {"lbrack", "rbrack", "lparen", "rparen"}:
        return [Token("sign", {"lb": "[", "rb": "]", "lp": "(", "rp": ")"}[name[:2]], start, spaced)], at
    if name == "%":
        return [Token("sign", "%", start, spaced)], at
    if name in {"_"}:
        return [Token("sign", "_", start, spaced)], at
    if name in STYLES:
        body, at = braced(text, at)
        return styled_tokens(name, body, start, spaced), at
    if name in {"hat", "tilde", "bar", "widehat", "widetilde", "overline"}:
        body, at = braced(text, at)
        inner = tokens_of(body)
        if len(inner) == 1 and inner[0].kind == "name":
            return [Token("name", f"{inner[0].text}~{name}", start, spaced)], at
        raise Unreadable(f"\\{name} over more than one letter is not read")
    if name in GREEK_NAMES:
        return [Token("name", name.removeprefix("var") if name == "varphi" else name, start, spaced)], at
    if name in FUNCTIONS:
        return [Token("function", name, start, spaced)], at
    if name == "ell":
        return [Token("name", "ell", start, spaced)], at
    return [Token("command", name, start, spaced)], at


def group_tokens(body: str, start: int) -> list[Token]:
    """The tokens of a decorated group; a single chain in it keeps its brackets apart from its neighbours."""
    inner = tokens_of(body)
    if any(token.kind == "relation" for token in inner):
        return inner
    return [Token("sign", "{", start), *inner, Token("sign", "}", start)]


def styled_tokens(style: str, body: str, start: int, spaced: bool) -> list[Token]:
    """`\\mathbf{q}`, `\\text{random}`, `\\mathcal{K}`, `\\operatorname{exp}` as one token each."""
    body = body.strip()
    word = body.strip(" .,:;()")
    if word == "1" and style == "mathbb":
        return [Token("name", "ones", start, spaced)]
    if style in {"mathcal", "mathscr", "mathbb", "mathfrak"} and len(word) == 1:
        prefix = {"mathcal": "cal", "mathscr": "cal", "mathbb": "bb", "mathfrak": "frak"}[style]
        return [Token("name", f"{prefix}{word}", start, spaced)]
    if style == "mathbb" and word != "1":
        return [Token("word", body, start, spaced, "text")]
    if word == "1" and style in BOLD | {"mathbb"}:
        return [Token("name", "ones", start, spaced)]
    if re.fullmatch(r"[A-Za-z]", word):
        return [Token("name", word, start, spaced, "bold" if style in BOLD else "upright")]
    if word in FUNCTIONS:
        return [Token("function", word, start, spaced)]
    if style in BOLD | {"mathrm", "mathit", "operatorname", "mathop", "mathsf", "mathnormal"}:
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", word):
            if style in BOLD and len(word) > 1:
                return [
                    Token("name", c, start, spaced and n == 0, "bold")
                    for n, c in enumerate(word)
                    if c.isalpha()
                ]
            return [Token("word", word, start, spaced)]
        inner = tokens_of(body)
        return [Token(t.kind, t.text, t.at, t.spaced, "bold" if style in BOLD else t.style) for t in inner]
    return [Token("word", body, start, spaced, "text")]
