# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Definitions that the course knows, such as the Gaussian kernel: whether a text's own is one of them."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import product as every

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Call, Expression, Number, Series, Symbol, names, with_symbols
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import (
    accumulated,
    holds,
    ways_open,
    with_accumulators,
)
from grader.verify.shapes.formula_shapes import TOKENS
from grader.verify.worlds.comparison import compare
from grader.verify.worlds.settings import GAUSSIANS, Clash, Definition, Setting, Undecidable
from grader.verify.worlds.world import World

SIZE_SET, SIGMA_CHOSEN = "a size is set", "σ is chosen here"  # choices, not claims
ONE = Number(Fraction(1))
KEY_WEIGHT = r"\exp(\|K_j\|^2/(2\sigma^2))"
# What the sums of kernelized attention add up for each token, with rows and with columns; and with the key's factor.
ADDED = tuple(
    f"{factor} {body}"
    for factor in ("", KEY_WEIGHT)
    for body in (
        r"\phi(K_j)^T V_j",
        r"\phi(K_j) V_j^T",
        r"V_j \phi(K_j)^T",
        r"V_j^T \phi(K_j)",
        r"\phi(K_j)^T",
        r"\phi(K_j)",
    )
)
KNOWN_FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "V'": (
        (
            r"\frac{\sum_{j=1}^{N} sim(Q_i, K_j) V_j}{\sum_{j=1}^{N} sim(Q_i, K_j)}",
            "attention with a similarity",
        ),
        (
            r"\frac{\sum_{j=1}^{i} sim(Q_i, K_j) V_j}{\sum_{j=1}^{i} sim(Q_i, K_j)}",
            "causal attention with a similarity",
        ),
        (
            r"\frac{\sum_{j=1}^{N} \exp(Q_i K_j^T/\sqrt{D}) V_j}{\sum_{j=1}^{N} \exp(Q_i K_j^T/\sqrt{D})}",
            "softmax attention",
        ),
        (
            r"\frac{\sum_{j=1}^{i} \exp(Q_i K_j^T/\sqrt{D}) V_j}{\sum_{j=1}^{i} \exp(Q_i K_j^T/\sqrt{D})}",
            "causal softmax attention",
        ),
        (
            r"\frac{\phi(Q_i) \sum_{j=1}^{N} \phi(K_j)^T V_j}{\phi(Q_i) \sum_{j=1}^{N} \phi(K_j)^T}",
            "kernelized attention",
        ),
        (
            r"\frac{\phi(Q_i) \sum_{j=1}^{i} \phi(K_j)^T V_j}{\phi(Q_i) \sum_{j=1}^{i} \phi(K_j)^T}",
            "causal kernelized attention",
        ),
        (
            rf"\frac{{\phi(Q_i) \sum_{{j=1}}^{{N}} {KEY_WEIGHT} \phi(K_j)^T V_j}}{{\phi(Q_i) \sum_{{j=1}}^{{N}} {KEY_WEIGHT} \phi(K_j)^T}}",
            "kernelized attention with the keys' factors",
        ),
        (
            rf"\frac{{\phi(Q_i) \sum_{{j=1}}^{{i}} {KEY_WEIGHT} \phi(K_j)^T V_j}}{{\phi(Q_i) \sum_{{j=1}}^{{i}} {KEY_WEIGHT} \phi(K_j)^T}}",
            "causal kernelized attention with the keys' factors",
        ),
    ),
    "sim": ((r"\exp(q^T k/\sqrt{D})", "the similarity of softmax attention"),),
    "K": (
        (r"\exp(-\|q-k\|^2/(2\sigma^2))", "the Gaussian kernel"),
        (r"\exp(q^T k/\sqrt{D})", "the softmax kernel"),
    ),
}
# of attention as a product of matrices
WHOLE_ATTENTION = ((r"softmax(Q K^T/\sqrt{D}) V", "softmax attention"),)
# divided by something else than √D
BADLY_SCALED = (
    (r"softmax(Q K^T/D) V", "D"),
    (r"\frac{\sum_{j=1}^{N} \exp(Q_i K_j^T/D) V_j}{\sum_{j=1}^{N} \exp(Q_i K_j^T/D)}", "D"),
    (r"\frac{\sum_{j=1}^{i} \exp(Q_i K_j^T/D) V_j}{\sum_{j=1}^{i} \exp(Q_i K_j^T/D)}", "D"),
    (r"softmax(Q K^T/\sqrt{M}) V", "√M"),
    (r"softmax(Q K^T/\sqrt{N}) V", "√N"),
)
SCALE_WITNESS = {
    "D": {"D": 4, "scores": [4, 0], "first weight with the root of D": 0.880797, "by this formula": 0.731059},
    "√M": {"D": 4, "M": 16, "scores": [4, 0], "first weight with the root of D": 0.880797, "by this formula": 0.731059},
    "√N": {"D": 4, "N": 16, "scores": [4, 0], "first weight with the root of D": 0.880797, "by this formula": 0.731059},
}  # fmt: skip
GAUSSIAN_FORM = r"\exp(-\|q-k\|^2/(2\sigma^2))"
VARIANT = re.compile(r"instead|rather|variant|\b[mμµ]u?P\b|modif|differ|other than|alternativ", re.IGNORECASE)
OTHER_KERNEL = re.compile(
    r"\blaplac\w*|\bmat[eé]rn\b|\bcauchy\b|\b(?:no|not an?|never an?) gaussian|\bunlike (?:the|a) gaussian|\bcompar\w+ (?:with|to) (?:the|a) gaussian",
    re.IGNORECASE,
)
SOFTMAX_ATTENTION = re.compile(r"softmax attention|scaled dot|\battention\b", re.IGNORECASE)
KERNELS = frozenset({"K", "k", "G", "kappa", "calK", "calG", "g"})


