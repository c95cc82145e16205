# ruff: noqa: E501 -- a pattern stays on one line
"""Triplets with numbers: the loss and the sort of a triplet from its two distances, valid triplets of a list of labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, verified
from grader.verify.numbers.arithmetic import Figure
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.numerals import value_of

BAR = r"(?:\\\||\\lVert|\\rVert|‖|\|\|)"
SQUARE = r"(?:_\{?2\}?)?\s*(?:\^\s*\{?2\}?|²)"


def _vector(letter: str, below: str) -> str:
    """An embedding in any letter: f(a), f(x_a), f(x_i^a), h_a, f^a, hₐ, a."""
    mark = rf"(?:[_^]\s*\{{?\s*{letter}\s*\}}?|{below})"
    index = r"(?:_\{?i\}?)?"
    return rf"(?:f\({letter}{index}\)|f\(x{index}{mark}{index}\)|(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{{?)?[A-Za-z]\}}?{mark}|{letter}{index})"


def _distance(letter: str, sign: str, word: str, below: str) -> str:
    end, start = _vector(letter, below), _vector("a", "ₐ")
    return (
        rf"(?:{BAR}\s*(?:{start}\s*[-−]\s*{end}|{end}\s*[-−]\s*{start})\s*{BAR}{SQUARE}"
        rf"|\b[dD](?:²|\^\{{?2\}}?)?\s?(?:_\{{?\s*a,?\s*{letter}\s*\}}?|\(\s*a\s*,\s*{letter}\s*\)|\(\s*f\(a\)\s*,\s*f\({letter}\)\s*\)|_\{{?(?:{letter}|{sign})\}}?(?!\w)|\^\{{?{sign}\}}?)"
        rf"|\b(?:anchor[-– ]+)?{word}[- ](?:squared )?distance|\b(?:squared )?distance (?:from the anchor )?to (?:the|its) {word})"
    )


POSITIVE_DISTANCE = _distance("p", r"\+", "positive", "ₚ")
NEGATIVE_DISTANCE = _distance("n", r"[-−]", "negative", "ₙ")
NUMBER = r"[-−]?\d+(?:\.\d+)?(?![\d.]*\d|\s*[·*/+×^−%]|\s*-\s*\d)"
LINK = r"\s*(?:=|≈|:|\bis\b|\bof\b|\bat\b|\b(?:grows|rises|moves|shrinks|falls|drops|increases|decreases|goes|changes|becomes)(?: up| down| out| in)?(?: to)?\b)\s*"
STEPS = re.compile(
    rf"(?P<p>{POSITIVE_DISTANCE}){LINK}(?P<p_value>{NUMBER})"
    rf"|(?P<n>{NEGATIVE_DISTANCE}){LINK}(?P<n_value>{NUMBER})"
    rf"|(?:\\alpha|α|\bmargin(?: of)?)\s*(?:=|is|of)?\s*(?P<margin>{NUMBER})|\bm\s*=\s*(?P<m>{NUMBER})"
    rf"|\bdistances?\s+(?:of\s+)?(?P<own_p>{NUMBER})\s+(?P<to>to\s+the\s+positive\s+)?and\s+(?P<own_n>{NUMBER})(?:\s+to\s+the\s+negative)?"
    r"|(?<![\d.])(?P<less>\d+(?:\.\d+)?)\s*[-−]\s*(?P<more>\d+(?:\.\d+)?)\s*\+\s*(?P<slack>\d?\.\d+|1)(?=\s*(?:[=\])}|≈,]|\\right|\\}))"
    rf"|\b(?:with|for|at)\s+(?P<first>{NUMBER})\s+and\s+(?P<second>{NUMBER})"
    rf"|\bnegative (?:(?:moves?|moved|comes?|goes|is|sits|lies|in|out|away|closer|nearer|farther|further|up|down|now|at|with|has|a|the|squared|distance|of|only) )*(?:to|at|of|distance) (?P<moved>{NUMBER})"
    rf"|\b(?:one|another)(?: negative)? (?:at|with)(?: (?:a |the )?(?:squared )?distance)?(?: of)? (?P<another>{NUMBER})"
    rf"|(?:^|[.;]\s+)(?P<bare>{NUMBER})(?=\s*(?::|→|gives?|has)\s*(?:an? |the )?(?:loss|semi|hard|easy))"
    rf"|(?:^|[.;]\s+)(?P<bare_p>{NUMBER}) and (?P<bare_n>{NUMBER})(?=\s*(?::|→|gives?|have|has|makes?|lead)\s*(?:to )?(?:an? |the )?(?:loss|semi|hard|easy))"
    rf"|\b(?:mean|average)(?: loss| of (?:the |these |both )(?:2|two)(?: losses)?)(?: over (?:the|both) [a-z]+)? (?:is|=|:|of|becomes|comes to)(?: then)? (?P<mean>{NUMBER})"
    rf"|(?:\\ell|ℓ|(?<![\w^_{{\\])L)\s*(?:=|≈)\s*(?P<ell>{NUMBER})|\b(?:costs?|contributes?) (?:only |then |still |just )?(?P<costs>{NUMBER})"
    rf"|\bloss(?: of (?:the|this|that|such a) triplet)?(?:\s*(?:\bis\b|\bequals\b|\bbecomes\b|\bcomes to\b|\bamounts to\b|\b(?:rises|grows|goes up|increases|drops|falls|goes down|shrinks|decreases) to\b|\bof\b|=|:|≈))?\s*(?:then |just |only |exactly |still )?(?P<near>about |roughly |≈ ?)?(?P<loss>{NUMBER})"
    rf"|\bit(?:['’]s| is) (?:then |just |only |still )?(?P<it>{NUMBER})"
    rf"|\b(?:triplet|it|this|that|which|negative|one) (?:is|are|counts as) (?:then |also |already |still |therefore |a |an )*(?P<kind>semi-?\s?hard|hard|easy)\b(?:,? (?:and |but )?not (?:semi-?\s?hard|hard|easy)\b)?"
    r"|(?:(?<=\d)(?:\s+is|,|:|;|\s+and(?: is)?|\s+→|\s+–|\s+—|\s+\()\s+(?:so |thus |hence |i\.e\. |that is,? |it is |this is |a |an |again |therefore |then )*|(?<=\d[:(]) ?)(?P<kind2>semi-?\s?hard|hard|easy)\b(?! (?:triplets|negatives|ones))",
    re.I,
)
MARGIN = re.compile(
    r"(?:\bmargin(?: of)?|α|\\alpha)\s*(?:=|is|of)?\s*(?P<value>\d+(?:\.\d+)?)|\bm\s*=\s*(?P<m>0?\.\d+|1(?:\.0)?)(?!\d)"
)
# Words that take a statement away from the two distances before it.
OTHERS = re.compile(
    r"\b(?:training|test|validation|initial|final|before|after|epochs?|network|model|our|otherwise|others?|else|any|every|all|each|without|mean|average|total|batch|sum|largest|maximum|at most|at least|up to|between|unless|easy (?:ones?|triplets?)|if(?! (?:the |its |a )?(?:negative|positive|distance|d[_(]|\\\||‖)))\b",
    re.I,
)
USUAL = Fraction(1, 5)
LONGEST_BEFORE = 400
# a sentence before that does nothing but give the two distances
POSITIVE = re.compile(rf"(?:{POSITIVE_DISTANCE}){LINK}\$?\s*{NUMBER}", re.I)
EXAMPLE = re.compile(
    rf"(?:{POSITIVE_DISTANCE}){LINK}\$?\s*{NUMBER}(?:.|\n){{0,80}}?(?:{NEGATIVE_DISTANCE}){LINK}\$?\s*{NUMBER}[^A-Za-z]*$"
)


def hinge(p: Fraction, n: Fraction, margin: Fraction) -> Fraction:
    """max(0, d(a, p) − d(a, n) + margin), FaceNet's loss of one triplet (Schroff et al. 2015, equation 3).

    >>> hinge(Fraction(1, 2), Fraction(3, 5), Fraction(1, 5))
    Fraction(1, 10)
    """
    return max(Fraction(0), p - n + margin)


def is_semi_hard(p: Fraction, n: Fraction, margin: Fraction) -> bool:
    """Whether the negative is farther than the positive but inside the margin (the same, equation 4 and after)."""
    return p < n < p + margin


def kind_of(p: Fraction, n: Fraction, margin: Fraction) -> str | None:
    """Hard, semi-hard or easy; None where the distances lie on a border."""
    if n in {p, p + margin}:
        return None
    return "hard" if n < p else "semi-hard" if n < p + margin else "easy"


def margins_in(text: str) -> list[Fraction]:
    """The margins that a text names, in order."""
    return [Fraction(found.group("value") or found.group("m")) for found in MARGIN.finditer(text)]


@dataclass(frozen=True)
class _Triplet:
    """What a sentence has said so far."""

    p: Fraction | None = None
    n: Fraction | None = None
    margin: Fraction | None = None
    named: bool = False  # both distances have been named, the positive's first
    guessed: bool = False  # "distances 0.9 and 0.7": the positive's is taken to be the first
    lossy: bool = False  # the last statement was about a loss


def loss_claims(sentence: str, before: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each loss and each "semi-hard" of triplets whose distances the sentence gives.

    >>> [judged.says for _, _, judged in loss_claims("With d(a,p) = 0.5, d(a,n) = 0.6 and α = 0.2 the loss is 0.3", "")]
    ['max(0, 0.5 − 0.6 + 0.2) is 0.1, not 0.3']
    """
    if not re.search(r"\bloss\b|hard\b|\beasy\b|\\ell|ℓ|\bcosts?\b", sentence, re.I):
        return
    state = _Triplet()
    lately = _example_before(before[-LONGEST_BEFORE:])
    shift = len(lately)
    text = f"{lately}{sentence}"
    since = 0
    stated_margins = margins_in(before)
    losses = _listed_losses(sentence, margins_in(sentence) or [*stated_margins[-1:], USUAL])
    begins = CONDITION.match(sentence) is not None
    for found in STEPS.finditer(text):
        groups = found.groupdict()
        own = [state.margin] if state.margin is not None else [*stated_margins[-1:], USUAL]
        if groups["margin"] or groups["m"]:
            state = replace(state, margin=_value(groups["margin"] or groups["m"]))
        elif (given := _given(state, groups)) is not None:
            state = given
        elif groups["mean"]:
            if len(losses) > 1 and found.start() >= shift and not OTHERS.search(text[since : found.start()]):
                yield found.start() - shift, found.end() - shift, _mean(losses, groups["mean"])
        elif state.p is not None and state.n is not None:
            judged = None
            if found.start() >= shift and not OTHERS.search(text[since : found.end()]):
                said = (
                    groups["loss"]
                    or groups["ell"]
                    or groups["costs"]
                    or (groups["it"] if state.lossy else None)
                )
                kind = groups["kind"] or groups["kind2"]
                if said:
                    judged = _loss(state.p, state.n, own, said, near=bool(groups["near"]))
                    if judged is not None and state.guessed and _loss_fits(state.n, state.p, own, said):
                        judged = None
                elif kind:
                    judged = _sort(state.p, state.n, own, kind)
                    judged = (
                        None
                        if state.guessed and judged is not None and judged.ruling is Ruling.REFUTED
                        else judged
                    )
            if judged is not None:
                yield 0 if begins else max(found.start() - shift, 0), found.end() - shift, judged
            lossy = bool(groups["loss"] or groups["it"] or groups["ell"] or groups["costs"])
            if lossy:
                losses.append(hinge(state.p, state.n, own[0]))
            state = replace(state, lossy=lossy)
        since = found.end()


