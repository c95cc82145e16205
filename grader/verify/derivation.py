"""A written derivation, step by step: does each row follow from the one before, and does the chain arrive?

Every pair of neighbours in a chain is evaluated in random worlds under what the text itself defines. A row that
cannot be read is `unchecked`; a row that differs in the worlds is `refuted`, with the numbers of one world.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from grader.verify.document import PLACE, Row, Text, read_text
from grader.verify.exact import prove
from grader.verify.goals import Progress, progress
from grader.verify.grammar import KNOWN_FUNCTIONS, Reading, functions_in, has_two_readings, read_chain
from grader.verify.plain import plain_formulas
from grader.verify.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Function,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Symbol,
    Unreadable,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.worlds import (
    GAUSSIANS,
    VECTORS,
    Compared,
    Definition,
    Setting,
    are_equal,
    compare,
    vector_names,
)

KERNEL_NAMES = GAUSSIANS | {"K", "k", "kappa", "calK", "g"}
SIZES = frozenset({"D", "d", "d_k"})
NO_STEP = re.compile(
    r"\\in\b|∈|\\forall|\\sim\b|\\mathcal\{?N|\\neq?\b|≠|\\to\b|→|\\propto|∝|[<>≤≥]|\\[lg]eq?\b"
)
GAUSSIAN_GOAL = "gaussian_factorisation"
LONGEST_DERIVATION = 60_000
MOST_STEPS = 200


class StepVerdict(StrEnum):
    """What became of one step."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Step:
    """One row of the derivation, judged against the row before; `witness` holds the numbers that refute it."""

    line: int
    text: str
    verdict: StepVerdict
    says: str
    witness: dict[str, object] | None = None


@dataclass(frozen=True)
class Derivation:
    """The whole: every step, whether the goal is reached by verified steps, and one sentence."""

    steps: tuple[Step, ...]
    reaches_goal: bool
    says: str
    required: Progress

    @property
    def first_wrong(self) -> Step | None:
        """The first refuted step."""
        return next((step for step in self.steps if step.verdict is StepVerdict.REFUTED), None)

    @property
    def unreadable(self) -> tuple[Step, ...]:
        """Steps that nothing decided."""
        return tuple(step for step in self.steps if step.verdict is StepVerdict.UNCHECKED)


@dataclass(frozen=True)
class _Line:
    """One formula of the text in its order."""

    text: str
    line: int
    span: int
    display: bool
    chain: Chain | None
    trouble: str = ""
    before: str = ""  # the words that stand before it
    functions: frozenset[str] = KNOWN_FUNCTIONS


def check_derivation(text: str, goal: str = "gaussian_factorisation") -> Derivation:
    """Judge a derivation, written in LaTeX, Unicode or plain text, and say which of its required steps are there.

    The goals are `gaussian_factorisation` of exp(q·k/√D), `causal_recursion` and `random_feature_cost`.
    Raises `ValueError` for a goal that is not known.

    >>> check_derivation("exp(q·k/√D) = exp(‖q‖²/(2√D)) exp(−‖q−k‖²/(2√D)) exp(‖k‖²/(2√D))").reaches_goal
    True
    """
    if len(text) > LONGEST_DERIVATION:
        says = f"the text has {len(text)} characters; at most {LONGEST_DERIVATION} are read"
        return Derivation((), False, says, progress(goal, {}))
    document = read_text(re.sub(r"(?m)^[ \t]*(?:`{3,}|~{3,}).*$", "", text))
    if goal != GAUSSIAN_GOAL:
        from grader.verify.written import check_by_claims

        return check_by_claims(document, goal)
    first = _check(document, wide=False)
    if "/" not in text or (first.reaches_goal and not first.unreadable):
        return first
    # `‖q‖²/2σ²` may mean either, and a text means the same throughout: the more charitable reading counts
    second = _check(document, wide=True)
    return min((first, second), key=_trouble)


def _trouble(derivation: Derivation) -> tuple[int, int, int]:
    wrong = sum(step.verdict is StepVerdict.REFUTED for step in derivation.steps)
    return (wrong, len(derivation.unreadable), 0 if derivation.reaches_goal else 1)


