# ruff: noqa: E501 -- a pattern stays on one line
"""The course's theses: a statement read as what is spoken of, which property and which value, in any order and voice.

A thesis has parts, each with words for a thing and words for its opposite: `small depth` and `large depth`, `learned
early` and `learned late`. A clause that has a word of every part says that the thesis holds, if the signs of its parts
and of its negations multiply to +1, and that it does not hold otherwise. How surely it says so (always, can, need not)
is read as well. Whatever is not read must be few harmless words: else nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from functools import cache

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.networks.papers import of_own_run
from grader.verify.reading.patterns import compiled
from grader.verify.reading.plain_words import HARMLESS

REACH = 6000
MOST_UNREAD = 2


class Truth(Enum):
    """How far a thesis holds."""

    ALWAYS = "by mathematics or by definition"
    MOSTLY = "on the whole"
    CAN = "it can happen"
    OPEN = "it may hold or not"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A thing or a quantity with its opposite, each a pattern of whole words; one that is empty finds nothing.

    A quantity is up or down by the adjectives and verbs beside its noun.
    """

    plus: str = ""
    minus: str = ""
    same: str = ""  # neither up nor down
    noun: str = ""
    inherited: bool = False  # a pronoun or nothing may stand for it
    worst: bool = False  # where both signs are told of it, the wrong one counts


# patterns are compiled when a sentence first asks for them: few documents need them all


@cache
def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w\\-])(?:{_spaced(pattern)})(?![\w-])", re.I)


@cache
def _spaced(pattern: str) -> str:
    """A pattern whose blanks match any blanks, and words that have been read already."""
    kept = r"(\[(?:\\.|[^\]])*\]|\(\?<[!=][^()]*\))"
    return re.sub(
        rf"{kept}|(?<!\\) ([?*+]?)",
        lambda found: found.group(1) or (r"[\s\x00]*" if found.group(2) in {"?", "*"} else r"[\s\x00]+"),
        pattern,
    )


@dataclass(frozen=True)
class Thesis:
    """What the course teaches: it holds where the signs of the parts multiply to +1."""

    parts: Sequence[Part]
    says: str
    witness: Mapping[str, object]
    _: KW_ONLY
    scope: str = ""
    unless: str = "(?!)"
    truth: Truth = Truth.ALWAYS
    kind: Kind = Kind.FACT
    method: Method = Method.TABLE
    reads_if: bool = False  # a condition is one of its parts
    of_paper: bool = False  # what the author's own run showed is no matter of it
    refutes: bool = True
    opposed: bool = False  # it holds where the signs multiply to −1
    beside: str = "(?!)"  # words that give the clause itself another reading
    ordered: bool = False  # the converse does not hold: it is verified only where its parts stand in order


# -- the words that carry a direction --------------------------------------------------------------------------------

