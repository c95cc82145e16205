# ruff: noqa: E501 -- a pattern stays on one line
"""A statement of a sentence -> the rulings on what it says of the example before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.grammar.syntax import Call, Expression, Number, Power, Symbol, names, rewritten, symbols
from grader.verify.worked.evaluation import Array, evaluate, written
from grader.verify.worked.example import MATRICES, SIZES, Example, Name, family_name, point_name
from grader.verify.worked.givens import Place
from grader.verify.worked.judging import Held, Quantity, judge, together
from grader.verify.worked.kernel_words import kernels_in
from grader.verify.worked.literals import Literal, Match
from grader.verify.worked.nouns import QUERY_INDEX, Noun, index_in
from grader.verify.worked.pairs import Meaning
from grader.verify.worked.plain_text import runs_of
from grader.verify.worked.readings import NORMALISERS, SUMS
from grader.verify.worked.statements import Side, Statement, Told
from grader.verify.worked.subjects import Subject, factor_subject, subject_before
from grader.verify.worked.surroundings import TEMPERATURE, Around, Document, readings_of

# another example, or what would be if the example were changed
CHANGED = re.compile(
    r"\bafter (?:normali[sz]|scal|rescal)|\b(?:re)?scaled (?:to|by|up|down)\b|\b(?:to|of) (?:unit )?length (?:one|1)\b|\bnormali[sz](?:ing|e) (?:the|both|q|k|them|all)\b|\bunit (?:vectors?|length)\b|\bin general\b|\bwrong\w*\b|\bmistak\w+|\bincorrect\w*|\bforg[eo]t\w*|\binstead of\b|\brather than\b|\bhad (?:we|I|one|been)\b|\bdoubl(?:e|es|ed|ing)\b|\bhalv(?:e|es|ed|ing)\b|\brotat\w+|\bswap\w*|\bpermut\w+|\bshift(?:ed|ing|s)?\b|\bsubtract\w*|\bmultipl(?:y|ying|ied) (?:all|every|each|both|the|q|k)\b|\breplac\w+|\bmov(?:e|es|ed|ing)\b|\badd(?:ing)? (?:a|the same|one|another)\b|\bif (?:all|we|one|you|the)\b|\bwithout (?:the )?(?:1/|√|scal|divi)|\bdropping\b|\bremov\w+",
    re.I,
)
ANOTHER = re.compile(r"\b(?:an)?other\b|\bdifferent\b|\bin general\b|\bfor (?:any|every)\b", re.I)
NAMES_OTHER = re.compile(
    r"(?i)\b(?:instead of|rather than)\s+(?:the\s+)?(?:soft-?max|Gaussian|exponential|linear)\b|\b(?:scores?|logits?) after (?:the )?scaling\b"
)
ELSEWHERE = re.compile(
    r"\banchors?\b|\bpositives?\b|\bnegatives?\b|\btriplets?\b|\bmargin\b|\bembeddings?\b|\bprobes?\b|\bdepth\b|\bneighbou?rs?\b|\bidentit(?:y|ies) (?:pair|photo)|\bphotos?\b|\bVAL\b|\bFAR\b|\bFaceNet\b|\bhistogram\b|\baccurac",
    re.I,
)
POINTS_BACK = re.compile(r"\babove\b|\bearlier\b|\bexample\b|\bsame\b|\bthe (?:two|pair)\b", re.I)
MENTIONS = re.compile(r"(?<![A-Za-z_\\])[qk](?:_\{?\d\}?)?(?![A-Za-z_(])")
PAIR = re.compile(
    r"\(\s*q(?:_\{?(?P<q>\d)\}?)?\s*,\s*k(?:_\{?(?P<k>\d)\}?)\s*\)|(?<![A-Za-z])q(?:_\{?(?P<q2>\d)\}?)?\s*(?:\^T\s*|[-·]\s*)k_\{?(?P<k2>\d)\}?"
)
OWNER = re.compile(r"\b(?:of|on|for|to|at|between|with|in)\s*$", re.I)
# "they add up to", "their mean": of what the text has spoken before
NEEDED = {
    Noun.SUM_OF_EXPONENTS: re.compile(r"\bexponents?\b", re.I),
    Noun.PRODUCT_OF_FACTORS: re.compile(r"\bfactors?\b", re.I),
    Noun.ESTIMATE: re.compile(
        r"\bcos(?:ines?)?\b|\bdraws?\b|\bdrawn\b|\bfrequenc|\brandom\b|\bestimat", re.I
    ),
}
# "is 1 for equal points": what follows restricts what the value is said of
RESTRICTED = re.compile(
    r"^[\s$,)]*(?:for|when(?:ever)?|if|where|only|unless|provided|in the limit|as)\b(?!\s+(?:position|token|query|the (?:first|second|third|last|query|pair)|[ijt]\s?=|both|all|each|it|expected|promised|announced|above|before|required|must|claimed|a check|in|well|the))",
    re.I,
)
ONLY_SIZES = frozenset({*SIZES, "B", "F", "H", "T", "e", "pi", "P", "E", "d", "m", "n", "r"})
BANDWIDTHS = frozenset({"sigma", "beta", "gamma", "lambda"})
INDEX_LETTERS = frozenset({"i", "j", "t", "n", "l", "m"})


@dataclass(frozen=True)
class Ruled:
    """A ruling with where it begins and ends in the sentence, and the wrong values that it gives to names."""

    start: int
    end: int
    judged: Judged
    wrong: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What a statement is read in: the document's conventions, the example so far, and where it stands."""

    document: Document
    example: Example
    place: Place
    around: Around
    foreign: bool  # vectors of another subject stand between
    far: bool = False  # the example is some blocks away


