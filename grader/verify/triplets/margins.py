# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Formulas over the two distances of a triplet and the margin: the loss, its constraint, hard and semi-hard negatives.

A formula is read as a function of P = d(a, p), N = d(a, n) and A, the margin, and compared with the paper's for many
values of the three (Schroff et al. 2015, equations 1, 3 and 4).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import product as every

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.notation import ascii_form
from grader.verify.scope.unit_vectors import ON_SPHERE
from grader.verify.triplets.distance_forms import (
    SHORT,
    FormReader,
    Relation,
    Unclear,
    Values,
    own_letters,
    read_relation,
    respelled,
    triplet_form,
)

ABOUT_TRIPLETS = re.compile(r"triplet|anchor|semi[- ]?hard|facenet", re.IGNORECASE)
DISTANCES = tuple(Fraction(n, 20) for n in (1, 3, 6, 9, 11, 15, 19, 26, 37))
MARGINS = (Fraction(1, 5), Fraction(1, 2))
# No two of the values that decide are equal in these, so that < and ≤ are the same.
TRIPLETS = tuple(
    {"P": p, "N": n, "A": a}
    for p, n, a in every(DISTANCES, DISTANCES, MARGINS)
    if p != n and p not in {n + a, n - a} and a not in {p, n}
)
AVERAGE = re.compile(
    r"^(?:[td]?frac\{?1\}?\{?\w+\}?|1/\w)?\*?(?:sum(?:_(?:\{[^{}]*\}|\w))?(?:\^(?:\{[^{}]*\}|\w))?)?"
)
LOSS_IS = re.compile(
    r"\bloss(?: function)?(?: then| thus| of a triplet| for a triplet)? (?:is|reads|becomes|equals|to minimi[sz]e is)\b|\bminimi[sz]es? (?:the )?(?:triplet )?(?:loss|objective)\b",
    re.IGNORECASE,
)
PART_OF_LOSS = re.compile(
    r"\b(?:active|positive loss|non-?zero|violat\w+|inside|inner|when|whenever|if|gradient|argument|brackets?|before|without|hinge is|drop\w*|instead|naive|linear)\b",
    re.IGNORECASE,
)
OTHER_KIND = re.compile(
    r"\bhardest\b|(?<!semi-)(?<!semi )\bhard negatives? (?:are|satisf|have|with)|\beasy\b|not semi|non-semi|rather|unlike|because they are not",
    re.IGNORECASE,
)
KINDS = re.compile(
    r"(?<!semi-)(?<!semi )\b(?P<kind>hard|easy)\b (?:negatives?|triplets?|ones)\b", re.IGNORECASE
)
# "a triplet (a, p, n) is easy when ..." says which ones are
DEFINED = re.compile(
    r"\b(?:negatives?|triplets?)\b[^.;:]{0,40}?\b(?:is|are|counts? as|(?:is |are )?called) (?P<kind>hard|easy) (?:when|if|iff|whenever|if and only if)\b",
    re.IGNORECASE,
)
WANTED = re.compile(
    r"constraint|\bwant|desired|enforc|requir|should|ensure|\bgoal|satisf|\bmust|\basks?\b|demand|\bneeds? to\b|\baims?\b|\bwish",
    re.IGNORECASE,
)
NOT_WANTED = re.compile(
    r"hard|easy|violat|active|non-?zero|contribut|select|\bmining\b|\bnot\b", re.IGNORECASE
)