UP = r"(?:larger|large|higher|high|highest|largest|greater|great|bigger|big|more|increased|increasing|growing|rising|raised|better|best|wider|looser|deeper|deep|longer|stronger|improved|elevated|laxer|(?:more )?generous)"
DOWN = r"(?:smaller|small|smallest|lower|low|lowest|less|fewer|fewest|least|reduced|decreasing|decreased|falling|shrinking|worse|worst|narrower|stricter|tighter|shallow(?:er)?|shorter|weaker|poorer|poor|tiny|little|lowered|diminished|inferior)"
UP_VERB = r"(?:rais(?:e|es|ing|ed)|increas(?:e|es|ing|ed)|improv(?:e|es|ing|ed)|lift(?:s|ing|ed)?|boost(?:s|ing|ed)?|enlarg(?:e|es|ing|ed)|loosen(?:s|ing|ed)?|help(?:s|ing|ed)?|widen(?:s|ing|ed)?|doubl(?:e|es|ing|ed)|relax(?:es|ing|ed)?|benefit(?:s|ing)?|drives up|pushes up)"
DOWN_VERB = r"(?:lower(?:s|ing|ed)?|reduc(?:e|es|ing|ed)|decreas(?:e|es|ing|ed)|cut(?:s|ting)?|shrink(?:s|ing)?|hurt(?:s|ing)?|worsen(?:s|ing|ed)?|tighten(?:s|ing|ed)?|diminish(?:es|ing|ed)?|degrad(?:e|es|ing|ed)|halv(?:e|es|ing|ed)|drives down|pushes down|harm(?:s|ing)?)"
GOES_UP = r"(?:ris(?:e|es|ing)|grow(?:s|ing)?|goes up|go up|going up|climb(?:s|ing)?|increas(?:e|es|ing)|improv(?:e|es|ing)|(?:is|are|being) (?:raised|increased|improved))"
GOES_DOWN = r"(?:fall(?:s|ing)?|drop(?:s|ping)?|goes down|go down|going down|sink(?:s|ing)?|declin(?:e|es|ing)|decreas(?:e|es|ing)|shrink(?:s|ing)?|deteriorat(?:e|es|ing)|(?:is|are|being) (?:lowered|reduced|decreased|tightened))"
STAYS = r"(?:stays?(?: (?:constant|flat|unchanged|fixed|put|equal|(?:exactly )?the same|where (?:it|they) (?:is|was|were|are)))|(?:is|are|remains?|left) (?:unchanged|constant|the same|unaffected|untouched|fixed|identical)|do(?:es)?(?: not|n['’]t) (?:change|move|budge|improve)|keeps? (?:its|the same) value|stands? still|stagnates?)"
_LINKS = r"(?:\s+(?:neither|the|its|their|a|an|both|of|in|each|every|mean|average|overall|also|much|even|slightly|clearly|test|final|same|prediction|training|validation|true|set|one['’]s|distance|acceptance|on|for)){0,3}"
_ENDS = r"(?=\s*(?:$|[,.;:)—–]|\b(?:with|for|as|when|if|than|at|in|on|and|but|while|once|whenever|because|by|too|also|towards?|from|or|after|throughout|without|that|though|even|yet|too)\b))"
_WALK = r"(?:\s+(?!(?:and|but|or|so|while|whereas|because)\b|(?:the|an?)\s+(?:larger|smaller|higher|lower))[\w$\\{}_^-]+){0,6}?\s+"


@dataclass(frozen=True)
class Mention:
    """A part in a text: +1, −1 or 0, and where."""

    sign: int
    start: int
    end: int
    gap: tuple[int, int] = (0, 0)  # words between a noun and its verb, which may deny


# "X and Y are correlated": both rise together
CORRELATED = re.compile(r"correlat|\bgo(?:es)? (?:together|hand in hand|along)\b|\bin step with\b", re.I)
# "later than the clean ones": the standard of a comparison
THAN = re.compile(
    r"\b(?:than|compared (?:to|with))\s+(?:(?:the|those|that|ones?|on|for|of|in|with|an?|are|is|at|it|they|images?|examples?|points?|which|whose|have|has|its|their|from)\s+)*$",
    re.I,
)


def mentions_of(one: Part, text: str) -> list[Mention]:
    """Where a text speaks of a part, in the order of the text."""
    found: list[Mention] = []
    for sign, pattern in ((1, one.plus), (-1, one.minus), (0, one.same)):
        if pattern:
            found += [Mention(sign, hit.start(), hit.end()) for hit in _words(pattern).finditer(text)]
    found = [mention for mention in _longest(found) if not THAN.search(text[: mention.start])]
    if one.noun:
        found += _directed(one.noun, _blank(text, found))
    return sorted(found, key=lambda mention: mention.start)


def _directed(noun: str, text: str) -> list[Mention]:
    """A quantity with its adjective or verb: `a larger X`, `raising the X`, `the X falls`, `grows with X`."""
    if compiled(_spaced(noun)).search(text) is None:
        return []
    falls, correlated = FALLS.search(text) is not None, CORRELATED.search(text) is not None
    out: list[Mention] = []
    for layer in _directions(noun, falls=falls, correlated=correlated):
        rest = _blank(text, out)
        hits = [
            Mention(sign, hit.start(), hit.end(), hit.span("gap") if "gap" in hit.groupdict() else (0, 0))
            for sign, pattern in layer
            for hit in pattern.finditer(rest)
        ]
        out += _shortest(hits)
    return out


FALLS = re.compile(rf"\b(?:{GOES_DOWN}|{DOWN})\b", re.I)


