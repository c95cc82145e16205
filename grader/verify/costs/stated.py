# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Costs that a text states, judged by the words around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.costs import totals
from grader.verify.costs.complexity import (
    AS_WIDE,
    FIXED,
    PLAIN_GROWTH,
    best_of,
    cost_in,
    growth_part,
    letters_of,
    ties_of,
)
from grader.verify.costs.cost_truths import Stated, Truth, truth_of
from grader.verify.costs.cost_vocabulary import unknown_words
from grader.verify.costs.operations import methods_in, normal
from grader.verify.costs.steps import cost_from
from grader.verify.costs.works import shapes_at
from grader.verify.grammar.reader import read_chain
from grader.verify.grammar.syntax import Call, Expression, Symbol, Unreadable, names
from grader.verify.scope.context import Context
from grader.verify.scope.growth import Cost, Polynomial, Same, Ties, cost_of, times, times_n
from grader.verify.worlds.settings import FEATURE_MAPS

ORDINAL = re.compile(r"\b(?P<name>[ijt])\b\$?-?th\b|(?:token|step|position) \$?(?P<other>[ijt])\b")
REFERS = re.compile(
    r"\b(?:this|that|it|which|says? the same|simplif\w+|the same|equivalently|in other words|reduces|becomes|collapses|boils down|that's)\b",
    re.I,
)
RESTATES = re.compile(
    r"says? the same|simplif\w+ to|is the same as|equivalently|in other words|reduces to|boils down to|collapses to|^\W*(?:with|for|if|when|since|as|where)\b[^.;]{1,40}\b(?:that|this|it|which|the (?:total |whole )?cost)\b[^.;]{0,30}\b(?:is|becomes|equals|means)\W*$",
    re.I,
)
TIED = re.compile(
    r"(?:\b(?i:for|if|when|with|since|as|case)\s+\$?(?P<a>[A-Z])\$?\s*(?:=|~|≈|\\approx|\\sim|equals)\s*\$?(?P<b>[A-Z])\b)|(?:\$?\b(?P<c>[A-Z])\b\$?\s+and\s+\$?(?P<d>[A-Z])\b\$?\s+(?:are|have) (?:equal|the same|of the same))"
)
OTHER = re.compile(
    r"\blocal\b|\bwindow|\bsparse|low[- ]rank|\bblock|flash|\bchunk|strided|dilated|\bhash|cluster|landmark|linformer|performer|reformer|nystr|"
    r"sub-?quadratic|memory-efficient|online softmax|\btil(?:e|ed|ing)\b|checkpoint|parallel|processor|\bGPU|\bcores?\b|\bscan\b|\blatency|sequential|"
    r"\bincluding\b|\bincl\b|\blayers?\b|\bepochs?\b|\bFFT\b|sampl(?:e|ing) (?:of )?(?:the )?(?:keys|pairs)|top-?k|quantiz|pruned?|distill",
    re.I,
)


def judge_stated(
    stated: Stated,
    context: Context,
    section: int,
    line: int,
) -> Judged:
    """Rule on a cost in prose.

    A letter that may mean two sizes is read in the way that is kindest to the text.
    """
    rulings = [
        _judge_read(stated, letters, context, section, line) for letters in _readings(stated.tree, context)
    ]
    order = {Ruling.VERIFIED: 0, Ruling.UNCHECKED: 1, Ruling.REFUTED: 2}
    kindest = min(rulings, key=lambda judged: order[judged.ruling])
    if kindest.ruling is Ruling.REFUTED and (SPEAKS_OF_MORE.search(stated.before) or _concludes(stated)):
        return unchecked(Kind.COMPLEXITY, "it speaks of more than the words before it name")
    return kindest


def _concludes(stated: Stated) -> bool:
    """Whether a cost is what several others come to: `QKᵀ takes N²D and the product with V N²M, so the time is ...`."""
    sentence_until = stated.sentence.partition(stated.before.strip())[0] if stated.before.strip() else ""
    told = f"{stated.inherited[-400:]} {sentence_until} {stated.before}"
    told = re.split(r"(?<=[a-z)$])[.;]\s", told)[-1]
    return bool(CONCLUDES.search(stated.before[-60:]) and MORE_THAN_ONE.search(told)) or bool(
        IN_THIS_ORDER.search(stated.before)
    )