LINK = r"[^.;:]{0,25}?\b(?P<only>only )?(?P<exact>exactly |precisely )?(?P<link>when(?:ever)?|once|as soon as|iff|if and only if|if|⇔|where|for which|that satisf(?:y|ies)|with)\b[^.;:]{0,40}$"
# "it stops contributing once ..."
SILENT = re.compile(
    r"(?<![A-Za-z])(?:stops? (?:contributing|mattering)|no longer contributes?|(?:contributes?|adds?|costs?) nothing|drops? out|(?:is|are|becomes?) (?:satisfied|inactive|easy|silent)|(?:has|have|gives?) (?:zero|no) (?:loss|gradient)|(?:loss|hinge|ℓ|\\ell|L|it)\S{0,8} (?:is|are|becomes?|equals?|vanishes|=)(?: exactly)?(?: (?:zero|\$?0\$?))?|(?:ℓ|\\ell|L)\s*=\s*0\$?|loss (?:of )?(?:zero|\$?0\$?)|ceases? to contribute)"
    + LINK,
    re.IGNORECASE,
)
STILL = re.compile(
    r"(?<!not )(?<!in)\b(?:(?:is|are|stays?|remains?) active|(?:has|have|gives?|with) (?:a )?(?:positive|non-?zero) loss|(?:still )?contributes?(?! nothing)(?: to the (?:loss|gradient))?|violat(?:es?|ed)(?: the (?:constraint|margin))?|(?:loss|hinge) (?:is|stays?|remains?) (?:still )?(?:positive|non-?zero|larger than (?:zero|0)))"
    + LINK,
    re.IGNORECASE,
)


LOSS = FormReader("max(0,P-N+A)").relation().sides[0]
CONSTRAINT = FormReader("P+A<N").relation()
SEMI_HARD = FormReader("P<N<P+A").relation()
OF_KIND = {"hard": FormReader("N<P").relation(), "easy": FormReader("P+A<N").relation()}


SIMILARITY = re.compile(r"(?<![A-Za-z\\])s\s*\}?\s*[_^]")


def triplet_claim(formula: str, sentence: str, about: str) -> Judged | None:
    """A ruling on a formula about triplets; None if it is about something else."""
    spaceless = re.sub(r"\\[,;:! ]", " ", formula)
    form = triplet_form(respelled(ascii_form(spaceless), own_letters(f"{about} {sentence}")))
    if not set("NT") & set(form) or "?" in form:
        return None
    if SIMILARITY.search(formula) and re.search(r"similarit|cosine", f"{about[-600:]} {sentence}", re.I):
        return None  # similar pairs have large values, and the signs are the other way round
    if form.count("=") == 1 and set("ST") & set(form) and set("PN") & set(form) and "max" not in form:
        return _on_the_sphere(form, f"{about[-2500:]} {sentence}")
    is_relation = "<" in form or ">" in form
    if not is_relation:
        plain = NORM.search(formula) is not None and SQUARED.search(formula) is None
        return _loss(form, sentence, about, plain=plain) if set("PS") & set(form) else None
    relation = read_relation(form)
    if relation is None or (
        SHORT.search(formula) and not ABOUT_TRIPLETS.search(f"{about[-1500:]} {sentence}")
    ):
        return None
    conditional = _conditional(relation, formula, sentence)
    if conditional is not None:
        return conditional
    if re.search(r"semi[- ]?hard", sentence, re.I) or (
        re.search(r"semi[- ]?hard", about[-200:], re.I) and "<" in form and form.count("<") == 2
    ):
        return _semi_hard(relation, form, sentence) if _is_meant(formula, sentence) else None
    defined = DEFINED.search(sentence)
    kinds = {found.group("kind").lower() for found in KINDS.finditer(sentence)}
    kinds |= {defined.group("kind").lower()} if defined is not None else set()
    if len(kinds) == 1 and set("PS") & set(form):
        return _of_kind(relation, kinds.pop(), sentence)
    if set("PS") & set(form) and WANTED.search(sentence + about[-120:]) and not NOT_WANTED.search(sentence):
        return _constraint(relation, form)
    return None


SPHERE = re.compile(r"sphere|\bunit\b|normali[sz]ed|(?:norm|length) (?:one|1)\b|=\s*1\b", re.IGNORECASE)


def _on_the_sphere(form: str, around: str) -> Judged | None:
    """`d(a, p) = 2 − 2 a·p`: distances by inner products, for embeddings of length one."""
    sides = [read_relation(side) for side in form.split("=")]
    if not SPHERE.search(around) or any(side is None or side.signs for side in sides):
        return None
    first, second = (side.sides[0] for side in sides if side is not None)
    says = f"{ON_SPHERE} ‖u − v‖² = 2 − 2 u·v"
    wrong = next((values for values in TRIPLETS if first(values) != second(values)), None)
    if wrong is None:
        return verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    witness = {**_shown(wrong), "left": float(first(wrong)), "right": float(second(wrong))}
    return refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)


