# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""A cost stated in prose: what it is of, for one token or for all, of time or of memory; and whether it is right.

What the cost is of has to be named by the clause itself, its label, its paragraph or its heading before anything is
refuted, and then every sensible recipe has to differ from what is stated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify import totals
from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.complexity import (
    FIXED,
    NAMES,
    PLAIN_GROWTH,
    best_of,
    cost_in,
    growth_part,
    product_cost,
    ties_of,
    times_n,
)
from grader.verify.context import Context
from grader.verify.formula_reading import Formula
from grader.verify.grammar import read_chain
from grader.verify.growth import Cost, Polynomial, Same, Ties, cost_of, exactly, read_cost, same_growth, times
from grader.verify.operations import (
    MEMORY,
    METHOD_NAMES,
    PROJECTIONS,
    TIME,
    Operation,
    Whole,
    last_method,
    methods_in,
    nearest,
    normal,
)
from grader.verify.syntax import Call, Expression, Symbol, Unreadable, names
from grader.verify.worlds import FEATURE_MAPS, Setting

PER = re.compile(
    r"\beach\s+\$?\\?(?:phi|φ)|\b(?:per|each|every|one|a single|single)\s+(?:new |generated |decoding |time |decod\w+ )?(?:token|step|position|iteration|query|row|vector|\$?[ij]\b|key|update|output|element|input|example|sample)|\bper-(?:token|step)|per \$?[ijt]\b|\bfor (?:one|a single) |at each|per-step|\bupdat(?:e|es|ing)\b|a step\b|\$?\b[ijt]\$?-?th (?:token|step|position|query|row|output)",
    re.I,
)
WHOLE = re.compile(
    r"\b(?:total|overall|altogether|in all|for all|all N|entire|whole|N (?:steps|tokens|positions|iterations|times|rows|queries)|over (?:the )?(?:loop|sequence|N)|full sequence|for every|in sum|for (?:the|a) (?:whole |full |entire )?sequence|across (?:the )?(?:sequence|tokens|positions))\b",
    re.I,
)
# Words by which a cost may be one token's own though none says so outright.
SINGLE = re.compile(
    r"\b(?:per|each|every|one|single|next|new|current|step\w*|positions?|tokens?|quer(?:y|ies)|rows?|generat\w+|decod\w+|online|"
    r"stream\w*|incremental\w*|autoregressive\w*|recurrent|updat\w+|inference|cach\w+|time)\b|_\{?[ijt]\b|\$[ijt]\$|ᵢ|ⱼ",
    re.I,
)
OF_SOFTMAX = "N^2 D + N^2 M"
WEIGHTS_KEPT = re.compile(
    r"\b(?:weights?|attention matri(?:x|ces)|scores?|probabilit\w+|matri(?:x|ces))\b[^.;]{0,30}\b(?:(?:is|are|be|being|been) (?:\w+ly )?(?:stored|kept|saved|materiali[sz]ed|held)|in memory)\b"
    r"|\b(?:stor|keep|sav|materiali[sz]|hold)\w* (?:all |the |all the )?(?:attention |softmax |N² )?(?:weights|matrix|matrices|scores)\b",
    re.I,
)
MEMORY_WORDS = re.compile(
    r"\b(?:memory|storage|stor(?:e|es|ing)|space|footprint|(?<!with a )(?<!using a )(?<!with the )(?<!with )(?<!kv )caches?|entries|numbers? to keep|(?:kv|key[- ]value)[- ]cache(?= (?:is|takes?|needs?|grows?|has|stays|of)\b)|states?(?= (?:of [\w -]{3,40} )?(?:is|stays|remains|does not grow|grows?|has)\b)|keep(?:s|ing)?(?= (?:\w+ ){0,3}(?:past|previous|all|every|the current|only|\$?S\b)))\b",
    re.I,
)
MEMORY_AFTER = re.compile(
    r"^\W*(?:\w+ )?(?:numbers|floats|entries|memory|space|storage|values to store)\b", re.I
)
TIME_AFTER = re.compile(r"^\W*(?:time|operations?|multiplications?|flops|steps)\b", re.I)
TIME_WORDS = re.compile(r"\b(?:time|operations?|multiplications?|flops|runtime|run-time)\b", re.I)
CONCLUDES = re.compile(
    r"[,;:]\s*(?:and\s+)?(?:hence|thus|therefore|so|giving|which gives|for a total|making|which makes|leading to|yielding)\b",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"(?:total|overall|entire|full)\s+(?:\w+\s+){0,2}(?:cost|complexity|time|run-?time|work)\b|\b(?:overall|altogether|in total|in all)\b|\bthe total (?:is|comes|amounts)\b",
    re.IGNORECASE,
)
# Totals that are looked up and may be verified, but are too loosely worded to refute one.
TOTAL_TOO = re.compile(
    r"\b(?:all|taken|put) together\b|\btotal\b|\bin sum\b|(?:^|[\s,])sum\W*(?:$|,)|\bcomplete\b(?: \w+)? (?:pass|run|forward|method|algorithm|computation)\b|"
    r"\ball (?:of )?(?:the |N |\$N\$ )?(?:tokens|queries|positions|outputs|stages|steps together)\b|\beverything\b",
    re.IGNORECASE,
)
BARE_TOTAL = re.compile(
    r"\W*(?:(?:in |the )?(?:total|sum|grand total|all together|altogether|overall|together))\W*",
    re.IGNORECASE,
)
_ONTO = r"\W*(?:time |work |operations |multiplications )?(?:(?:(?:goes?|(?:is|are)(?: spent| needed| due| paid)?|comes?|stems?) )?(?:for|to|in|on|from)|pays? for)\b"
FOLLOWS = re.compile(_ONTO)
# "O(...) for softmax; O(...) for random features": the words between two costs that both precede their subjects
OF_THE_COST_BEFORE = re.compile(
    rf"{_ONTO}[^.]*(?:[;,]\s*(?:and|but|yet)?|\b(?:and|but|versus|vs\.?|against|instead of|compared (?:with|to)))\W*"
)
SCOPE = re.compile(
    r"\b(?:cases?|sequences?|regimes?|limit|settings?|end|tokens?|layers?|heads?|batch|length|images?|dataset|network|model|whole|full|total|number|size|same|causal)\b",
    re.I,
)
PART = re.compile(r"\b(?:products?|parts?|half|stages?|multiplications?|first|second|last)\b", re.I)
TAIL = re.compile(r",\s+(?:and|but|while|whereas)\s+|;\s+")
AFTER_END = re.compile(r"[,;.]|\s(?:and|but|while|whereas|plus)\s(?!keys|values|queries)")
ONE_OF_THEM = re.compile(r"\beach\s*(?:costs?|takes?|at|is)?\s*$|\b(?:each|every|per)\b[^.;]{0,25}$", re.I)
ORDINAL = re.compile(r"\b(?P<name>[ijt])\b\$?-?th\b|(?:token|step|position) \$?(?P<other>[ijt])\b")
REFERS = re.compile(
    r"\b(?:this|that|it|which|says? the same|simplif\w+|the same|equivalently|in other words|reduces|becomes|collapses|boils down|that's)\b",
    re.I,
)
RESTATES = re.compile(
    r"says? the same|simplif\w+ to|is the same as|equivalently|in other words|reduces to|boils down to|collapses to",
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
ACTION = re.compile(r"(?:ing|tion|sition|[iy][sz]e[sd]?|verse|factors?)$", re.I)
KNOWN_ACTIONS = frozenset(
    [
        "forming",
        "building",
        "evaluating",
        "multiplying",
        "adding",
        "mixing",
        "materialising",
        "materializing",
        "calculating",
        "doing",
        "performing",
        "running",
        "accumulating",
        "summing",
        "updating",
        "weighting",
        "scoring",
        "attention",
        "normalization",
        "normalisation",
        "projection",
        "position",
        "recursion",
        "computation",
        "operation",
        "multiplication",
        "combination",
        "generation",
        "division",
        "caching",
        "including",
        "applying",
        "mapping",
        "projecting",
        "recomputing",
        "averaging",
        "following",
        "resulting",
        "corresponding",
        "scaling",
        "obtaining",
        "getting",
        "exponentiating",
        "exponentiation",
        "storing",
        "keeping",
        "maintaining",
        "holding",
        "standard",
        "query",
        "reading",
        "writing",
        "counting",
    ]
)
PRONOUN = re.compile(r"\b(?:it|this|that|which|them|these|those)\b", re.I)
FILLING = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "for",
        "in",
        "to",
        "and",
        "or",
        "is",
        "are",
        "was",
        "be",
        "takes",
        "take",
        "taking",
        "costs",
        "cost",
        "costing",
        "needs",
        "need",
        "requires",
        "require",
        "using",
        "use",
        "uses",
        "with",
        "each",
        "every",
        "one",
        "single",
        "new",
        "next",
        "step",
        "steps",
        "token",
        "tokens",
        "position",
        "positions",
        "query",
        "queries",
        "key",
        "keys",
        "per",
        "time",
        "times",
        "memory",
        "space",
        "storage",
        "complexity",
        "total",
        "overall",
        "altogether",
        "whole",
        "entire",
        "full",
        "all",
        "n",
        "attention",
        "computation",
        "computing",
        "work",
        "result",
        "results",
        "method",
        "methods",
        "variant",
        "version",
        "this",
        "that",
        "it",
        "its",
        "so",
        "thus",
        "hence",
        "therefore",
        "then",
        "now",
        "at",
        "inference",
        "training",
        "during",
        "generation",
        "generate",
        "generating",
        "generated",
        "cache",
        "sequence",
        "sequences",
        "length",
        "only",
        "just",
        "about",
        "roughly",
        "asymptotically",
        "still",
        "also",
        "comes",
        "sums",
        "gives",
        "makes",
        "runs",
        "scales",
        "running",
        "runtime",
        "run-time",
        "operations",
        "operation",
        "number",
        "numbers",
        "i",
        "j",
        "t",
        "th",
        "ours",
        "our",
        "we",
        "get",
        "which",
        "have",
        "has",
        "amounts",
        "adds",
        "up",
        "on",
        "by",
        "as",
        "o",
        "process",
        "processing",
        "everything",
        "algorithm",
        "approach",
        "does",
        "do",
        "operate",
        "operates",
        "decoding",
        "prediction",
        "current",
        "itself",
        "spend",
        "spends",
        "grows",
        "grow",
        "model",
        "after",
        "end",
        "finally",
        "ith",
        "them",
        "they",
        "stays",
        "stay",
        "remains",
        "remain",
        "make",
    ]
)


