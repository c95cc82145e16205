"""What a derivation's lines define, and the environments in which its steps are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.grammar.syntax import (
    Call,
    Chain,
    Expression,
    Function,
    Inner,
    Norm,
    Number,
    Power,
    Series,
    Symbol,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.reading.derivation_reading import DerivationLine
from grader.verify.worlds.settings import GAUSSIANS, SIZE_NAMES, VECTORS, Definition, Setting, vector_names

KERNEL_NAMES = GAUSSIANS | {"K", "k", "kappa", "calK", "g"}


def setting_of(chains: Sequence[Chain], lines: Sequence[DerivationLine]) -> Setting:
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


def definition_by_square(
    left: Expression, right: Expression, line: int, seen: frozenset[str]
) -> Definition | None:
    """`s² = ‖x − y‖²/σ²` as a definition of s, where the letter is new."""
    match left:
        case Power(Symbol(name, ()), Number(two)) if (
            two == 2
            and name not in {"sigma", *VECTORS, *SIZE_NAMES, *seen}
            and names(right) - {name} == names(right)
        ):
            measured = any(isinstance(below, (Norm, Inner)) for below in walk(right))
            return Definition(name, (), (), Function("sqrt", (right,)), line) if measured else None
        case _:
            return None


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


def environments(setting: Setting) -> list[Setting]:
    """The settings under which a row may be meant: σ free, each value that the text gives it, else the homework's."""
    free = replace(setting, equations=())
    chosen = [replace(setting, equations=(equation,)) for equation in setting.equations]
    return [free, *(chosen or [with_root(setting)])]


def with_root(setting: Setting) -> Setting:
    """The setting with σ² = √D."""
    return replace(
        setting,
        equations=(("sigma", Power(Symbol("sigma"), Number(Fraction(2))), Function("sqrt", (Symbol("D"),))),),
    )
