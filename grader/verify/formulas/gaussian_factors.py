# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The two factors beside the Gaussian kernel in exp(q·k/√D) = a(q) G(q, k) b(k), under any letters.

Each is the exponential of its vector's squared norm over 2√D, up to one constant that may be split between the two.
"""

from __future__ import annotations

import re

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Function,
    Norm,
    Power,
    Product,
    Symbol,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.scope.context import Context
from grader.verify.worlds.settings import Clash, Setting, Undecidable
from grader.verify.worlds.world import World

LETTER = r"(?:\\?(?:alpha|beta|gamma|lambda|mu|rho|eta|xi)|[a-zA-Z])"
OF_QUERY = r"(?:_\{?i\}?|\(\s*q(?:_\{?i\}?)?\s*\))"
OF_KEY = r"(?:_\{?j\}?|\(\s*k(?:_\{?j\}?)?\s*\))"
KERNEL = rf"(?:\\mathcal\s*\{{?)?{LETTER}\}}?(?:_\s*(?:\\sigma|\{{\\sigma\}}|G|\{{[^{{}}]*\}}))?(?:_\{{?ij\}}?|\(\s*q(?:_\{{?i\}}?)?\s*,\s*k(?:_\{{?j\}}?)?\s*\))|{LETTER}_\{{?ij\}}?"
JOIN = r"\s*(?:\\[,;!]|\\cdot|\\times|·|\*)?\s*"
FACTORED = re.compile(
    rf"(?<![A-Za-z\\])(?P<a>{LETTER}){OF_QUERY}{JOIN}(?:(?P<g1>{KERNEL}){JOIN}(?P<b1>{LETTER}){OF_KEY}|(?P<b2>{LETTER}){OF_KEY}{JOIN}(?P<g2>{KERNEL}))"
)
OF_SOFTMAX = re.compile(r"\\sqrt\s*\{?\s*(?:D|d|d_k|h|n)(?![A-Za-z])")
OTHERWISE = re.compile(r"\b(?:inverse|reciprocal|divid\w+|instead|without|cancel\w*|negative|opposite|\w*normali[sz]\w+|unit)\b", re.I)  # fmt: skip
VECTORS = {"query": "q", "key": "k"}


def judge(chain: Chain | None, sentence: str, about: str, context: Context) -> Judged | None:
    """A ruling on `b_j = exp(‖k_j‖²/(2√D))` where the text has exp(q·k/√D) = a_i G_ij b_j; None for anything else."""
    if chain is None or chain.open_left or len(chain.parts) != 2 or chain.relations[0] not in {"=", ":="}:
        return None
    left, right = chain.parts
    if (
        not isinstance(right, Function)
        or right.name != "exp"
        or not any(isinstance(b, Norm) for b in walk(right))
    ):
        return None
    name = left.name if isinstance(left, Symbol) else left.function.name if isinstance(left, Call) else ""
    side = _side(name, left, f"{about[-3000:]} {sentence}")
    if side is None:
        return None
    vector = VECTORS[side]
    scales = [symbol.name for symbol in symbols(right) if context.aliases.get(symbol.name) == "D"]
    used = {symbol.name for symbol in symbols(right)} - {"i", "j"}
    if not used <= {vector, "sigma", *scales, "e"} or not used & {"sigma", *scales}:
        return None
    if "sigma" in used and not context.standard:
        # without the 2 under σ² the kernel is another one
        return None
    size = scales[0] if scales else "D"
    target = read_expression(rf"\exp(\|{vector}\|^2/(2\sqrt{{{size}}}))")
    equation = (("sigma", read_expression(r"\sigma^2"), read_expression(rf"\sqrt{{{size}}}")),)
    setting = Setting(equations=equation, aliases=context.aliases, distinct=True)
    bare = with_symbols(right, lambda symbol: Symbol(vector) if symbol.name == vector else symbol)
    try:
        ratios = [_ratio(bare, target, setting, seed) for seed in range(5)]
    except (Clash, Undecidable):
        return None
    if np.allclose(ratios, 1, rtol=1e-9):
        says = f"exp(q·k/√D) is the Gaussian kernel with σ² = √D times exp(‖q‖²/(2√D)) and exp(‖k‖²/(2√D)): this is the {side}'s factor"
        return verified(Kind.DEFINITION, says, Method.NUMERIC)
    if np.allclose(ratios, ratios[0], rtol=1e-9) or OTHERWISE.search(sentence):
        return None
    world = World(setting, 3, simple=True)
    stated, right_value = world.number(bare, {}), world.number(target, {})
    witness = {**{key: value for key, value in world.shown.items() if key != "sigma"}, "stated": round(stated, 6), "the factor": round(right_value, 6)}  # fmt: skip
    told = ", ".join(
        f"{key} = {value}" for key, value in witness.items() if key not in {"stated", "the factor"}
    )
    says = f"the {side}'s factor in exp(q·k/√D) is exp(‖{vector}‖²/(2√D)): with {told} it is {right_value:.6g}, and by this formula {stated:.6g}"
    return refuted(Kind.DEFINITION, says, Method.NUMERIC, witness)


OF_GAUSSIAN = re.compile(r"\bgauss|\brandom (?:fourier )?features?\b|\brff\b|\\?\bsin\b", re.I)
WANTED = re.compile(r"\bsoft-?max\b|\bkeys?\b|\\sqrt\s*\{?\s*[Dd]|exp[({ ]*q", re.I)
POSITIVE_FEATURES = re.compile(r"\bpositive\b|\bfavor\b|\bperformers?\b|\bw\s*\^?\S{0,6}\s*x\s*-", re.I)


def judge_weighted_features(chain: Chain | None, sentence: str, about: str) -> Judged | None:
    """A refutation of `ψ(k) = exp(−‖k‖²/(2σ²)) φ(k)`, φ being the Gaussian's features and ψ the softmax kernel's.

    exp(q·k/σ²) is the Gaussian times exp(+‖q‖²/(2σ²)) and exp(+‖k‖²/(2σ²)). None for anything else.
    """
    around = f"{about[-1500:]} {sentence}"
    if chain is None or len(chain.parts) != 2 or POSITIVE_FEATURES.search(around):
        return None
    match chain.parts:
        case (
            Call(Symbol("psi", ()), (Symbol() as vector,)),
            Product((factor, Call(Symbol("phi", ()), (same,))), _),
        ):
            pass
        case _:
            return None
    match factor:
        case Function("exp", (exponent,)) | Power(Symbol("e", ()), exponent):
            pass
        case _:
            return None
    match exponent:
        case Addition(((-1, term),)) if any(isinstance(b, Norm) and b.of == vector for b in walk(term)):
            pass
        case _:
            return None
    if same != vector or not OF_GAUSSIAN.search(around) or not WANTED.search(around):
        return None
    says = (
        "exp(q·k/σ²) is the Gaussian kernel times exp(+‖q‖²/(2σ²)) and exp(+‖k‖²/(2σ²)): with the minus sign a key's "
        "factor is divided by where it has to be multiplied"
    )
    witness = {
        "q·k/σ²": 1,
        "‖q‖²/(2σ²)": 1,
        "‖k‖²/(2σ²)": 1,
        "Gaussian": 0.3679,
        "with plus signs": 2.7183,
        "with minus signs": 0.0498,
    }
    return refuted(Kind.DEFINITION, says, Method.NUMERIC, witness)


def _side(name: str, left: Expression, around: str) -> str | None:
    """Which vector's factor a letter is in the text's factorisation; None if the text has none with this letter."""
    plain = re.sub(r"\\left|\\right|\$", " ", ascii_form(around))
    sides: set[str] = set()
    for found in FACTORED.finditer(plain):
        line = plain[max(found.start() - 160, 0) : found.end() + 160]
        second = found.group("b1") or found.group("b2")
        if not OF_SOFTMAX.search(line) or second == found.group("a"):
            continue
        if found.group("a").strip("\\") == name:
            sides.add("query")
        if second.strip("\\") == name:
            sides.add("key")
    letters = names(left) & {"q", "k"}
    indices = {symbol.name for symbol in symbols(left)} & {"i", "j"}
    if len(sides) != 1:
        return None
    side = sides.pop()
    wrong = "k" if side == "query" else "q"
    return None if wrong in letters or indices == ({"j"} if side == "query" else {"i"}) else side


def _ratio(right: Expression, target: Expression, setting: Setting, seed: int) -> float:
    world = World(setting, seed)
    return world.number(right, {}) / world.number(target, {})


__all__ = ["judge", "judge_weighted_features"]