@dataclass(frozen=True)
class Stated:
    """One cost stated in a clause: the tree, the words around it, and what stands over it."""

    tree: Expression
    before: str
    after: str
    sentence: str = ""
    label: str = ""  # the bold words that the paragraph or item starts with, or the announcing sentence
    block: str = ""  # the paragraph
    heading: str = ""
    earlier: str = ""  # the section's text before it


@dataclass(frozen=True)
class Truth:
    """What the cost is: right readings, readings that some recipe or another scope has, and how sure it is."""

    right: tuple[Cost, ...]
    says: str
    tolerated: tuple[Cost, ...] = ()
    certain: bool = True


def judge_stated(
    stated: Stated,
    context: Context,
    section: int,
    line: int,
    subject_formulas: Sequence[Formula],
    setting: Setting,
    *,
    counted: bool = False,
) -> Judged:
    """Rule on a cost in prose; a `counted` one is a number of operations that may be exact.

    A letter that may mean two sizes is read in the way that is kindest to the text.
    """
    rulings = [
        _judge_read(stated, letters, context, section, line, subject_formulas, setting, counted=counted)
        for letters in _readings(stated.tree, context)
    ]
    order = {Ruling.VERIFIED: 0, Ruling.UNCHECKED: 1, Ruling.REFUTED: 2}
    return min(rulings, key=lambda judged: order[judged.ruling])


