# ruff: noqa: E501 -- a pattern stays on one line
"""Which factor of the softmax kernel cancels in the attention quotient, which stays, and under which condition.

exp(q·k/σ²) = exp(‖q‖²/(2σ²)) · G(q, k) · exp(‖k‖²/(2σ²)). The query's factor is common to all terms of both sums; the key's
is so only where all keys are of one norm; the Gaussian never is. A clause is read as a factor, a condition and whether
it cancels or stays; what else it says must be few harmless words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.reading.plain_signs import plain_signs


class Factor(Enum):
    """One factor of the kernel, or several."""

    QUERY = "the query's factor"
    KEY = "the key's factor"
    BOTH = "both norm factors"
    NEITHER = "neither norm factor"
    GAUSSIAN = "the Gaussian"
    SCALE = "the factor 1/√D"


class Norms(Enum):
    """Which norms are the same."""

    FREE = "no norms are equal"
    KEYS = "all keys have one norm"
    QUERIES = "all queries have one norm"


_KIND = r"(?:(?:norm|outer|exponential|scale|scaling|own|side|dependent|left|right)[- ])*(?:pre-?)?(?:factors?|terms?|weights?|exponentials?|parts?|contributions?|pieces?|weighting)"
_Q, _K = r"(?:quer(?:y|ies)|q(?:_i)?(?![\w(]))", r"(?:keys?|k(?:_j)?(?![\w(]))"
_EXP = r"(?:exp ?\(?[({{\[]? ?|e ?\^ ?\{{? ?\(?)[-+]? ?(?:(?:1/)?\(?2?(?:σ\^2|√\(?[Dd]\w*\)?)?\)? ?)?(?:β ?)?‖ ?{letter}(?:_\w)? ?‖(?:_2)?\^2 ?/? ?\(? ?2?(?:\(?(?:σ\^2|√\(?[Dd](?:_k)?\)?|s\^2|τ|h|t))?\)*\}}?\]?\)?"
_WITH = r"(?:of|with|for|from|in|on|containing|involving|carrying|holding|belonging to|due to|coming from|depending (?:only |solely )?on|that (?:only |solely )?(?:depends?|contains?|belongs?|carr(?:y|ies)|involves?|comes?|holds?|has|have)(?: only| solely)?(?: on| to| from)?)"
_NORM = r"(?:(?:the |a |each |its |squared )*(?:norm|length)s? of )?(?:the |each |a |its |only )*"


def _of(name: str, letter: str) -> str:
    power = _EXP.format(letter=letter)
    vector = rf"(?:{name}(?:['’]s)?(?: norms?| lengths?| vector)?|‖{letter}(?:_\w)?‖(?:_2)?(?:\^2)?)(?: alone| only)?"
    return (
        rf"(?:the |this |its |each )*(?:{name}['’]?s?|{name}[- ](?:norm|side|dependent))[- ](?:own |norm |dependent )*{_KIND}(?: {power})?"
        rf"|(?:the |this |that |one )*(?:{_KIND}|one) {_WITH} {_NORM}{vector}(?: {power})?"
        rf"|(?:the )?(?:{_KIND} )?{power}(?: {_WITH} {_NORM}{name})?"
        rf"|(?:the |that of the ){name}['’]s?(?= (?:does|do|is|has|stays|remains|cancels|drops|must|cannot|can|survives|disappears)|[,.;]|$)|that of the {name}"
    )


_NAMED = (
    ("neither", rf"neither (?:of (?:the (?:two )?|these |them)?)?(?:norm |outer )*{_KIND}|neither of (?:them|the two)"),
    ("both", r"(?:both|the two|these two|the outer|the norm|both of the|the remaining|the other|the two outer|all three|all)(?: of the| of these)? (?:norm |outer |other |exponential |remaining |correction )*(?:factors|exponentials|prefactors|terms|weights)(?: with the norms| in front)?|(?:the )?(?:query|queries['’]?) and (?:the )?keys?['’]? (?:norm )?factors?|the (?:factors?|prefactors?) in front(?: of (?:the )?(?:Gaussian(?: kernel)?|G|kernel))?|(?:both|the) norms"),
    ("query", _of(_Q, "q")),
    ("key", _of(_K, "k")),
    ("scale", r"(?:the )?(?:scaling |constant |scale )?(?:factor|scaling|division|constant)(?: by| with| of)? (?:1/)?√\(?[Dd](?:_k)?\)?|(?:the )?1/√\(?[Dd](?:_k)?\)?(?: factor| scaling)?"),
    ("gaussian", r"(?:only )?the (?:middle|gaussian)(?: (?:factor|kernel|part|one|term))?(?: (?-i:G))?|the factor in the middle"),
    ("first", r"the first (?:of (?:the|these) )?(?:three )?(?:factors?|one|exponential|term)"),
    ("last", r"the (?:last|third)(?: of (?:the|these))?(?: three)? (?:factors?|one|exponential|term)"),
    ("named", r"(?-i:(?P<letter>[abcefghuαβ])(?:_\{?(?P<index>[ij])\}?|\((?P<of>[qk])(?:_\w)?\)))(?!\w)"),
    ("pronoun", r"(?:it|they|this|these)(?= (?:\w+ )?(?:cancels?|drops?|stays?|remains?|would|is|are|does|do|can|cannot|must|has|have|survives?|disappears?))"),
)  # fmt: skip
SUBJECT = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _NAMED), re.I)
_ADV = r"(?:(?:also|then|too|therefore|thus|hence|again|still|always|indeed|simply|just|even|exactly|however|completely|of course|never|in turn|likewise|both|all|thereby|consequently) )*"
_OUT = r"(?:(?: out| away| again| completely| exactly| each other| too| as well| altogether)*(?: (?:of|from|in|between|on|upon|after|once|when|by|under|against|within) (?:the |both |we |one |all |its |it |they |this |dividing |taking |(?:we |one )?(?:normali[sz]e[sd]?|divide[sd]?) )*(?:quotients?|ratios?|fraction(?: bar)?|normali[sz](?:ation|ed|ing)|numerator|denominator|sums?|attention(?: output| weights?| quotient)?|softmax|outputs?|weights?|division|everything|result|average|mean)?(?:,? and (?:the )?(?:denominator|numerator))?(?: alike)?)*)?"
CANCELS = re.compile(
    rf"{_ADV}(?:(?:(?:will|would|does|do) {_ADV})?(?:cancels?|drops? out|falls? out|divides? out|disappears?|goes away|drops?(?= from| of|$|[,.;])|vanish(?:es)?(?= from| in the quotient)|(?:is|are|gets?) (?:lost|gone|cancell?ed|common to (?:(?:the )?numerator and (?:the )?denominator|all (?:the )?(?:terms|keys)|both sums)|(?:the same|(?:a )?(?:common|constant)(?: factor)?) (?:for|in|across|over|of|to|with respect to) (?:(?:all|every|each|both|the) )*(?:of the )?(?:terms?|keys?|j|summands?|sums?|numerator and (?:the )?denominator)(?! as)|the same above and below(?: the (?:fraction )?bar)?|(?:a )?constant(?: factor)?(?= *(?:$|[,.;]|and\b|there))|independent of (?:j|the key)|irrelevant|immaterial|superfluous|unnecessary|not needed|harmless))|(?:can|may|could) {_ADV}(?:safely )?(?:be )?(?:dropped|omitted|left out|ignored|cancell?ed|pulled out|factored out|taken out|removed|disregarded|forgotten|skipped|neglected|cancel)|(?:has|have) no (?:effect|influence|bearing)|plays? no (?:role|part)|makes? no difference|(?:does|do) so too|(?:does|do)(?: not|n['’]t) (?:matter|involve (?:j|the (?:key|index j))|contain j|depend on (?:j|the key|which key)|survive|enter|influence|affect|change)|need not be (?:kept|computed|carried)|(?:appears?|stands?|occurs?|sits?) {_ADV}(?:both )?(?:above and below|in (?:both )?(?:the )?(?:numerator and (?:in )?(?:the )?denominator|numerator as well as in the denominator)|in (?:both|each) (?:sums?|terms?))(?: the (?:fraction )?bar)?)"
    + _OUT,
    re.I,
)
STAYS = re.compile(
    rf"{_ADV}(?:(?:will |would )?(?:(?:stays?|remains?|is left)(?= *(?:$|[,.;:)]|inside|in (?:both|the (?:quotient|sums?|output|weights|game|fraction|ratio))|within|there\b|as (?:it|a weight)|and|behind|beside|together|too|also|under|for))|survives?|persists?|matters?)|(?:does|do|would|will|can|could)(?: not|n['’]t| never)(?: \w+ly)? (?:cancel|drop out|fall out|divide out|disappear|drop|be (?:dropped|left out|omitted|cancell?ed|pulled out|ignored|factored out|taken out))|(?:cannot|can ?not|must not|may not)(?: \w+ly)? (?:cancel|drop out|disappear|be (?:dropped|left out|omitted|cancell?ed|pulled out|ignored|factored out|taken out|removed|forgotten))|(?:is|are) (?:still )?(?:needed|kept|relevant|essential)|(?:must|has to|have to|needs? to|should|ought to) {_ADV}(?:be (?:kept|carried(?: along)?|retained|left in|included|multiplied)|stay|remain)|(?:does|do) matter|(?:depends?|varies|vary) (?:on|with) (?:j|the key)(?!s? only)|(?:differs?|varies|changes?) (?:from (?:key|term) to (?:key|term)|with the key|between keys)|(?:is|are) different for (?:each|every) (?:key|j)|re-?weights? the (?:keys|terms|values)|never cancels?|no longer cancels?|(?:is|are) not (?:common|constant|the same|irrelevant|superfluous)(?: (?:to|in|for) (?:all (?:the )?(?:terms|keys)|j))?)"
    r"(?:(?: as it is| there| in place| inside| within| in| behind| as a weight)*(?: (?:both |the |all )*(?:sums?|quotient|output|weights?|attention))?)?",
    re.I,
)
_SAME = r"(?:(?:have|has|had|having|share|shares|shared|are of|is of|with|of|lie on|all|are|is|were|be) )*(?:all )?(?:the same|one and the same|equal|one|a common|constant|a single|identical|unit|a) (?:(?:norm|length)s?|sphere)(?: (?:one|1))?"
CONDITIONS: tuple[tuple[Norms, re.Pattern[str]], ...] = (
    (Norms.KEYS, re.compile(rf"(?:(?:but |and )?(?:(?:only |exactly |precisely )?(?:if|when(?:ever)?|where|once|as soon as|provided(?: that)?|for|with|in case|as long as|since|because|iff|given)|only for|except (?:if|when)) )(?:it is )?(?:all |every |each |the |of )*(?:keys?|k_j)(?: vectors?)?(?: that)? {_SAME}|(?:(?:only )?(?:if|when(?:ever)?|where|once|as soon as|provided(?: that)?|for) )(?:all |the |each |every )*(?:‖k_j‖(?:\^2)?|norms? of (?:all |the )*keys?|key norms?|keys?['’] norms?) (?:is|are|were|was|does not depend on|do not depend on) ?(?:the same|equal|constant|identical|all equal|j)?(?: for (?:all|every) (?:j|keys?))?|(?:(?:if|when(?:ever)?|once|for|with|where) )(?:all |the )*(?:keys are |normali[sz]ed keys|unit keys|keys were )(?:normali[sz]ed|unit vectors|on a sphere)?(?: to (?:unit )?length(?: one)?)?", re.I)),
    (Norms.QUERIES, re.compile(rf"(?:(?:but |and )?(?:(?:only |exactly |precisely )?(?:if|when(?:ever)?|where|once|as soon as|provided(?: that)?|for|with|in case|as long as|since|because|iff|given)|only for) )(?:it is )?(?:all |every |each |the |of )*(?:quer(?:y|ies)|q_i)(?: vectors?)?(?: that)? {_SAME}(?: (?:while|and|whereas) the keys are (?:arbitrary|free|of any norm))?|(?:(?:only )?(?:if|when(?:ever)?|where|once|as soon as|for) )(?:all |the |each |every )*(?:‖q_i‖(?:\^2)?|norms? of (?:all |the )*queries|query norms?) (?:is|are|were|was) ?(?:the same|equal|constant|identical|all equal)(?: for (?:all|every) (?:i|queries))?", re.I)),
)  # fmt: skip
OTHER_CONDITION = re.compile(r"\b(?:if|when(?:ever)?|unless|provided|except|only|as long as|until|for (?:unit|normali[sz]ed|fixed|large|small)|suppose|assum\w+|imagine|one query|single query|gradients?|derivatives?|cost|variance|random phase|bias|log|temperature)\b|\?", re.I)  # fmt: skip
ATTRIBUTED = re.compile(r"\b(?:says?|claims?|think|thought|believes?|seems?|tempting|friend|classmate|might|question|whether|wrong|mistake|myth)\b", re.I)  # fmt: skip
KEPT = re.compile(r"\bonly (?P<what>.{3,70}?) (?:(?:is|are) (?:then |thus |therefore )*left|remains?|survives?|matters?|counts?|stays?)(?![\w-])", re.I)  # fmt: skip
DROPPING = re.compile(r"(?:dropping|omitting|leaving out|removing|forgetting|ignoring|skipping|discarding|cancell?ing|leave out|drop|omit|without)(?: all(?: the| of the)?| the| every)? $", re.I)  # fmt: skip
_DROP = r"(?:drop|omit|leave out|pull|take|factor|cancel|ignore|forget|skip|disregard|neglect|remove|move)(?: out)?"
CANNOT_DROP = re.compile(
    rf"\b(?:can(?:not|['’]t| not)|must not|may not|should not|are not allowed to|is not allowed to)(?: \w+ly)? {_DROP}(?: also| just| the)* $",
    re.I,
)
CAN_DROP = re.compile(
    rf"\b(?:can|may|could|are allowed to)(?: also| therefore| thus| safely| just| simply| even| then)* {_DROP}(?: also| the)* $",
    re.I,
)
MUST_KEEP = re.compile(
    r"\b(?:must|has to|have to|needs? to|should|ought to)(?: therefore| thus| still| always)* (?:keep|carry(?: along)?|retain|include|multiply (?:by|with)|remember|weight (?:the keys )?(?:by|with))(?: the)* $",
    re.I,
)
PULLED = re.compile(
    r"(?: (?:out|in front|away|outside)(?: of)?(?: (?:both|the|all))*(?: sums?| quotient)?)+(?:,? where it cancels)?",
    re.I,
)
# "dividing by the sum removes the query's factor"
REMOVED = re.compile(r"(?<!-)\b(?:removes?|eliminates?|cancels?|kills?|gets? rid of|disposes? of|does away with|takes? (?:away|out)|strips?(?: off)?|deletes?)(?: also| then| again)* (?:the )?$", re.I)  # fmt: skip
NOTHING = re.compile(r"(?:(?:would|will|does|do) )?(?:therefore |thus |then |also |still |in fact )*(?:changes? nothing|not change|n['’]t change|changes? no|leaves?|ha(?:s|ve) no (?:effect|influence)|makes? no difference|is (?:harmless|allowed|exact|safe|legitimate)|changes? neither)[^,.;]{0,60}", re.I)  # fmt: skip
SOMETHING = re.compile(r"(?:(?:would|will|does|do) )?(?:therefore |thus |then |also |still |in fact )*(?:(?:changes?|alters?|distorts?|falsif(?:y|ies)|affects?|spoils?)(?! nothing| no |  neither)|gives? (?:a |an )?(?:different|other|another|wrong)|is (?:wrong|not allowed|not harmless|an error|incorrect)|(?:does|is) not (?:leave|harmless))[^,.;]{0,60}", re.I)  # fmt: skip
LETTERS = re.compile(
    r"(?<![\w\\])[abcefghuαβ](?:_\{?[ij]\}?|\([qk])|\bfirst (?:factor|one)|\blast (?:factor|one)|\bthird (?:factor|one)"
)
LONGEST_SOURCE = 40_000
_SMOOTHER = r"(?:(?:attention|smoothing|averaging|a smoother|an average|weighting)(?: of the values)? with (?:the |a )?(?:Gaussian(?: kernel)?|(?-i:G|g))(?: alone| only)?(?: of the values)?|(?:a )?(?:Gaussian|RBF)(?: kernel)? (?:attention|smoothing|smoother|averaging)(?: of the values)?|(?:the )?(?:Gaussian(?: kernel)?|(?-i:G)) alone)"
_SOFT = r"(?:the )?softmax attention(?: output)?"
SMOOTHINGS = re.compile(
    rf"(?:{_SOFT} and {_SMOOTHER}|{_SMOOTHER} and {_SOFT})(?: therefore| thus| hence| then)* (?:(?P<same>agree|coincide|are (?:exactly |then )*(?:the same|equal|identical)|give the same(?: outputs?| results?)?)|(?P<other>differ|do not (?:agree|coincide)|disagree|are (?:not the same|different)))"
    rf"|(?:{_SOFT} (?P<same2>(?:is|equals|coincides with|agrees with|becomes|reduces to|is (?:exactly |nothing but |just )*(?:the same as|equal to|identical (?:to|with)))|(?P<other2>differs from|is not(?: the same as)?)) (?:exactly |just |nothing but |simply )*{_SMOOTHER}|{_SMOOTHER} (?:already |then |thus )?(?P<same3>(?:is|equals|gives|reproduces|yields|coincides with|agrees with|is (?:exactly )?(?:the same as|equal to))|(?P<other3>differs from|is not|does not (?:give|reproduce))) (?:exactly |just |already )*{_SOFT})",
    re.I,
)
SCOPE = re.compile(r"(?=.*(?:attention|softmax|quotient|normali[sz]|numerator|weights))(?=.*(?:gauss|kernel|exp ?\(|e ?\^|‖|random|factor))", re.I | re.S)  # fmt: skip
SEGMENT = re.compile(r";\s|\.\s|:\s|,?\s(?:while|whereas|but|though|although|yet)\s|,?\s(?:and(?! so (?:do|does|is|are)\b)(?: so)?|so(?! (?:do|does|is|are)\b)|hence|therefore|thus|because|since|as) (?=(?:the|it|they|that|both|this|these|only|cancels?|drops?|stays?|can|may|must|has|have|does|do|is|we|all|so|likewise|exp|e ?\^)\b)|,\s(?=(?:the|that of|it|they|both|so|and|which|only|hence|therefore|thus)\b)|\s—\s", re.I)  # fmt: skip
LIKEWISE = re.compile(r"^\W*(?:and )?(?:(?P<so>so (?:do(?:es)?|is|are|will)|likewise|(?:the same|this) (?:holds|goes|is true|applies|argument (?:works|applies|removes|holds))(?: also| too)?(?: for| of| to)?|as (?:do(?:es)?|is)|just like|and (?=the ))|(?P<nor>neither (?:do(?:es)?|is|are)|nor (?:do(?:es)?|is))) ", re.I)  # fmt: skip
DOES_NOT = re.compile(
    r"\s*(?:(?P<not>(?:does|do|is|are|will|cannot|can)(?: not|n['’]t)?)(?= *(?:$|[,.;)])))", re.I
)
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")
HARMLESS = frozenset(
    [
        "a",
        "again",
        "all",
        "also",
        "always",
        "an",
        "and",
        "any",
        "appear",
        "appears",
        "are",
        "argument",
        "as",
        "at",
        "attention",
        "because",
        "both",
        "bar",
        "bars",
        "below",
        "above",
        "but",
        "by",
        "can",
        "cancel",
        "cancels",
        "case",
        "choice",
        "clearly",
        "common",
        "consequently",
        "constant",
        "course",
        "denominator",
        "depend",
        "depends",
        "does",
        "do",
        "each",
        "every",
        "exactly",
        "expression",
        "factor",
        "factors",
        "fact",
        "first",
        "for",
        "fraction",
        "from",
        "gaussian",
        "general",
        "given",
        "hence",
        "here",
        "how",
        "however",
        "i.e",
        "in",
        "indeed",
        "inside",
        "is",
        "it",
        "its",
        "itself",
        "j",
        "just",
        "kernel",
        "key",
        "keys",
        "know",
        "left",
        "let",
        "line",
        "means",
        "more",
        "moreover",
        "must",
        "namely",
        "norm",
        "normalisation",
        "normalization",
        "normalise",
        "normalised",
        "normalising",
        "normalize",
        "now",
        "note",
        "numerator",
        "observe",
        "obviously",
        "of",
        "on",
        "one",
        "only",
        "operation",
        "or",
        "other",
        "our",
        "out",
        "output",
        "outputs",
        "part",
        "positive",
        "product",
        "query",
        "queries",
        "quotient",
        "ratio",
        "reason",
        "recall",
        "remaining",
        "remark",
        "result",
        "row",
        "same",
        "say",
        "second",
        "see",
        "sides",
        "similarly",
        "simply",
        "since",
        "so",
        "softmax",
        "standing",
        "stands",
        "still",
        "sum",
        "sums",
        "surviving",
        "term",
        "terms",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "therefore",
        "there",
        "these",
        "they",
        "third",
        "this",
        "those",
        "three",
        "thus",
        "to",
        "together",
        "token",
        "tokens",
        "too",
        "turn",
        "two",
        "under",
        "up",
        "upon",
        "us",
        "value",
        "values",
        "way",
        "we",
        "weight",
        "weights",
        "what",
        "where",
        "which",
        "whole",
        "why",
        "will",
        "with",
        "within",
        "without",
        "would",
        "you",
        "your",
        "after",
        "before",
        "when",
        "once",
        "being",
        "been",
        "key's",
        "query's",
        "factor's",
        "and/or",
        "well",
        "position",
        "positions",
        "holds",
        "hold",
        "applies",
        "apply",
        "goes",
        "true",
        "reasoning",
        "token's",
        "gone",
        "stand",
        "appears",
    ]
)
MOST_UNREAD = 2


@dataclass(frozen=True)
class _Said:
    factor: Factor
    cancels: bool
    norms: Norms
    start: int
    end: int


def factors(sentence: str, before: str, source: str = "") -> Iterator[Spanned]:
    """(start, end, ruling) of each statement that a factor cancels or stays; `source` is the text in which letters are set.

    >>> told = "The query's factor cancels in the attention quotient, and so does the key's factor."
    >>> [judged.ruling.value for _, _, judged in factors(told, "")]
    ['verified', 'refuted']
    """
    plain, places = plain_signs(sentence)
    past = plain_signs(before[-1500:])[0]
    around = f"{past} {plain}"
    if not SCOPE.search(around) or ATTRIBUTED.search(plain):
        return
    condition = _condition(plain)
    given = f"{past[-500:]} {plain}"
    smoothings = SMOOTHINGS.search(plain)
    if smoothings is not None:
        yield from _smoothings(smoothings, plain, condition, given, places)
        return
    around = f"{around} {plain_signs(source[:LONGEST_SOURCE])[0]}" if LETTERS.search(plain) else around
    told: list[_Said] = []
    at = 0
    for cut in (*SEGMENT.finditer(plain), None):
        end = cut.start() if cut is not None else len(plain)
        text = plain[at:end]
        if text.strip():
            told += _segment(text, at, told, around, condition, past)
        at = cut.end() if cut is not None else end
    for one in told:
        judged = _judged(one, given)
        if judged is not None:
            yield places[one.start], places[one.end], judged


def _smoothings(
    found: re.Match[str],
    plain: str,
    condition: tuple[Norms, int, int] | None,
    given: str,
    places: Sequence[int],
) -> Iterator[Spanned]:
    """`softmax attention is smoothing with the Gaussian alone if all keys have one norm`."""
    spans = [found.span(), *([condition[1:]] if condition is not None else [])]
    norms = condition[0] if condition is not None else Norms.FREE
    if not _is_plain(plain, spans) or (norms is Norms.FREE and FREE.search(given)):
        return
    other = found.group("other") or found.group("other2") or found.group("other3")
    start, end = min(one[0] for one in spans), max(one[1] for one in spans)
    said = _Said(Factor.KEY, other is None, norms, start, end)
    judged = _judged(said, given)
    if judged is not None:
        yield places[start], places[end], judged


def _condition(plain: str) -> tuple[Norms, int, int] | None:
    """The one condition on the norms that a sentence has."""
    found = [
        (norms, hit.start(), hit.end()) for norms, pattern in CONDITIONS for hit in pattern.finditer(plain)
    ]
    return found[0] if len(found) == 1 else None


def _segment(
    text: str,
    at: int,
    told: Sequence[_Said],
    around: str,
    condition: tuple[Norms, int, int] | None,
    past: str,
) -> list[_Said]:
    """What one clause says."""
    blank = text
    norms = Norms.FREE
    spans: list[tuple[int, int]] = []
    if condition is not None and condition[1] < at + len(text) and at < condition[2]:
        start, end = max(condition[1] - at, 0), min(condition[2] - at, len(text))
        spans.append((start, end))
        blank = blank[:start] + " " * (end - start) + blank[end:]
        norms = condition[0]
    elif condition is not None and condition[2] <= at and (not told or told[-1].end <= condition[1]):
        norms = condition[0]  # "if all keys have one norm, the factor cancels"
    like = LIKEWISE.match(blank)
    subject = _subject(blank, like.end() if like else 0, told, around, past, norms is Norms.KEYS)
    if subject is None:
        return []
    factor, start, end = subject
    spans.append((start, end))
    dropping = DROPPING.search(blank[:start])
    if (
        dropping is not None
        and CANNOT_DROP.search(blank[:start]) is None
        and CAN_DROP.search(blank[:start]) is None
    ):
        return _dropped(blank, at, subject, dropping, norms, spans)
    kept = KEPT.search(blank)
    if kept is not None and kept.start() <= start:
        if factor is Factor.GAUSSIAN or factor is Factor.QUERY:
            # what is left beside the Gaussian is the key's factor
            return (
                [_Said(Factor.KEY, True, norms, at + kept.start(), at + kept.end())]
                if _is_plain(blank, [kept.span(), *spans])
                else []
            )
        return []
    if like is not None and told:
        rest = DOES_NOT.match(blank, end)
        cancels = told[-1].cancels if like.group("so") else not told[-1].cancels
        if rest is None and _is_plain(blank, [(0, like.end()), *spans]):
            return [
                _Said(
                    factor,
                    cancels,
                    norms,
                    at + like.start() + len(like.group()) - len(like.group().lstrip(" ,")),
                    at + end,
                )
            ]
    verdict = _verdict(blank, end)
    removed = REMOVED.search(blank[:start])
    if verdict is None and removed is not None:
        verdict = (True, removed.start(), removed.end())
    for cancels, pattern in ((False, CANNOT_DROP), (True, CAN_DROP), (False, MUST_KEEP)):
        asked = pattern.search(blank[:start])
        if asked is not None:
            tail = PULLED.match(blank, end)
            verdict = (cancels, asked.start(), tail.end() if tail is not None else end)
            break
    if verdict is None:
        does = DOES_NOT.match(blank, end)
        if does is not None and told and _is_plain(blank, [*spans, does.span()]):
            negated = re.search(r"not|n['’]t", does.group(), re.I) is not None
            return [_Said(factor, told[-1].cancels != negated, norms, at + start, at + does.end())]
        return []
    cancels, first, last = verdict
    only = re.search(r"\bonly (?:the )?$", blank[:start], re.I)
    if only is not None:
        spans.append(only.span())
        if factor not in {Factor.QUERY, Factor.KEY}:
            return []
        # one cancels and the other stays: false of the wrong one by either half
        factor, cancels = (Factor.KEY, cancels) if factor is Factor.KEY else (Factor.QUERY, cancels)
    if not _is_plain(blank, [*spans, (first, last)]):
        return []
    whole = [*((at + one, at + other) for one, other in [*spans, (first, last)])]
    if condition is not None and norms is condition[0]:
        whole.append(condition[1:])
    return [_Said(factor, cancels, norms, min(one for one, _ in whole), max(other for _, other in whole))]


def _verdict(text: str, since: int) -> tuple[bool, int, int] | None:
    """Whether it is said to cancel, and where: the longest of the words right behind a subject."""
    gap = re.compile(
        r"(?:,? (?:which|that|who|however|on the other hand|by contrast|alone|itself|here|in the quotient|in the output|again|for its part|therefore|thus|hence|of course),?| \([^()]{0,40}\))*\s*(?:is |are )?",
        re.I,
    ).match(text, since)
    at = gap.end() if gap is not None else since
    best: tuple[bool, int, int] | None = None
    for place in {at, since + len(text[since:]) - len(text[since:].lstrip())}:
        for cancels, pattern in ((True, CANCELS), (False, STAYS)):
            found = pattern.match(text, place)
            if found is not None and found.end() > place and (best is None or found.end() > best[2]):
                negated = re.search(r"\b(?:never|no longer)\b", found.group(), re.I) is not None and cancels
                best = (cancels != negated, found.start(), found.end())
    return best


def _dropped(
    text: str,
    at: int,
    subject: tuple[Factor, int, int],
    dropping: re.Match[str],
    norms: Norms,
    spans: list[tuple[int, int]],
) -> list[_Said]:
    """`leaving out the key factors changes nothing`."""
    for cancels, pattern in ((True, NOTHING), (False, SOMETHING)):
        found = re.compile(
            r"\s*(?:,? (?:therefore|thus|hence|then|however|as well|too|also),?)*\s*"
            + f"(?:{pattern.pattern})",
            re.I,
        ).match(text, subject[2])
        if found is not None:
            if re.search(r"\bcost|time|memory|gradient", found.group()):
                return []
            return (
                [_Said(subject[0], cancels, norms, at + dropping.start(), at + found.end())]
                if _is_plain(text, [*spans, dropping.span(), found.span()])
                else []
            )
    return []


def _subject(
    text: str, since: int, told: Sequence[_Said], around: str, past: str, keys_alike: bool
) -> tuple[Factor, int, int] | None:
    """The factor that a clause speaks of; None if it names none or several."""
    found = [one for one in SUBJECT.finditer(text, since)]
    named = [
        (factor, one.start(), one.end())
        for one in found
        if (factor := _factor(one, told, around, past, keys_alike)) is not None
    ]
    if not named:
        return None
    if len({factor for factor, _, _ in named}) > 1:
        # "the factor of the query depends on q only": the first is the subject
        later = [one for one in named[1:] if one[0] is not named[0][0]]
        if _verdict(text, named[0][2]) is None or any(
            one[1] < (_verdict(text, named[0][2]) or (0, 0, 0))[1] for one in later
        ):
            return None
    return named[0]


def _factor(
    found: re.Match[str], told: Sequence[_Said], around: str, past: str, keys_alike: bool
) -> Factor | None:
    name = next((key for key, _ in _NAMED if found.group(key) is not None), "")
    match name:
        case "both":
            return Factor.BOTH
        case "neither":
            return Factor.NEITHER
        case "query" | "key" | "scale" | "gaussian":
            return {
                "query": Factor.QUERY,
                "key": Factor.KEY,
                "scale": Factor.SCALE,
                "gaussian": Factor.GAUSSIAN,
            }[name]
        case "first" | "last":
            order = _order(past)
            if order is None:
                return None
            return order if name == "first" else Factor.KEY if order is Factor.QUERY else Factor.QUERY
        case "named":
            index = found.group("index") or {"q": "i", "k": "j"}[found.group("of")]
            letter = re.escape(found.groupdict()["letter"].split("_")[0].split("(")[0])
            of_factor = re.search(
                rf"(?<![\w\\]){letter}(?:_\{{?[ij]\}}?|\([qk](?:_\w)?\)) ?(?:·|\\,| )*(?:G|κ|g|K)(?![a-z])|(?:G|κ|g|K)\S{{0,12}} ?(?:·|\\,| )*{letter}(?:_\{{?[ij]\}}?|\([qk])|(?<![\w\\]){letter}(?:_\{{?[ij]\}}?|\([qk](?:_\w)?\)) ?:?= ?(?:exp|e ?\^)",
                around,
            )
            return (Factor.QUERY if index == "i" else Factor.KEY) if of_factor else None
        case _:
            told_of = {one.factor for one in told}
            if keys_alike and Factor.KEY in told_of:
                return Factor.KEY  # what would cancel then is what stays else
            return told[-1].factor if len(told_of) == 1 else _last_named(past) if not told else None


def _last_named(past: str) -> Factor | None:
    """The one factor that the sentence before speaks of."""
    last = re.split(r"(?<=[.!?])\s", past.strip())[-1] if past.strip() else ""
    named = {
        {"both": Factor.BOTH, "query": Factor.QUERY, "key": Factor.KEY}.get(
            next((key for key, _ in _NAMED if one.group(key) is not None), "")
        )
        for one in SUBJECT.finditer(last)
    } - {None}
    return named.pop() if len(named) == 1 else None


def _order(past: str) -> Factor | None:
    """Whose factor stands first in the last product of exponentials before."""
    queries = [one.start() for one in re.finditer(_EXP.format(letter="q"), past)]
    keys = [one.start() for one in re.finditer(_EXP.format(letter="k"), past)]
    if not queries or not keys:
        return None
    return Factor.QUERY if queries[-1] < keys[-1] else Factor.KEY


def _is_plain(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether what stands beside the spans changes nothing."""
    rest = text
    for start, end in spans:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    if OTHER_CONDITION.search(rest) or re.search(r"\b(?:not|never|nor|neither|no)\b|n['’]t\b", rest, re.I):
        return False
    return sum(word.lower() not in HARMLESS for word in WORD.findall(rest)) <= MOST_UNREAD


