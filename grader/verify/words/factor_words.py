# ruff: noqa: E501 -- a pattern stays on one line
"""How it is told that a factor of the softmax kernel cancels or stays: the factors, the conditions and the verbs.

All patterns read text in plain signs (`plain_signs`). `Said` is what one clause says of one factor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from grader.verify.words.beside import blanked, harmless, is_read


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


NAMED = (
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
SUBJECT = re.compile("|".join(f"(?P<{name}>{words})" for name, words in NAMED), re.I)
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
HINT = re.compile(r"cancel|drop|fall|divid|disappear|vanish|stay|remain|surviv|matter|left out|leav|omit|ignor|kept|keep|remov|same|common|constant|appear|stand|pull|depend|differ|irrelevant|effect|influence|need|weigh", re.I)  # fmt: skip
SCOPE = re.compile(r"\A(?=.*(?:attention|softmax|quotient|normali[sz]|numerator|weights))(?=.*(?:gauss|kernel|exp ?\(|e ?\^|‖|random|factor))", re.I | re.S)  # fmt: skip
SEGMENT = re.compile(r";\s|\.\s|:\s|,?\s(?:while|whereas|but|though|although|yet)\s|,?\s(?:and(?! so (?:do|does|is|are)\b)(?: so)?|so(?! (?:do|does|is|are)\b)|hence|therefore|thus|because|since|as) (?=(?:the|it|they|that|both|this|these|only|cancels?|drops?|stays?|can|may|must|has|have|does|do|is|we|all|so|likewise|exp|e ?\^)\b)|,\s(?=(?:the|that of|it|they|both|so|and|which|only|hence|therefore|thus)\b)|\s—\s", re.I)  # fmt: skip
LIKEWISE = re.compile(r"^\W*(?:and )?(?:(?P<so>so (?:do(?:es)?|is|are|will)|likewise|(?:the same|this) (?:holds|goes|is true|applies|argument (?:works|applies|removes|holds))(?: also| too)?(?: for| of| to)?|as (?:do(?:es)?|is)|just like|and (?=the ))|(?P<nor>neither (?:do(?:es)?|is|are)|nor (?:do(?:es)?|is))) ", re.I)  # fmt: skip
DOES_NOT = re.compile(
    r"\s*(?:(?P<not>(?:does|do|is|are|will|cannot|can)(?: not|n['’]t)?)(?= *(?:$|[,.;)])))", re.I
)
HARMLESS = harmless(
    """
    above after all always and/or appear appears applies apply argument bar bars because been before being below but
    cancel cancels case choice common consequently constant denominator depend depends do does each every expression
    factor factor's factors fraction gaussian general goes gone hold holds how however i.e inside its itself j kernel
    key key's keys know left let line more moreover must namely norm normalisation normalise normalised normalising
    normalization normalize numerator observe obviously operation other our out output outputs part position positions
    positive product queries query query's quotient ratio reason reasoning recall remaining remark result row same say
    second see sides similarly simply since softmax stand standing stands still sum sums surviving term terms than them
    there they third three together token's true turn two up upon us value values way weight weights well whole why will
    within without would you your
    """
)


@dataclass(frozen=True)
class Said:
    factor: Factor
    cancels: bool
    norms: Norms
    start: int
    end: int


def first_factor(past: str) -> Factor | None:
    """Whose factor stands first in the last product of exponentials before."""
    queries = [one.start() for one in re.finditer(_EXP.format(letter="q"), past)]
    keys = [one.start() for one in re.finditer(_EXP.format(letter="k"), past)]
    if not queries or not keys:
        return None
    return Factor.QUERY if queries[-1] < keys[-1] else Factor.KEY


def is_plain(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether what stands beside the spans changes nothing."""
    rest = blanked(text, spans)
    if OTHER_CONDITION.search(rest) or re.search(r"\b(?:not|never|nor|neither|no)\b|n['’]t\b", rest, re.I):
        return False
    return is_read(rest, HARMLESS)


FREE = re.compile(r"\bunit\b|(?:same|equal|one|constant) (?:norm|length)|keys (?:are|were) (?:all )?normali[sz]|normali[sz]ed (?:keys|queries)|‖k_j‖ ?= ?(?:1|c)", re.I)  # fmt: skip


__all__ = [
    "ATTRIBUTED",
    "CANCELS",
    "CANNOT_DROP",
    "CAN_DROP",
    "CONDITIONS",
    "DOES_NOT",
    "DROPPING",
    "FREE",
    "KEPT",
    "LETTERS",
    "LIKEWISE",
    "LONGEST_SOURCE",
    "MUST_KEEP",
    "NAMED",
    "NOTHING",
    "PULLED",
    "REMOVED",
    "SCOPE",
    "SEGMENT",
    "SMOOTHINGS",
    "SOMETHING",
    "STAYS",
    "SUBJECT",
    "Factor",
    "Norms",
    "Said",
    "first_factor",
    "is_plain",
]