def _check(document: Text, *, wide: bool) -> Derivation:
    lines = list(_formulas(document, wide))
    if not lines:
        return Derivation((), False, "no formula was found in the derivation", progress(GAUSSIAN_GOAL, {}))
    chains = [line.chain for line in lines if line.chain is not None]
    setting = _setting(chains, lines)
    steps, classes = _judge(lines, setting)
    steps = _with_wrong_choice(steps, lines, setting)
    reached = reaches(classes, setting)
    wrong = next((step for step in steps if step.verdict is StepVerdict.REFUTED), None)
    if wrong is not None:
        says = f"line {wrong.line} does not follow: {wrong.says}"
    elif any(step.verdict is StepVerdict.UNCHECKED for step in steps):
        says = "a step could not be read or decided; a person has to look at it"
    elif reached:
        says = f"all {len(steps)} steps follow, and the Gaussian factorisation is reached"
    elif "sigma" in {name for chain in chains for part in chain.parts for name in names(part)} and not any(
        equation[0] == "sigma" for equation in setting.equations
    ):
        says = "the steps follow, but σ² = √D is never set, so exp(q·k/√D) is not reached"
    else:
        says = "the chain never states exp(q·k/√D) as a factor of q, the Gaussian kernel and a factor of k"
    if reached and wrong is None:
        return Derivation(tuple(steps), True, says, progress(GAUSSIAN_GOAL, {}, lines[-1].line))
    from grader.verify.required import gaussian_in, neighbours

    spoiled = {(step.line, step.text) for step in steps if step.verdict is StepVerdict.REFUTED}
    sound = [(line.chain, line.line, line.span) for line in lines if (line.line, line.text) not in spoiled]
    return Derivation(tuple(steps), False, says, gaussian_in(neighbours(sound), setting))


# -- reading -------------------------------------------------------------------------------------------------------


def _formulas(text: Text, wide: bool) -> Iterator[_Line]:
    """Every formula of the text in order, from mathematics mode and from plain lines alike."""
    span = 100_000
    functions = functions_in(text.source)
    for block in text.blocks:
        place = 0
        for found in PLACE.finditer(block.text):
            between = block.text[place : found.start()]
            yield from _plain(between, block.line + block.text.count("\n", 0, place), span, wide, functions)
            span += 1000
            place = found.end()
            for row in text.formulas.get(int(found.group(1)), ()):
                yield from _read_row(row, between, wide, functions)
        rest = block.text[place:]
        yield from _plain(rest, block.line + block.text.count("\n", 0, place), span, wide, functions)
        span += 1000


def _plain(text: str, line: int, span: int, wide: bool, functions: frozenset[str]) -> Iterator[_Line]:
    for number, raw in enumerate(text.split("\n")):
        for formula in plain_formulas(raw):
            yield _made(formula, line + number, span, True, raw, wide, functions)


def _read_row(row: Row, before: str, wide: bool, functions: frozenset[str]) -> Iterator[_Line]:
    for piece in split_formulas(row.text):
        yield _made(piece, row.line, row.span, row.display, before, wide, functions)


def split_formulas(text: str) -> list[str]:
    """One row as the formulas in it: pieces between \\quad, words, commas with a space, semicolons, arrows.

    >>> split_formulas(r"a = b, \\quad \\text{so } c = d")
    ['a = b', 'c = d']
    """
    if re.search(r"\\begin\{(?:d?cases|[a-z]*matrix)\}", text):
        # the words and signs between its rows belong to it
        return [text.strip().strip("&").strip().rstrip(".,;:").strip()]
    text, kept = _sets_kept(text)
    pieces = re.split(
        r"\\qquad|\\quad|(?<!\\);\s|\\Rightarrow|\\implies|\\Longrightarrow|\\iff|\\Leftrightarrow|⇒|⟹|⇔|=>"
        r"|(?<![_^])(?:\\(?:text|textrm|mbox|textit|intertext|textbf)\{[^{}]*[ ,:.][^{}]*\})",
        text,
    )
    out = []
    for piece in pieces:
        for part in _split_at_commas(piece):
            cleaned = part.strip().strip("&").strip().rstrip(".,;:").strip()
            cleaned = re.sub(r"^(?:\\,|\\;|\\!|\\ |\s|,)+", "", cleaned)
            if cleaned and not re.fullmatch(
                r"\\text(?:rm|it|bf)?\{[^{}]*\}|[\s&,.;:]*|\((?:\*+|\d+|[a-z])\)", cleaned
            ):
                out.append(KEPT.sub(lambda found: kept[int(found.group(1))], cleaned))
    return out


SET_BUILDER = re.compile(
    r"\\(?:left\s*\\)?\{(?:[^{}\\]|\\(?![{}]).|\{[^{}]*\}|\\\{(?:[^{}\\]|\\(?![{}]).)*\\\})*?\\(?:right\s*\\)?\}"
)
KEPT = re.compile("\ue004(\\d+)\ue005")


