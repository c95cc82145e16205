# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""What a formula may mean besides its literal reading, so that a difference refutes nothing."""

from __future__ import annotations

import re
import unicodedata

from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Moment,
    Norm,
    Number,
    Series,
    Symbol,
    names,
    symbols,
    walk,
)
from grader.verify.grammar.vocabulary import KNOWN_FUNCTIONS
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import ACCUMULATORS
from grader.verify.worlds.settings import FEATURE_MAPS, MATRICES, VECTORS

GAUSSIAN_LETTERS = frozenset({"K", "k", "G"})
# P(x), L(\\theta), E(X - Y), \\rho(X, Y): a letter right before one letter in brackets is no factor.
MAY_BE_FUNCTION = re.compile(
    r"(?<![A-Za-z\\}_^])\\?(?P<name>[A-NP-Za-z]|rho|mu|ell|eta|pi|nu)(?:_\{?\w\}?)?\((?:[A-Za-z]|\\(?:theta|hat|mathbf|bar|lambda|mu)\b[^()]{0,12})(?:_\{?\w\}?)?\s*(?:,\s*[A-Za-z](?:_\w)?)?\)|(?<![A-Za-z\\}_^])(?P<expectation>E|P)\("
)


# σ(0), f(2): a letter right before one number in brackets
AT_NUMBER = re.compile(
    r"(?<![A-Za-z\\}_^\d)])\\?(?:[A-Za-z]|sigma|σ|tau|mu|rho|eta|phi|psi)\(\s*[-−]?\d+(?:\.\d+)?\s*\)"
)


def function_in(text: str, context: Context) -> str:
    """What a formula may mean as a value of a function that nothing defines: P(j), E(X − Y); empty without one."""
    plain = unicodedata.normalize("NFKC", text)
    if (called := AT_NUMBER.search(plain)) is not None and called.group().split("(")[
        0
    ] not in context.aliases:
        return called.group()
    found = MAY_BE_FUNCTION.search(plain)
    return (
        found.group()
        if found and found.group("name") not in KNOWN_FUNCTIONS | GAUSSIAN_LETTERS | set(context.aliases)
        else ""
    )


BALANCE = re.compile(
    r"\bbreak[- ]?even|\bcross(?:es|ing)?[- ]?over|\bcross(?:es|ing)?\b|\b(?:cost|take|need)s? (?:exactly )?(?:the same|as much|equally)|\b(?:same|equal) (?:cost|time|work)\b|\b(?:is|are|be|becomes?) equal\b|\bsolv(?:e|es|ing)\b|\bset(?:ting)? (?:the two |both |them |these )?(?:equal|sides)|\bbalanc\w+|\b(?:when|if|where|once|until|unless|iff|whenever|provided)\s*\W*$",
    re.I,
)


def sets_equal(formula: Formula) -> bool:
    """Whether a chain puts bare names beside each other: `a = p = n`, `φ(q_1) = φ(q_2) = (1, 1)`."""
    chain = formula.chain
    if chain is None or chain.open_left or len(chain.parts) < 3:
        return False

    def bare(part: Expression) -> bool:
        return isinstance(part, Symbol) or (
            isinstance(part, Call) and all(isinstance(argument, Symbol) for argument in part.arguments)
        )

    return all(bare(part) for part in chain.parts[:2]) and chain.parts[0] != chain.parts[1]


def balances(formula: Formula, context: Context, sentence: str) -> bool:
    """Whether an equation between sizes says where two costs meet, and so fixes a size instead of holding for all.

    Its words are looked for in the formula's sentence: `break-even: N(D + M) = 2RD + 4RM`.
    """
    sizes = set(context.aliases) | {"D", "M", "N", "R", "L", "C"}
    parts = formula.chain.parts if formula.chain is not None else ()
    return (
        all(names(part) and names(part) <= sizes for part in parts) and BALANCE.search(sentence) is not None
    )