def rulings_on(statement: Statement, scene: Scene) -> list[Ruled]:
    """The rulings on a statement; none where the example has no value for what it speaks of."""
    if statement.phrase and OWNER.search(statement.before) and not scene.example.is_empty:
        by_words = _of_words(Statement((), statement.phrase, statement.told), scene)
        if by_words:
            return by_words
    if any(map(only_given, _trees(statement))):
        return []
    if TEMPERATURE.search(f"{scene.around.block} {scene.place.sentence}"):
        return []
    if scene.example.is_empty:
        return [] if statement.subjects else _of_softmax(statement)
    if statement.subjects:
        found = _of_names(statement, scene) or _of_factor(statement, scene)
        return found or _unknown(statement, scene, named=_is_quantity(statement, scene))
    found = _of_words(statement, scene)
    named = subject_before(statement.before, count_of(statement.told[0].sides[-1])) is not None
    return found or _unknown(statement, scene, named=named and not scene.far and _is_near(scene))


UNKNOWN = "the given numbers do not say what it is"


def _is_quantity(statement: Statement, scene: Scene) -> bool:
    """Whether a statement names an output, a sum or a weight of the example before it."""
    letters = scene.document.names
    own = letters.outputs | letters.weights | letters.scores | SUMS | NORMALISERS
    named = any(isinstance(tree, Symbol) and tree.name in own and tree.indices for tree in _trees(statement))
    return named and not scene.far and scene.example.section == scene.place.section


def _unknown(statement: Statement, scene: Scene, *, named: bool) -> list[Ruled]:
    """An equation of numbers for a quantity without a known value: that the numbers fit each other decides nothing."""
    told = statement.told[0]
    literals = [item.literal for items in told.sides for item in items]
    if not named or len(told.sides) < 2 or None in literals or CHANGED.search(scene.place.sentence):
        return []
    start = statement.subjects[0].start if statement.subjects else told.start
    return [Ruled(start, told.end, unchecked(Kind.ARITHMETIC, UNKNOWN))]


