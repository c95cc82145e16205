# ruff: noqa: E501 -- a pattern stays on one line
"""How many images, pairs, positives, negatives and triplets a batch has, by the sizes of its classes.

The batch may be given in numbers or in letters, the count as a number or as a formula in these letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import plain_name, value_at
from grader.verify.triplets.class_batches import IMAGE, ClassBatch, Letters, batches_in
from grader.verify.triplets.embeddings import Classes, plain
from grader.verify.triplets.phrases import NEAR, Stated, compared
from grader.verify.triplets.phrases import value_at as value_there

_WHO = r"(?:person|people|persons|class|classes|identity|identities|label|individual)"
_PAIR_OF = r"pairs (?:(?:made|formed|consisting) )?(?:of|by|from)(?: images of| embeddings of)? "
KINDS: tuple[tuple[str, str], ...] = (
    ("index triples", r"(?:index|ordered|possible|arbitrary) triples(?: of (?:indices|images))?|triples of (?:indices|images)"),
    ("triplets", r"(?:\(a, ?p, ?n\)[- ])?triplets?"),
    ("positive pairs", rf"(?:\(? ?(?:anchor|a)(?:[-–— ]+(?:and[- ])?|, ?|/)(?:positive|p)\)?|positive|same[- ]{_WHO}|matching|genuine|\(a, ?p\))[- ]pairs?|{_PAIR_OF}(?:an? )?anchors? and (?:an? |its )?positives?|{_PAIR_OF}(?:the same|one) {_WHO}"),
    ("negative pairs", rf"(?:negative|different[- ]{_WHO}|non-?matching|impostor|(?:anchor|a)(?:[-–— ]+|, ?|/)(?:negative|n))[- ]pairs?|{_PAIR_OF}(?:an? )?anchors? and (?:an? )?negatives?|{_PAIR_OF}(?:different|two) {_WHO}"),
    ("all pairs", r"unordered pairs?(?! of (?:the same|different|an))|pairs? of (?:different )?(?:images|embeddings|faces)|pairs? in all"),
    ("positives", r"positives?"),
    ("negatives", r"negatives?"),
    ("anchors", r"anchors?"),
    ("images", r"(?:images?|photos?|photographs?|pictures?|pics|faces?|embeddings?)"),
)  # fmt: skip
THING = "|".join(f"(?P<t{place}>{words})" for place, (_, words) in enumerate(KINDS))
ADJECTIVES = r"(?:(?:different|ordered|unordered|possible|valid|distinct|such|other|candidate|admissible|eligible|allowed|permitted|usable|legal) )*"
FORMULA = r"(?:[A-Za-z\d(][A-Za-z\d()^{}²·*]*(?: ?[-+−·*/] ?[A-Za-z\d(][A-Za-z\d()^{}²]*)*)"
DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})"
COUNT = re.compile(rf"(?<![\w.,/·*×+^−-])(?<!\d[ ·×*+-])(?P<many>{DIGITS}) (?P<said>{ADJECTIVES})(?:{THING})(?![\w-])", re.I)  # fmt: skip
NUMBER_OF = re.compile(rf"\bnumber of (?P<said>{ADJECTIVES})(?:{THING})(?![\w-])[^.;:\d]{{0,30}}?(?:is|are|=|:|equals|comes to|becomes) (?:\d[\d·*×() −+-]* ?= ?)?(?P<many>{DIGITS})(?![\d,.]*\d|\s*[·*×+/^%−-]|\s(?:times|fold))", re.I)  # fmt: skip
LABELLED = re.compile(rf"(?:^|[.;:,(]\s*|\n\s*)(?P<said>{ADJECTIVES})(?:{THING})(?: per anchor)?\s*[:=]\s*(?:\d[\d·*×() +-]* ?= ?)?(?P<many>{DIGITS})(?![\d,.]*\d|\s*[·*×+/^%-])", re.I)  # fmt: skip
IN_LETTERS = re.compile(rf"(?<=\s)(?P<many>{FORMULA}) (?P<said>{ADJECTIVES})(?:{THING})(?![\w-])", re.I)  # fmt: skip
EVERY = re.compile(r"\b(?:each|every|per|an|one|any)\b[^.;,]{0,20}\b(?:anchor|image|photo|picture|face|pairs?|them)\b|\beach\b|\bapiece\b|\bper anchor\b", re.I)  # fmt: skip
# what the triplets and pairs of a batch are no longer all of
SOME = re.compile(r"\b(?:semi[- ]?hard|hard(?:est)?|easy|active|loss|us(?:e|es|ed|ing)|select\w*|pick\w*|sampled?|samples|kept|keeps?|left|remain\w*|violat\w*|more than|at least|at most|up to|about|roughly|around|fewer|less|random(?:ly)?|if|would|could|sum|draws?|drew|drawn|per (?:step|batch|epoch|iteration)|found|label|labels [A-Z\d](?!\w)(?!\s?(?:,|and\b))|(?:class|identity|person) (?:\d|[A-Z]\b)|this class|that class|accepted|rejected|correct|wrong|train\w*|only|without|instead|hardly|saw|seen|epochs?|collect\w*|process\w*|together with|(?:this|that|one|a) person|identity contributes|contribute nothing)\b|n['’]t\b|\bnot\b(?! \d)", re.I)  # fmt: skip
PAIRS_ARE = re.compile(
    rf"\bpairs\b[^.;]{{0,30}}?,? (?:of which|of these|of them),? (?P<many2>{DIGITS})(?P<said2>) (?:pairs )?(?:are|show|is) (?:(?P<sign2>positive|negative)|in P_(?P<set>d|s|diff|same)\b|(?:of )?(?P<who2>the same|different|two) (?:person|people|persons|identity|identities))|"
    rf"(?<![\w.,/·*×+^−-])(?P<many>{DIGITS}) (?:of (?:the|these|its|all|those) )(?P<said>(?:ordered |unordered )?)(?P<pairs>pairs)(?: of images)? (?:are (?P<sign>positive|negative)|(?:show|are of|have) (?P<who>the same|different|two) (?:person|people|persons|identity|identities))",
    re.I,
)
TERMS = re.compile(r"\bbatch[- _]?hard\b[^.;:\d]{0,40}?\b(?:averages?|means?|sums?|mean|has|uses|gives|average)\b[^.;:\d]{0,20}? (?:over|of)?\s*(?:just |only |exactly )?(?P<many>\d{1,6}) (?:terms|triplets|anchors|values|losses)\b|\bbatch[- _]?hard\b[^.;:\d]{0,80}?\b(?:one|1|a single)\b[^.;:\d]{0,20}? (?:per|for each|for every|of each) anchor\b[^.;:\d]{0,20}?(?P<many2>\d{1,6}) (?:triplets|terms|losses|in all|in total|altogether)\b|\bbatch[- _]?hard\b[^.;:\d]{0,40}?\b(?:keeps?|takes?|uses?|selects?|picks?|leaves?)\b[^.;:\d]{0,20}?(?:at most |only |just |exactly )?(?P<many3>\d{1,6})(?= (?:of (?:them|these|those)|triplets|terms)\b)", re.I)  # fmt: skip
BATCH_HARD = re.compile(r"\bbatch[- _]?hard\b|\bper anchor\b|\bfor (?:each|every) anchor\b", re.I)
IN_ALL = re.compile(r"\b(?:in all|in total|total|altogether|all in all|batch|overall)\b", re.I)
# "each anchor is in 48 triplets" counts no batch
OF_ONE = re.compile(r"\b(?:each|every|any|per|(?:an?|one|the same|a given|a fixed|a single) (?:anchor|image|photo|picture|face|pair|person|identity|class|positive|negative|example|sample))\b(?! with\b)", re.I)  # fmt: skip
ANOTHER = re.compile(
    r"\b(?:second|third|other|another|next|new|different) (?:mini-?)?batch|\bbatch (?:no\.? ?)?\d\b", re.I
)
# behind a count: that there are so many
OF_ALL_OF_THEM = re.compile(r"\b(?:in (?:all|total)|altogether|all in all|overall|together|each|apiece|exist|(?:is|are|can be|could be) (?:possible|valid|formed|available|there|built|made)|(?:for|per|of|from|with|in|to) (?:each |every |an? |one |the |this |such |its )*(?:\w+ )?(?:mini-?batch|batch|anchor|image|photo|picture|face|positive|pair|triplet|identity|person|class)(?:es|s)?(?: (?:pair|image)s?)?|(?:is|are) in (?:the|this|such a|a) batch|(?:to )?choose from|as well|too|then|there|out of (?:the )?[\d.,·^ ]+(?: \w+){0,2})\b", re.I)  # fmt: skip
EACH_COUNTED = re.compile(r"\d+ (?:negatives|positives)(?: for)? each\b", re.I)
CLAUSE = re.compile(r"[.;:,!?]\s|\band\b|\bbut\b|\bhence\b|\bso\b|→|=>|⇒|\(")
SOMETIMES = re.compile(r"\b(?:if|would|could|not|instead|without|at least|at most|about|roughly|accepted|rejected)\b", re.I)  # fmt: skip
# another batch, whose sizes are told by how they change
RESIZED = re.compile(r"\b(?:doubl|halv|tripl(?=es|ing|ed)|quadrupl|increas|decreas|reduc)\w*\b|\b[PK] (?:to|and|is|=) ?\d|\btwice as many (?:people|photos|images|persons|identities)\b", re.I)  # fmt: skip
CHANGES = re.compile(r"\b(?:left out|leav\w+ out|remov\w+|drop(?:s|ped|ping)?|missing|one (?:more|fewer|less))\b", re.I)  # fmt: skip
# what says that the order counts: "a valid triplet is an ordered (i, j, k)"
ORDERED = re.compile(r"\btriplets? (?:is|are) (?:an )?ordered\b|\bordered (?:\(\s?\w\s?,\s?\w\s?,\s?\w\s?\)|triples?|triplets?)|\(ordered\)|\bcounted in both orders\b", re.I)  # fmt: skip
# anchor and positive have different roles: the loss of (a, p, n) is not that of (p, a, n)
SAME_TRIPLET = re.compile(r"\b(?:as|because|since|for)\b[^.;]{0,30}(?:\(a, ?p(?:, ?n)?\) and \(p, ?a(?:, ?n)?\)[^.;]{0,30}\bsame\b|\b(?:a|anchor) and (?:the )?(?:p|positive)\b[^.;]{0,20}\b(?:interchangeable|symmetric|same role))", re.I)  # fmt: skip
RATES = re.compile(r"\bFAR\b|\bVAL\b|\baccept\w*|\bthresholds?\b|\btest (?:set|pairs)\b|\bvalidation\b|\bverification\b", re.I)  # fmt: skip
REACH = 420
SMALL = ((2, 3), (3, 2), (4, 5))


def batch_counts(sentence: str, before: str, known: Classes | None = None) -> Iterator[Spanned]:
    """`4 people with 3 images each give 216 valid triplets`: P·K anchors, K − 1 positives and (P − 1)K negatives each.

    `known` is the batch whose labels the text has given, if none is given by its sizes nearby.

    >>> [j.says for *_, j in batch_counts("A batch of 4 people with 3 images each has 100 valid triplets.", "")]
    ['4 classes of 3 have 216 valid triplets']
    """
    text = f"{before[-REACH:]}\n{sentence}"
    shift = len(text) - len(sentence)
    batches = list(batches_in(text))
    if (not batches and known is None) or CHANGES.search(sentence):
        return
    for found in (*PAIRS_ARE.finditer(text, shift), *TERMS.finditer(text, shift)):
        name = next(key for key in ("many2", "many3", "many") if found.groupdict().get(key))
        given = _given(text, batches, found.start(name), known)
        if (
            given is None
            or not isinstance(given.sizes, Classes)
            or SOMETIMES.search(sentence if name != "many3" else re.sub(r"\bat most\b", "", sentence))
            or ANOTHER.search(text[max(given.end, 0) :])
            or re.search(r"\bbatches\b", sentence)
        ):
            continue
        yield found.start(name) - shift, found.end() - shift, _told(given.sizes, found)
    told = set[tuple[int, int]]()  # a number that two patterns find is told of once
    for pattern in (COUNT, NUMBER_OF, LABELLED, IN_LETTERS):
        for found in pattern.finditer(text, shift - 1):
            given = _given(text, batches, found.start("many"), known)
            clause = _clause(text, found)
            if given is None or SOME.search(clause) or ANOTHER.search(text[max(given.end, 0) : found.end()]):
                continue
            if RATES.search(sentence) and "pairs" in _kind(found):
                continue  # pairs of a test, not of a batch
            judged = _judged(given, found, clause, text)
            if judged is None or found.span("many") in told:
                continue
            if judged.ruling is Ruling.REFUTED and (
                _of_one(given, found, text)
                or BATCH_HARD.search(sentence[: max(found.start("many") - shift, 0)])
                or _of_some(found, text)
                or RESIZED.search(text[max(given.end, 0) : found.start("many")])
            ):
                continue
            told.add(found.span("many"))
            yield found.start("many") - shift, found.end() - shift, judged
    for start, end, judged in (*_bare(text, batches, shift), *_shares(text, batches, known, shift), *_ratios(text, batches, shift)):  # fmt: skip
        yield start - shift, end - shift, judged


def _given(text: str, batches: Sequence[ClassBatch], place: int, known: Classes | None) -> ClassBatch | None:
    """The batch of which a count at a place speaks."""
    before = [
        batch
        for batch in batches
        if batch.end <= place and not (batch.passing and re.search(r"[.;]\s|\n", text[batch.end : place]))
    ]
    if any(batch.start < place < batch.end for batch in batches):
        return None  # one of its own sizes
    if before:
        return before[-1]
    return ClassBatch(-1, -1, known) if known is not None else None


def _told(classes: Classes, found: re.Match[str]) -> Judged:
    """`200 of the unordered pairs are positive`, `batch-hard averages over 32 terms`."""
    groups = found.groupdict()
    many = int((groups.get("many2") or groups.get("many3") or groups["many"] or "").replace(",", ""))
    if found.re is TERMS:
        allowed = {classes.anchors}
        exact = classes.anchors
        says = (
            f"batch-hard has one term for each of the {exact:,} anchors that have a positive and a negative"
        )
    else:
        told = " ".join(groups[name] or "" for name in ("sign", "who", "sign2", "who2", "set")).lower()
        same = re.search(r"positive|same|\bs\b", told) is not None
        order = groups["said"] or found.group()
        unordered = re.search(r"(?<!un)ordered", order, re.I) is None
        exact, says = count_of(classes, "positive pairs" if same else "negative pairs", unordered=unordered)
        allowed = {exact} if groups["said"] or "unordered" in order else {exact, 2 * exact}
    if many in allowed:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    witness = {"class sizes": shown_sizes(classes), "count": exact, "stated": many}
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _of_one(batch: ClassBatch, found: re.Match[str], text: str) -> bool:
    """Whether pairs or triplets may be those of one anchor alone."""
    if _kind(found) not in {"triplets", "positive pairs", "negative pairs", "all pairs"}:
        return False
    own = re.split(r"[.;?!]\s", text[max(batch.end, 0) : found.start("many")])[-1]
    if isinstance(batch.sizes, Classes) and str(batch.sizes.images) in _factors(own):
        return False  # "24·3·20 = 1440 triplets" takes each image for an anchor
    own = "" if IN_ALL.search(own.rsplit(",", 1)[-1]) else EACH_COUNTED.sub("", own)
    return bool(OF_ONE.search(own) or OF_ONE.search(re.split(r"[.;]\s", text[found.end() :])[0][:40]))


def _factors(before: str) -> list[str]:
    """The numbers of the product whose value stands behind a text."""
    product = re.search(r"(?P<product>\d+(?: ?[·×*] ?\d+)+)(?: ?/ ?2)? ?= ?$", before)
    return re.findall(r"\d+", product.group("product")) if product is not None else []


def _of_some(found: re.Match[str], text: str) -> bool:
    """Whether what stands behind a count says which ones it counts: `12 pairs match`, `954 triplets contribute nothing`."""
    if found.re is LABELLED:
        return False
    behind = CLAUSE.split(text[found.end() :])[0]
    return re.search(r"[A-Za-z]", OF_ALL_OF_THEM.sub(" ", behind)) is not None


def _kind(found: re.Match[str]) -> str:
    return next(kind for place, (kind, _) in enumerate(KINDS) if found.group(f"t{place}"))


def _clause(text: str, found: re.Match[str]) -> str:
    """The words around a count, up to the next signs."""
    after = CLAUSE.search(text, found.end())
    if found.re is LABELLED:
        return text[found.start() + 1 : after.start() if after else len(text)]
    start = max((one.end() for one in CLAUSE.finditer(text, 0, found.start() + 1)), default=0)
    return text[start : after.start() if after else len(text)]


def _judged(batch: ClassBatch, found: re.Match[str], clause: str, text: str) -> Judged | None:
    what = _kind(found)
    if what in {"positives", "negatives"} and not re.search(r"s\b[^s]*$", found.group()) and found.group("many") != "1" and found.re is COUNT:  # fmt: skip
        # "48 are positive and 448 negative": of the pairs, if it speaks of pairs
        sentence = re.split(r"[.;?!]\s", text[: found.start()])[-1]
        if not re.search(r"\bpairs\b", sentence, re.I):
            return None
        what = what[:-1] + " pairs"
    ordered = re.search(r"(?<!un)ordered", found.group("said") + clause, re.I) is not None or (
        _kind(found) == "triplets" and ORDERED.search(text) is not None
    )
    ordered = ordered or SAME_TRIPLET.search(text, found.end()) is not None
    unordered = re.search(r"\bunordered|without order", clause, re.I) is not None
    behind = re.compile(r"\s*\(?(?P<un>un)?ordered\b(?! ?[:=(]? ?\d)").match(text, found.end("many"))
    if behind is not None:
        # both counts may be told: "pairs: 300 ordered or 150 unordered"
        ordered, unordered = behind.group("un") is None, behind.group("un") is not None
    if what in {"positives", "negatives"} and not EVERY.search(clause):
        before = text[: found.start()][-60:]
        if not (EVERY.search(before) and re.search(r"\band\b[^.;]*$", before)):
            return None
    if what == "images" and not re.search(
        r"\b(?:in all|in total|altogether|together|that is|that makes|makes|hence|batch (?:of|has|with|size))\b", clause + text[found.end() : found.end() + 20], re.I
    ):  # fmt: skip
        return None
    if what in {"positives", "negatives"} and re.search(
        r"\b(?:the|these|those)\s*$|(?<!each )(?<!every )\b[Oo]f (?:the |these |all )*pairs\b[^.;]*$",
        text[: found.start()],
    ):
        return None  # "of the 10 negatives": of those that were counted before
    if what == "anchors" and re.search(r"\bper\b|\bof\b", clause):
        return None
    if isinstance(batch.sizes, Letters):
        return _in_letters(batch.sizes, found.group("many"), what, ordered=ordered, unordered=unordered)
    if not re.fullmatch(DIGITS, found.group("many")):
        return None
    many = int(found.group("many").replace(",", ""))
    if (
        what == "triplets"
        and many in batch.sizes.part_triplets
        and PART.search(re.split(r"[.?!]\s", text[: found.end()])[-1])
    ):
        return None  # those of one class or of one anchor
    return _compared(batch.sizes, what, many, ordered=ordered, unordered=unordered)


_SHARE = r"(?:class|person|identity|label|anchor)"
PART = re.compile(
    rf"\b{_SHARE}\s+\$?[\w'’]{{1,2}}\$?(?=[\s,:])|\b(?:each|every|per|one|an?|first|second|third|this|that)\s+(?:\w+\s)?{_SHARE}\b",
    re.I,
)


def _compared(classes: Classes, what: str, many: int, *, ordered: bool, unordered: bool) -> Judged | None:
    if what in {"positives", "negatives"} and classes.each is None:
        return None
    exact, says = count_of(classes, what, unordered=unordered)
    other, other_says = count_of(classes, what, unordered=not unordered)
    if many == exact:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if what == "anchors" and many == classes.anchors:
        return verified(Kind.ARITHMETIC, f"{many} of the images have a positive", Method.COUNT)
    if not ordered and not unordered and what.endswith("pairs") and many == other:
        return verified(Kind.ARITHMETIC, other_says, Method.COUNT)
    if not ordered and what == "triplets" and 2 * many == exact:
        return None  # without order between anchor and positive there are half as many
    witness = {"class sizes": shown_sizes(classes), "count": exact, "stated": many}
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def shown_sizes(classes: Classes) -> str:
    """The sizes of a batch's classes, for a person.

    >>> shown_sizes(Classes((3, 3))), shown_sizes(Classes((3, 2)))
    ('2 classes of 3', 'classes of 3, 2')
    """
    if classes.each is not None:
        return f"{len(classes.sizes)} classes of {classes.each}"
    return f"classes of {', '.join(map(str, classes.sizes[:12]))}"


def _in_letters(batch: Letters, formula: str, what: str, *, ordered: bool, unordered: bool) -> Judged | None:
    if what in {"images", "anchors", "index triples"}:
        return None
    try:
        tree = read_expression(formula)
    except Unreadable:
        return None
    letters = plain_name(batch.p), plain_name(batch.k)
    if not names(tree) or not names(tree) <= set(letters):
        return None
    values = [value_at(tree, dict(zip(letters, map(Fraction, sizes), strict=True))) for sizes in SMALL]
    exact = [count_of(Classes((k,) * p), what, unordered=unordered)[0] for p, k in SMALL]
    if values == exact:
        tried = ", ".join(f"{batch.p} = {p}, {batch.k} = {k}" for p, k in SMALL)
        return verified(Kind.ARITHMETIC, f"counted for {tried}", Method.COUNT)
    halved = all(value is not None and 2 * value == one for value, one in zip(values, exact, strict=True))
    if None in values or (halved and not ordered):
        return None
    place = next(place for place, (one, other) in enumerate(zip(values, exact, strict=True)) if one != other)
    p, k = SMALL[place]
    witness = {batch.p: p, batch.k: k, "count": exact[place], "formula": str(values[place])}
    return refuted(Kind.ARITHMETIC, count_of(Classes((k,) * p), what, unordered=unordered)[1], Method.COUNT, witness)  # fmt: skip


def count_of(classes: Classes, what: str, *, unordered: bool) -> tuple[int, str]:
    """How many there are, and how they are counted; pairs without order where the text says so.

    >>> four = Classes((3,) * 4)
    >>> [count_of(four, what, unordered=False)[0] for what in ("triplets", "positive pairs", "positives", "negatives")]
    [216, 24, 2, 9]
    """
    sizes, batch = shown_sizes(classes), classes.images
    if what == "triplets":
        return classes.triplets, f"{sizes} have {classes.triplets:,} valid triplets"
    if what == "index triples":
        return batch**3, f"{batch}³ = {batch**3:,} triples of indices"
    if what == "positive pairs":
        exact = classes.same_pairs * (1 if unordered else 2)
        return exact, f"{sizes} have {exact:,} {'un' if unordered else ''}ordered pairs of one class"
    if what == "negative pairs":
        exact = classes.different_pairs * (1 if unordered else 2)
        return exact, f"{sizes} have {exact:,} {'un' if unordered else ''}ordered pairs of different classes"
    if what == "all pairs":
        return classes.all_pairs, f"{batch} images have {batch}·{batch - 1}/2 = {classes.all_pairs:,} unordered pairs"  # fmt: skip
    if what in {"anchors", "images"}:
        return batch, f"{sizes} are {batch:,} images, each of which can be an anchor"
    each = classes.each or 0
    if what == "negatives":
        return batch - each, f"{batch:,} − {each} = {batch - each:,} images of other classes for each anchor"
    return each - 1, f"{each - 1} other images of the anchor's class"


# -- numbers whose kind is told before, shares, ratios -------------------------------------------------------------

BARE = re.compile(rf"\s*(?:[:→—–=]|\b(?:this |that |it )?(?:gives?|have|has|makes?|is|yields?)\b)\s*(?P<many>{DIGITS})(?=[.;)]?(?:\s*$|\s*\n)|[.;,](?!\d)|\)|\s(?:which|that|in all|altogether|of them|out of|and|for)\b)(?!,? (?:out of|of) (?:the )?\d+ (?:images|photos))")  # fmt: skip
MENTION = re.compile("|".join(f"(?P<m{place}>{words})" for place, (kind, words) in enumerate(KINDS) if kind in {"triplets", "positive pairs", "negative pairs"}), re.I)  # fmt: skip
COUNT_IS = re.compile(rf"\b(?:the )?(?:count|number|formula|total)(?: of (?:valid |ordered |all |possible )*(?:triplets|(?:anchor-positive |positive )pairs))?(?: then| thus| in general)? (?:is|=|reads|becomes) (?P<many>{FORMULA})", re.I)  # fmt: skip
MENTION_REACH = 200


def _mentioned(text: str, place: int) -> str | None:
    """What a number without a name counts: the last kind counted before it, else the only one that is spoken of."""
    since = max(0, place - MENTION_REACH)
    counted = [
        (one.end(), _kind(one))
        for pattern in (COUNT, IN_LETTERS)
        for one in pattern.finditer(text, since, place)
        if not re.fullmatch(r"[A-Za-z]{2,}", one.group("many"))
    ]
    told = [kind for _, kind in sorted(counted) if kind in {"triplets", "positive pairs", "negative pairs"}]
    if told:
        return told[-1]
    kinds = {KINDS[int((one.lastgroup or "m0")[1:])][0] for one in MENTION.finditer(text, since, place)}
    return kinds.pop() if len(kinds) == 1 else None


def _bare(text: str, batches: Sequence[ClassBatch], shift: int) -> Iterator[Spanned]:
    """`Labels 0, 0, 1: 2 valid triplets. Four people with three pictures each: 216.`"""
    for batch in batches:
        found = BARE.match(text, batch.end)
        what = _mentioned(text, batch.start)
        if (
            found is None
            or found.start("many") < shift
            or not isinstance(batch.sizes, Classes)
            or what is None
        ):
            continue
        judged = _compared(batch.sizes, what, int(found.group("many").replace(",", "")), ordered=False, unordered=False)  # fmt: skip
        if judged is not None:
            yield found.start("many"), found.end("many"), judged
    for found in COUNT_IS.finditer(text, shift):
        given = _given(text, batches, found.start(), None)
        what = _mentioned(text, found.start("many"))
        if given is None or what is None or not isinstance(given.sizes, Letters):
            continue
        judged = _in_letters(given.sizes, found.group("many").rstrip(" -+·*/("), what, ordered=True, unordered=False)  # fmt: skip
        if judged is not None:
            yield found.start("many"), found.end(), judged


SHARE = re.compile(r"(?<![\w.])(?P<value>\d{1,3}(?:\.\d+)?)\s?%")
INDEX_TRIPLES = re.compile(r"\btriples of (?:indices|images)|\bindex triples\b|\b\d+\^3 (?:index |possible |ordered )?triples|\^3\b[^.;]{0,12}triples", re.I)  # fmt: skip


def _shares(text: str, batches: Sequence[ClassBatch], known: Classes | None, shift: int) -> Iterator[Spanned]:
    """`26 of 216 index triples, 12 %`: the valid triplets among all ordered triples of images."""
    if not INDEX_TRIPLES.search(text, shift):
        return
    for found in re.finditer(
        r"(?<![\w.,^])(?P<many>\d[\d.,]*(?:\s?·\s?10\^\d+)?) (?:index|ordered|possible) triples", text[shift:]
    ):
        place = shift + found.start()
        given = _given(text, batches, place, known)
        stated = value_there(text, place)
        if given is None or not isinstance(given.sizes, Classes) or stated is None or stated.number is None:
            continue
        exact, says = count_of(given.sizes, "index triples", unordered=False)
        if "ordered" in found.group() and stated.number != exact and "index" not in found.group():
            continue
        judged = compared(_rounded(stated), Fraction(exact), says)
        if judged is not None:
            yield place, shift + found.end(), judged
    for found in SHARE.finditer(text, shift):
        given = _given(text, batches, found.start(), known)
        if given is None or not isinstance(given.sizes, Classes):
            continue
        classes = given.sizes
        stated = value_there(text, found.start())
        if stated is None or re.search(r"\bpairs\b", text[max(shift, found.start() - 30) : found.end() + 30]):
            continue
        near = NEAR.search(text[max(0, found.start() - 12) : found.start()]) is not None
        said = Stated(stated.start, stated.end, stated.term, near)
        says = f"{classes.triplets:,} of {classes.images}³ = {classes.images**3:,}"
        judged = compared(said, Fraction(classes.triplets, classes.images**3), says)
        if judged is not None:
            yield found.start(), found.end(), judged


def _rounded(stated: Stated) -> Stated:
    """`5.832·10^9` is printed to three decimals of its power."""
    return Stated(stated.start, stated.end, stated.term, near=stated.term.last > 1)


CHANGED = re.compile(rf"\b(?:with|at|for|if|taking|using)\b[^.;:\d]{{0,25}}?(?P<size>\d{{1,4}}) (?:(?P<images>{IMAGE})|(?P<people>people|persons|identities|classes|individuals|subjects))\b[^.;:\d]{{0,70}}?\b(?:number of )?(?:(?P<pairs>(?:ordered |anchor-positive |positive |same-person )*pairs)|(?P<triplets>(?:valid )?triplets))?[^.;:\d]{{0,40}}?(?:(?P<times>\d+(?:\.\d+)?)(?: times|-fold)|\b(?P<word>doubles?|triples?|quadruples?|twice)\b)", re.I)  # fmt: skip
WORDS = {"double": 2, "triple": 3, "quadruple": 4, "twice": 2}


def _ratios(text: str, batches: Sequence[ClassBatch], shift: int) -> Iterator[Spanned]:
    """`With 10 photos each the number of triplets is nine times as large`, after a batch of 5 photos each."""
    for found in CHANGED.finditer(text, shift):
        given = [
            batch for batch in batches if batch.end <= found.start() and isinstance(batch.sizes, Classes)
        ]
        if not given or re.search(r"\bpeople\b.*\bwith\b", found.group()):
            continue
        base = given[-1].sizes
        if not isinstance(base, Classes) or base.each is None:
            continue
        size, p = int(found.group("size")), len(base.sizes)
        new = Classes((base.each,) * size) if found.group("people") else Classes((size,) * p)
        what = "positive pairs" if found.group("pairs") else "triplets"
        if not (found.group("pairs") or found.group("triplets")) and not re.search(r"triplet", text[given[-1].end : found.end()], re.I):  # fmt: skip
            continue
        word = (found.group("word") or "").lower()
        told = (
            Fraction(found.group("times"))
            if found.group("times")
            else Fraction(next(value for key, value in WORDS.items() if word.startswith(key)))
        )
        first, second = count_of(base, what, unordered=False)[0], count_of(new, what, unordered=False)[0]
        if not first:
            continue
        exact = Fraction(second, first)
        last = Fraction(1, 10 ** len((found.group("times") or "").partition(".")[2]))
        says = f"{shown_sizes(base)} have {first:,} {what}, {shown_sizes(new)} have {second:,}: {plain(exact)} times as many"
        half = last / 2 if last < 1 or NEAR.search(found.group()) else Fraction(0)
        if abs(exact - told) <= half:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            witness = {"before": first, "after": second, "ratio": plain(exact), "stated": plain(told)}
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


__all__ = ["batch_counts", "count_of", "shown_sizes"]