CONCLUDES = re.compile(
    r"\b(?:so|hence|thus|therefore|altogether|in total|in all|overall|total(?:s|ling)?|together)\b[^.;]*$",
    re.I,
)
MORE_THAN_ONE = re.compile(
    r"\beach\b|\band (?:the |its |another |a )?(?:\w+ ){0,4}(?:with|by|of|takes?|costs?|needs?|product|multiplication|step)\b|\bwith the \w+|\bplus\b",
    re.I,
)
IN_THIS_ORDER = re.compile(
    r"\b(?:form|multiply|comput|build|evaluat|work)ing\b(?: out)?[^.;,]*\bfirst\b[^.;]*$", re.I
)
# "each entry is an inner product, so this step costs": all of them; "with the projections we are at": what went before too
SPEAKS_OF_MORE = re.compile(
    r"\b(?:each|every|one|a single) (?:single )?(?:entry|element|score|component|weight|pair)\b[^.;]*,\s*(?:so|hence|thus|and so)?\s*(?:this|the|that) (?:whole )?(?:step|product|operation|stage|matrix)\b[^.;]*$"
    r"|\b(?:with|including|counting|adding|plus|besides|beyond|together with) (?:the |all |its |their )*(?:\w+ ){0,2}\w+,? (?:we|it|this|that|one|everything) [^,.;]*$",
    re.IGNORECASE,
)


def _readings(tree: Expression, context: Context) -> list[Mapping[str, str]]:
    """What a cost's letters may mean: m is the number of random features, or the width of the values."""
    usual = letters_of(context)
    values = {**usual, "m": "M"}
    if "m" not in names(tree):
        return [usual]
    width = any(
        "m" in names(size) for one in context.declared if _is_value(one.what) for size in one.sizes[-1:]
    )
    return [values] if width or {"R", "D_random", "D_r", "r"} & names(tree) else [usual, values]


def _is_value(what: Expression) -> bool:
    return isinstance(what, Symbol) and what.name in {"v", "V"}