@cache
def _directions(
    noun: str, *, falls: bool, correlated: bool
) -> tuple[tuple[tuple[int, re.Pattern[str]], ...], ...]:
    """The ways to say that a quantity is up, down or the same, the surest first; "so does X" follows what `falls`."""
    named = rf"(?:{_spaced(noun)})"
    layers = (
        (
            (1, rf"\b(?:{UP}|{UP_VERB}|(?:rise|increase|growth|gain)s?\s+(?:in|of))(?P<gap>{_LINKS}[\s-]+){named}"),
            (-1, rf"\b(?:{DOWN}|{DOWN_VERB}|(?:drop|fall|decrease|reduction|decline)s?\s+(?:in|of))(?P<gap>{_LINKS}[\s-]+){named}"),
        ),
        (
            (1, rf"{named}(?P<gap>{_WALK})(?:{GOES_UP}\b|{UP}\b{_ENDS})"),
            (-1, rf"{named}(?P<gap>{_WALK})(?:{GOES_DOWN}\b|{DOWN}\b{_ENDS})"),
            (0, rf"{named}(?P<gap>{_WALK}){STAYS}"),
        ),
        ((-1 if falls else 1, rf"\bso (?:do(?:es)?|will|is|are)\s+(?:the\s+|its\s+)?{named}"),),
        ((1, rf"\b(?:with|in proportion to|as a function of)\s+(?:the\s+|an?\s+|its\s+|their\s+)?(?:prediction\s+)?{named}"),),
        *((((1, named),),) if correlated else ()),
    )  # fmt: skip
    return tuple(
        tuple((sign, re.compile(rf"(?<![\w\\-]){pattern}(?!\w)", re.I)) for sign, pattern in layer)
        for layer in layers
    )