LISTED = re.compile(r"\(\s*(?P<p>\d+(?:\.\d+)?)\s*,\s*(?P<n>\d+(?:\.\d+)?)\s*\)")


def _listed_losses(sentence: str, margins: Sequence[Fraction]) -> list[Fraction]:
    """The losses of `the squared distances (0.9, 1.0) and (0.4, 0.7)`."""
    pairs = list(LISTED.finditer(sentence)) if re.search(r"\bdistances\b", sentence) else []
    if len(pairs) < 2:
        return []
    return [hinge(_value(one.group("p")), _value(one.group("n")), margins[0]) for one in pairs]


CONDITION = re.compile(r"\W*(?:If|When|Should|Suppose)\b")


def _given(state: _Triplet, groups: dict[str, str | None]) -> _Triplet | None:
    """What is known after a step that gives distances; None after another one."""
    if groups["p_value"]:
        return replace(state, p=_value(groups["p_value"]), named=state.named or state.n is None)
    if groups["n_value"] or groups["moved"]:
        return replace(state, n=_value(groups["n_value"] or groups["moved"] or ""))
    if groups["another"]:
        return (
            replace(state, n=_value(groups["another"]))
            if state.p is not None and not state.guessed
            else state
        )
    if groups["bare"]:
        return (
            replace(state, n=_value(groups["bare"])) if state.p is not None and not state.guessed else state
        )
    if groups["own_p"] and groups["own_n"]:
        return replace(state, p=_value(groups["own_p"]), n=_value(groups["own_n"]), guessed=not groups["to"])
    if groups["bare_p"] and groups["bare_n"]:
        if state.p is None:
            return state
        return replace(state, p=_value(groups["bare_p"]), n=_value(groups["bare_n"]))
    if groups["less"] and groups["more"] and groups["slack"]:
        # the hinge written out names its two distances and the margin
        return replace(
            state, p=_value(groups["less"]), n=_value(groups["more"]), margin=_value(groups["slack"])
        )
    if groups["first"] and groups["second"]:
        if state.named and state.p is not None and state.n is not None:
            return replace(state, p=_value(groups["first"]), n=_value(groups["second"]))
        return state
    return None


