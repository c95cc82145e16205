# ruff: noqa: E501 -- a pattern stays on one line
"""How many images, pairs, positives, negatives and triplets a batch of so many classes with so many images each has.

The batch may be given in numbers or in letters, the count as a number or as a formula in these letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import plain_name, value_at
from grader.verify.reading.numerals import NUMERAL, value_of

CLASS = r"(?:classes|class|identities|identity|IDs|people|persons?|labels|shapes|individuals|subjects|celebrities|students|speakers)"
IMAGE = r"(?:images?|examples?|samples?|points?|photos?|photographs?|pictures?|faces?|shots?|members|embeddings?|of each)"
LETTER = r"(?-i:[A-Za-z](?![A-Za-z]))"
SIZE = rf"(?:{NUMERAL}|{LETTER}(?: ?= ?\d{{1,4}})?)"
EACH = r"(?: (?:each|per (?:class|identity|person|label|ID|head)|(?:for|of) each(?: of them)?))"
BATCH = re.compile(
    rf"(?<![\w.,/])(?P<p>{SIZE}) (?:(?:different|distinct|random) )?{CLASS}\b(?:,? (?:with|of|and|times|having|each with|at|by|à|contributing|in)| ?[,;:(×x·]| that have| who have)\s*(?:(?:about|exactly) )?(?P<k>{SIZE}) ?(?:(?:\w+ )?{IMAGE}\b{EACH}?|{EACH}|(?= (?:gives?|have|has|makes?|yields?|contains?|lead)\b))"
    rf"|\bP ?= ?(?P<p2>\d{{1,4}})\b[^.;\d]{{0,40}}?\bK ?= ?(?P<k2>\d{{1,4}})\b",
    re.I,
)
KINDS: tuple[tuple[str, str], ...] = (
    ("triplets", r"triplets?"),
    ("positive pairs", r"(?:\(? ?(?:anchor|a)(?:[-–— ]+(?:and[- ])?|, ?|/)(?:positive|p)\)?|positive|same[- ](?:person|class|identity|label)|matching|genuine|\(a, ?p\))[- ]pairs?"),
    ("negative pairs", r"(?:negative|different[- ](?:person|class|identity)|non-?matching|impostor)[- ]pairs?"),
    ("all pairs", r"unordered pairs?"),
    ("positives", r"positives?"),
    ("negatives", r"negatives?"),
    ("anchors", r"anchors?"),
    ("images", r"(?:images?|photos?|photographs?|pictures?|faces?|embeddings?)"),
)  # fmt: skip
THING = "|".join(f"(?P<t{place}>{words})" for place, (_, words) in enumerate(KINDS))
ADJECTIVES = r"(?:(?:different|ordered|unordered|possible|valid|distinct|such|other|candidate) )*"
FORMULA = r"(?:[A-Za-z\d(][A-Za-z\d()^{}²·*]*(?: ?[-+−·*/] ?[A-Za-z\d(][A-Za-z\d()^{}²]*)*)"
COUNT = re.compile(
    rf"(?<![\w.,/·*×+^−-])(?P<many>\d{{1,3}}(?:,\d{{3}})+|\d{{1,9}}) (?P<said>{ADJECTIVES})(?:{THING})(?![\w-])",
    re.I,
)
NUMBER_OF = re.compile(
    rf"\bnumber of (?P<said>{ADJECTIVES})(?:{THING})(?![\w-])[^.;:\d]{{0,30}}?(?:is|are|=|:|equals|comes to|becomes) (?:\d[\d·*×() −+-]* ?= ?)?(?P<many>\d{{1,3}}(?:,\d{{3}})+|\d{{1,9}})(?![\d,.]*\d|\s*[·*×+/^%−-])",
    re.I,
)
IN_LETTERS = re.compile(rf"(?<=\s)(?P<many>{FORMULA}) (?P<said>{ADJECTIVES})(?:{THING})(?![\w-])", re.I)  # fmt: skip
EVERY = re.compile(
    r"\b(?:each|every|per|an|one|any)\b[^.;,]{0,20}\b(?:anchor|image|photo|picture|face|pair|them)|\beach\b|\bapiece\b",
    re.I,
)
# what the triplets and pairs of a batch are no longer all of
SOME = re.compile(
    r"\b(?:semi[- ]?hard|hard(?:est)?|easy|active|loss|us(?:e|es|ed|ing)|select\w*|pick\w*|sampled?|samples|kept|keeps?|left|remain\w*|violat\w*|more than|at least|at most|up to|about|roughly|around|fewer|less|random(?:ly)?|not|if|would|could|sum|draws?|drew|drawn|per (?:step|batch|epoch|iteration)|found|labels?|class 0|class 1|this class|that class|accepted|rejected|correct|wrong|train\w*|only|without|instead|hardly|saw|seen|epochs?|collect\w*|process\w*|together with|person|identity contributes|contribute nothing)\b|n['’]t\b",
    re.I,
)
# another batch than the one before, whose sizes are not read
ANOTHER = re.compile(
    r"(?s)\b(?:second|third|other|next|another|new|toy|small(?:er)?|larger|bigger|last) batch\b(?!.*\b(?:first|this|our|my|same|own) batch\b)",
    re.I,
)
PAIRS_ARE = re.compile(
    r"(?<![\w.,/·*×+^−-])(?P<many>\d{1,3}(?:,\d{3})+|\d{1,9}) (?:of (?:the|these|its|all|those) )(?P<said>(?:ordered |unordered )?)(?P<pairs>pairs)(?: of images)? (?:are (?P<sign>positive|negative)|(?:show|are of|have) (?P<who>the same|different|two) (?:person|people|persons|identity|identities))",
    re.I,
)
TERMS = re.compile(
    r"\bbatch[- _]?hard\b[^.;:\d]{0,40}?\b(?:averages?|means?|sums?|mean|has|uses|gives|average)\b[^.;:\d]{0,20}? (?:over|of)?\s*(?:just |only |exactly )?(?P<many>\d{1,6}) (?:terms|triplets|anchors|values|losses)\b",
    re.I,
)
IN_ALL = re.compile(r"\b(?:in all|in total|total|altogether|all in all|batch|overall)\b", re.I)
# "each anchor is in 48 triplets" counts no batch
OF_ONE = re.compile(
    r"\b(?:each|every|any|per|(?:an?|one|the same|a given|a fixed|a single) (?:anchor|image|photo|picture|face|pair|person|identity|class|positive|negative|example|sample))\b(?! with\b)",
    re.I,
)
ANOTHER = re.compile(r"\b(?:second|third|other|another|next|new|different) (?:mini-?)?batch", re.I)
# behind a count: that there are so many
OF_ALL_OF_THEM = re.compile(
    r"\b(?:in (?:all|total)|altogether|all in all|overall|together|each|apiece|exist|(?:is|are|can be|could be) (?:possible|valid|formed|available|there|built|made)|(?:for|per|of|from|with|in|to) (?:each |every |an? |one |the |this |such |its )*(?:\w+ )?(?:mini-?batch|batch|anchor|image|photo|picture|face|positive|pair|triplet|identity|person|class)(?:es|s)?(?: (?:pair|image)s?)?|(?:is|are) in (?:the|this|such a|a) batch|(?:to )?choose from|as well|too|then|there)\b",
    re.I,
)
EACH_COUNTED = re.compile(r"\d+ (?:negatives|positives)(?: for)? each\b", re.I)
CLAUSE = re.compile(r"[.;:,!?]\s|\band\b|\bbut\b|\bhence\b|\bso\b|→|=>|⇒|\(")
REACH = 320
SMALL = ((2, 3), (3, 2), (4, 5))


@dataclass(frozen=True)
class Batch:
    """P classes of K images each, in numbers or letters."""

    p: str
    k: str
    end: int

    @property
    def sizes(self) -> tuple[int, int] | None:
        """P and K, where both are numbers."""
        if _is_letter(self.p) or _is_letter(self.k):
            return None
        p, k = (value_of(re.sub(r"^\w ?= ?", "", one)) for one in (self.p, self.k))
        return (p, k) if p >= 2 and k >= 2 else None


def _is_letter(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z]", text) is not None


def batch_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """`4 people with 3 images each give 216 valid triplets`: P·K anchors, K − 1 positives and (P − 1)K negatives each.

    >>> [j.says for *_, j in batch_counts("A batch of 4 people with 3 images each has 100 valid triplets.", "")]
    ['4 classes of 3 have 12·2·9 = 216 valid triplets']
    """
    text = f"{before[-REACH:]} {sentence}"
    shift = len(text) - len(sentence)
    batches = [
        Batch(found.group("p") or found.group("p2"), found.group("k") or found.group("k2"), found.end())
        for found in BATCH.finditer(text)
    ]
    if not batches:
        return
    for found in (*PAIRS_ARE.finditer(text, shift), *TERMS.finditer(text, shift)):
        given = [batch for batch in batches if batch.end <= found.start("many")]
        if (
            given
            and given[-1].sizes
            and not SOMETIMES.search(sentence)
            and not ANOTHER.search(text[given[-1].end :])
        ):
            yield found.start("many") - shift, found.end() - shift, _told(*given[-1].sizes, found)
    told = set[tuple[int, int]]()  # a number that two patterns find is told of once
    for pattern in (COUNT, NUMBER_OF, IN_LETTERS):
        for found in pattern.finditer(text, shift - 1):
            given = [batch for batch in batches if batch.end <= found.start("many")]
            clause = _clause(text, found)
            listed = given and re.search(r"\blabels?\b", text[given[-1].end : found.start()])
            if (
                not given
                or listed
                or SOME.search(clause)
                or ANOTHER.search(text[given[-1].end : found.end()])
            ):
                continue
            judged = _judged(given[-1], found, clause, text)
            own = re.split(r"[.;?!]\s", text[given[-1].end : found.start()])[-1]
            if judged is not None and ANOTHER.search(own):
                continue
            if (
                judged is not None
                and judged.ruling is Ruling.REFUTED
                and (_of_one(given[-1], found, text) or _of_some(found, text))
            ):
                continue
            if judged is not None and found.span("many") not in told:
                told.add(found.span("many"))
                start = found.start() if pattern is NUMBER_OF else found.start("many")
                yield start - shift, found.end() - shift, judged


SOMETIMES = re.compile(
    r"\b(?:if|would|could|not|instead|without|at least|at most|about|roughly|accepted|rejected)\b", re.I
)


def _told(p: int, k: int, found: re.Match[str]) -> Judged:
    """`200 of the unordered pairs are positive`, `batch-hard averages over 32 terms`."""
    many = int(found.group("many").replace(",", ""))
    if found.re is TERMS:
        exact, says = p * k, f"batch-hard has one term for each of {p}·{k} = {p * k:,} anchors"
        allowed = {exact}
    else:
        same = (
            "positive" in (found.group("sign") or "").lower() or "same" in (found.group("who") or "").lower()
        )
        what = "positive pairs" if same else "negative pairs"
        ordered = re.match("ordered", found.group("said"), re.I) is not None
        exact, says = count_of(p, k, what, unordered=not ordered)
        allowed = {exact} if found.group("said") else {exact, 2 * exact}
    if many in allowed:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    witness = {"classes": p, "images each": k, "count": exact, "stated": many}
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _of_one(batch: Batch, found: re.Match[str], text: str) -> bool:
    """Whether pairs or triplets may be those of one anchor alone."""
    if _kind(found) not in {"triplets", "positive pairs", "negative pairs", "all pairs"}:
        return False
    own = re.split(r"[.;?!]\s", text[batch.end : found.start()])[-1]
    own = "" if IN_ALL.search(own.rsplit(",", 1)[-1]) else EACH_COUNTED.sub("", own)
    return bool(OF_ONE.search(own) or OF_ONE.search(re.split(r"[.;]\s", text[found.end() :])[0][:40]))


def _of_some(found: re.Match[str], text: str) -> bool:
    """Whether what stands behind a count says which ones it counts: `12 pairs match`, `954 triplets contribute nothing`."""
    behind = CLAUSE.split(text[found.end() :])[0]
    return re.search(r"[A-Za-z]", OF_ALL_OF_THEM.sub(" ", behind)) is not None


def _kind(found: re.Match[str]) -> str:
    return next(kind for place, (kind, _) in enumerate(KINDS) if found.group(f"t{place}"))


def _clause(text: str, found: re.Match[str]) -> str:
    """The words around a count, up to the next signs."""
    start = max((one.end() for one in CLAUSE.finditer(text, 0, found.start() + 1)), default=0)
    after = CLAUSE.search(text, found.end())
    return text[start : after.start() if after else len(text)]


def _judged(batch: Batch, found: re.Match[str], clause: str, text: str) -> Judged | None:
    what = _kind(found)
    if what in {"positives", "negatives"} and found.group()[-1] != "s" and found.group("many") != "1":
        # "48 are positive and 448 negative": of the pairs, if it speaks of pairs
        sentence = re.split(r"[.;?!]\s", text[: found.start()])[-1]
        if not re.search(r"\bpairs\b", sentence, re.I):
            return None
        what = what[:-1] + " pairs"
    ordered = re.search(r"(?<!un)ordered", found.group("said"), re.I) is not None
    unordered = re.search(r"\bunordered", clause, re.I) is not None
    if (
        what.endswith("pairs")
        and found.group()[-1] != "s"
        and batch.sizes
        and found.group("many")[0].isdigit()
    ):
        # whether these pairs have an order is not said
        unordered = (
            int(found.group("many").replace(",", "")) == count_of(*batch.sizes, what, unordered=True)[0]
        )
    if what in {"positives", "negatives"} and not EVERY.search(clause):
        before = text[: found.start()][-60:]
        if not (EVERY.search(before) and re.search(r"\band\b[^.;]*$", before)):
            return None
    if what == "images" and not re.search(
        r"\b(?:in all|in total|altogether|together|that is|that makes|makes|hence|batch (?:of|has|with|size))\b", clause + text[found.end() : found.end() + 20], re.I
    ):  # fmt: skip
        return None
    if what in {"positives", "negatives"} and re.search(
        r"\b(?:the|these|those)\s*$|\b[Oo]f (?:the |these |all )*pairs\b[^.;]*$", text[: found.start()]
    ):
        return None  # "of the 10 negatives": of those that were counted before
    if what == "anchors" and re.search(r"\bper\b|\bof\b", clause):
        return None
    if not found.group("many")[0].isdigit() or re.search(r"[A-Za-z]", found.group("many")):
        return _in_letters(batch, found.group("many"), what, ordered=ordered, unordered=unordered)
    if batch.sizes is None:
        return None
    many = int(found.group("many").replace(",", ""))
    exact, says = count_of(*batch.sizes, what, unordered=unordered)
    if many == exact:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    other, _ = count_of(*batch.sizes, what, unordered=True)
    if (
        not ordered
        and what in {"positive pairs", "triplets", "negative pairs"}
        and many in {other, exact // 2, 2 * exact}
    ):
        return None  # without order between anchor and positive there are half as many
    witness = {"classes": batch.sizes[0], "images each": batch.sizes[1], "count": exact, "stated": many}
    return refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


def _in_letters(batch: Batch, formula: str, what: str, *, ordered: bool, unordered: bool) -> Judged | None:
    if not (_is_letter(batch.p) and _is_letter(batch.k)) or what in {"images", "anchors"}:
        return None
    try:
        tree = read_expression(formula)
    except Unreadable:
        return None
    letters = plain_name(batch.p), plain_name(batch.k)
    if not names(tree) or not names(tree) <= set(letters):
        return None
    values = [value_at(tree, dict(zip(letters, map(Fraction, sizes), strict=True))) for sizes in SMALL]
    exact = [count_of(p, k, what, unordered=unordered)[0] for p, k in SMALL]
    if values == exact:
        tried = ", ".join(f"{batch.p} = {p}, {batch.k} = {k}" for p, k in SMALL)
        return verified(Kind.ARITHMETIC, f"counted for {tried}", Method.COUNT)
    halved = all(value is not None and 2 * value == one for value, one in zip(values, exact, strict=True))
    if None in values or (halved and not ordered):
        return None
    place = next(place for place, (one, other) in enumerate(zip(values, exact, strict=True)) if one != other)
    p, k = SMALL[place]
    witness = {batch.p: p, batch.k: k, "count": exact[place], "formula": str(values[place])}
    return refuted(Kind.ARITHMETIC, count_of(p, k, what, unordered=unordered)[1], Method.COUNT, witness)


def count_of(p: int, k: int, what: str, *, unordered: bool) -> tuple[int, str]:
    """How many there are, and how they are counted; pairs without order where the text says so.

    >>> [count_of(4, 3, what, unordered=False)[0] for what in ("triplets", "positive pairs", "positives", "negatives")]
    [216, 24, 2, 9]
    """
    batch = p * k
    if what == "triplets":
        exact = batch * (k - 1) * (p - 1) * k
        return exact, f"{p} classes of {k} have {batch}·{k - 1}·{(p - 1) * k} = {exact:,} valid triplets"
    if what == "positive pairs":
        exact = batch * (k - 1) // (2 if unordered else 1)
        return exact, f"{p} classes of {k} have {batch}·{k - 1}{'/2' if unordered else ''} = {exact:,} {'un' if unordered else ''}ordered pairs"  # fmt: skip
    if what == "negative pairs":
        exact = batch * (p - 1) * k // (2 if unordered else 1)
        return exact, f"{p} classes of {k} have {batch}·{(p - 1) * k}{'/2' if unordered else ''} = {exact:,} pairs of different classes"  # fmt: skip
    if what == "all pairs":
        exact = batch * (batch - 1) // 2
        return exact, f"{batch} images have {batch}·{batch - 1}/2 = {exact:,} unordered pairs"
    if what in {"anchors", "images"}:
        return batch, f"{p}·{k} = {batch:,} images, each of which can be an anchor"
    if what == "negatives":
        return (p - 1) * k, f"{p - 1} other classes of {k}: {(p - 1) * k:,} negatives for each anchor"
    return k - 1, f"{k - 1} other images of the anchor's class"


__all__ = ["batch_counts", "count_of"]
