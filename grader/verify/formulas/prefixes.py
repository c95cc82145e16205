# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The running sums of causal attention under any letters: where they start, where they end, and what each step adds.

S_i = Σ_{j≤i} φ(k_j) v_jᵀ and z_i = Σ_{j≤i} φ(k_j) (Katharopoulos et al. 2020, equations 18 and 19).
"""

from __future__ import annotations

import re
from dataclasses import replace

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.formulas.known_forms import sum_of_attention
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Number,
    Series,
    Symbol,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import settings_of
from grader.verify.worlds.running_sums import is_sum_up_to_itself, running_sum
from grader.verify.worlds.settings import FEATURE_MAPS, Setting

TOKEN, OTHER = r"[it]", r"(?:[jlmsr]|\\tau|τ|\\ell|i'|t')"  # how texts call a token and those that it sees
# that a token sees itself: `j ≤ i`, a sum up to i, words
INCLUSIVE = re.compile(
    rf"(?<![A-Za-z]){OTHER}\s*(?:\\leq?(?:slant)?\b|≤|<=)\s*\$?\s*{TOKEN}(?![A-Za-z])|(?:\\sum|Σ|∑)\s*_\{{?{OTHER}\s*=\s*1\}}?\^\{{?{TOKEN}\}}?(?![-+\w])|up to and including|includ(?:es|ing) (?:itself|the current|its own|token \$?i\b|position \$?i\b)|j\s*>\s*i\b[^.]{{0,60}}(?:mask|infty|∞)|mask\w*[^.]{{0,60}}j\s*>\s*i\b",
    re.IGNORECASE,
)
EXCLUSIVE = re.compile(
    rf"(?<![A-Za-z]){OTHER}\s*(?:<(?!=)|\\lt\b)\s*\$?\s*{TOKEN}(?![A-Za-z])|exclusive|strictly|\bonly (?:the )?(?:earlier|previous|past)\b|\bbefore (?:token|position|adding|reading|the update|it)\b|\bwithout (?:the current|itself|token)\b|shifted|\bchunks?\b|\bblocks?\b|\bold\b|\bprevious\b|\bafter (?:token|step)\b",
    re.IGNORECASE,
)
SUMS = re.compile(r"\$[^$]*\\sum[^$]*\$")
NEAR = 3  # lines between paragraphs that follow each other
STEP_SAYS = "each step adds token i's term of the sum over j ≤ i in causal attention"
_FACTOR = frozenset({"sigma", "e", "exp", "psi"})  # by which a sum shows that its keys have a factor
WITNESS = {"features of the keys of tokens 1, 2, 3": [1, 2, 4], "sums over j ≤ i": [1, 3, 7]}


def judge(formula: Formula, sentence: str, about: str, context: Context) -> Judged | None:
    """A ruling on a running sum: refuted if it ends, starts or grows in another way than the text's causal attention."""
    chain, text, line = formula.chain, formula.text, formula.row.line
    if chain is None or chain.open_left or len(chain.parts) != 2 or chain.relations[0] not in {"=", ":="}:
        return None
    left, right = chain.parts
    if not isinstance(left, Symbol) or len(left.indices) != 1:
        return None
    index = left.indices[0]
    if isinstance(index, Number):
        return _start(left, int(index.value), right, context, line)
    words = SUMS.sub(" ", sentence.replace(text, " "))
    around = f"{about[-3000:]} {sentence.replace(text, ' ')}"
    stepwise = any(one.name == left.name for one in context.running)
    return (
        _end(left, index, right, words, about[-3000:], stepwise or INCLUSIVE.search(around) is not None)
        or _step(left, index, right, context)
        or _known_step(left, right, context, formula)
    )