def whole_and_entries(trees: tuple[Expression, ...], as_vectors: set[str]) -> str:
    """Why a difference is no witness: a letter stands alone and with a sum's index, and nothing shows it is a vector."""
    nodes = [below for tree in trees for below in walk(tree)]
    bound = {Symbol(below.index) for below in nodes if isinstance(below, Series)}
    used = [below for below in nodes if isinstance(below, Symbol) and below.name[:1].islower()]
    alone = {symbol.name for symbol in used if not symbol.indices}
    summed = {symbol.name for symbol in used if len(symbol.indices) == 1 and symbol.indices[0] in bound}
    unclear = (alone & summed) - set(VECTORS) - as_vectors
    return f"whether {min(unclear)} is a vector of the entries that are summed is not said" if unclear else ""


def doubt_about(left: Expression, right: Expression, context: Context, formula: Formula) -> str:
    """Why a difference in worlds may be ours: symbols that the text defines twice or in another part."""
    used = sorted(names(left) | names(right))
    for name in used:
        if name in context.unsaid:
            return f"{name} is defined where the text may not mean what it says"
    for name in used:
        if context.redefined(name) and not _defined_in_section(name, context, formula):
            return f"{name} is defined more than once in the text"
    for name in (one for one in used if one not in VECTORS):
        lines = [definition.line for _, definition in context.definitions if definition.name == name]
        if lines and min(lines) > formula.row.line:
            return f"{name} is defined only after it"
    if constant := _constant_among(left, right, context):
        return f"{constant} has its value in an example, and the vectors are any"
    own = sorted(name for name in used if context.aliases.get(name, "").startswith("own "))
    if own and any(isinstance(below, Moment) for side in (left, right) for below in walk(side)):
        # a moment counts the entries of w, and this may be their number
        return f"what {own[0]} counts is not said"
    if fresh := _introduced_sum(left, right, context):
        return f"{fresh} is introduced here"
    called = {
        below.function.name for side in (left, right) for below in walk(side) if isinstance(below, Call)
    }  # κ_τ(x, y) is a function
    running = {
        symbol.name for side in (left, right) for symbol in symbols(side) if len(symbol.indices) == 1
    } - called
    for section, definition in context.definitions:
        if definition.name in running and not definition.indices and section != formula.block.section:
            # S_i beside the S of another part may sum up something else
            return f"{definition.name} over all tokens is defined in another part of the text"
    known = context.scale_at(formula.row.line) is not None or any(map(_adds_number, (left, right)))
    if known and any(map(_measures_features, (left, right))):
        return "how long φ's values are follows from what φ is"
    if isinstance(left, Symbol) and left.name not in {
        n for _, d in context.definitions for n in (d.name,)
    } | {"S", "Z"}:
        return f"{left.name} is introduced here"
    return ""


def _constant_among(left: Expression, right: Expression, context: Context) -> str:
    """A letter that the text gives a number, a = e^{5/2}, in an equation about vectors; empty without one."""
    used = names(left) | names(right)
    if not used & {*VECTORS, *MATRICES}:
        return ""
    for _, definition in context.definitions:
        alone = not definition.parameters and not definition.indices and definition.name not in FEATURE_MAPS
        if definition.name in used and alone and names(definition.body) <= {"e", "pi"}:
            return definition.name
    return ""


def _introduced_sum(left: Expression, right: Expression, context: Context) -> str:
    """S, of which the text has said nothing, on one side and a sum on the other: the sum may be what S is."""
    said = {one.name for _, one in context.definitions} | {step for _, step, _ in context.increments}
    for one, other in ((left, right), (right, left)):
        new = (names(one) - names(other) - said) & set(ACCUMULATORS)
        if new and any(isinstance(below, Series) for below in walk(other)):
            return min(new)
    return ""


def _measures_features(tree: Expression) -> bool:
    """Whether a norm is taken of the values of a feature map, which for sines and cosines is no free choice."""
    return any(
        isinstance(inner, Call) and inner.function.name in FEATURE_MAPS
        for below in walk(tree)
        if isinstance(below, Norm)
        for inner in walk(below)
    )


def _adds_number(tree: Expression) -> bool:
    """Whether a number is added somewhere: 2 − 2φ(x)·φ(y) holds for values of length one."""
    return any(
        isinstance(below, Addition) and any(isinstance(term, Number) for _, term in below.terms)
        for below in walk(tree)
    )


def _defined_in_section(name: str, context: Context, formula: Formula) -> bool:
    mine = [
        d
        for section, d in context.definitions
        if d.name == name and section == formula.block.section and d.line <= formula.row.line
    ]
    return len({d.body for d in mine}) == 1