def _readings(tree: Expression, context: Context) -> list[Mapping[str, str]]:
    """What a cost's letters may mean: m is the number of random features, or the width of the values."""
    usual = {**NAMES, **context.said}
    values = {**usual, "m": "M"}
    if "m" not in names(tree) or "m" in context.said:
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
    subject_formulas: Sequence[Formula],
    setting: Setting,
    *,
    counted: bool = False,
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
    about = " ".join((stated.sentence, stated.label, stated.heading, stated.earlier[-600:]))
    choices, all_ties = (
        [adjusted(ties, claimed, about, stated.sentence) for ties in ties_of(known, section, line)]
        for known in (context.lasting(line), context)
    )
    truth = truth_of(stated, claimed, subject_formulas, setting)
    if isinstance(truth, str):
        return _restated(stated, claimed, choices) or unchecked(kind, truth)
    truth = _multiplied(truth, claimed, stated)
    first = truth.right[0]
    best = [best_of(claimed, cost, choices) for cost in truth.right]
    if all(comparison.verdict is Same.SAME for comparison in best):
        if counted and len(first.terms) == len(claimed.terms) and exactly(claimed, first):
            return verified(kind, f"{truth.says}: exactly {first}", Method.COUNT)
        return verified(kind, truth.says, Method.COUNT)
    loose = [*choices, *all_ties, *_feature_lengths(claimed, first, _only_polynomial(stated))]
    if re.search(r"\bheads?\b", f"{stated.label} {stated.sentence}"):
        loose.append(Ties({"M": {(("D", Fraction(1)),): Fraction(1)}}))
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
    if which_attention_is_open(truth, stated):
        return unchecked(kind, "which attention is meant is not said")
    if not truth.certain or OTHER.search(f"{stated.sentence} {stated.label}"):
        return unchecked(kind, f"what costs this is not said clearly enough; {truth.says}")
    return refuted(
        kind, f"{truth.says}; {best[0].says}", Method.COUNT, dict(best[0].path or {}) | {"true": str(first)}
    )


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
        re.search(r"soft-?max", stated.sentence, re.I) and not OTHER_ATTENTION.search(stated.sentence)
    )
    return truth.says.startswith("QKᵀ") and not named and bool(OTHER_ATTENTION.search(around))


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