def _sets_kept(text: str) -> tuple[str, list[str]]:
    """The text with a mark for each set in braces, whose words belong to it, and the sets."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\ue004{len(kept) - 1}\ue005"

    return SET_BUILDER.sub(keep, text), kept


def _split_at_commas(text: str) -> list[str]:
    """Split at a comma outside all brackets if a relation stands on both of its sides."""
    depth = 0
    cuts = []
    for place, character in enumerate(text):
        if character in "([{⟨":
            depth += 1
        elif character in ")]}⟩":
            depth -= 1
        elif character == "," and depth == 0 and text[max(0, place - 1)] != "\\":
            cuts.append(place)
    pieces, start = [], 0
    for cut in [*cuts, len(text)]:
        pieces.append(text[start:cut])
        start = cut + 1
    if len(pieces) > 1 and all(re.search(r"=|\\approx|≈|:=|\\equiv", piece) for piece in pieces):
        return pieces
    return [text]


def _made(
    text: str, line: int, span: int, display: bool, before: str, wide: bool, functions: frozenset[str]
) -> _Line:
    try:
        return _Line(
            text,
            line,
            span,
            display,
            read_chain(text, Reading(wide_slash=wide, functions=functions)),
            "",
            before,
            functions,
        )
    except Unreadable as error:
        if re.search(
            r"\\in\b|∈|\\forall|\\sim\b|\\mathcal\{?N|\\neq?\b|≠|\\to\b|→|\\propto|∝|[<>≤≥]|\\[lg]eq?\b", text
        ):
            return _Line(text, line, span, False, None, str(error), before)
        return _Line(text, line, span, display, None, str(error), before)


# -- what the text defines ----------------------------------------------------------------------------------------


def _setting(chains: Sequence[Chain], lines: Sequence[_Line]) -> Setting:
    definitions: dict[str, Definition] = {}
    equations: list[tuple[str, Expression, Expression]] = []
    parts = [part for chain in chains for part in chain.parts]
    vectors = {name: "D" for name in vector_names(*parts) if name not in VECTORS}
    for line in lines:
        if line.chain is None:
            continue
        for left, right, relation in zip(
            line.chain.parts, line.chain.parts[1:], line.chain.relations, strict=False
        ):
            if relation not in {"=", ":="}:
                continue
            made = definition_of(left, right, line.line)
            if made is not None and made.name not in definitions and made.name not in VECTORS:
                definitions[made.name] = made
            scalars = names(left) | names(right)
            if "sigma" in scalars and scalars <= {"sigma", "D", "d", "d_k", "pi", "e"}:
                equations.append(("sigma", left, right))
    definitions.pop("sigma", None)
    kernels = {
        below.function.name
        for part in parts
        for below in walk(part)
        if isinstance(below, Call) and len(below.arguments) == 2
    } | {symbol.name for part in parts for symbol in symbols(part) if len(symbol.indices) == 2}
    # a kernel that is named and never defined is the homework's
    undefined = {name for name in kernels if name in KERNEL_NAMES and name not in definitions}
    return Setting(
        definitions, vectors, frozenset(), tuple(equations), {}, _one_pair(parts), {}, frozenset(undefined)
    )


def _one_pair(parts: Sequence[Expression]) -> bool:
    """Whether each vector's free indices are always the same, so that q_i and q are one vector."""
    seen: dict[str, set[object]] = {}
    for part in parts:
        for symbol in symbols(part):
            if symbol.name in VECTORS and symbol.indices:
                seen.setdefault(symbol.name, set()).add(symbol.indices[0])
    return all(len(indices) <= 3 for indices in seen.values())


def definition_of(left: Expression, right: Expression, line: int) -> Definition | None:
    """`K(q, k) = ...`, `a_i = ...`, `S = ...` as a definition, if the right side does not lead back to the name."""
    match left:
        case Call(Symbol("entry"), _):
            return None
        case Call(Symbol(name, indices), arguments):
            parameters = []
            for argument in arguments:
                match argument:
                    case Symbol(formal, _):
                        parameters.append(formal)
                    case _:
                        return None
        case Symbol(name, indices):
            parameters = []
        case _:
            return None
    if name in names(right) or len(set(parameters)) != len(parameters):
        return None
    formal_indices = []
    for index in indices:
        match index:
            case Symbol(label, ()):
                formal_indices.append(label)
            case Number(value) if value.denominator == 1:
                formal_indices.append(str(value))
            case _:
                return None
    body = right
    if parameters:
        body = without_indices(right, frozenset(parameters))
    return Definition(name, tuple(formal_indices), tuple(parameters), body, line)