FREE = re.compile(r"\bunit\b|(?:same|equal|one|constant) (?:norm|length)|keys (?:are|were) (?:all )?normali[sz]|normali[sz]ed (?:keys|queries)|‖k_j‖ ?= ?(?:1|c)", re.I)  # fmt: skip


def _judged(one: _Said, given: str) -> Judged | None:
    if one.factor is Factor.NEITHER:
        # the query's does cancel, the key's does not stay out
        return refuted(Kind.FACT, *_refuted_by(Factor.QUERY if one.cancels else Factor.KEY))
    cancels = {
        Factor.QUERY: True, Factor.KEY: one.norms is Norms.KEYS, Factor.BOTH: one.norms is Norms.KEYS,
        Factor.GAUSSIAN: False, Factor.SCALE: False,
    }[one.factor]  # fmt: skip
    if one.norms is Norms.FREE and one.factor in {Factor.KEY, Factor.BOTH} and FREE.search(given):
        return None  # some sentence before may have fixed the norms
    if one.factor is Factor.BOTH and not one.cancels and one.norms is Norms.FREE:
        return None  # that both stay is wrong of one, and that not both cancel is right
    says, witness = (
        REASONS[one.factor] if one.norms is Norms.FREE or one.factor is Factor.QUERY else UNDER[one.norms]
    )
    if one.cancels == cancels:
        return verified(Kind.FACT, says, Method.SYMBOLIC)
    return refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def _refuted_by(factor: Factor) -> tuple[str, Method, dict[str, object]]:
    says, witness = REASONS[factor]
    return says, Method.SYMBOLIC, witness