def _conditional(relation: Relation, formula: str, sentence: str) -> Judged | None:
    """`a triplet stops contributing once A < B`, `the loss is positive when A < B`."""
    place = sentence.find(formula)
    before = sentence[: max(place, 0)].rstrip("$ \\(")
    silent, still = SILENT.search(before), STILL.search(before)
    found = silent or still
    if (
        found is None
        or len(relation.signs) != 1
        or re.search(r"\bnot\b|n['’]t\b|\bsemi|\bor\b", before[found.start() :])
    ):
        return None
    true: Callable[[Values], bool] = (
        CONSTRAINT.holds if silent else (lambda values: not CONSTRAINT.holds(values))
    )
    says = "the loss [d(a,p) − d(a,n) + margin]₊ is zero exactly where d(a,p) + margin ≤ d(a,n) (FaceNet, equation 3)"
    wrong = next((values for values in TRIPLETS if relation.holds(values) != true(values)), None)
    if wrong is None:
        return verified(Kind.DEFINITION, says, Method.SYMBOLIC)
    sufficient = all(true(values) for values in TRIPLETS if relation.holds(values))
    necessary = all(relation.holds(values) for values in TRIPLETS if true(values))
    exact = found.group("exact") or found.group("link").lower() in {"iff", "if and only if", "⇔"}
    if not exact and (necessary if found.group("only") else sufficient):
        return verified(Kind.DEFINITION, says, Method.SYMBOLIC)
    return refuted(
        Kind.DEFINITION, says, Method.SYMBOLIC,
        {**_shown(wrong), "loss": float(LOSS(wrong)), "by this formula": relation.holds(wrong)},
    )  # fmt: skip


def _is_meant(formula: str, sentence: str) -> bool:
    """Whether a sentence says "semi-hard" of this formula, and not of another one before it."""
    before = sentence[: max(sentence.find(formula), 0)]
    mentions = list(re.finditer(r"semi[- ]?hard", before, re.IGNORECASE))
    between = before[mentions[-1].end() :] if mentions else ""
    return re.search(r"[;<>≤≥]|\\(?:lt|gt|leq?|geq?)(?![a-z])", between) is None


def _semi_hard(relation: Relation, form: str, sentence: str) -> Judged | None:
    if not _counterexample(relation, SEMI_HARD):
        return verified(
            Kind.DEFINITION,
            "farther than the positive, but within the margin: the paper's semi-hard negatives",
            Method.TABLE,
        )
    whole = len(relation.signs) > 1 and "A" in form
    if OTHER_KIND.search(sentence) or (not whole and _follows(SEMI_HARD, relation)):
        return None
    if not set("PS") & set(form):
        return None  # "0.6 < d(a,n) < 0.8" speaks of one triplet's distances
    return refuted(
        Kind.DEFINITION, "semi-hard negatives satisfy d(a,p) < d(a,n) < d(a,p) + margin (FaceNet, section 3.2)", Method.TABLE,
        _witness(relation, SEMI_HARD, "semi-hard by the paper"),
    )  # fmt: skip


def _of_kind(relation: Relation, kind: str, sentence: str) -> Judged | None:
    true = OF_KIND[kind]
    if not _counterexample(relation, true):
        return verified(Kind.DEFINITION, f"{kind} negatives, as in the paper's section 3.2", Method.TABLE)
    disjoint = not any(relation.holds(values) and true.holds(values) for values in TRIPLETS)
    exact = DEFINED.search(sentence) is not None and len(relation.signs) == 1
    if not (disjoint or exact) or re.search(r"\bnot\b|unlike|rather|instead|than\b|semi", sentence, re.I):
        return None
    says = {"hard": "a hard negative is nearer to the anchor than the positive", "easy": "an easy negative is farther than the positive by more than the margin"}  # fmt: skip
    return refuted(
        Kind.DEFINITION, f"{says[kind]} (FaceNet, section 3.2)", Method.TABLE, _witness(relation, true, f"{kind} by the paper")
    )  # fmt: skip