ROOT = (read_expression(r"\sigma^2"), read_expression(r"\sqrt{D}"))


def is_root(equation: tuple[Expression, Expression], setting: Setting) -> bool:
    """Whether an equation for σ follows from σ² = √D, or has no size in it."""
    sizes = (names(equation[0]) | names(equation[1])) - {"sigma"}
    if len(sizes) != 1:
        return not sizes
    needed = (("sigma", ROOT[0], read_expression(rf"\sqrt{{{min(sizes)}}}")),)
    return compare(*equation, replace(setting, equations=needed)).equal is not False


def with_root(context: Context, here: int) -> Context | None:
    """The context with σ² = √D in place of what a text says that has exp(q·k/√D) and another σ.

    None if the text says so itself, or if the line of the formula sets σ for it.
    """
    if not context.root_scaled or not context.equations or here in {line for line, *_ in context.equations}:
        return None
    line = context.equations[0][0]
    if all(is_root((left, right), context.setting_at(line)) for _, left, right in context.equations):
        return None
    return replace(context, equations=((line, *ROOT),))


def judge_sigma(
    left: Expression, right: Expression, context: Context, formula: Formula, sentence: str
) -> Judged:
    """A choice of σ: free, unless an earlier one fixes it."""
    earlier: list[tuple[int, Expression, Expression]] = []
    for line, a, b in context.firm:
        if line > formula.row.line or (line == formula.row.line and (a, b) == (left, right)):
            break
        if (a, b) != (left, right):
            earlier.append((line, a, b))
    known = (
        [e for e in earlier if e[0] >= formula.block.line][:1] if len(names(left) | names(right)) > 1 else []
    )
    if known:
        setting = replace(
            context.setting_at(formula.row.line), equations=(("sigma", known[0][1], known[0][2]),)
        )
        result = compare(left, right, setting)
        if (
            result.equal
            and context.root_scaled
            and not is_root(known[0][1:], context.setting_at(formula.row.line))
        ):
            return unchecked(
                Kind.IDENTITY, "it follows from an equation for σ that is not the one exp(q·k/√D) needs"
            )
        if result.equal:
            says = "it follows from the equation for σ before it"
            return holds(Kind.IDENTITY, left, right, setting, says, because=False)
        if result.equal is False and result.witness is not None:
            return refuted(
                Kind.IDENTITY, f"it contradicts the equation for σ before it: left {result.witness['left']}, right {result.witness['right']}",
                Method.NUMERIC, result.witness,
            )  # fmt: skip
    if (
        names(left) == {"sigma"}
        and names(right) in ({"D"}, {"d"}, {"d_k"})
        and context.standard
        and context.root_scaled
        and re.search(
            r"gauss|bandwidth|\brbf\b|\bwidth\b|variance parameter|K_\{?G\b", sentence, re.IGNORECASE
        )
    ):
        needed = (("sigma", read_expression(r"\sigma^2"), read_expression(rf"\sqrt{{{min(names(right))}}}")),)
        result = compare(left, right, replace(context.setting_at(formula.row.line), equations=needed))
        if result.equal:
            return verified(
                Kind.FACT, "exp(q·k/√D) has the Gaussian with σ² = √D as its factor", Method.NUMERIC
            )
        if result.equal is False and result.witness is not None:
            return refuted(
                Kind.FACT, "the Gaussian factor of exp(q·k/√D) has σ² = √D: 2σ² has to be 2√D",
                Method.NUMERIC, result.witness,
            )  # fmt: skip
    return unchecked(Kind.DEFINITION, SIGMA_CHOSEN)