def _end(
    left: Symbol, index: Expression, right: Expression, words: str, before: str, inclusive: bool
) -> Judged | None:
    """A sum of features that runs to another token than the one in the name, where the text has j ≤ i."""
    match right:
        case Series("sum", over, low, high, body) if high is not None and _added(body, over):
            pass
        case _:
            return None
    starts = low is None or (isinstance(low, Number) and low.value in {0, 1})
    if (high == index and starts) or Symbol(over) == index or not isinstance(index, Symbol):
        return None
    if isinstance(low, Number) and low.value == 0:
        return None
    known = (isinstance(high, Addition) and index.name in names(high)) or isinstance(high, Symbol)
    if not known or not inclusive or EXCLUSIVE.search(words):
        return None
    if EXCLUSIVE.search(re.sub(r"\bold\b|\bprevious\b|\bblocks?\b|\bchunks?\b", " ", before)):
        return None
    found = _sums(low, high, index)
    if found is None:
        return None
    says = (
        f"causal attention at token i sums over all j ≤ i: with the features 1, 2, 4 of three keys {left.name} would be "
        f"1, 3, 7 at the three tokens, and by this formula it is {', '.join(map(str, found))}"
    )
    return refuted(Kind.IDENTITY, says, Method.COUNT, {**WITNESS, "by this formula": found})


def _sums(low: Expression | None, high: Expression, index: Symbol) -> list[int] | None:
    """The sums of 1, 2, 4 at the tokens 1, 2, 3 under these bounds; None for bounds that are not read."""
    features = (1, 2, 4)
    first = int(low.value) if isinstance(low, Number) else 1
    out = []
    for token in (1, 2, 3):
        match high:
            case Symbol(name, ()) if name == index.name:
                last = token
            case Symbol():
                last = 3
            case Addition(((1, Symbol(name, ())), (sign, Number(shift)))) if name == index.name:
                last = token + sign * int(shift)
            case _:
                return None
        out.append(sum(features[j - 1] for j in range(max(first, 1), min(last, 3) + 1)))
    return out if out != [1, 3, 7] else None


def _added(body: Expression, over: str) -> bool:
    """Whether a sum's body is the features of token j, alone or times its value."""
    calls = [below for below in walk(body) if isinstance(below, Call)]
    if len(calls) != 1 or calls[0].function.name not in FEATURE_MAPS or isinstance(body, (Addition, Series)):
        return False
    indexed = [symbol for symbol in symbols(body) if symbol.indices]
    return bool(indexed) and len(indexed) <= 3 and all(s.indices == (Symbol(over),) for s in indexed)


def _start(left: Symbol, token: int, right: Expression, context: Context, line: int) -> Judged | None:
    """`S_0 = φ(k_1)v_1ᵀ` beside the recursion from S_0, `S_1 = 0` beside the sum up to token i."""
    recursive = any(name == left.name and where <= line + 2 for where, name, _ in context.increments)
    definition = context.setting_at(line).definitions.get(left.name)
    summed = (
        definition is not None
        and len(definition.indices) == 1
        and isinstance(definition.body, Series)
        and definition.body.high == Symbol(definition.indices[0])
        and isinstance(definition.body.low, Number)
        and definition.body.low.value == 1
    )
    indices = [index for symbol in symbols(right) for index in symbol.indices]
    first = bool(indices) and all(isinstance(index, Number) and index.value == 1 for index in indices)
    features = any(isinstance(below, Call) and below.function.name in FEATURE_MAPS for below in walk(right))
    if token == 0 and features and first and (recursive or summed):
        says = (
            f"the sum over no token is 0: with {left.name}_0 = φ(k_1)... the step to {left.name}_1 counts token 1 twice, "
            "for features 1, 2, 4 of the keys 2 instead of 1"
        )
        return refuted(Kind.DEFINITION, says, Method.COUNT, {**WITNESS, "with this start": [2, 4, 8]})
    if token == 0 and isinstance(right, Number) and right.value == 0 and (recursive or summed):
        return verified(Kind.DEFINITION, "the sum over no token is 0", Method.COUNT)
    if token == 1 and summed and isinstance(right, Number) and right.value == 0:
        says = f"{left.name}_1 is the sum over the first token, whose features are not 0: with the features 1, 2, 4 it is 1"
        return refuted(Kind.DEFINITION, says, Method.COUNT, {**WITNESS, "stated": 0})
    return None