def _constraint(relation: Relation, form: str) -> Judged | None:
    if not _counterexample(relation, CONSTRAINT):
        return verified(
            Kind.DEFINITION, "it is the constraint of the triplet loss (FaceNet, equation 1)", Method.TABLE
        )
    if len(relation.signs) != 1 or "A" not in form:
        return None
    return refuted(
        Kind.DEFINITION, "the constraint is d(a,p) + margin < d(a,n) (FaceNet, equation 1)", Method.TABLE,
        _witness(relation, CONSTRAINT, "satisfied by the paper"),
    )  # fmt: skip


NORM = re.compile(r"‖|\\\||\\[lr]?Vert|\\norm")
SQUARED = re.compile(r"²|\^\s*\{?2|\\sq")
PAPERS_OWN = re.compile(r"\bfacenet|\bschroff|\bpaper['’]s\b|\bthe (?:paper|authors)\b", re.I)


def _plain_distances(sentence: str) -> Judged:
    """The loss with distances that are not squared: a convention, but not FaceNet's."""
    says = "FaceNet's triplet loss has squared distances (section 3.1); this one has plain ones"
    if not PAPERS_OWN.search(sentence):
        return unchecked(Kind.DEFINITION, f"{says}, which is another convention")
    witness = {"d(a,p)": 0.5, "d(a,n)": 0.6, "margin": 0.2, "by the paper": 0.09, "by this formula": 0.1}
    return refuted(Kind.DEFINITION, says, Method.TABLE, witness)


OF_TRIPLETS = re.compile(r"triplet|loss|hinge|\banchor|\bfacenet\b|\bmargin\b", re.I)


def _loss(form: str, sentence: str, about: str, *, plain: bool) -> Judged | None:
    # "L = [P − N + α]₊ = [2S − 2T + α]₊" gives it twice
    sides = [AVERAGE.sub("", side) for side in form.split("=")[form.count("=") > 0 :]]
    try:
        read = {side: FormReader(side).relation().sides[0] for side in sides}
    except Unclear:
        return None
    core, stated = next(
        (
            (side, loss)
            for side, loss in read.items()
            if any(loss(values) != LOSS(values) for values in TRIPLETS)
        ),
        (sides[-1], read[sides[-1]]),
    )
    wrong = next((values for values in TRIPLETS if stated(values) != LOSS(values)), None)
    if wrong is None and plain:
        return _plain_distances(sentence)
    if wrong is None:
        return verified(Kind.DEFINITION, "it is the triplet loss [d(a,p) − d(a,n) + margin]₊", Method.TABLE)
    hinged = bool(re.search(r"max|min|relu|[\])}](?:_\{?\+|\{\+|\+(?![A-Z0-9(\[]))", core))
    if hinged:
        if not OF_TRIPLETS.search(f"{about} {sentence}"):
            return None
    elif (
        "=" not in form
        or not {"P", "N", "A"} <= set(core)
        or not LOSS_IS.search(sentence)
        or PART_OF_LOSS.search(sentence)
    ):
        return None
    # The largest difference is the easiest to see.
    wrong = max(TRIPLETS, key=lambda values: abs(stated(values) - LOSS(values)))
    return refuted(
        Kind.DEFINITION, "the triplet loss is [d(a,p) − d(a,n) + margin]₊ (FaceNet, equation 3)", Method.TABLE,
        {**_shown(wrong), "loss": float(LOSS(wrong)), "by this formula": float(stated(wrong))},
    )  # fmt: skip


def _counterexample(relation: Relation, true: Relation) -> Values | None:
    return next((values for values in TRIPLETS if relation.holds(values) != true.holds(values)), None)


def _follows(first: Relation, second: Relation) -> bool:
    """Whether the second holds wherever the first does."""
    return all(second.holds(values) for values in TRIPLETS if first.holds(values))


def _witness(relation: Relation, true: Relation, by_the_paper: str) -> dict[str, object]:
    values = _counterexample(relation, true) or {}
    return {**_shown(values), by_the_paper: true.holds(values), "by this formula": relation.holds(values)}


def _shown(values: Values) -> dict[str, object]:
    names = {"P": "d(a,p)", "N": "d(a,n)", "A": "margin"}
    return {names[name]: float(value) for name, value in values.items()}