def known_form(
    name: str,
    left: Expression,
    rights: tuple[Expression, ...],
    context: Context,
    formula: Formula,
    sentence: str,
) -> Judged | None:
    """Compare a definition with the course's own; equal to one is proved, and a kernel named Gaussian has to be one."""
    line = formula.row.line
    setting = with_accumulators(context.setting_at(line), accumulated(context))
    about_gaussian = (
        (
            bool(re.search(r"gauss|\brbf\b|squared[- ]exponential", sentence, re.I))
            and not OTHER_KERNEL.search(sentence)
        )
        or "gauss" in name.lower()
        or name in GAUSSIANS - {"G"}
    )
    if (
        about_gaussian
        and (
            name in KERNELS
            or "gauss" in name.lower()
            or "rbf" in name.lower()
            or name.startswith(("K_", "k_", "G_"))
        )
        and isinstance(left, Call)
        and len(left.arguments) == 2
    ):
        by_variance = _by_variance(left, rights, setting, context)
        return by_variance if by_variance is not None else _gaussian(left.arguments, rights, setting)
    gaussian = _is_gaussian(name, left, rights, setting)
    if gaussian is not None:
        return gaussian
    forms = KNOWN_FORMS.get(name, ())
    if not forms and isinstance(left, Symbol) and len(left.indices) == 1 and {"v", "V"} & names(rights[0]):
        # whatever letter the text has for the output of attention
        forms = KNOWN_FORMS["V'"]
    of_matrices = {"Q", "K", "V", "softmax"} <= names(rights[0])
    forms = WHOLE_ATTENTION if of_matrices else forms
    plain = replace(setting, definitions=_without(setting, name), shapes={})
    for form, says in forms:
        target = _renamed(read_expression(form), left)
        for right in rights:
            if not _multiplies(right, setting, context.feature_way(line)):
                continue
            for style in (setting.orientations, {}):
                oriented = replace(plain, orientations=style)
                if compare(right, target, oriented, worlds=4).equal:
                    return holds(Kind.DEFINITION, right, target, oriented, f"it is {says}", because=False)
    if (
        (forms == KNOWN_FORMS["V'"] or of_matrices)
        and SOFTMAX_ATTENTION.search(f"{name} {sentence}")
        and not VARIANT.search(sentence)
    ):
        wrong = _badly_scaled(left, rights, plain)
        if wrong is not None:
            return wrong
    if (
        isinstance(left, Call)
        and len(left.arguments) == 2
        and name.split("_")[0] in {*KERNELS, "sim", "s"}
        and OF_SOFTMAX.search(sentence)
        and not VARIANT.search(sentence)
        and (kernel := _softmax_kernel(left, rights, plain)) is not None
    ):
        return kernel
    way = context.feature_way(line)
    return sum_of_attention(left, rights, setting, way) if isinstance(left, Symbol) else None


def _badly_scaled(left: Expression, rights: tuple[Expression, ...], plain: Setting) -> Judged | None:
    """Softmax attention with its scores divided by something else than √D."""
    for form, by in BADLY_SCALED:
        target = _renamed(read_expression(form), left)
        if any(compare(right, target, replace(plain, orientations={}), worlds=4).equal for right in rights):
            says = f"softmax attention divides the scores by √D, and this formula by {by}: for the scores 4 and 0 the first weight is 0.881, and by this formula 0.731"
            return refuted(Kind.DEFINITION, says, Method.NUMERIC, dict(SCALE_WITNESS[by]))
    return None


OF_SOFTMAX = re.compile(r"\bsoft-?max(?: attention| weights?| kernel)?\b|\bscaled dot", re.IGNORECASE)
SOFTMAX_KERNELS = (
    (r"\exp(q^T k/\sqrt{D})", ""),
    (r"\exp(q^T k/D)", "D"),
    (r"\exp(q^T k \sqrt{D})", "1/√D"),
)