def adjusted(ties: Ties, claimed: Cost, about: str, sentence: str) -> Ties:
    """L = 2R wherever both occur or random features are spoken of; L ~ D² for the polynomial map; `for M = D`."""
    equal: dict[str, Polynomial] = dict(ties.equal)
    polynomial = bool(re.search(r"polynomial|degree[- ](?:2|two)", about, re.I))
    if "L" not in equal:
        if "R" in claimed.variables:
            equal["L"] = {(("R", Fraction(1)),): Fraction(2)}
        elif polynomial and (
            "L" not in claimed.variables or not re.search(r"random|recurs|prefix", about, re.I)
        ):
            equal["L"] = {(("D", Fraction(2)),): Fraction(1)}
    for found in TIED.finditer(normal(sentence)):
        one, other = found.group("a") or found.group("c"), found.group("b") or found.group("d")
        if {one, other} == {"M", "D"} and "M" not in equal:
            equal["M"] = {(("D", Fraction(1)),): Fraction(1)}
    return Ties(equal, ties.below)


def _only_polynomial(stated: Stated) -> bool:
    """Whether the features that a cost is of are those of the polynomial map, whose length is about D²/2."""
    own = f"{stated.before} {stated.label} {stated.heading}"
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


# -- what the cost is of -------------------------------------------------------------------------------------------