def without_indices(tree: Expression, formal: frozenset[str]) -> Expression:
    """The tree with the indices of these names dropped: inside K(q_i, k_j) = ... they are q and k themselves."""

    def bare(symbol: Symbol) -> Expression:
        if symbol.name not in formal:
            return symbol
        return Symbol(symbol.name, tuple(index for index in symbol.indices if _is_summed(index, tree)))

    return with_symbols(tree, bare)


def _is_summed(index: Expression, tree: Expression) -> bool:
    return isinstance(index, Symbol) and any(
        isinstance(below, Series) and below.index == index.name for below in walk(tree)
    )


# -- judging -------------------------------------------------------------------------------------------------------


def environments(setting: Setting) -> list[Setting]:
    """The settings under which a row may be meant: σ free, each value that the text gives it, else the homework's."""
    free = replace(setting, equations=())
    chosen = [replace(setting, equations=(equation,)) for equation in setting.equations]
    return [free, *(chosen or [with_root(setting)])]


def judge_pair(left: Expression, right: Expression, settings: Sequence[Setting]) -> Compared:
    """Compare two neighbours under each setting; true if one makes them equal."""
    for number, setting in enumerate(settings):
        result = compare(left, right, setting, only_equality=True)
        if result.equal:
            chosen = number > 0 and bool(setting.equations)
            why = prove(left, right, setting) or result.says
            return replace(result, says=why + (" with the choice of σ" if chosen else ""))
    results = [compare(left, right, setting) for setting in settings]
    refuted = [result for result in results if result.equal is False]
    undecided = [result for result in results if result.equal is None]
    if refuted and all(result.opaque == {"sigma"} for result in undecided):
        return refuted[-1]
    return undecided[0]


def _wide(text: str, functions: frozenset[str]) -> Chain | None:
    if not has_two_readings(text):
        return None
    try:
        return read_chain(text, Reading(wide_slash=True, functions=functions))
    except Unreadable:
        return None


def _judge(lines: Sequence[_Line], setting: Setting) -> tuple[list[Step], list[list[Expression]]]:
    """The steps, and the classes of expressions that verified steps connect."""
    steps: list[Step] = []
    classes: list[list[Expression]] = []
    previous: _Line | None = None
    last: Expression | None = None
    defined: set[str] = set()
    solved = False
    settings = environments(setting)
    for line in lines[:MOST_STEPS]:
        if line.chain is None:
            equation = "=" in line.text and not NO_STEP.search(line.text)
            if (line.display or equation) and _matters(line.text):
                steps.append(
                    Step(line.line, line.text, StepVerdict.UNCHECKED, f"this row is not read: {line.trouble}")
                )
            continue
        chain = line.chain
        wide = _wide(line.text, line.functions)
        relations = list(chain.relations)
        parts: list[tuple[Expression, ...]] = [
            (part,) if wide is None else (part, other)
            for part, other in zip(chain.parts, wide.parts if wide else chain.parts, strict=False)
        ]
        if chain.open_left:
            if last is None:
                if line.display:
                    steps.append(
                        Step(line.line, line.text, StepVerdict.UNCHECKED, "nothing stands before this row")
                    )
                last = chain.parts[-1]
                continue
            parts.insert(0, (last,))
        elif len(chain.parts) == 1:
            last = _standalone(line, chain.parts[0], last, classes, steps, settings, previous)
            previous = line
            continue
        for number, relation in enumerate(relations):
            left, right = parts[number], parts[number + 1]
            if relation not in {"=", ":=", "~"}:
                continue
            single = (
                definition_of(left[0], right[0], line.line) if number == 0 and not chain.open_left else None
            )
            if single is not None and single.name in setting.definitions and single.name not in defined:
                defined.add(single.name)
                if setting.definitions[single.name].line == line.line:
                    connect(classes, left[0], right[0])
                    continue
            involved = names(left[0]) | names(right[0])
            if "sigma" in involved and involved <= {"sigma", "D", "d", "d_k", "pi", "e"}:
                if not solved:
                    solved = True
                    continue
                verdict = _sigma_again(left[0], right[0], setting, line)
                if verdict is not None:
                    steps.append(verdict)
                continue
            steps.append(_step(line, left, right, settings, classes, relation))
        last = chain.parts[-1]
        previous = line
    return steps, classes