def _softmax_kernel(left: Call, rights: tuple[Expression, ...], plain: Setting) -> Judged | None:
    """`softmax attention uses κ(q, k) = exp(q·k/√D)`, and scores that are divided by something else."""
    for form, by in SOFTMAX_KERNELS:
        target = _renamed(read_expression(form), left)
        if any(compare(right, target, replace(plain, orientations={}), worlds=4).equal for right in rights):
            if not by:
                return verified(Kind.DEFINITION, "it is the softmax kernel exp(q·k/√D)", Method.NUMERIC)
            says = f"softmax attention divides the scores by √D, and this kernel by {by}: at D = 4 and q·k = 4 it is e², not {'e' if by == 'D' else 'e⁸'}"
            return refuted(Kind.DEFINITION, says, Method.NUMERIC, {"D": 4, "q·k": 4, "scaled score": 2, "by this formula": 1 if by == "D" else 8})  # fmt: skip
    return None


def lone_attention(
    tree: Expression, context: Context, formula: Formula, before: str, sentence: str
) -> Judged | None:
    """`Softmax attention: softmax(QKᵀ/√D) V`, a formula without an equation; None for anything else."""
    if not {"Q", "K", "V", "softmax"} <= names(tree) or not NAMES_ATTENTION.search(before):
        return None
    return known_form("softmax attention", Symbol("attention"), (tree,), context, formula, sentence)


NAMES_ATTENTION = re.compile(
    r"\battention\b[^.;]{0,30}?(?:\bis|\bequals|\breads|\bcomputes|\bgives|\boutput\S*|\bby|:|=)?\W*$",
    re.IGNORECASE,
)


def _is_gaussian(
    name: str, left: Expression, rights: tuple[Expression, ...], setting: Setting
) -> Judged | None:
    """K(x, y) or G_ij where it is exp(−‖x − y‖²/(2σ²)), whatever the sentence calls it."""
    match left:
        case Call(_, (Symbol() as one, Symbol() as other)) if one != other:
            pass
        case Symbol(_, (Symbol() as i, Symbol() as j)) if i != j:
            one, other = Symbol("q", (i,)), Symbol("k", (j,))
        case _:
            return None
    if name.split("_")[0] not in KERNELS:
        return None
    target = _renamed(read_expression(GAUSSIAN_FORM), Call(Symbol("K"), (one, other)))
    plain = replace(setting, definitions=_without(setting, name), orientations={}, shapes={}, equations=())
    for right in rights:
        if compare(right, target, plain, worlds=4).equal:
            says = "it is the Gaussian kernel exp(−‖q−k‖²/(2σ²))"
            return holds(Kind.DEFINITION, right, target, plain, says, because=False)
    return None


def _multiplies(tree: Expression, setting: Setting, feature_way: str) -> bool:
    """Whether the products in a formula are defined with rows and columns as the text has them."""
    told = {**setting.orientations, **({"phi": feature_way} if feature_way else {})}
    for way in ways_open(tree, replace(setting, orientations=told)):
        try:
            World(way, 5).evaluate(tree, dict(TOKENS))
        except Clash:
            continue
        except Undecidable:
            return True
        return True
    return False


def sum_of_attention(
    left: Symbol, rights: tuple[Expression, ...], setting: Setting, feature_way: str
) -> Judged | None:
    """S_i = Σ_{j≤i} φ(k_j) v_jᵀ, z_i = Σ_{j≤i} φ(k_j), and the same over all tokens, under any letters."""
    sums = [right for right in rights if isinstance(right, Series) and names(right) & {"k", "K"}]
    if len(left.indices) > 1 or not sums:
        return None
    says = "the prefix sum of causal attention" if left.indices else "the sum of kernelized attention"
    for right in sums:
        top = next(iter(left.indices), None)
        if top is not None and right.high != top:
            continue
        for added in ADDED:
            body = read_expression(added)
            if bool(names(body) & {"V"}) != bool(names(right) & {"v", "V"}):
                continue
            target = Series("sum", "j", ONE, top or Symbol("N"), body)
            for phi, v in every(("row", "column"), repeat=2):
                if (feature_way or phi) != phi or setting.orientations.get("v", phi) != v:
                    continue
                plain = replace(
                    setting,
                    definitions=_without(setting, left.name),
                    orientations={**setting.orientations, "phi": phi, "v": v},
                    shapes={},
                )
                if compare(right, target, plain, worlds=4).equal:
                    return holds(Kind.DEFINITION, right, target, plain, f"it is {says}", because=False)
    if (
        left.name in {"Z", "z"}
        and all({"v", "V"} & names(right) for right in rights)
        and "S" in setting.definitions
    ):
        known = setting.definitions["S"]
        if {"v", "V"} & names(known.body) and "phi" in names(known.body):
            says = "Z sums the features of the keys alone, Σ φ(k_j): the values belong to S"
            return refuted(Kind.DEFINITION, says, Method.SYMBOLIC, {"keys": 1, "φ(k_1)": [1], "v_1": [2], "Z": 1, "by this formula": 2})  # fmt: skip
    return None