def truth_of(
    stated: Stated, claimed: Cost, subject_formulas: Sequence[Formula], setting: Setting
) -> Truth | str:
    """What the stated cost has to be, or why that is not known."""
    *reasons, phrase = CONCLUDES.split(stated.before[-200:])
    after = AFTER_END.split(stated.after[:70])[0]
    if FOLLOWS.match(stated.after) and OF_THE_COST_BEFORE.fullmatch(phrase):
        phrase = ""
    about = " ".join((stated.sentence, stated.label, stated.heading, stated.earlier[-400:]))
    last = TAIL.split(phrase)[-1]
    spends = re.search(r"\b(?:costs?|takes?|needs?|requires?|uses?|spends?)\b", last)
    memory = is_memory(last if spends and len(last.split()) > 1 else phrase, after, stated.label)
    product = None if memory else _of_product(phrase, after, subject_formulas, setting)
    if product is not None:
        return product
    if spends and len(last.split()) > 1:
        phrase = last
    table = MEMORY if memory else TIME
    if _is_of_something_else(after) and nearest(table, after, about) is None and not methods_in(after):
        return "what costs this is not recognised"
    own, said = _operation_of(phrase, after, stated, claimed, table, about)
    certain = True
    if own is None and stated.label:
        own, said = nearest(table, stated.label, about), f"{stated.label} {phrase}"
        certain = not unknown_words(phrase, own)
    if not memory and BARE_TOTAL.fullmatch(phrase):
        own, said, certain = topic(claimed, stated.heading, stated.earlier), phrase, False
        if own is None:
            return "what costs this is not recognised"
    if own is None and not memory and TOTAL_TOO.search(f"{phrase} , {after} , {stated.label}"):
        own, said = topic(claimed, stated.heading, stated.earlier), phrase
        if (
            own is None
            and "L" in claimed.variables
            and re.search(r"feature", f"{stated.earlier[-1500:]} {about}", re.I)
        ):
            own = METHOD_NAMES["linear"].time
        certain = False
    if own is None and reasons:
        own, said = nearest(table, reasons[-1][-120:], about), f"{reasons[-1]} {phrase}"
        certain = False
    if own is not None:
        others = [
            w for w in unknown_words(phrase, own) if ACTION.search(w) and w.lower() not in KNOWN_ACTIONS
        ]
        if own is PROJECTIONS and "R" not in claimed.variables:
            certain = certain and bool(
                re.search(r"random|frequenc|\\omega|ω|\bW", f"{stated.sentence} {stated.label}")
            )
        return _in_scope(
            own, said, phrase, after, stated, certain and not others and not _part_of(own, phrase)
        )
    return _whole_method(phrase, after, stated, memory)


def _is_of_something_else(after: str) -> bool:
    """Whether the words behind a cost say of what it is: "is due to the last product", but not "in the worst case"."""
    onto = FOLLOWS.match(after)
    if onto is None or not re.match(r"\s*(?:the|its|their|this|that|\w+ing)\b", after[onto.end() :]):
        return False
    return not SCOPE.search(after) and bool(PART.search(after) or unknown_words(after))


def scope_of(words: str) -> tuple[bool, bool]:
    """Whether one token, and whether all of them are spoken of."""
    plain = normal(words)
    return bool(PER.search(plain)), bool(WHOLE.search(plain))


def is_memory(phrase: str, after: str, label: str) -> bool:
    """Whether numbers that are kept are counted, not operations."""
    if MEMORY_AFTER.match(after) or TIME_AFTER.match(after):
        # the unit behind the cost says it, whatever else the clause speaks of
        return bool(MEMORY_AFTER.match(after))
    if MEMORY_WORDS.search(phrase) or MEMORY_WORDS.search(after[:30]):
        return not re.search(r"\btime\W*$", phrase)
    return bool(
        MEMORY_WORDS.search(label) and not TIME_WORDS.search(phrase) and not TIME_WORDS.search(after[:30])
    )


