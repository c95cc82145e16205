# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Sizes that a text sets to numbers (`for D = 64`), and formulas that get a value by them (`we get σ² = 8`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product as every

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Chain, Expression, Number, Symbol, Unreadable, names
from grader.verify.numbers.arithmetic import judge_numbers
from grader.verify.numbers.lettered import letters_given
from grader.verify.scope.context import Context
from grader.verify.worlds.settings import SIZE_NAMES, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

SIZE = r"(?:[dD]_\{?[kv]\}?|D_\{?(?:\\text\{)?random\}?\}?|[NDMLRCHBFnd])"
RESULT = re.compile(
    r"\b(?:gives?|gets?|got|yields?|makes?|means?|so|thus|hence|then|therefore|have|has|obtain|find|leads to|results? in|is|that's|it's|bandwidth|comes? to|i\.e\.,?)\s*(?:us |a |an |about |roughly |that )?\**\$?\s*$",
    re.I,
)
# a size before a colon heads what follows: `D = 32: C = 561`
LABELLED = re.compile(
    rf"(?:^\W*|[,;:]\s*|\b(?:for|at|with|when|if)\s+)\$?{SIZE}\s*=\s*\d[\d,]*\$?\s*(?::|→|⇒)\s*\$?\s*$", re.I
)
# "for d = 64, σ = 8", and "σ² = 8, σ = 4"
FOR_SIZE = re.compile(rf"\b(?:for|at)\s+\$?{SIZE}\s*=\s*\d[\d,]*\$?\s*,\s*\$?\s*$", re.I)
AFTER_SQUARE = re.compile(
    r"(?:\\sigma|σ)\s*(?:\^\s*\{?2\}?|²)\s*=\s*[\d.]+\$?\s*(?:,|;|and|so|,\s*(?:and|so))\s*\$?\s*$"
)
AND = re.compile(r"\band\s*$")
# "c = 6 for p = 2": the sizes that hold for the formula before them
BEHIND = re.compile(
    r"[\s`*$)]*(?:(?!(?:and|or|but|while|so|then|which|whereas)\b)[a-z]+ ){0,3}(?:,?\s*(?:when|if|with|where)|(?:for|at|in case(?: of)?)|\((?=\$?[A-Za-z]\w* ?= ?\d[\d,]*\$?\)))(?P<condition>[^.;]*)"
)
SENTENCE_END = re.compile(r"[.;!?](?=\s|$)|\n")
MOST_CHOICES = 12


def sizes_given(text: str, context: Context | None = None) -> dict[str, tuple[Fraction, ...]]:
    """Each size that a text sets to numbers, with its values in order; further letters are sizes in a context.

    >>> sizes_given("With N = 4,096, k = 30 and D = M = 64")
    {'N': (Fraction(4096, 1),), 'D': (Fraction(64, 1),), 'M': (Fraction(64, 1),)}
    """
    known = frozenset(SIZE_NAMES if context is None else context.aliases)
    return {
        name: values
        for name, values in letters_given(text).items()
        if (name in known or name in {"H", "B", "F"}) and all(one.denominator == 1 for one in values)
    }


def size_of(text: str) -> Expression | None:
    """`R`, `2R` as a tree; None for what is no size."""
    try:
        return read_expression(text)
    except Unreadable:
        return None


def value_with(tree: Expression, sizes: Mapping[str, Fraction], setting: Setting) -> Fraction | None:
    """The value of a tree whose only symbols are σ and sizes with these values; None if it has others."""
    if not names(tree) <= set(sizes) | {"sigma", "pi", "e"}:
        return None
    # a letter that the text solves for elsewhere has the value that is given here
    kept = {name: one for name, one in setting.definitions.items() if name not in sizes}
    world = World(replace(setting, definitions=kept), 0)
    for name, size in sizes.items():
        canonical = (setting.aliases or {}).get(name, name)
        if canonical not in world.sizes or size.denominator != 1:
            return None
        world.sizes[canonical] = int(size)
    try:
        value = world.number(tree, {})
    except (Clash, Undecidable, TypeError, OverflowError):
        return None
    if world.opaque:
        return None
    return Fraction(value).limit_denominator(10**9)