def _with_wrong_choice(steps: list[Step], lines: Sequence[_Line], setting: Setting) -> list[Step]:
    """Refute a choice of σ that depends on D, is not σ² = √D, and that no step needs to hold."""
    if any(step.verdict is StepVerdict.REFUTED or "with the choice" in step.says for step in steps):
        return steps
    for line in lines:
        for left, right in zip(line.chain.parts, line.chain.parts[1:], strict=False) if line.chain else ():
            used = names(left) | names(right)
            if not ("sigma" in used and used & {"D", "d", "d_k"} and used <= {"sigma", "D", "d", "d_k"}):
                continue
            chosen = replace(setting, equations=(("sigma", left, right),))
            squared = Power(Symbol("sigma"), Number(Fraction(2)))
            result = compare(squared, Function("sqrt", (Symbol("D"),)), chosen)
            if result.equal is False and result.witness is not None:
                says = f"the exponent q·k/√D needs σ² = √D: with D = 4, σ² is {result.witness['left']} here, not 2"
                wrong = Step(line.line, line.text, StepVerdict.REFUTED, says, result.witness)
                return sorted([*steps, wrong], key=lambda step: step.line)
    return steps


def _matters(text: str) -> bool:
    return bool(re.search(r"=|≈|\\approx|exp|e\^", text))


def _sigma_again(left: Expression, right: Expression, setting: Setting, line: _Line) -> Step | None:
    """A second equation for σ: it follows from the first or it contradicts it."""
    first = replace(setting, equations=setting.equations[:1])
    result = compare(left, right, first)
    if result.equal:
        return Step(line.line, line.text, StepVerdict.VERIFIED, "follows from the choice of σ above")
    if result.equal is False and not any(word in line.before.lower() for word in ("instead", "wrong", "not")):
        return Step(
            line.line, line.text, StepVerdict.REFUTED,
            f"this contradicts the choice of σ above: {result.says}", result.witness,
        )  # fmt: skip
    return None


def _step(
    line: _Line,
    left: tuple[Expression, ...],
    right: tuple[Expression, ...],
    settings: Sequence[Setting],
    classes: list[list[Expression]],
    relation: str,
) -> Step:
    outcomes: list[Compared] = []
    for a, b in {(left[0], right[0]), (left[-1], right[-1]), (left[0], right[-1]), (left[-1], right[0])}:
        result = judge_pair(a, b, settings)
        outcomes.append(result)
        if result.equal:
            connect(classes, a, b)
            return Step(line.line, line.text, StepVerdict.VERIFIED, f"follows: {result.says}")
    if all(outcome.equal is False for outcome in outcomes):
        worst = outcomes[0]
        if worst.clash:
            return Step(
                line.line, line.text, StepVerdict.UNCHECKED, f"the shapes are not understood: {worst.says}"
            )
        if relation == "~":
            return Step(line.line, line.text, StepVerdict.UNCHECKED, "an approximation is not decided here")
        return Step(
            line.line, line.text, StepVerdict.REFUTED,
            f"the two sides differ, for instance {_example(worst.witness)}", worst.witness,
        )  # fmt: skip
    undecided = next(outcome for outcome in outcomes if outcome.equal is not False)
    return Step(line.line, line.text, StepVerdict.UNCHECKED, f"not decided: {undecided.says}")


def with_root(setting: Setting) -> Setting:
    """The setting with σ² = √D."""
    return replace(
        setting,
        equations=(("sigma", Power(Symbol("sigma"), Number(Fraction(2))), Function("sqrt", (Symbol("D"),))),),
    )


def _example(witness: dict[str, object] | None) -> str:
    if not witness:
        return "in a random world"
    given = ", ".join(f"{name} = {value}" for name, value in witness.items() if name not in {"left", "right"})
    return f"with {given}: left {witness.get('left')}, right {witness.get('right')}"