def only_given(tree: Expression) -> bool:
    """Whether a name is never computed: a size, a query, a key, a value."""
    match tree:
        case Symbol(name, ()) if name in SIZES or name in MATRICES or name in BANDWIDTHS:
            return True
        case Power(Symbol(name, ()), _) if name in BANDWIDTHS:
            return True
    name_, family = point_name(tree), family_name(tree)
    return (name_ is not None and "(" not in name_[0]) or (family is not None and "(" not in family)


def _trees(statement: Statement) -> list[Expression]:
    return [tree for subject in statement.subjects for tree in subject.trees]


def _held(scene: Scene, subject: Subject | None, pair: tuple[Name, Name] | None) -> Held:
    causal = subject.causal if subject is not None else None
    kernel = subject.kernel if subject is not None else None
    latest = subject is not None and subject.noun is Noun.KERNEL
    readings = readings_of(scene.example, scene.document, scene.around, causal, kernel, latest=latest)
    return Held(scene.example, readings, scene.document.names, pair)


def _in_scope(
    judged: Judged, statement: Statement, scene: Scene, again: Callable[[Held], Judged | None]
) -> Judged:
    """The ruling, or none where the sentence changes the example or mixes two of them."""
    behind = scene.place.sentence[statement.told[-1].end :]
    refuted = judged.ruling is Ruling.REFUTED
    restricted = RESTRICTED.search(behind) or ANOTHER.search(scene.around.clause)
    if CHANGED.search(NAMES_OTHER.sub(" ", scene.place.sentence)) or (refuted and restricted):
        return unchecked(Kind.ARITHMETIC, "the sentence speaks of a changed example")
    if refuted and scene.far and not statement.subjects:
        return unchecked(Kind.ARITHMETIC, "it may speak of something else than the example before")
    if (
        refuted
        and scene.example.lists
        and len(kernels_in(f"{scene.around.block} {scene.place.sentence}")) > 1
    ):
        return unchecked(Kind.ARITHMETIC, "it may be of another kernel than the numbers that are listed")
    if refuted and scene.example.lists and scene.example.listed_for is None and _has_place(statement):
        return unchecked(Kind.ARITHMETIC, "whose scores or weights are listed is not said")
    if not refuted or not scene.example.earlier:
        return judged
    # a refutation has to rest on the newest vectors alone
    vectors = {
        name: vector for name, vector in scene.example.vectors.items() if name[0] not in scene.example.earlier
    }
    narrowed = replace(scene.example, vectors=vectors, earlier=frozenset())
    found = again(_held(replace(scene, example=narrowed), None, None))
    if found is not None and found.ruling is Ruling.REFUTED:
        return judged
    return unchecked(Kind.ARITHMETIC, "it may speak of an earlier example")


def _has_place(statement: Statement) -> bool:
    """Whether a statement names the position that it speaks of: o_2, "the output of token 2"."""
    numbered = any(
        isinstance(index, Number)
        for tree in _trees(statement)
        for symbol in symbols(tree)
        for index in symbol.indices
    )
    return numbered or index_in(QUERY_INDEX, statement.phrase or "") is not None


# -- by names ----------------------------------------------------------------------------------------------------------


def _of_names(statement: Statement, scene: Scene) -> list[Ruled]:
    if all(names(tree) <= ONLY_SIZES | BANDWIDTHS for tree in _trees(statement)):
        return []
    held = _held(scene, None, None)
    out: list[Ruled] = []
    for number, told in enumerate(statement.told):
        judged = _of_sides(statement.subjects, told, held)
        if judged is None:
            break

        def again(narrowed: Held, told: Told = told) -> Judged | None:
            return _of_sides(statement.subjects, told, narrowed)

        start = statement.subjects[0].start if number == 0 else told.start
        ruling = _in_scope(judged, statement, scene, again)
        wrong = _stated(statement, told) if ruling.ruling is Ruling.REFUTED else {}
        out.append(Ruled(start, told.end, ruling, wrong))
    return out