def _judge_read(
    stated: Stated,
    letters: Mapping[str, str],
    context: Context,
    section: int,
    line: int,
) -> Judged:
    kind = Kind.COMPLEXITY
    try:
        claimed = cost_of(stated.tree, "", letters)
    except Unreadable as error:
        return unchecked(kind, f"the cost is not read: {error}")
    if FIXED.search(stated.sentence):
        return unchecked(kind, "the sentence keeps some sizes fixed")
    ordinal = ORDINAL.search(stated.before[-120:])
    if ordinal:
        claimed = _renamed_size(claimed, ordinal.group("name") or ordinal.group("other"))
    about = " ".join(
        (stated.sentence, stated.label, stated.heading, stated.block[-400:], stated.earlier[-600:])
    )
    choices, all_ties = (
        [adjusted(ties, claimed, about, stated.sentence) for ties in ties_of(known, section, line)]
        for known in (context.lasting(line), context)
    )
    choices += with_random_features(choices, claimed)
    truth = truth_of(stated, claimed, shapes_at(context, letters, line))
    if isinstance(truth, str) or not truth.certain:
        follows = _restated(stated, claimed, choices)
        if follows is not None or isinstance(truth, str):
            return follows or unchecked(kind, str(truth))
    truth = _multiplied(truth, claimed, stated)
    first = truth.right[0]
    best = [best_of(claimed, cost, choices) for cost in truth.right]
    if all(comparison.verdict is Same.SAME for comparison in best):
        return verified(kind, truth.says, Method.COUNT)
    lengths = (
        []
        if truth.exact
        else _feature_lengths(claimed, first, _only_polynomial(stated) or _all_squares(choices))
    )
    loose = [*choices, *all_ties, *lengths]
    if re.search(r"\bheads?\b", f"{stated.label} {stated.sentence}") or not context.value_width:
        loose += [Ties({**ties.equal, "M": AS_WIDE.equal["M"]}, ties.below) for ties in (Ties(), *choices)]
    alone = THE_TOTAL.search(stated.before[-60:]) or totals.exceeds(
        stated.before, stated.earlier, claimed, context.aliases
    )
    others = () if alone else truth.tolerated
    if any(best_of(claimed, cost, loose).verdict is Same.SAME for cost in (*truth.right, *others)):
        return unchecked(
            kind, f"it is the cost under another reading of what is meant than this one: {truth.says}"
        )
    if _foreign(stated.tree, claimed, truth, context):
        return unchecked(kind, "the cost has a size that is not known to mean what it means here")
    known = set("NDMLR") | {"log N"} | {name for cost in truth.right for name in cost.variables}
    if set(claimed.variables) - known or any(c.verdict is Same.UNDECIDED for c in best):
        return unchecked(kind, "the cost has sizes that are not read")
    if not claimed.variables:
        return unchecked(kind, "which numbers it starts from is not said")
    unnamed = stated.opposed and not methods_in(f"{stated.before} {AFTER.split(stated.after)[0]}")
    if unnamed and any(best_of(claimed, cost_from(way), loose).verdict is Same.SAME for way in OF_A_WAY):
        return unchecked(kind, "which of the two methods it is the cost of is not said")
    if which_attention_is_open(truth, stated) or _of_features(claimed, first, stated):
        return unchecked(kind, "which attention is meant is not said")
    if AT_ONE.search(stated.sentence):
        return unchecked(kind, "the sentence gives a size a value")
    words = f"{stated.sentence} {stated.label}"
    if not truth.certain or OTHER.search(LAYER.sub(" ", words) if truth.understood else words):
        return unchecked(kind, f"what costs this is not said clearly enough; {truth.says}")
    return refuted(
        kind, f"{truth.says}; {best[0].says}", Method.COUNT, dict(best[0].path or {}) | {"true": str(first)}
    )


AFTER = re.compile(r"[,;.]")
OF_A_WAY = ("N^2 D + N^2 M", "N R D + N R M", "N L M", "N D^2 M")
LAYER = re.compile(r"\b(?:the|this|whole|entire|attention) (?:whole |entire |attention )*layers?\b", re.I)
AT_ONE = re.compile(r"\b(?:for|if|when|with)\s+\$?[A-Z]\$?\s*=\s*\$?\d", re.I)
THE_TOTAL = re.compile(
    r"\bthe (?:total|overall|whole|entire)\b(?: \w+){0,3} (?:cost|complexity|time|work)\b", re.I
)
EXACT_ATTENTION = re.compile(
    r"softmax|\bexact|standard|\bfull\b|vanilla|naive|naïve|quadratic|ordinary|usual|classical|plain|original|QK|scores?|N\s*(?:×|\\times)\s*N",
    re.I,
)
OTHER_ATTENTION = re.compile(r"random|feature|kerneli[sz]ed|linear|causal|recurr|polynomial|\\phi|φ", re.I)


def which_attention_is_open(truth: Truth, stated: Stated) -> bool:
    """Whether only "the attention" is named, where the text also speaks of attention by features."""
    around = f"{stated.heading} {stated.earlier[-600:]} {stated.block}"
    named = EXACT_ATTENTION.search(f"{stated.before[-60:]} {stated.label}") or (
        EXACT_ATTENTION.search(stated.sentence) and not OTHER_ATTENTION.search(stated.sentence)
    )
    return truth.says.startswith("QKᵀ") and not named and bool(OTHER_ATTENTION.search(around))


def _of_features(claimed: Cost, truth: Cost, stated: Stated) -> bool:
    """Whether a cost in the features' number is held against a step of softmax attention that its words do not name."""
    has_features, other = ({"R", "L"} & set(cost.variables) for cost in (claimed, truth))
    squares = any(dict(monomial).get("N") == 2 for monomial in truth.terms)
    return bool(has_features and not other and squares) and not EXACT_ATTENTION.search(
        f"{stated.before} {stated.label}"
    )