def _of_product(phrase: str, after: str, formulas: Sequence[Formula], setting: Setting) -> Truth | None:
    """The cost of a product that stands right before it, from the shapes of its factors."""
    close = re.search(r"\$[^$]*\$([^$]{0,70})$", phrase.rstrip())
    if close is None or re.search(r"\b(?:total|overall|altogether|in all|whole|entire|so)\b", close.group(1)):
        return None
    formula = next(iter(reversed(formulas)), None)
    if formula is None or formula.chain is None or len(formula.chain.parts) != 1:
        return None
    cost = product_cost(formula.chain.parts[0], setting)
    if cost is None:
        return None
    _, whole = scope_of(f"{phrase} , {after}")
    if whole and "N" not in cost.variables:
        if not re.search(r"_\{?[ijt]", formula.text):
            return None
        every = Cost("", times_n(cost.terms))
        return Truth(
            (every,), f"the product {formula.text} takes {cost} multiplications for each of N tokens"
        )
    return Truth((cost,), f"the product {formula.text} takes {cost} multiplications")


def _operation_of(
    phrase: str, after: str, stated: Stated, claimed: Cost, table: Sequence[Operation], about: str
) -> tuple[Operation | None, str]:
    """The operation that the clause itself names, with the words that name it."""
    totals = list(TOTAL.finditer(phrase))
    if totals and table is TIME:
        # what stands before "the total" are its parts; what follows, or the section, says of what it is the total
        start = max(phrase.rfind(mark, 0, totals[-1].start()) for mark in (",", ";", ".", " so "))
        own = nearest(table, phrase[max(start, 0) :], about) or topic(claimed, stated.heading, stated.earlier)
        return own, phrase
    follows = nearest(table, after, about) if FOLLOWS.match(stated.after) else None
    if follows is not None:
        return follows, after
    return nearest(table, phrase, about), phrase


def _in_scope(
    own: Operation, said: str, phrase: str, after: str, stated: Stated, certain: bool
) -> Truth | str:
    """An operation's cost for one token or for all, as the words have it."""
    total = read_cost(own.total, {})
    step = read_cost(own.step, {}) if own.step else None
    also = tuple(read_cost(text, {}) for text in own.also)
    if own is TIME[0]:
        return Truth((total,), own.says, also, certain)
    per, whole = scope_of(f"{phrase} , {after}")
    if not per and not whole:
        per, whole = scope_of(f"{said} , {stated.label}")
    if re.search(r"\beach\s*$", phrase) or (
        ONE_OF_THEM.search(phrase) and step is None and own not in MEMORY
    ):
        return "what one of them costs is not in the table"
    if per and whole:
        if step is None:
            return "whether one token or all are meant is not clear"
        return Truth((total,), own.says, (step, *also), certain=False)
    if per or (own.single and not whole):
        if step is None:
            return "the cost of one step is not in the table"
        tolerated = also if per else (total, *also)
        return Truth((step,), f"for one token: {own.says}", tolerated, certain)
    if WEIGHTS_KEPT.search(stated.sentence):
        also = tuple(cost for cost in also if same_growth(cost, total).verdict in {Same.SAME, Same.MORE})
    # A linear cost said of softmax attention is one token's own only where single tokens are spoken of.
    said_of_all = whole or (
        own.total == OF_SOFTMAX and not SINGLE.search(f"{stated.sentence} {stated.label} {stated.heading}")
    )
    return Truth((total,), own.says, also if step is None or said_of_all else (step, *also), certain)