# "the three factors are a = e^{1/2}, G = e^{-1} and b = e": names in the order of the factors
FACTORS_ARE = re.compile(r"\bfactors?\b(?: [^.;:=]{0,40}?)?\s*(?:\bare\b|:)", re.I)


# "the split is a_i·G_ij·b_j": the letters of the factors in their order
SPLIT = re.compile(
    r"(?<![A-Za-z\\_])(?P<query>[a-zA-Z])(?:_\{?i\}?)?\s?·?\s?(?P<middle>G)(?:_\{?ij\}?|_\{?i,j\}?)\s?·?\s?(?P<key>[a-zA-Z])(?:_\{?j\}?)(?![A-Za-z_(^])"
)


FACTORED = re.compile(r"\bsplit|\bfactor|\bdecompos|\bexp\(\s*\(?q|e\^\{?\(?q", re.I)
SPLIT_REACH = 500


def _split_number(statement: Statement, scene: Scene) -> int | None:
    """Which of the three factors a letter is by the nearest product of them; None for other names."""
    about = f"{scene.place.around[-SPLIT_REACH:]} {statement.before}"
    found = list(SPLIT.finditer(about))
    if not found or not FACTORED.search(about) or len(statement.subjects) != 1:
        return None
    order = found[-1].group("query", "middle", "key")
    letters = [
        tree.name for tree in statement.subjects[0].trees if isinstance(tree, Symbol) and not tree.indices
    ]
    named = {order.index(letter) for letter in letters if letter in order}
    return named.pop() if len(named) == 1 and len(set(order)) == len(order) else None


def _of_factor(statement: Statement, scene: Scene) -> list[Ruled]:
    """One of the three factors by a name that the text does not explain."""
    number = _split_number(statement, scene)
    if number is not None and _is_near(scene):
        subject = factor_subject(number, statement.subjects[0].start)
        return rulings_by_subject(subject, statement, scene, _pair(scene, statement.before))
    heads = list(FACTORS_ARE.finditer(statement.before))
    if not heads or len(statement.subjects) > 1 or not _is_near(scene):
        return []
    number = sum(len(run.sides) > 1 for run in runs_of(statement.before[heads[-1].end() :]))
    if number > 2 or not all(isinstance(tree, (Symbol, Call)) for tree in statement.subjects[0].trees):
        return []
    subject = factor_subject(number, statement.subjects[0].start)
    return rulings_by_subject(subject, statement, scene, _pair(scene, statement.before))


def _stated(statement: Statement, told: Told) -> Mapping[str, Array]:
    """What a statement says of S_3 and the like, by their names."""
    last = told.sides[-1]
    if len(statement.subjects) != 1 or len(last) != 1 or last[0].literal is None:
        return {}
    for tree in statement.subjects[0].trees:
        if isinstance(tree, Symbol) and all(isinstance(index, Number) for index in tree.indices):
            places = [str(int(index.value)) for index in tree.indices if isinstance(index, Number)]
            return {"_".join([tree.name, *places]): last[0].literal.value}
    return {}


def _of_sides(subjects: Sequence[Side], told: Told, held: Held) -> Judged | None:
    """A ruling on `A = B = 0.5` for a name A or for several."""
    if not any(item.literal is not None for items in told.sides for item in items):
        return None
    rulings: list[Judged | None] = []
    for items in told.sides:
        literals = [item.literal for item in items if item.literal is not None]
        if len(items) == 1 and not literals:
            rulings.append(_of_formulas(subjects[0].trees, items[0].trees, held))
        elif len(literals) < len(items):
            return None
        else:
            rulings.append(_of_literals(subjects, literals, held))
    return together([*rulings, *_of_sums(told)])