_KEY_SAYS = "exp(‖k_j‖²/(2σ²)) differs from key to key, so it weighs the terms and stays, while the query's factor is common to all terms and cancels"
_KEY_WITNESS: dict[str, object] = {
    "values": [0, 1],
    "kernel of both keys": 1,
    "key factors": [1, 3],
    "with the factors": 0.75,
    "without": 0.5,
}
REASONS: dict[Factor, tuple[str, dict[str, object]]] = {
    Factor.QUERY: ("exp(‖q‖²/(2σ²)) is the same in every term of both sums, so it cancels in their quotient", {"numerator": "c·(1·v_1 + 2·v_2)", "denominator": "c·(1 + 2)", "quotient": "(v_1 + 2·v_2)/3 for every c"}),
    Factor.KEY: (_KEY_SAYS, _KEY_WITNESS),
    Factor.BOTH: (_KEY_SAYS, _KEY_WITNESS),
    Factor.GAUSSIAN: ("the Gaussian differs from key to key: it is what weighs them", {"kernel of the keys": [1, 3], "weights": [0.25, 0.75]}),
    Factor.SCALE: ("1/√D stands inside the exponential: it changes the weights and cancels nowhere", {"scores": [0, "2·log 3"], "weights with the factor 1/2": [0.25, 0.75], "without": [0.1, 0.9]}),
}  # fmt: skip
UNDER: dict[Norms, tuple[str, dict[str, object]]] = {
    Norms.KEYS: ("with ‖k_j‖ = c for all keys the factor exp(c²/(2σ²)) is common to all terms and cancels", {"key factors": [3, 3], "weights": "as without them"}),
    Norms.QUERIES: ("equal query norms leave the factors of the keys, which differ from term to term", _KEY_WITNESS),
}  # fmt: skip

__all__ = ["factors"]