def _step(left: Symbol, index: Expression, right: Expression, context: Context) -> Judged | None:
    """`z_i = z_{i-1} + φ(q_i)`: the features of a query where the text sums those of the keys."""
    match right:
        case Addition(((1, Symbol(name, (Addition(((1, before), (-1, Number(one)))),))), (1, added))) if (
            name == left.name and before == index and one == 1
        ):
            pass
        case _:
            return None
    calls = [
        below for below in walk(added) if isinstance(below, Call) and below.function.name in FEATURE_MAPS
    ]
    keys = _keys(context)
    if len(calls) != 1 or len(keys) != 1:
        return None
    match calls[0].arguments:
        case (Symbol(letter, (which,)),) if which == index and letter.lower() not in keys:
            pass
        case _:
            return None
    if letter.lower() not in _queries(context):
        return None
    key = next(iter(keys))
    says = f"the text sums the features of the {key}_j; this step adds those of {letter}_i: with φ({key}_1) = 1 and φ({letter}_1) = 3 the first sum is 1, and by this formula 3"
    witness = {f"phi({key}_1)": 1, f"phi({letter}_1)": 3, "sum over the keys": 1, "by this formula": 3}
    return refuted(Kind.IDENTITY, says, Method.COUNT, witness)


def _known_step(left: Symbol, right: Expression, context: Context, formula: Formula) -> Judged | None:
    """S_i = S_{i-1} + φ(k_i) v_iᵀ, perhaps with the key's factor, where the same part of the text sums nothing else."""
    line = formula.row.line
    built = running_sum(left, right, line)
    here = [
        one
        for section, one in context.definitions
        if section == formula.block.section and one.name == left.name and is_sum_up_to_itself(one)
    ]
    if built is None or any(one.indices for one in here):
        return None
    for setting in settings_of(context, line):
        known = sum_of_attention(left, (_with_phi(built.body, setting),), setting, context.feature_way(line))
        if known is None:
            continue
        if here and _FACTOR & names(here[-1].body) != _FACTOR & names(built.body):
            if not _FACTOR & names(here[-1].body) and _FACTOR & names(built.body):
                # the softmax's sums need the key's factor, which a plain feature map before had not
                return replace(known, says=STEP_SAYS)
            # a paragraph with a title of its own, or one further on, may speak of another sum
            apart = formula.block.text.lstrip().startswith("**") or formula.block.line - here[-1].line > NEAR
            return (
                None
                if not apart
                else unchecked(Kind.IDENTITY, f"{left.name} sums the features with another factor")
            )
        return None if here else replace(known, says=STEP_SAYS)
    return None


def _with_phi(tree: Expression, setting: Setting) -> Expression:
    """The tree with φ for the one feature map in it, if the text does not say what that map is."""
    maps = {below.function.name for below in walk(tree) if isinstance(below, Call)} & FEATURE_MAPS
    if len(maps) != 1 or maps & setting.definitions.keys():
        return tree
    return with_symbols(tree, lambda symbol: Symbol("phi", symbol.indices) if symbol.name in maps else symbol)


def _keys(context: Context) -> set[str]:
    """Letters of the tokens over whose features the text's definitions sum."""
    found: set[str] = set()
    for _, definition in context.definitions:
        for series in (below for below in walk(definition.body) if isinstance(below, Series)):
            for call in (below for below in walk(series.body) if isinstance(below, Call)):
                match call.arguments:
                    case (Symbol(letter, indices),) if call.function.name in FEATURE_MAPS and Symbol(series.index) in indices:  # fmt: skip
                        found.add(letter.lower())
    return found


def _queries(context: Context) -> set[str]:
    """Letters of the tokens whose features stand in the text's definitions without being summed."""
    found = {"q"}
    for _, definition in context.definitions:
        summed = {below.index for below in walk(definition.body) if isinstance(below, Series)}
        for call in (below for below in walk(definition.body) if isinstance(below, Call)):
            match call.arguments:
                case (Symbol(letter, indices),) if call.function.name in FEATURE_MAPS:
                    if not any(Symbol(index) in indices for index in summed):
                        found.add(letter.lower())
    return found - _keys(context)


__all__ = ["judge"]
