# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Costs that a text states: sums of costs, costs of products read off their shapes, costs of the course's methods."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.context import Context, Formula
from grader.verify.grammar import read_chain
from grader.verify.growth import (
    Comparison,
    Cost,
    Polynomial,
    Same,
    Ties,
    cost_of,
    exactly,
    polynomial_text,
    read_cost,
    same_growth,
)
from grader.verify.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Growth,
    Product,
    Symbol,
    Transpose,
    Unreadable,
    names,
    walk,
)
from grader.verify.worlds import Clash, Setting, Undecidable, World

FEATURE_SIZES = frozenset({"L", "C", "F", "P", "D_phi", "d_phi", "D_f", "d_f"})
RANDOM_SIZES = frozenset({"R", "D_random", "D_rand", "D_R", "d_random", "r", "m", "D_r", "s"})
NAMES: Mapping[str, str] = {
    "D_random": "R", "D_rand": "R", "D_R": "R", "D_r": "R", "d_random": "R", "d_k": "D", "D_k": "D", "d_v": "M",
    "D_v": "M", "D_K": "D", "D_V": "M", "D_phi": "L", "d_phi": "L", "C": "L", "n": "N", "d": "D", "m": "R", "r": "R",
    "T": "N", "F": "L", "d_model": "D",
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Something with a known cost: how texts name it, its total, and what one token costs if that is spoken of."""

    pattern: re.Pattern[str]
    total: str
    says: str
    needs: str = ""  # words that the sentence or its section must have
    step: str = ""  # cost for one token


def _subject(pattern: str, total: str, says: str, needs: str = "", step: str = "") -> Subject:
    return Subject(re.compile(pattern, re.I), total, says, needs, step)


SOFTMAX = r"(?:soft-?max|standard|vanilla|full|exact|ordinary|usual|dot[- ]product|quadratic) (?:dot[- ]product )?(?:self[- ])?attention"
RANDOM = (
    r"random[- ](?:fourier[- ])?features?|\brff\b|\brfa\b|random map|φ_?random|phi_\{?\\?(?:text\{)?random"
)
LINEAR = r"(?:kernelized|kernelised|linear|linearized|linearised|kernel) attention"

TIME: tuple[Subject, ...] = (
    _subject(r"(?:naive|naïve|from scratch|recomput)\w*", "N^2 L M", "recomputing the sums for each of N positions costs N²LM", "causal|prefix|mask|sums?|each (?:position|\\$?i)"),
    _subject(r"(?:" + RANDOM + r").{0,60}(?:attention|in total|total|overall|altogether|method|whole)|(?:total|overall|whole|full).{0,60}(?:" + RANDOM + ")|\\brfa\\b|random[- ]feature attention",
             "N R D + N R M", "random-feature attention takes NRD for the projections and NRM for the sums", step="R D + R M"),
    _subject(r"polynomial (?:\w+ )?attention|(?:polynomial|quadratic|degree[- ](?:two|2)|second[- ]order).{0,50}(?:attention|total|overall|altogether)|(?:attention|total).{0,40}(?:polynomial|quadratic kernel|degree[- ](?:two|2))",
             "N D^2 M", "degree-2 polynomial features number about D²/2, so the attention takes N·D²·M", step="D^2 M"),
    _subject(SOFTMAX + r"|attention with (?:a |the )?softmax|softmax(?:'s)? (?:cost|complexity|total|method)|causal softmax", "N^2 D + N^2 M", "QKᵀ takes N²D and the weights times V take N²M", step="N D + N M"),
    _subject(r"(?:attention )?(?:scores?|logits?|score matrix)\b|all (?:pairwise )?(?:inner|dot) products|all pairs of (?:inner|dot) products|the similarity matrix|gram matrix|gaussian kernel matrix|kernel matrix", "N^2 D", "N² inner products of length D"),
    _subject(r"soft-?max (?:itself|normali[sz]ation|over|of the (?:rows|scores))|row[- ]?wise soft-?max|normali[sz]ing (?:the )?(?:rows|scores|weights)|exponentiat\w+|exponentials", "N^2", "one operation for each of N² weights", "scores|N\\^2|N²|attention matrix|rows|softmax"),
    _subject(r"(?:attention )?(?:weights?|matrix|probabilit\w+) (?:times|by|with|and) (?:the )?(?:values?|\$?V\b)|weighted (?:sum|average)s? (?:of|over) (?:the |all )?(?:values?|\$?V)|multiply\w* (?:\w+ ){0,4}by (?:the values|\$?V\b)", "N^2 M", "an N×N matrix times an N×M matrix"),
    _subject(r"projecti(?:on|ng)s?\b|project(?:s|ed|ing)? (?:all|every|the)|(?:inner|dot) products? with (?:the |all )?(?:random|w)\b|XW|QW|KW", "N R D", "N vectors of length D onto R directions", RANDOM + "|projection|W\\b|random (?:directions?|vectors?|matrix)", step="R D"),
    _subject(r"sin(?:e|es|us)?\b.{0,25}cos|trigonometric|sin(?:e|es)? and cos", "N R", "a sine and a cosine for each of N·R projections", step="R"),
    _subject(LINEAR, "N L M", "the sums φ(K)ᵀV and φ(Q)S take N·L·M each", step="L M"),
    _subject(r"causal (?:linear|kernelized|kernelised) attention|causal recursion|recurren(?:t|ce)|prefix[- ]sums?|cumulative (?:sums?|updates?)|running sums?", "N L M", "each of N steps updates and reads an L×M state", step="L M"),
    _subject(r"(?:squared )?(?:key |query )?norms?\b", "N D", "N vectors of length D", "key|query|‖|\\|", step="D"),
    _subject(r"(?:division|divid\w+|normali[sz]\w+).{0,40}(?:denominator|scalar|numerator)", "N M", "M divisions for each of N rows", step="M"),
)  # fmt: skip
MEMORY: tuple[Subject, ...] = (
    _subject(r"(?:" + LINEAR + r").{0,50}state|state of|the state|S_?i?\b.{0,12}(?:and|,) \$?Z|recurrent state|running sums?|running state", "L M", "S is L×M and Z has length L"),
    _subject(r"(?:attention|softmax) (?:matrix|weights|scores?|map)|score matrix|" + SOFTMAX + r"|softmax attention|N\s*(?:×|\\times|by|x)\s*N matrix", "N^2", "the attention matrix has N² entries"),
    _subject(r"projection matrix|the projections? W|random matrix W", "R D", "W is R×D", "projection|W"),
)  # fmt: skip
PER = re.compile(
    r"\beach\s+\$?\\?(?:phi|φ)|\b(?:per|each|every|one|a single|single)\s+(?:new |generated |decoding |time |decod\w+ )?(?:token|step|position|iteration|query|row|vector|\$?[ij]\b|key|update|output|element|input|example|sample)|\bper-(?:token|step)|per \$?[ijt]\b|\bfor (?:one|a single) |at each|per-step|\bupdat(?:e|es|ing)\b|a step\b",
    re.I,
)
WHOLE = re.compile(
    r"\b(?:total|overall|altogether|in all|for all|all N|entire|whole|N (?:steps|tokens|positions|iterations|times|rows|queries)|over (?:the )?(?:loop|sequence|N)|full sequence|for every|in sum)\b",
    re.I,
)
MEMORY_WORDS = re.compile(
    r"\b(?:memory|storage|stor(?:e|es|ing)|space|footprint|caches?|entries|numbers? to keep)\b", re.I
)
FIXED = re.compile(
    r"\b(?:fixed|constant|treat\w* .{0,20} as|ignoring|if .{0,30} (?:is|are) (?:small|constant|fixed)|when .{0,20}(?:≪|<<|\\ll|small|fixed|constant)|dominates?|dominated)\b",
    re.I,
)
CONCLUDES = re.compile(
    r"[,;:]\s*(?:and\s+)?(?:hence|thus|therefore|so|giving|which gives|for a total|making|which makes|leading to|yielding)\b",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"(?:total|overall|entire|full)\s+(?:\w+\s+){0,2}(?:cost|complexity|time|run-?time|work)\b|\b(?:overall|altogether|in total|in all)\b|\bthe total (?:is|comes|amounts)\b",
    re.IGNORECASE,
)
PLAIN_GROWTH = re.compile(r"(?:\b[OΘ]|\\mathcal\{?O\}?|𝒪)\s?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
DEGREE = re.compile(
    r"\b(?P<degree>linear|linearly|quadratic|quadratically|cubic|cubically|constant|independent|exponential|exponentially|logarithmic|logarithmically)\b"
    r"(?:\s+(?:time|cost|complexity|growth|memory|scaling|work))?\s+(?:in|with|of|on)\s+(?:the\s+)?(?:number\s+of\s+)?(?P<what>sequence length|tokens|positions|length|context length|N\b|\$N\$|keys)",
    re.I,
)  # fmt: skip
DEGREES = {
    "linear": 1,
    "linearly": 1,
    "quadratic": 2,
    "quadratically": 2,
    "cubic": 3,
    "cubically": 3,
    "constant": 0,
    "independent": 0,
}


def cost_in(tree: Expression) -> Cost:
    """The cost of a tree in the course's names. Raises `Unreadable`."""
    return cost_of(tree, "", NAMES)


def growth_part(tree: Expression) -> Expression | None:
    """What stands in a growth class, or a sum of growth classes."""
    if isinstance(tree, Growth):
        return tree.of
    if isinstance(tree, Addition) and all(
        isinstance(term, Growth) and sign == 1 for sign, term in tree.terms
    ):
        return tree
    if isinstance(tree, Product) and any(isinstance(f, Growth) for f in tree.factors):
        return tree
    return None


def judge_growth_chain(
    chain: Chain, context: Context, section: int, line: int, sentence: str
) -> Judged | None:
    """`O(LM) + O(L) = O(LM)`: neighbours of a chain have to be of the same growth; None if it has no two of them."""
    parts = [growth_part(part) for part in chain.parts]
    parts = [
        part if part is not None else whole if _is_polynomial(whole) and any(parts) else None
        for part, whole in zip(parts, chain.parts, strict=True)
    ]
    if sum(part is not None for part in parts) < 2:
        return None
    choices = _ties(context, section, line)
    ties = choices[0]
    verdicts: list[Judged] = []
    for left, right, relation in zip(parts, parts[1:], chain.relations, strict=False):
        if left is None or right is None:
            continue
        if relation not in {"=", "~", "<=", "subset", "in"}:
            return unchecked(Kind.COMPLEXITY, "this relation between growth classes is not decided")
        try:
            a, b = cost_in(left), cost_in(right)
        except Unreadable as error:
            return unchecked(Kind.COMPLEXITY, f"not read: {error}")
        comparison = _best(b, a, choices)
        if comparison.verdict is Same.SAME or (
            relation in {"<=", "subset", "in"} and comparison.verdict is Same.MORE
        ):
            verdicts.append(verified(Kind.COMPLEXITY, f"{comparison.says}", Method.COUNT))
        elif comparison.verdict is Same.UNDECIDED or FIXED.search(sentence) or _unknown(a, b):
            return unchecked(Kind.COMPLEXITY, "it holds only under conditions that are not read")
        elif (
            re.search(r"~|\\sim|≈|when|if\b|with|for \$?[A-Z]\$? ?(?:=|≤|<|\\le)|assum|since|as \$", sentence)
            and not ties.equal
            and len(sentence) > 60
        ):
            return unchecked(Kind.COMPLEXITY, "the sentence sets conditions that are not read")
        else:
            return refuted(Kind.COMPLEXITY, comparison.says, Method.COUNT, dict(comparison.path or {}))
    return verdicts[-1] if verdicts else None


def _is_polynomial(tree: Expression) -> bool:
    """Whether a tree is a polynomial in sizes with more to it than one name."""
    if isinstance(tree, (Symbol, Growth)) or not names(tree):
        return False
    try:
        return set(cost_in(tree).variables) <= set("NDMLR")
    except Unreadable:
        return False


def _unknown(*costs: Cost) -> bool:
    return any(len(name) > 1 and name not in {"log N"} for cost in costs for name in cost.variables)


def _best(claimed: Cost, truth: Cost, choices: Sequence[Ties]) -> Comparison:
    """The comparison under the choice of ties that is kindest to the claim; without any tie is a choice too."""
    results = [same_growth(claimed, truth, ties) for ties in (*choices, Ties())]
    order = {Same.SAME: 0, Same.UNDECIDED: 1, Same.MORE: 2, Same.LESS: 3, Same.DIFFERENT: 4}
    best = min(results, key=lambda comparison: order[comparison.verdict])
    return best if best.verdict in {Same.SAME, Same.UNDECIDED} else results[0]


def _ties(context: Context, section: int, line: int) -> list[Ties]:
    return [_renamed(found) for found in context.ties_at(section, line)]


def _renamed(found: Ties) -> Ties:
    equal: dict[str, Polynomial] = {}
    for name, polynomial in found.equal.items():
        renamed: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            renamed[tuple(sorted((NAMES.get(n, n), p) for n, p in monomial))] = coefficient
        key = NAMES.get(name, name)
        if not any(n == key for monomial in renamed for n, _ in monomial):
            equal[key] = renamed
    return Ties(equal, found.below)


# -- products read off their shapes --------------------------------------------------------------------------------


def product_cost(tree: Expression, setting: Setting) -> Cost | None:
    """The multiplications of a product of vectors and matrices, as a polynomial in their sizes; None if unclear."""
    world = World(setting, 3)
    inverse: dict[int, str] = {}
    for name, size in world.sizes.items():
        if size in inverse:
            return None
        inverse[size] = name
    inverse[1] = "1"
    if not isinstance(tree, Product):
        return None
    found = [below for below in walk(tree) if isinstance(below, Product)]
    if not found or any(
        not isinstance(b, (Product, Symbol, Call, Transpose)) for b in walk(tree) if b is not tree
    ):
        return None
    terms: list[str] = []
    try:
        for product in found:
            value = world.evaluate(product.factors[0], {})
            for place, factor in enumerate(product.factors[1:]):
                other = world.evaluate(factor, {})
                if value.size > 1 or other.size > 1:
                    shape = (*value.shape, *other.shape[1:])
                    if value.ndim != 2 or other.ndim != 2 or value.shape[1] != other.shape[0]:
                        return None
                    terms.append(" ".join(inverse[side] for side in shape))
                value = world.evaluate(Product(product.factors[: place + 2], product.joins[: place + 1]), {})
    except (Clash, Undecidable, KeyError):
        return None
    try:
        return read_cost(" + ".join(terms), {}) if terms else None
    except Unreadable:
        return None


# -- prose ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stated:
    """One cost stated in a clause: the words before and after it, and the tree."""

    tree: Expression
    before: str
    after: str
    start: int
    end: int


def judge_stated(
    stated: Stated,
    sentence: str,
    earlier: str,
    heading: str,
    context: Context,
    section: int,
    line: int,
    subject_formulas: Sequence[Formula],
    setting: Setting,
) -> Judged:
    """Rule on a cost in prose. `earlier` is the text of the section before it, `heading` its title."""
    kind = Kind.COMPLEXITY
    try:
        claimed = cost_in(stated.tree)
    except Unreadable as error:
        return unchecked(kind, f"the cost is not read: {error}")
    if FIXED.search(sentence):
        return unchecked(kind, "the sentence keeps some sizes fixed")
    phrase = CONCLUDES.split(stated.before[-160:])[-1]
    memory = bool(MEMORY_WORDS.search(phrase) or MEMORY_WORDS.search(stated.after[:30]))
    truth, says, other = _truth(
        phrase, stated, sentence, earlier, heading, memory, claimed, subject_formulas, setting
    )
    if truth is None:
        return unchecked(kind, says)
    about = sentence + " " + heading + " " + earlier[-600:]
    choices = [_adjusted(ties, claimed, truth, about) for ties in _ties(context, section, line)]
    comparison = _best(claimed, truth, choices)
    if (
        comparison.verdict is not Same.SAME
        and other is not None
        and _best(claimed, other, choices).verdict is Same.SAME
    ):
        return unchecked(kind, "it is the cost of one token; whether one is meant is not said")
    if comparison.verdict is Same.SAME:
        return verified(kind, f"{says}", Method.COUNT)
    if comparison.verdict is Same.UNDECIDED or set(claimed.variables) - set("NDMLR") - {"log N"}:
        return unchecked(kind, "the cost has sizes that are not read")
    return refuted(
        kind, f"{says}; {comparison.says}", Method.COUNT, dict(comparison.path or {}) | {"true": str(truth)}
    )


def _adjusted(ties: Ties, claimed: Cost, truth: Cost, about: str) -> Ties:
    """L = 2R wherever random features are spoken of and both sizes occur; L ~ D² for the polynomial map."""
    equal = dict(ties.equal)
    used = set(claimed.variables) | set(truth.variables)
    if {"L", "R"} <= used and "L" not in equal:
        equal["L"] = {(("R", Fraction(1)),): Fraction(2)}
    if (
        "L" in used
        and "L" not in equal
        and "R" not in used
        and re.search(r"polynomial|degree[- ](?:2|two)", about, re.I)
        and claimed.variables
        and "L" not in claimed.variables
    ):
        equal["L"] = {(("D", Fraction(2)),): Fraction(1)}
    return Ties(equal, ties.below)


def _truth(
    phrase: str, stated: Stated, sentence: str, earlier: str, heading: str, memory: bool, claimed: Cost,
    subject_formulas: Sequence[Formula], setting: Setting,
) -> tuple[Cost | None, str, Cost | None]:  # fmt: skip
    after = re.split(r"[,;.]", stated.after[:40])[0]
    per = bool(PER.search(phrase) or PER.search(after))
    whole = bool(WHOLE.search(phrase) or WHOLE.search(after))
    close = re.search(r"\$[^$]*\$([^$]{0,70})$", phrase.rstrip())
    near = close is not None and not re.search(
        r"\b(?:total|overall|altogether|in all|whole|entire|so)\b", close.group(1)
    )
    if not memory and near:
        for formula in list(reversed(subject_formulas))[:1]:
            if formula.chain is None or len(formula.chain.parts) != 1:
                continue
            cost = product_cost(formula.chain.parts[0], setting)
            if cost is None:
                continue
            if whole and "N" not in cost.variables:
                return None, "for how many rows the product is meant is not read", None
            return cost, f"the product {formula.text} takes {cost} multiplications", None
    table = MEMORY if memory else TIME
    about = sentence + " " + heading + " " + earlier[-400:]
    totals = list(TOTAL.finditer(phrase))
    total = totals[-1] if totals else None
    if total is not None and not memory:
        # what stands before "the total" are its parts; what follows, or the section, says of what it is the total
        start = max(phrase.rfind(mark, 0, total.start()) for mark in (",", ";", ".", " so "))
        own = _nearest(table, phrase[max(start, 0) :], about) or _topic(claimed, heading, earlier)
    else:
        own = _nearest(table, phrase, about)
    if own is None:
        follows = re.match(r"\W*(?:time |work |operations )?(?:for|to|in)\b", stated.after)
        own = _nearest(table, stated.after[:60], about) if not memory and follows else None
    if own is None:
        return None, "what costs this is not recognised", None
    if own is TIME[0]:
        return read_cost(own.total, {}), own.says, None
    if (
        re.search(r"\beach\s*(?:costs?|takes?|at|is)?\s*$|\b(?:each|every|per)\b[^.;]{0,25}$", phrase)
        and not own.step
    ):
        return None, "what one of them costs is not in the table", None
    if re.search(r"\beach\s*$", phrase):
        return None, "what one of them costs is not in the table", None
    if per and not whole:
        if not own.step:
            return None, "the cost of one step is not in the table", None
        return read_cost(own.step, {}), f"for one token: {own.says}", None
    if per and whole:
        return None, "whether one token or all are meant is not clear", None
    return read_cost(own.total, {}), own.says, read_cost(own.step, {}) if own.step and not whole else None


def _nearest(table: Sequence[Subject], phrase: str, about: str) -> Subject | None:
    """The subject named last in the phrase; None if two different ones end at the same place."""
    best: tuple[int, int, Subject] | None = None
    for order, subject in enumerate(table):
        matches = list(subject.pattern.finditer(phrase))
        last = matches[-1] if matches else None
        if last is None or (subject.needs and not re.search(subject.needs, about, re.I)):
            continue
        key = (last.end(), -order)
        if best is None or key > best[:2]:
            best = (*key, subject)
    return None if best is None else best[2]


def _topic(claimed: Cost, heading: str, earlier: str) -> Subject | None:
    """What "the total" speaks of: the method that the heading names, or the only one that the section speaks of."""
    methods = {
        "random": re.compile(RANDOM + r"|D_\{?\\?(?:text\{)?rand", re.I),
        "polynomial": re.compile(r"polynomial|degree[- ](?:2|two)", re.I),
        "softmax": re.compile(SOFTMAX + r"|softmax", re.I),
    }
    subjects = {"random": TIME[1], "polynomial": TIME[2], "softmax": TIME[3]}
    named = [name for name, pattern in methods.items() if pattern.search(heading)]
    if len(named) == 1 and not re.search(r"kernel|linear", heading, re.IGNORECASE):
        return subjects[named[0]]
    if "R" in claimed.variables and methods["random"].search(heading + " " + earlier):
        return subjects["random"]
    return None


def judge_degree(found: re.Match[str], text: str, sentence: str) -> Judged | None:
    """`quadratic in the sequence length`: the degree of the true cost in N."""
    degree = DEGREES.get(found.group("degree").lower())
    phrase = text[: found.start()]
    memory = bool(MEMORY_WORDS.search(phrase) or MEMORY_WORDS.search(found.group()))
    own = _nearest(MEMORY if memory else TIME, phrase[-120:], sentence)
    if own is None or PER.search(phrase[-80:]):
        return None
    cost = read_cost(own.total, {})
    true = max(int(dict(monomial).get("N", 0)) for monomial in cost.terms)
    if degree is None:
        if found.group("degree").lower().startswith(("expo", "loga")):
            return refuted(
                Kind.COMPLEXITY,
                f"it grows like N to the power {true}: {own.says}",
                Method.COUNT,
                {"true": str(cost)},
            )
        return None
    if degree == true:
        return verified(Kind.COMPLEXITY, own.says, Method.COUNT)
    return refuted(
        Kind.COMPLEXITY, f"it grows like N to the power {true}: {own.says}", Method.COUNT, {"true": str(cost)}
    )


def judge_count(tree: Expression, phrase: str) -> Judged | None:
    """An exact number of multiplications of a named method; None where nothing is named."""
    if not names(tree) <= set(NAMES) | set("NDMLR"):
        return None
    exact = {
        r"softmax": "N^2 D + N^2 M",
        r"random[- ](?:fourier )?feature|rff|rfa": "2 N R D + 4 N R M + 4 N R",
    }
    for pattern, formula in exact.items():
        if re.search(pattern, phrase, re.I):
            claimed, truth = cost_in(tree), read_cost(formula, {})
            if exactly(claimed, truth):
                return verified(Kind.COMPLEXITY, f"the count is {polynomial_text(truth.terms)}", Method.COUNT)
            comparison = same_growth(claimed, truth)
            if comparison.verdict is not Same.SAME and comparison.verdict is not Same.UNDECIDED:
                return refuted(Kind.COMPLEXITY, comparison.says, Method.COUNT, dict(comparison.path or {}))
            return unchecked(Kind.COMPLEXITY, "what is counted is not fixed by the words")
    return None


def plain_growths(text: str) -> list[tuple[int, int, Expression]]:
    """`O(N²D)` in plain words, with its place."""
    out = []
    for found in PLAIN_GROWTH.finditer(text):
        try:
            chain = read_chain(found.group())
        except Unreadable:
            continue
        if len(chain.parts) == 1:
            out.append((found.start(), found.end(), chain.parts[0]))
    return out


def times_n(terms: Mapping[tuple[tuple[str, Fraction], ...], Fraction]) -> Polynomial:
    """A cost N times over."""
    from grader.verify.growth import times

    return times(dict(terms), {(("N", Fraction(1)),): Fraction(1)})