def _of_sums(told: Told) -> Iterator[Judged]:
    """What a chain of numbers says by itself: `3.24 + 0.36 = 3.5`, whatever stands before it."""
    for items, following in pairwise(told.sides):
        sums, total = items[0].literal, following[0].literal
        if len(items) > 1 or len(following) > 1 or sums is None or total is None:
            continue
        if not sums.computed or not sums.value.size == total.value.size == 1:
            continue
        left, right = float(sums.value.ravel()[0]), float(total.value.ravel()[0])
        slack = float(np.sum(sums.slack) + np.sum(total.slack)) + 1e-9 * abs(left)
        rough = following[0].near and right.is_integer()
        if not rough and abs(left - right) > slack:
            witness = {"left": written(sums.value), "right": written(total.value)}
            says = f"the left side is {witness['left']}, the right side {witness['right']}"
            yield refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _of_formulas(lefts: Sequence[Expression], rights: Sequence[Expression], held: Held) -> Judged | None:
    """Two formulas in names, both of which have values in the example."""
    for left in lefts:
        for right in rights:
            a, b = dict(held.of_tree(left)), dict(held.of_tree(right))
            for reading in a.keys() & b.keys():
                if a[reading].size == b[reading].size:
                    return judge(
                        held, "the left side", [_value_of(left)], Literal(b[reading], b[reading] * 0.0, True)
                    )
    return None


def _value_of(tree: Expression) -> Callable[..., Array]:
    return lambda attention: evaluate(tree, attention.look)


def _of_literals(subjects: Sequence[Side], literals: Sequence[Literal], held: Held) -> Judged | None:
    if len(subjects) > 1:
        if len(literals) != len(subjects):
            return None
        each = [
            _one(subject.trees, literal, held, subject.text)
            for subject, literal in zip(subjects, literals, strict=True)
        ]
        return together(each) if all(one is not None for one in each) else None
    subject = subjects[0]
    if len(literals) == 1:
        return _one(subject.trees, literals[0], held, subject.text)
    # S_i = 4, 6, 13 for i = 1, 2, 3
    if not any(INDEX_LETTERS & names(tree) for tree in subject.trees):
        return None
    each = [
        _one([with_index(tree, place) for tree in subject.trees], literal, held, subject.text)
        for place, literal in enumerate(literals, 1)
    ]
    return together(each) if all(one is not None for one in each) else None


def with_index(tree: Expression, place: int) -> Expression:
    """The formula with a number for its index."""
    number = Number(Fraction(place), str(place))
    return rewritten(
        tree,
        lambda node: (
            number if isinstance(node, Symbol) and node.name in INDEX_LETTERS and not node.indices else None
        ),
    )


def _one(trees: Sequence[Expression], literal: Literal, held: Held, says: str) -> Judged | None:
    """A ruling on one name or formula; by its two readings of a slash, the one that holds."""
    found = [judge(held, says.strip(), [_value_of(tree)], literal) for tree in trees]
    known = [judged for judged in found if judged is not None]
    return max(known, key=lambda judged: judged.ruling is Ruling.VERIFIED) if known else None


# -- by words ----------------------------------------------------------------------------------------------------------


def _of_words(statement: Statement, scene: Scene) -> list[Ruled]:
    subject = subject_before(statement.before, count_of(statement.told[0].sides[-1]))
    if subject is None:
        return _of_softmax(statement)
    if not _is_near(scene):
        return []
    needed = NEEDED.get(subject.noun)
    if needed is not None and not needed.search(f"{scene.around.block} {scene.place.sentence}"):
        return []
    return rulings_by_subject(subject, statement, scene, _pair(scene, statement.before))