def _foreign(tree: Expression, claimed: Cost, truth: Truth, context: Context) -> bool:
    """Whether a letter that nothing else here has may be the document's own: L layers, C classes, m landmarks."""
    known = {name for cost in truth.right for name in cost.variables}
    if "L" in claimed.variables and not known & {"L", "R"}:
        letters = {"L", "C", "F"} & names(tree)
        mapped = [
            d for d in context.declared if isinstance(d.what, Call) and d.what.function.name in FEATURE_MAPS
        ]
        return not any(letters & names(size) for d in mapped for size in d.sizes)
    return "R" in claimed.variables and not known & {"L", "R"} and not {"R", "D_random", "D_r"} & names(tree)


def _renamed_size(cost: Cost, name: str) -> Cost:
    return Cost(
        cost.text,
        {
            tuple(sorted(("N" if size == name else size, power) for size, power in monomial)): value
            for monomial, value in cost.terms.items()
        },
    )


SQUARED = re.compile(
    r"polynomial|degree[- ](?:2|two)|(?:quadratic|squared) kernel|\+\s*1\)\s*(?:\^\s*\{?2|²)", re.I
)


D_SQUARED: Polynomial = {(("D", Fraction(2)),): Fraction(1)}


def _of_squares(equal: Mapping[str, Polynomial]) -> bool:
    """Whether the features are said to number about D²."""
    return any(dict(monomial).get("D", 0) >= 2 for monomial in equal.get("L", {}))


def _all_squares(choices: Sequence[Ties]) -> bool:
    """Whether the text gives its features' length, and it is about D² alone."""
    return bool(choices) and all(_of_squares(ties.equal) for ties in choices)


def adjusted(ties: Ties, claimed: Cost, about: str, sentence: str) -> Ties:
    """L = 2R wherever both occur or random features are spoken of; L ~ D² for the polynomial map; `for M = D`."""
    equal: dict[str, Polynomial] = dict(ties.equal)
    polynomial = bool(SQUARED.search(about))
    if (
        polynomial
        and not {"L", "R"} & set(claimed.variables)
        and any(dict(monomial).get("D", 0) >= 2 for monomial in claimed.terms)
        and not re.search(r"random|frequenc", about, re.I)
    ):
        equal.pop("L", None)
    if "R" in claimed.variables and _of_squares(equal) and not SQUARED.search(sentence):
        equal.pop("L")  # the other map's features, in another part of the text
    if "L" not in equal:
        if "R" in claimed.variables:
            equal["L"] = {(("R", Fraction(1)),): Fraction(2)}
        elif polynomial and (
            "L" not in claimed.variables or not re.search(r"random|recurs|prefix", about, re.I)
        ):
            equal["L"] = D_SQUARED
    for found in TIED.finditer(normal(sentence)):
        one, other = found.group("a") or found.group("c"), found.group("b") or found.group("d")
        if {one, other} == {"M", "D"} and not {"M", "D"} & set(equal):
            equal["M"] = {(("D", Fraction(1)),): Fraction(1)}
    return Ties(equal, ties.below)


def with_random_features(choices: Sequence[Ties], claimed: Cost) -> list[Ties]:
    """L = 2R too, where a cost in R stands in a text that has called another map's features L before."""
    if "R" not in claimed.variables or "L" in claimed.variables:
        return []
    twice: Polynomial = {(("R", Fraction(1)),): Fraction(2)}
    return [
        Ties({**ties.equal, "L": twice}, ties.below)
        for ties in choices
        if ties.equal.get("L", twice) != twice
    ]


def _only_polynomial(stated: Stated) -> bool:
    """Whether the features that a cost is of are those of the polynomial map, whose length is about D²/2."""
    own = f"{stated.before} {stated.label} {stated.heading}"
    if SQUARED.search(stated.sentence) and not re.search(
        r"random|recurs|prefix|linear", stated.sentence, re.I
    ):
        return True
    named = {method.name for method in methods_in(own)}
    return named == {"polynomial"} or (
        "polynomial" in named and not named & {"random", "causal random", "linear"}
    )