def judge_with_sizes(
    chain: Chain, before: str, sentence: str, around: str, context: Context, line: int, after: str = ""
) -> Judged | None:
    """Rule on `σ² = 16`, `C = 2145` or `(D+1)² = 4225` where the sentence sets D; None for anything else.

    `before` is what stands in front of the formula in its sentence, `after` what stands behind it, `around` the text of
    its section so far.
    """
    if len(chain.parts) != 2 or chain.open_left or chain.relations[0] not in {"=", "~"}:
        return None
    left, right = chain.parts
    if names(right) - {"e", "pi"} or not names(left):
        return None
    own = sizes_given(sentence, context)
    meant = _meant(sizes_given(before, context), after, context)
    own |= {name: values for name, values in meant.items() if name in own}
    if "sigma" in names(left):
        judged = _scale(chain, left, right, before, own, context, line)
        needed = frozenset(name for name in own if context.aliases.get(name) == "D")
    elif isinstance(left, Symbol) and not left.indices:
        judged = _size(chain, left, right, before, own, context, line)
        needed = _needed(left, context, line)
    else:
        needed = names(left)
        seen = sizes_given(around, context) if not needed <= set(own) else {}
        here = {name: own.get(name) or seen.get(name, ()) for name in needed}
        judged = _over(chain, [left], right, here, context.setting_at(line), "")
        meant |= {
            name: seen[name] for name in needed - set(own) if name in seen and _settled(name, needed, around)
        }
    if judged is not None and judged.ruling is Ruling.REFUTED and not needed <= set(meant):
        # another example may be meant, which sets them behind it or has set them before
        return unchecked(judged.kind, "the sizes that are meant there are not certain")
    return judged


def _meant(
    so_far: Mapping[str, tuple[Fraction, ...]], after: str, context: Context
) -> dict[str, tuple[Fraction, ...]]:
    """The sizes that a formula goes by: those set right behind it ("for D = 2"), else the last ones before it."""
    behind = BEHIND.match(after)
    condition = sizes_given(behind.group("condition"), context) if behind else {}
    last = {name: values[-1:] for name, values in so_far.items()}
    return last | {name: values[:1] for name, values in condition.items()}


def _settled(name: str, needed: frozenset[str], around: str) -> bool:
    """Whether a size has one value around, or the latest example that gives it one gives all sizes that are needed."""
    setting = [given for part in SENTENCE_END.split(around) if name in (given := letters_given(part))]
    every_value = {value for given in setting for value in given[name]}
    return len(every_value) == 1 or (len(setting[-1][name]) == 1 and needed <= set(setting[-1]))


def _needed(left: Symbol, context: Context, line: int) -> frozenset[str]:
    """The sizes in the formulas that the text has given for a size."""
    formulas = [body for where, name, body in context.counted if name == left.name and where <= line]
    return frozenset[str]().union(*(names(body) for body in formulas))