def _longest(found: Sequence[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for one in sorted(found, key=lambda mention: mention.start - mention.end):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept


def _shortest(found: Sequence[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for one in sorted(found, key=lambda mention: mention.end - mention.start):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return kept


def _blank(text: str, found: Sequence[Mention]) -> str:
    for one in found:
        start, end = one.gap
        kept = text[start:end]
        text = text[: one.start] + "\x00" * (one.end - one.start) + text[one.end :]
        text = text[:start] + kept + text[end:]
    return text


# -- how a clause says it ----------------------------------------------------------------------------------------------

NEED_NOT = re.compile(
    r"\bneed(?:s)? not\b|\bneedn['’]t\b|\b(?:does|do)(?: not|n['’]t) (?:necessarily |automatically |always |yet |by itself )*(?:have to|need to|imply|mean|guarantee|entail|ensure|prove|tell|make|always)\b|\bnot (?:necessarily|always|automatically|in every case|guaranteed)\b|\bno guarantee\b|\bis no (?:sign|proof|guarantee|warranty)\b|\b(?:does|do|need)(?: not|n['’]t) follow\b|\b(?:can(?:not|['’]t)|(?:must|should|may) not) (?:\w+ )?(?:conclude|infer|deduce|be (?:inferred|deduced))\b|\bnecessarily not\b|\bcan(?:not|['’]t) be concluded\b",
    re.I,
)
ALWAYS = re.compile(
    r"\b(?:always|must|necessarily|guarantee[sd]?|inevitably|every time|in every case|invariably|certainly|implies|imply|ensures?|automatically|by (?:necessity|definition)|bound to|without exception|means?(?: that)?|entails?|follows? from|proves?|tells that|shows that)\b",
    re.I,
)
THEREFORE = re.compile(r"\b(?:therefore|hence|thus|consequently|accordingly)\b", re.I)
STRICTLY = re.compile(
    r"\b(?:always|must|guarantee\w*|every|without exception|means?|impl(?:y|ies)|necessarily|certainly|invariably|inevitably|never|cannot|impossible|all)\b|can['’]t\b",
    re.I,
)
NEVER = re.compile(
    r"\b(?:never|cannot(?: possibly)?|can['’]t|can not|impossible|under no circumstances|no way)\b", re.I
)
CAN = re.compile(r"\b(?:can|may|might|could|possibl[ey]|sometimes|occasionally|happens?|at times|is able to|some|a few|several|not all|not every)\b", re.I)  # fmt: skip
MOSTLY = re.compile(
    r"\b(?:usually|tends?|typically|on average|generally|often|mostly|commonly|as a rule|in general|likely|on the whole|by and large|normally|frequently)\b",
    re.I,
)
NOT = re.compile(
    r"\b(?:not|no|neither|nor|none|never|cannot|without|fails? to|far from|hardly|rarely|seldom|unlikely|less (?:likely|often|frequently|prone|apt)|negatively|inversely|anti-?correlat\w+|rather un\w+|scarcely|nowhere|skips?|omits?|lacks?|dispens\w+ with|forgo\w*|bypass\w*)\b|n['’]t\b",
    re.I,
)
# what takes a clause out of the author's own voice, or into another case
OTHER = re.compile(
    r"\b(?:would|suppose|supposing|imagine|assum\w+|hypothe\w+|think|thinks|thought|believes?|believed|claims?|claimed|said|told|whether|question|wonder\w*|surpris\w*|contrary|myth|mistake|false|misconception|tempting|exceptions?|except|unless|until|otherwise|not only|not just|not true|untrue|should it|pretend|expected to|hope[sd]?|fear\w*|intuitively|naively|one might|it seems|seems?|unclear|say|says|saying|argues?|asserts?|no one|nobody|den(?:y|ies)|perhaps|maybe|probably|apparently|unlike|suspect\w*|guess\w*|toy)\b|\?",
    re.I,
)
ASIDE = re.compile(
    r",?\s*\b(?:instead of|rather than|as opposed to|in place of|, not|and not|but not)\b(?:(?!\s(?:raises|lowers|makes|gives|shifts|moves|is|are|has|have|changes|improves|hurts|increases|decreases|reduces|leads|costs|yields|leaves|keeps)\b)[^,;.:()])*|,\s+not\b[^,;.:()]*|\(not\b[^)]*\)",
    re.I,
)
BEGINS_IF = re.compile(
    r"\W*(?:(?:and|but|so|even|only|or)\s+)*(?:if|when|whenever|once|as soon as|as long as)\b", re.I
)
PRONOUN = re.compile(
    r"\W*(?:(?:and|but|so|also|yet|then|or|hence|therefore|thus|because|since|as|where|while|whereas|although|though|here|there|moreover|besides|on average|in general|usually|of course|instead|with it|for it|in turn)\W+)*(?:they|it|these|this|those|such|both|their|its|there|the same|in them|for them|of them|for these|for those|for such|of these|of those|for this|each of them|all of them|here|(?<=\w )(?:every|each|all) triplets?(?! (?:with|whose|of|for|that|which|in|where)\b)|(?<=\w )the loss)\b|.*\b(?:such an? \w+|these ones|of such \w+|of these|of those|of them|for them|on them|in them)\b",
    re.I,
)
BARE = re.compile(
    r"\W*(?:(?:and|but|so|also|yet|then|which|or|hence|therefore|thus)\W+)*(?:also |still |usually |always |never |often |only |even |typically )*(?:is|are|has|have|can|may|might|leads?|tends?|gets?|does|do|must|will|cannot|causes?|makes?|keeps?|gives?|shows?|needs?|takes?|uses?|avoids?|prevents?|risks?|costs?|lies?|contributes?|produces?|raises?|lowers?|increases?|decreases?|improves?|reduces?|falls?|rises?|grows?|drops?|sends?|lets?|\w+ing)\b",
    re.I,
)
CUT = re.compile(
    r"[;:]\s|\s[—–]\s|\s--\s|(?<=\w)---?(?=\w)|,\s+|\s(?=(?:and|but|while|whereas|although|though|because|since|so that|yet|even though|even if)\s)|\s\((?=\w)|\)\s|\n[ \t]*(?=(?:[-*•–]|\w+(?:[ -]\w+){0,2}:)\s)",
    re.I,
)
POWER = re.compile(r"\([^()]{1,40}\) ?(?:\^|²|³)")
# a clause that goes on with something else
CONTRAST = re.compile(r"\W*(?:whereas|although|though|but|yet|unlike|however)\b", re.I)
WHEREAS = re.compile(r"\W*whereas\b", re.I)
APART = re.compile(r"[;()]|^\n[ \t]*$")  # the lines of a list without blank lines are apart, too
# it says another thing, or of another one: "a hard one has ..., an easy one zero"
OWN_CLAUSE = re.compile(
    r"\s*(?:which|where|whose)\b|\W*[\w-]+\W* means\b"
    r"|\W*(?:(?:and|but|while|whereas)\s+)?(?:an?|the|every|each|any|all)\s+(?:[\w-]+\s+ones?|others?|former|latter|rest)\b"
    r"|\W*(?:(?:and|but|while|whereas)\s+)?(?:(?:an?|the|every|each|any|all)\s+)?(?:easy|semi-?\s?hard|hard)\s+(?:triplets?|negatives?)\b",
    re.I,
)
LONGEST_LABEL = 4  # words before a colon that name what is spoken of
UNDER = re.compile(r"\b(?:once|as soon as|as long as|provided|unless|until)\b", re.I)
# "every depth that is not 0": it denies a property of a few, not the statement
DENIED_ASIDE = re.compile(
    r"\b(?:that|which|who|whose \w+|where \w+) (?:is|are|was|were|do|does|did|has|have|can)(?: not|n['’]t)\b",
    re.I,
)
IT = re.compile(r"\W*(?:(?:and|but|so|then)\W+)*it\b", re.I)
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]{2,}|\d+(?:\.\d+)?")
FIGURE = re.compile(
    r"(?<![\w.])\d+(?:\.\d+|,\d{3})*(?:\s?%|\s+per ?cent\b|\s+points?\b)"
)  # a matter of one's own counts
LATEX = re.compile(r"\\[A-Za-z]+|\$")
ANSWERS = re.compile(
    r"\s*(?:[A-Z]\w{0,15}\W{0,3}:\W{0,4})?(?:yes|no|nope|right|correct|true|false|wrong|exactly)[.!:,]\s+(?=\S)",
    re.I,
)


def thesis_claims(sentence: str, before: str, theses: Sequence[Thesis]) -> Iterator[Spanned]:
    """(start, end, ruling) of each thesis that a sentence states or contradicts; `before` is the text so far."""
    around = f"{before[-REACH:]} {sentence}"
    plain = ASIDE.sub(lambda found: " " * len(found.group()), sentence)
    plain = (
        ANSWERS.sub(lambda found: " " * len(found.group()), plain, count=1) if ANSWERS.match(plain) else plain
    )
    pieces = _pieces(plain)
    for one in theses:
        # the sentence is short and what stands around it is long: it is asked first
        if (
            not _has_parts(plain, one)
            or compiled(one.unless).search(sentence)
            or not compiled(f"(?s:{one.scope})").search(around)
        ):
            continue
        if one.of_paper and of_own_run(sentence, before):
            continue
        taken: list[tuple[int, int]] = []
        for width in (1, 2, 3):
            for first in range(len(pieces) - width + 1):
                start, end = pieces[first][0], pieces[first + width - 1][1]
                joints = (plain[pieces[at][1] : pieces[at + 1][0]] for at in range(first, first + width - 1))
                others = (plain[a:b] for a, b in pieces[first + 1 : first + width])
                labels = (plain[pieces[at][0] : pieces[at + 1][0]] for at in range(first, first + width - 1))
                if (
                    any(a < end and start < b for a, b in taken)
                    or any(APART.search(joint) for joint in joints)
                    or any(OWN_CLAUSE.match(plain, pieces[at][0]) for at in range(first + 1, first + width))
                    or any((WHEREAS if one.reads_if else CONTRAST).match(other) for other in others)
                    or any(
                        label.rstrip().endswith(":") and len(label.split()) > LONGEST_LABEL
                        for label in labels
                    )
                ):
                    continue
                read = _read(plain, start, end, before, one, width)
                if read is not None:
                    taken.append((start, end))
                    yield read


def _pieces(sentence: str) -> list[tuple[int, int]]:
    """The clauses of a sentence; brackets that belong to a name, as in f(x), end none."""
    out, start = [], 0
    for cut in CUT.finditer(sentence):
        opened = sentence.rfind("(", 0, cut.start())
        if cut.group().startswith(")") and (opened <= 0 or not sentence[opened - 1].isspace()):
            continue
        if "(" in cut.group() and POWER.match(sentence, cut.end() - 1) is not None:
            continue  # "the kernel (q·k + 1)² grows"
        if sentence[start : cut.start()].strip():
            out.append((start, cut.start()))
            start = cut.end()
    if sentence[start:].strip():
        out.append((start, len(sentence)))
    return out


def _has_parts(sentence: str, one: Thesis) -> bool:
    return all(piece.inherited or mentions_of(piece, sentence) for piece in one.parts)


def _read(sentence: str, start: int, end: int, before: str, one: Thesis, width: int) -> Spanned | None:
    text = sentence[start:end]
    if text.count(")") > text.count("("):
        return None  # the rest of what began in a bracket
    begins = BEGINS_IF.match(text)
    comma = sentence[start : end + 1].find(",")  # where a condition at the head of the clause ends
    if ((begins or UNDER.search(text)) and not one.reads_if) or compiled(one.beside).search(text):
        return None
    if DENIED_ASIDE.search(text):
        return None
    sign, named, rest, inherited = -1 if one.opposed else 1, [], text, False
    starts: list[int] = []
    for piece in one.parts:
        mentions = mentions_of(piece, rest)
        if mentions:
            if begins and len({mention.start < comma for mention in mentions}) > 1:
                return None  # condition and consequence speak of one thing
            signs = {mention.sign for mention in mentions}
            if len(signs) > 1 and not (piece.worst and signs == {1, -1}):
                return None
            sign *= min(signs) if len(signs) > 1 else signs.pop()
            named += mentions
            starts.append(mentions[0].start)
            rest = _blank(rest, mentions)
        elif piece.inherited and width == 1 and (BARE.match(text) or PRONOUN.match(text)):
            # "it" at the head of a sentence may be whatever the text is about
            told = _earlier(piece, sentence[:start].strip(" ,;:—–-("), "" if IT.match(text) else before)
            if told is None:
                return None
            sign, inherited = sign * told, True
        else:
            return None
    if not named or (begins and max(one.start for one in named) < comma):
        return None  # "if an image is wrong at depth 0, ..." is the condition alone
    rest = rest.replace("\x00", " ")
    if OTHER.search(rest):
        return None
    need_not = NEED_NOT.search(rest)
    unread = NEED_NOT.sub(" ", rest)
    negations = len(NOT.findall(re.sub(r"(\bneither\b.*)\bnor\b", r"\1", unread, flags=re.I)))
    if _unread(unread) > MOST_UNREAD or FIGURE.search(unread):
        return None
    marks = [
        *((mention.start, mention.end) for mention in named),
        *((hit.start(), hit.end()) for pattern in (NEED_NOT, NOT, ALWAYS, CAN) for hit in pattern.finditer(rest)),
    ]  # fmt: skip
    if begins:
        marks.append(begins.span())
    whenever = begins is not None and re.search(r"if|whenever", begins.group(), re.I) is not None
    holds = _holds(one.truth, sign, need_not is not None, negations, unread, whenever=whenever)
    judged = _judged(one, holds, " ".join(text.split()))
    if judged is None or (
        judged.ruling is Ruling.VERIFIED and one.ordered and not (inherited or starts[0] <= starts[-1])
    ):
        return None
    return start + min(a for a, _ in marks), start + max(b for _, b in marks), judged


def _earlier(piece: Part, sentence: str, before: str) -> int | None:
    """The sign of a part that a pronoun stands for: of the clauses before, else of the sentence before.

    What another clause or sentence speaks of is passed over only if that begins with a pronoun, too; what it denies is
    no subject.
    """
    last = [one for one in re.split(r"(?<=[.!?;])[\"”»’*_)]*\s+", before[-600:].strip()) if one]
    for text in (sentence, *reversed(last[-2:])):
        mentions = mentions_of(piece, text)
        signs = {mention.sign for mention in mentions}
        if signs:
            denied = NOT.search(_blank(text, mentions)[: mentions[-1].start])
            return signs.pop() if len(signs) == 1 and not denied else None
        if text and not PRONOUN.match(text):
            return None
    return None


def _unread(rest: str) -> int:
    words = [word.lower().strip("'’-") for word in WORD.findall(LATEX.sub(" ", rest))]
    return sum(1 for word in words if word not in HARMLESS)


def _judged(one: Thesis, holds: bool | None, stated: str) -> Judged | None:
    if holds is None or (not holds and not one.refutes):
        return None
    if holds:
        return verified(one.kind, one.says, one.method)
    return refuted(one.kind, one.says, one.method, {**one.witness, "stated": stated})


def _holds(truth: Truth, sign: int, need_not: bool, negations: int, rest: str, *, whenever: bool) -> bool | None:  # fmt: skip
    """Whether what is said is so; None if that is open."""
    never, can = NEVER.search(rest) is not None, CAN.search(rest) is not None
    always, mostly = ALWAYS.search(rest) is not None, MOSTLY.search(rest) is not None
    said = -sign if negations % 2 else sign
    if truth is Truth.OPEN:
        if need_not:
            return True if sign == 1 else None
        if never:
            return False
        if can:
            return True if said != 1 and negations < 2 else None
        return False if (always or whenever or THEREFORE.search(rest)) and not mostly else None
    if sign == 0:
        return None
    if need_not:
        return False if truth is Truth.ALWAYS and sign == 1 else None
    if truth is not Truth.CAN and re.search(r"\b(?:could|might)\b", rest):
        return None
    if truth is Truth.ALWAYS and mostly and said != 1:
        return None
    if truth in {Truth.ALWAYS, Truth.CAN}:
        return said == 1
    if can and not never:
        return None
    # what holds on the whole has exceptions
    return None if said == 1 and not mostly and STRICTLY.search(rest) else said == 1


__all__ = ["Part", "Thesis", "Truth", "thesis_claims"]