def _of_softmax(statement: Statement) -> list[Ruled]:
    """`softmax(1, 0) = (0.731, 0.269)`, whatever is given."""
    told = statement.told[0]
    first = told.sides[0][0]
    if not re.match(r"softmax\b", first.text) or first.literal is None or len(told.sides) < 2:
        return []
    last = [item.literal for item in told.sides[-1] if item.literal is not None]
    stated = last[0] if len(last) == 1 else _joined(last)
    match = stated.against(first.literal.value) if stated is not None else None
    says = f"{first.text} is {written(first.literal.value)}"
    if match is Match.AGREES:
        return [Ruled(told.start, told.end, verified(Kind.ARITHMETIC, says, Method.COUNT))]
    if match is Match.CLASHES and stated is not None:
        witness = {"computed": written(first.literal.value), "stated": written(stated.value)}
        return [Ruled(told.start, told.end, refuted(Kind.ARITHMETIC, says, Method.COUNT, witness))]
    return []


ITS_PRODUCT = re.compile(r"\b(?:its|their) inner product\b", re.I)  # of the features that a map makes


def rulings_by_subject(
    subject: Subject, statement: Statement, scene: Scene, pair: tuple[Name, Name] | None
) -> list[Ruled]:
    """The rulings on the values of a quantity that words name."""
    if ITS_PRODUCT.search(scene.place.sentence):
        return []
    held = _held(scene, subject, pair)
    out: list[Ruled] = []
    for number, told in enumerate(statement.told):
        judged = _of_subject(subject, told, held)
        if judged is None:
            break

        def again(narrowed: Held, told: Told = told) -> Judged | None:
            return _of_subject(subject, told, narrowed)

        start = subject.start if number == 0 else told.start
        out.append(Ruled(start, told.end, _in_scope(judged, statement, scene, again)))
    return out


def count_of(items: Sequence[Side]) -> int:
    """How many values are told: of a list, or of a vector that stands for one."""
    if len(items) == 1 and items[0].literal is not None and items[0].literal.value.ndim:
        return int(items[0].literal.value.shape[0])
    return len(items)


def _of_subject(subject: Subject, told: Told, held: Held) -> Judged | None:
    rulings: list[Judged | None] = []
    for items in told.sides:
        literals = [item.literal for item in items if item.literal is not None]
        if len(literals) < len(items):
            continue
        joined = literals[0] if len(literals) == 1 else _joined(literals)
        if joined is None:
            return None
        unordered = subject.meanings[0].unordered
        rulings.append(
            judge(
                held,
                subject.meanings[0].says,
                [_sorted(meaning) if unordered else meaning.of for meaning in subject.meanings],
                joined.in_order() if unordered else joined,
                any_fits=subject.any_fits,
                doubts=[meaning.of for meaning in subject.doubts],
            )
        )
    return together(rulings)


def _sorted(meaning: Meaning) -> Quantity:
    return lambda attention: np.sort(meaning.of(attention))


def _joined(literals: Sequence[Literal]) -> Literal | None:
    """Several values as one list."""
    if len({literal.value.shape for literal in literals}) > 1:
        return None
    return Literal(
        np.asarray([literal.value for literal in literals]),
        np.asarray([literal.slack for literal in literals]),
        any(literal.computed for literal in literals),
    )


def _is_near(scene: Scene) -> bool:
    """Whether words without a name can only mean the example."""
    if scene.foreign or ELSEWHERE.search(scene.place.sentence):
        return False
    if scene.example.section == scene.place.section:
        return True
    told = f"{scene.around.block} {scene.place.sentence}"
    return bool(POINTS_BACK.search(scene.around.clause) or MENTIONS.search(told))


def _pair(scene: Scene, before: str) -> tuple[Name, Name] | None:
    """The query and the key that the nearest words name, where there are several keys."""
    if len(scene.example.indices("k")) < 2:
        return None
    for words in (before, scene.around.sentence, scene.around.block):
        found = list(PAIR.finditer(words))
        if found:
            last = found[-1]
            query, key = last.group("q") or last.group("q2"), last.group("k") or last.group("k2")
            return ("q", int(query) if query else None), ("k", int(key))
    return None


__all__ = [
    "OWNER",
    "UNKNOWN",
    "Ruled",
    "Scene",
    "count_of",
    "only_given",
    "rulings_by_subject",
    "rulings_on",
    "with_index",
]