def _scale(
    chain: Chain,
    left: Expression,
    right: Expression,
    before: str,
    own: Mapping[str, tuple[Fraction, ...]],
    context: Context,
    line: int,
) -> Judged | None:
    """σ for a given D, by the equations for σ that the text asserts, or by the homework's σ² = √D."""
    widths = [name for name in own if context.aliases.get(name) == "D" and len(own[name]) == 1]
    if names(left) != {"sigma"} or len(widths) != 1 or not context.firm:
        return None
    said = [(a, b) for where, a, b in context.firm if where <= line]
    course = (read_expression(r"\sigma^2"), read_expression(rf"\sqrt{{{widths[0]}}}"))
    by: list[tuple[Judged, bool]] = []
    for a, b in [*dict.fromkeys(said), course]:
        setting = replace(context.setting_at(line), equations=(("sigma", a, b),))
        ruling = _over(chain, [left], right, own, setting, " by the equation for σ")
        if ruling is None:
            return None
        by.append((ruling, bool(names(b) | names(a) - {"sigma"})))
    by_text, by_course = by[:-1], by[-1][0]
    # constants such as σ = 1 are choices; of equations in D the text may have one that contradicts another
    against = [ruling.witness for ruling, in_sizes in by_text if in_sizes and ruling.ruling != "verified"]
    fits = [ruling for ruling, _ in by if ruling.ruling == "verified"]
    if fits:
        if by_course.ruling == "verified":
            return fits[0]
        if not against:
            own_choice = not context.root_scaled or not any(sized for _, sized in by[:-1])
            says = "the text's equation for σ is not the one that exp(q·k/√D) needs, σ² = √D"
            return fits[0] if own_choice else unchecked(Kind.ARITHMETIC, says)
        if by_course.witness in against and context.root_scaled and context.standard:
            says = f"{by_course.says}, σ² = √D; the text has another equation for σ too"
            return replace(by_course, says=says)
        return unchecked(Kind.ARITHMETIC, "the text has several equations for σ that contradict each other")
    told = any(pattern.search(before) for pattern in (RESULT, LABELLED, FOR_SIZE, AFTER_SQUARE, AND))
    return by_text[0][0] if by_text and told else None


def _size(
    chain: Chain,
    left: Symbol,
    right: Expression,
    before: str,
    own: Mapping[str, tuple[Fraction, ...]],
    context: Context,
    line: int,
) -> Judged | None:
    """A size that the text has given by a formula in others: C = 66 for D = 10, by C = (D + 1)(D + 2)/2."""
    if not RESULT.search(before) and not LABELLED.search(before):
        return None
    formulas = [body for where, name, body in context.counted if name == left.name and where <= line]
    needed = _needed(left, context, line)
    if not formulas or any(len(own.get(name, ())) != 1 for name in needed) or left.name in needed:
        return None
    return _over(chain, formulas, right, own, context.setting_at(line), f" by the formula for {left.name}")


def _over(
    chain: Chain,
    lefts: Sequence[Expression],
    right: Expression,
    given: Mapping[str, tuple[Fraction, ...]],
    setting: Setting,
    by: str,
) -> Judged | None:
    """Compare with the number for every choice of the given values: one that fits verifies, none refutes."""
    used = frozenset[str]().union(*(names(tree) for tree in lefts)) & set(given)
    if any(not given[name] for name in used):
        return None
    keys = sorted(given if "sigma" in frozenset[str]().union(*(names(t) for t in lefts)) else used)
    choices = list(every(*(given[key] for key in keys)))
    if not choices or len(choices) > MOST_CHOICES:
        return None
    tried: dict[str, object] = {}
    for choice in choices:
        sizes = dict(zip(keys, choice, strict=True))
        for tree in lefts:
            value = value_with(tree, sizes, setting)
            if value is None:
                return None
            printed = Number(value, "")
            ruling = judge_numbers(printed, right, chain.relations[0])
            with_sizes = ", ".join(f"{name} = {size}" for name, size in sizes.items())
            if ruling.ruling == "verified":
                return verified(Kind.ARITHMETIC, f"with {with_sizes} it is {_shown(value)}{by}", Method.COUNT)
            if ruling.ruling != "refuted":
                return unchecked(Kind.ARITHMETIC, ruling.says)
            tried[with_sizes] = _shown(value)
    says = "; ".join(f"with {sizes} it is {value}{by}" for sizes, value in list(tried.items())[:3])
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, {**tried, "stated": _text(right)})


def _shown(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):.6g}"


def _text(tree: Expression) -> str:
    return (tree.printed or str(tree.value)) if isinstance(tree, Number) else "the right side"