def _standalone(
    line: _Line,
    expression: Expression,
    last: Expression | None,
    classes: list[list[Expression]],
    steps: list[Step],
    settings: Sequence[Setting],
    previous: _Line | None,
) -> Expression | None:
    """An expression without a relation: a start, a mention, or a row that silently continues the one before."""
    if not line.display or not any(isinstance(below, Function) for below in walk(expression)):
        return last
    if last is not None:
        result = judge_pair(last, expression, settings)
        if result.equal:
            connect(classes, last, expression)
            steps.append(
                Step(line.line, line.text, StepVerdict.VERIFIED, f"equals the row before: {result.says}")
            )
        elif any(judge_pair(member, expression, settings).equal for group in classes for member in group[:2]):
            return expression
        elif _is_exponential(expression) and _is_exponential(last):
            same_block = previous is not None and previous.span == line.span
            steps.append(
                Step(
                    line.line, line.text, StepVerdict.UNCHECKED,
                    "this row stands without a relation and differs from the row before"
                    + (" in the same display" if same_block else ""),
                )
            )  # fmt: skip
    return expression


def _is_exponential(tree: Expression) -> bool:
    return any(isinstance(below, Function) and below.name == "exp" for below in walk(tree))


def connect(classes: list[list[Expression]], left: Expression, right: Expression) -> None:
    """Put two equal expressions into one class, with all that equals either."""
    mine = [group for group in classes if left in group or right in group]
    merged = [item for group in mine for item in group]
    merged += [item for item in (left, right) if item not in merged]
    for group in mine:
        classes.remove(group)
    classes.append(merged)


# -- the goal ------------------------------------------------------------------------------------------------------


def _factors(tree: Expression) -> list[Expression]:
    match tree:
        case Product(factors):
            return [inner for factor in factors for inner in _factors(factor)]
        case Quotient(over, under):
            inverse = [Power(factor, Number(-Fraction(2) / 2)) for factor in _factors(under)]
            return _factors(over) + list(inverse)
        case Addition(((1, only),)):
            return _factors(only)
        case _:
            return [tree]


def reaches(classes: list[list[Expression]], setting: Setting) -> bool:
    """Whether some class holds exp(q·k/√D) on its own and as a product with the Gaussian kernel as a factor."""
    pairs = vector_pairs(classes)
    set_ = bool(setting.equations)
    settings = environments(setting)
    for world in settings:
        for q, k in pairs:
            start, kernel = targets(q, k)
            for group in classes:
                has_start = any(
                    plain_start(item) and (set_ or names(item) & SIZES) and are_equal(item, start, world)
                    for item in group
                )
                if not has_start:
                    # the reverse way, G = a'(q) exp(q·k/√D) b'(k), says the same with the factors moved
                    if any(are_equal(item, kernel, world) for item in group) and any(
                        isolates(item, start, world) and _names_root(item) for item in group
                    ):
                        return True
                    continue
                if any(isolates(item, kernel, world) and are_equal(item, start, world) for item in group):
                    return True
    return False


def plain_start(tree: Expression) -> bool:
    """Whether a tree is one exponential."""
    return isinstance(tree, Function) and tree.name == "exp"


def _names_root(tree: Expression) -> bool:
    return any(isinstance(below, Function) and below.name == "sqrt" for below in walk(tree))


def isolates(tree: Expression, target: Expression, setting: Setting) -> bool:
    """Whether the tree is a product in which one factor equals the target and others remain."""
    factors = _factors(tree)
    if len(factors) < 2:
        return False
    if any(are_equal(factor, target, setting) for factor in factors):
        return True
    return len(factors) <= 6 and any(
        are_equal(Product(pair, ("cdot",)), target, setting) and len(factors) > 2
        for pair in combinations(factors, 2)
        if any(isinstance(factor, (Number, Power)) for factor in pair)
    )


def vector_pairs(classes: list[list[Expression]]) -> list[tuple[Symbol, Symbol]]:
    """The query and the key, under whatever names."""
    used = {symbol for group in classes for item in group for symbol in symbols(item)}
    pairs = []
    for first, second in (("q", "k"), ("x", "y"), ("Q", "K"), ("q", "K"), ("x_i", "x_j")):
        a = [symbol for symbol in used if symbol.name == first]
        b = [symbol for symbol in used if symbol.name == second]
        pairs += [(one, other) for one in a[:3] for other in b[:3]]
    return pairs


def targets(q: Symbol, k: Symbol) -> tuple[Expression, Expression]:
    """exp(q·k/√D), and the Gaussian kernel with σ² = √D."""
    root = Function("sqrt", (Symbol("D"),))
    start = Function("exp", (Quotient(Inner(q, k), root),))
    distance = Power(Norm(Addition(((1, q), (-1, k)))), Number(Fraction(2)))
    kernel = Function(
        "exp", (Addition(((-1, Quotient(distance, Product((Number(Fraction(2)), root), ("",)))),)),)
    )
    return start, kernel