def _part_of(own: Operation, phrase: str) -> bool:
    """Whether the phrase speaks of a part of the operation: "the gradient of S", "in softmax attention, the maxima"."""
    plain = normal(phrase)
    matches = list(own.pattern.finditer(plain))
    if not matches:
        return False
    head = re.search(
        r"([A-Za-z][a-z]{2,})\s+(?:of|in|for|from|inside|within)\s+(?:(?:the|a|an|all|every|each|this|our)\s+)*$",
        plain[: matches[-1].start()],
    )
    if head and head.group(1).lower() not in FILLING and head.group(1).lower() not in KNOWN_ACTIONS:
        return True
    inside = re.match(r"\W*(?:in|for|within|with)\s[^,]*$", plain[: matches[-1].start()], re.I)
    subject = re.search(r",\s*(?:the|its|each|every|all)\s+([a-z]{3,})", plain[matches[-1].end() :])
    return bool(inside and subject and subject.group(1) not in FILLING)


def unknown_words(phrase: str, own: Operation | None = None) -> list[str]:
    """Words of a clause that say of what the cost is and that nothing here knows."""
    plain = normal(phrase)
    for method in METHOD_NAMES.values():
        plain = method.pattern.sub(" ", plain)
    if own is not None:
        plain = own.pattern.sub(" ", plain)
    return [word for word in re.findall(r"[a-zA-Z][a-z]{2,}", plain) if word.lower() not in FILLING]


def _whole_method(phrase: str, after: str, stated: Stated, memory: bool) -> Truth | str:
    """A method's own cost, where the clause names nothing but a method, or nothing but "the total", "one step", "it"."""
    strange = unknown_words(phrase)
    if strange:
        return "what costs this is not recognised"
    levels = (phrase, after, stated.label, stated.sentence, stated.block, stated.heading)
    ours = bool(re.search(r"\bours?\b", phrase))
    found: list[Whole] = []
    for level in levels:
        found = [method for method in methods_in(level) if not (ours and method.name == "softmax")]
        if found:
            break
    certain = not PRONOUN.search(phrase) or level in {phrase, stated.label}
    if not found:
        found = [m for m in methods_in(stated.earlier[-1500:]) if not (ours and m.name == "softmax")]
        certain = ours and len(found) == 1
        if not ours:
            found = last_method(stated.earlier[-500:])
    if not found:
        return "what costs this is not recognised"
    operations = [method.memory if memory else method.time for method in found]
    truths = [_in_scope(own, phrase, phrase, after, stated, certain) for own in operations]
    read = [truth for truth in truths if isinstance(truth, Truth)]
    if len(read) < len(truths) or not read:
        return "the cost of one step is not in the table"
    right = tuple(cost for truth in read for cost in truth.right)
    tolerated = tuple(
        cost for truth in read for cost in (*truth.tolerated, *(truth.right if len(read) > 1 else ()))
    )
    return Truth(right, read[0].says, tolerated, certain and len(read) == 1)


def topic(claimed: Cost, heading: str, earlier: str) -> Operation | None:
    """What "the total" speaks of: the method that the heading names, or the only one that the section speaks of."""
    named = [method for method in methods_in(heading) if method.name in {"random", "polynomial", "softmax"}]
    if len(named) == 1 and not re.search(r"kernel|linear", heading, re.IGNORECASE):
        return named[0].time
    random = METHOD_NAMES["random"]
    if "R" in claimed.variables and (
        random.pattern.search(heading + " " + earlier)
        or re.search(r"D_\{?\\?(?:text\{)?rand", heading + earlier, re.I)
    ):
        return random.time
    return None


# -- costs that speak of the cost before ---------------------------------------------------------------------------

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
    follow = bool(REFERS.search(phrase) or RESTATES.search(stated.after[:40]))
    if not follow:
        return None
    place = stated.sentence.find(stated.before[-30:].strip()) if stated.before.strip() else -1
    before = (
        f"{stated.earlier[-500:]} {stated.block[-700:]} {stated.sentence[: max(place, 0)]} {stated.before}"
    )
    said = last_cost(before)
    if said is None:
        return None
    strange = [
        w for w in unknown_words(REFERS.sub(" ", phrase)) if w.lower() not in {"since", "max", "min", "equal"}
    ]
    if re.search(r"\bN\b\$? (?:steps|tokens|times|positions|iterations|queries)", phrase):
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