def _example_before(before: str) -> str:
    """The sentences right before that do nothing but speak of one triplet's distances."""
    sentences = re.split(r"(?<=[.;!?])\s+(?=\S)|\n", before.rstrip())
    kept: list[str] = []
    for one in reversed(sentences):
        steps = [found for found in STEPS.finditer(one) if found.group("p_value") or found.group("n_value")]
        if not steps or OTHERS.search(one):
            break
        kept.insert(0, one)
    joined = " ".join(kept)
    return f"{joined} " if joined and (EXAMPLE.search(joined) or POSITIVE.search(joined)) else ""


def _mean(losses: Sequence[Fraction], text: str) -> Judged:
    exact = sum(losses, Fraction(0)) / len(losses)
    stated = _as_figure(text)
    says = f"the mean of {', '.join(map(shown, losses))} is {shown(exact)}"
    if stated.agrees(exact):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    return refuted(
        Kind.ARITHMETIC, f"{says}, not {text}", Method.COUNT, {"mean": shown(exact), "stated": text}
    )


def _loss_fits(p: Fraction, n: Fraction, margins: list[Fraction], said: str) -> bool:
    judged = _loss(p, n, margins, said, near=False)
    return judged is None or judged.ruling is Ruling.VERIFIED


def _value(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


def _as_figure(text: str) -> Figure:
    """A loss as it is printed; one without decimals is meant exactly, since distances have decimals."""
    decimals = len(text.partition(".")[2])
    last = Fraction(1, 10**decimals) if decimals else Fraction(0)
    return Figure(_value(text), last, 0, len(text), text.replace("-", "−"))


def _loss(p: Fraction, n: Fraction, margins: list[Fraction], text: str, *, near: bool) -> Judged | None:
    stated = _as_figure(text)
    exact = hinge(p, n, margins[0])
    says = f"max(0, {shown(p)} − {shown(n)} + {shown(margins[0])}) is {shown(exact)}"
    if stated.agrees(exact, loose=near):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    others = [hinge(p, n, margin) for margin in margins[1:]] + [
        hinge(p * p, n * n, margin)
        for margin in margins  # distances that the loss squares
    ]
    if any(stated.agrees(other, loose=True) for other in others):
        return None
    return refuted(Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, {"loss": shown(exact), "stated": stated.text})  # fmt: skip


def _sort(p: Fraction, n: Fraction, margins: list[Fraction], word: str) -> Judged | None:
    said = re.sub(r"semi-?\s?hard", "semi-hard", word.lower())
    kinds = [kind_of(p, n, margin) for margin in margins]
    true = kinds[0]
    if true is None:
        return None
    says = f"with distances {shown(p)} and {shown(n)} and margin {shown(margins[0])} the negative is {true}"
    if said == true:
        return verified(Kind.DEFINITION, says, Method.COUNT)
    if said in kinds or (said == "hard" and true == "semi-hard"):
        return None  # to some, whatever still has a loss is hard
    return refuted(
        Kind.DEFINITION, says, Method.COUNT, {"d(a,p)": float(p), "d(a,n)": float(n), "kind": true}
    )


# -- lists of labels -----------------------------------------------------------------------------------------------

LABEL = r"(?:[A-Za-z]|\d{1,2}|[a-z]{2,10})"
LABELS = re.compile(
    rf"\blabels?(?: list| vector)?(?: of| are| y| =|:)?\s*(?P<open>[(\[⟨{{`]|\\\{{)?\s*(?P<labels>{LABEL}(?:\s*,\s*{LABEL}){{2,11}})\s*(?:[)\]⟩}}`]|\\\}})?"
)
MANY = re.compile(
    r"^[^.;]{0,40}?\b(?:there (?:is|are)|gives?|has|have|yields?|makes?|leaves?|contains?|allows?|→|⇒)\s+(?:only |exactly |just )?(?P<many>\d{1,5}|no|none|zero|one|two|four|six|eight)\b(?!\s*(?:classes|labels|images|identities|points|anchors|pairs|positives|negatives|[/·*+%]))"
)


def valid_triplets(labels: list[str]) -> int:
    """Ordered triplets (anchor, positive, negative): two different points of one label and one of another.

    >>> valid_triplets(list("aab"))
    2
    """
    sizes = Counter(labels).values()
    return sum(size * (size - 1) * (len(labels) - size) for size in sizes)


def label_claims(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """`with labels (0, 0, 1) there are 2 valid triplets`: counted; anchor and positive may be swapped or not."""
    if not re.search(r"\btriplets?\b", sentence, re.I):
        return
    found = list(LABELS.finditer(sentence))
    stated: list[tuple[int, int, list[str], int]] = []
    for number, one in enumerate(found):
        until = found[number + 1].start() if number + 1 < len(found) else len(sentence)
        many = MANY.search(sentence[one.end() : until])
        if many is not None:
            labels = re.split(r"\s*,\s*", one.group("labels").strip())
            stated.append((one.start(), one.end() + many.end(), labels, value_of(many.group("many"))))
    telling = [valid_triplets(labels) for _, _, labels, _ in stated]
    ordered = any(true and said == true for true, (_, _, _, said) in zip(telling, stated, strict=True))
    for true, (start, end, labels, said) in zip(telling, stated, strict=True):
        says = f"the labels {', '.join(labels)} have {true} valid triplets"
        if said == true:
            yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif 2 * said != true or ordered:
            # without order between anchor and positive there are half as many
            yield start, end, refuted(Kind.ARITHMETIC, says, Method.COUNT, {"triplets": true, "stated": said})


# -- points of the unit sphere -------------------------------------------------------------------------------------

SPHERE = re.compile(
    r"\bunit (?:hyper)?(?:sphere|norm|length|vectors?)|\bnormali[sz]ed\b|f\(\w\)\s*(?:\\\||\\rVert|‖)(?:_\{?2\}?)?(?:²|\^\{?2\}?)?\s*=\s*1|\bnorm (?:1|one)\b"
)
APART = re.compile(
    r"\b(?:(?P<where>orthogonal|perpendicular|opposite|antipodal|identical|coinciding|equal)(?: unit)?(?: embeddings?| vectors?| ones?| points?)|(?:an )?angles? of (?P<angle>\d{1,3})\s?(?:°|\^?\{?\\circ\}?|degrees))"
    r"(?: (?:on|of) the (?:unit )?sphere)?(?: (?:have|has|gives?|means?|are|is|lie|makes?)(?: at)?)?(?: an?| the)?(?P<squared> squared| euclidean| squared euclidean)?(?P<distance> distances?)?(?: of| is| =)?\s(?P<root>√|\\sqrt\s?\{?)?(?P<value>\d+(?:\.\d+)?)(?![\d.]*\d|\s*[·*/+×^%°])",
    re.I,
)
COSINES = {0: Fraction(1), 60: Fraction(1, 2), 90: Fraction(0), 120: Fraction(-1, 2), 180: Fraction(-1)}
PLACES = {"orthogonal": 90, "perpendicular": 90, "opposite": 180, "antipodal": 180, "identical": 0, "coinciding": 0, "equal": 0}  # fmt: skip


def sphere_claims(sentence: str, before: str) -> Iterator[tuple[int, int, Judged]]:
    """`orthogonal embeddings have squared distance 2` of unit vectors, by ‖u − v‖² = 2 − 2 cos."""
    if not SPHERE.search(f"{before[-600:]} {sentence}"):
        return
    squared: bool | None = None
    for found in APART.finditer(sentence):
        if found.group("distance"):
            squared = "squared" in (found.group("squared") or "").lower()
        angle = int(found.group("angle")) if found.group("angle") else PLACES[found.group("where").lower()]
        if squared is None or angle not in COSINES:
            continue
        exact = 2 - 2 * COSINES[angle]
        value = Fraction(found.group("value"))
        last = Fraction(1, 10 ** len(found.group("value").partition(".")[2]))
        if found.group("root"):
            holds, as_length = (value == exact) if not squared else False, squared
        else:
            root = Fraction(float(exact) ** 0.5)
            holds = abs(value - (exact if squared else root)) <= last / 2
            as_length = not squared and abs(value - exact) <= last / 2
        says = f"the squared distance of unit vectors at {angle}° is {shown(exact)}"
        stated = f"{found.group('root') or ''}{found.group('value')}".replace("\\sqrt", "√").replace("{", "")
        if holds:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
        elif not as_length:
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, {"squared distance": shown(exact), "stated": stated})  # fmt: skip


__all__ = ["hinge", "is_semi_hard", "kind_of", "label_claims", "loss_claims", "margins_in", "sphere_claims"]