def _feature_lengths(claimed: Cost, truth: Cost, squared: bool) -> list[Ties]:
    """Where a cost is stated without the length of the features, it may be any that the course knows."""
    if "L" not in truth.variables or "L" in claimed.variables:
        return []
    lengths: list[Polynomial] = [
        {((name, Fraction(power)),): Fraction(1)}
        for name, power in (("D", 1), ("D", 2), ("R", 1))
        if not squared or power == 2
    ]
    as_wide: Polynomial = {(("D", Fraction(1)),): Fraction(1)}
    return [Ties({"L": length}) for length in lengths] + [
        Ties({"L": length, "M": as_wide}) for length in lengths[:2]
    ]


def _multiplied(truth: Truth, claimed: Cost, stated: Stated) -> Truth:
    """The costs for a batch of B sequences or H heads, where the words and the cost speak of them."""
    words = f"{stated.label} {stated.sentence}"
    for size, pattern in (("B", r"\bbatch|\bB (?:\w+ )?sequences"), ("H", r"\bheads?\b")):
        if (
            size in claimed.variables
            and re.search(pattern, words, re.I)
            and not any(size in cost.variables for cost in truth.right)
        ):
            once: Polynomial = {((size, Fraction(1)),): Fraction(1)}
            tolerated = (*truth.tolerated, *truth.right)
            right = tuple(Cost("", times(dict(cost.terms), once)) for cost in truth.right)
            truth = replace(truth, right=right, tolerated=tolerated)
    return truth


LATEX_GROWTH = re.compile(
    r"(?:\\mathcal\s*\{?O\}?|\bO|\\Theta|Θ)\s*(?:\\left|\\big|\\Big)?\s*\((?:[^()$]|\((?:[^()$]|\([^()$]*\))*\))*\)"
)


def last_cost(text: str) -> Cost | None:
    """The cost stated last in a text, if its growth class can be read."""
    spots = [m for pattern in (PLAIN_GROWTH, LATEX_GROWTH) for m in pattern.finditer(text)]
    for found in sorted(spots, key=lambda m: m.end(), reverse=True)[:1]:
        try:
            chain = read_chain(found.group())
            body = growth_part(chain.parts[-1])
            return cost_in(body) if body is not None else None
        except Unreadable:
            return None
    return None


def _restated(stated: Stated, claimed: Cost, choices: Sequence[Ties]) -> Judged | None:
    """`which is O(NR max(D, M))`, `after N steps that is O(NLM)`: right if it follows from the cost said before."""
    phrase = stated.before[-100:]
    of_all = bool(stated.after_one and IN_ALL.search(phrase)) or bool(STEPS.search(phrase))
    if not (of_all or REFERS.search(phrase) or RESTATES.search(stated.after[:40])):
        return None
    said = last_cost(f"{stated.inherited[-700:]} {stated.before if not of_all else ''}") or last_cost(
        stated.earlier[-500:]
    )
    if said is None:
        return None
    strange = [
        w for w in unknown_words(REFERS.sub(" ", phrase)) if w.lower() not in {"since", "max", "min", "equal"}
    ]
    if of_all:
        said = Cost("", times_n(said.terms))
    comparison = best_of(claimed, said, choices)
    if comparison.verdict is Same.SAME:
        return verified(Kind.COMPLEXITY, f"it follows from the cost stated before it: {said}", Method.COUNT)
    if (
        RESTATES.search(phrase)
        and not strange
        and comparison.path
        and not set(claimed.variables) - set("NDMLRBH")
    ):
        return refuted(
            Kind.COMPLEXITY, f"it does not follow from the cost stated before it; {comparison.says}", Method.COUNT,
            dict(comparison.path) | {"before": str(said)},
        )  # fmt: skip
    return None


IN_ALL = re.compile(r"\b(?:total|in all|altogether|overall)\b", re.I)
STEPS = re.compile(r"\bN\b\$? (?:steps|tokens|times|positions|iterations|queries)", re.I)