def _without(setting: Setting, name: str) -> dict[str, Definition]:
    return {key: value for key, value in setting.definitions.items() if key != name}


def _renamed(form: Expression, left: Expression) -> Expression:
    if not isinstance(left, Call) or len(left.arguments) != 2:
        return form
    first, second = left.arguments
    mapping = {Symbol("q"): first, Symbol("k"): second}

    return with_symbols(form, lambda symbol: mapping.get(symbol, symbol))


def _by_variance(
    left: Call, rights: tuple[Expression, ...], setting: Setting, context: Context
) -> Judged | None:
    """exp(−‖q−k‖²/(2σ)) is the Gaussian kernel too where the text's σ is its variance, and no σ² = √D says otherwise."""
    squared = any(is_root((a, b), setting) and {"D", "d", "d_k"} & names(b) for _, a, b in context.firm)
    if squared or not context.bandwidth.is_variance:
        return None
    target = _renamed(read_expression(r"\exp(-\|q-k\|^2/(2\sigma))"), left)
    plain = replace(setting, orientations={}, shapes={}, equations=())
    if not any(compare(right, target, plain, worlds=4).equal for right in rights):
        return None
    return unchecked(Kind.DEFINITION, "it is the Gaussian kernel with σ for its variance")


def _gaussian(arguments: tuple[Expression, ...], rights: tuple[Expression, ...], setting: Setting) -> Judged:
    """exp(-c|q-k|²) with any constant c > 0 is a Gaussian kernel; anything else called so is none."""
    match arguments:
        case (Symbol(one, ()), Symbol(other, ())) if one != other:
            # whatever its letters usually are, a kernel's two vectors have the same length
            own = {arguments[0]: Symbol("q"), arguments[1]: Symbol("k")}
            rights = tuple(with_symbols(right, lambda symbol: own.get(symbol, symbol)) for right in rights)
            arguments = (Symbol("q"), Symbol("k"))
        case _:
            pass
    target = _renamed(read_expression(GAUSSIAN_FORM), Call(Symbol("K"), arguments))
    plain = replace(setting, orientations={}, shapes={}, equations=())
    for right in rights:
        if compare(right, target, plain, worlds=4).equal:
            says = "it is the Gaussian kernel exp(−‖q−k‖²/(2σ²))"
            return holds(Kind.DEFINITION, right, target, plain, says, because=False)
    for solved in with_sigma_of(setting):
        for right in rights:
            fixed = replace(plain, equations=solved.equations)
            if compare(right, target, fixed, worlds=4).equal:
                says = "it is the Gaussian kernel with the σ that the text sets"
                return holds(Kind.DEFINITION, right, target, fixed, says, because=False)
    rates: list[float] = []
    numbers: dict[str, object] = {}
    for right in rights:
        rates.clear()
        for seed in range(6):
            world = World(plain, seed, simple=seed == 5)
            try:
                value = world.number(right, {})
                a, b = (world.evaluate(argument, {}).ravel() for argument in arguments)
            except (Clash, Undecidable, TypeError):
                return unchecked(Kind.DEFINITION, "the kernel's formula is not evaluated")
            if world.opaque - {"sigma", "gamma", "beta", "alpha", "ell", "h", "s"} or value <= 0:
                return unchecked(Kind.DEFINITION, "the kernel's formula has symbols that are not defined")
            from math import log

            squared = float(((a - b) ** 2).sum())
            if squared == 0:
                continue
            scale = float(world.values.get(("sigma", (), ()), 1.0))
            rates.append(-log(value) / squared * scale**2)
            numbers = {**dict(world.shown.items()), "value": round(value, 6)}
        if "sigma" not in names(right) or not rates:
            return unchecked(Kind.DEFINITION, "another parametrisation of the kernel")
        if min(rates) > 0 and max(rates) - min(rates) < 1e-6 * max(rates):
            return unchecked(
                Kind.DEFINITION, "a Gaussian kernel in another parametrisation than exp(−‖q−k‖²/(2σ²))"
            )
    numbers["exp(-|q-k|^2/(2 sigma^2))"] = "differs, whatever constant stands in front of |q-k|^2/sigma^2"
    return refuted(
        Kind.DEFINITION,
        "the Gaussian kernel is exp(−‖q−k‖²/(2σ²)); no constant makes this formula one",
        Method.NUMERIC,
        numbers,
    )


def with_sigma_of(setting: Setting) -> list[Setting]:
    """The settings with each single equation for σ."""
    return [replace(setting, equations=(equation,)) for equation in setting.equations]
