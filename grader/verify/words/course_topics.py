# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches, topic by topic: a predicate in words, its opposite, and of which subjects it holds.

Each subject carries the sentence that says why and values that break the opposite. `scope` are words of the section in
which a topic is meant, `needs` words of the sentence itself, `unless` words that give the sentence another reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.verify.claim import Kind, Method

NOTHING = re.compile(r"(?!)")
ANYTHING = re.compile(r"")


@dataclass(frozen=True)
class Subject:
    """Words for a thing, whether the topic's predicate holds of it, why, and what breaks the opposite."""

    words: str
    holds: bool
    says: str
    witness: Mapping[str, object]


@dataclass(frozen=True)
class Topic:
    """A predicate with its opposite, and the subjects that it is said of; earlier subjects win over later ones."""

    subjects: Sequence[Subject]
    subject: re.Pattern[str]
    predicate: re.Pattern[str]
    scope: re.Pattern[str] = ANYTHING
    needs: re.Pattern[str] = ANYTHING
    unless: re.Pattern[str] = NOTHING
    kind: Kind = Kind.FACT
    method: Method = Method.TEXT

    def subject_of(self, found: re.Match[str]) -> Subject:
        """The subject that a match of `subject` names."""
        return next(
            one for place, one in enumerate(self.subjects) if found.group(f"subject{place}") is not None
        )


def _topic(
    subjects: Sequence[Subject], yes: str, no: str, *, scope: str = "", needs: str = "", unless: str = "(?!)",
    kind: Kind = Kind.FACT, method: Method = Method.TEXT,
) -> Topic:  # fmt: skip
    names = "|".join(f"(?P<subject{place}>{one.words})" for place, one in enumerate(subjects))
    return Topic(
        tuple(subjects),
        re.compile(rf"(?<![\w\\])(?:{names})(?!\w)", re.I),
        re.compile(rf"(?:(?<![\w\\-])|(?=[:=]))(?:(?P<no>{no})|(?P<yes>{yes}))(?!\w)", re.I),
        re.compile(scope, re.I), re.compile(needs, re.I), re.compile(unless, re.I), kind, method,
    )  # fmt: skip


# -- the N × N matrix ----------------------------------------------------------------------------------------------

_SQUARE = r"(?:the |an |any |a )?(?:full |whole |big |dense |explicit )?(?:\(?\$?\s*(?:N|n|T|L)\s*(?:×|x|\\times|-by-|by|·)\s*(?:N|n|T|L)\s*\$?\)?[- ](?:attention |score |weight |kernel |similarity )?matri(?:x|ces)|(?:quadratic |square )?(?:attention|score) matrix)"
_FORMS = r"(?:forms?|builds?|stores?|computes?|materiali[sz]es?|writes? down|holds?|keeps?|creates?|needs?|requires?|constructs?)"
_NEVER_FORMED = _topic(
    (
        Subject(
            r"(?:causal )?(?:linear(?:i[sz]ed)?|kerneli[sz]ed|random[- ]feature) attention|\bRFA\b|(?:kerneli[sz]ed|linear|factori[sz]ed) (?:form|version|recipe)", False,
            "φ(K)ᵀV is computed first: only arrays of N×C, C×M and N×M numbers are formed", {"order": "φ(Q)(φ(K)ᵀV)", "largest arrays": ["N×C", "C×M", "N×M"]},
        ),
        Subject(r"(?:plain |exact |ordinary |standard |full )?softmax attention", True, "softmax needs the scores QKᵀ, an N×N matrix, before it normalises", {"QKᵀ": "N×N"}),
    ),
    yes=rf"(?:(?:has|have|needs?|must)(?: still)? (?:to )?(?:form|build|store|compute|hold|create|materiali[sz]e)|{_FORMS}|(?:form|build|store|compute|need|materiali[sz]e|create)) {_SQUARE}",
    no=rf"(?:avoids?|gets? (?:by|along) without|does without|bypass(?:es)?)(?: ever)?(?: forming| building| storing| computing| materiali[sz]ing)? {_SQUARE}",
    scope=r"attention", unless=r"\bif\b|flash|tile|block|chunk|naive|explicitly|first computes|order of|left to right|instead of", method=Method.COUNT,
)  # fmt: skip

_MATRIX = _topic(
    (Subject(_SQUARE, False, "φ(K)ᵀV is computed first: only arrays of N×C, C×M and N×M numbers are formed", {"order": "φ(Q)(φ(K)ᵀV)", "largest arrays": ["N×C", "C×M", "N×M"]}),),
    yes=r"(?:is|has to be|must be|needs to be|gets) (?:still |also |explicitly |actually )*(?:formed|built|stored|computed|materiali[sz]ed|written down|created)|(?:still )?appears", no=r"(?:is|can be) (?:avoided|bypassed|skipped)|(?:is|need) (?:never|not|nowhere)(?: be)? (?:ever |explicitly |actually )*(?:formed|built|stored|computed|materiali[sz]ed|written down|created)",
    scope=r"attention", needs=r"\\?(?:phi|φ)\s*\(K\)|linear attention|kerneli[sz]ed|random features|\bRFA\b|features first", unless=r"\bif\b|flash|softmax|naive|left to right|instead of|would|causal mask on", method=Method.COUNT,
)  # fmt: skip

# -- triplets ------------------------------------------------------------------------------------------------------

_TRIPLETS = r"facenet|schroff|triplet"
_SQUARED = _topic(
    (
        Subject(
            r"distances (?:in|of|inside) (?:the|this|their|its|our) (?:triplet )?loss|facenet(?:['’]s)? (?:triplet )?loss|(?:the )?triplet loss(?: of (?:the paper|facenet|schroff et al\.?))?|facenet|(?:the|this) paper(?: of schroff et al\.?)?|schroff et al\.?|the (?:paper['’]s )?loss(?! of a)|the authors", True,
            "the paper's loss compares squared Euclidean distances (FaceNet, section 3.1)", {"table": "FaceNet, section 3.1", "value": "‖f(a) − f(p)‖² + α < ‖f(a) − f(n)‖²"},
        ),
    ),
    yes=r"(?:(?:is|are|was|uses?|used|works? (?:with|on)|acts? on|operates? on|compares?|takes?|measures?|is (?:built|based|defined) on|contains?|has) (?:the )?squared(?: (?:L2|\$?L_2\$?|euclidean|$))*(?: distances?)?)",
    no=r"(?:(?:is|are|was|uses?|used|works? (?:with|on)|acts? on|operates? on|compares?|takes?|measures?|is (?:built|based|defined) on|contains?|has) (?:the )?(?:plain|un-?squared|non-?squared|ordinary|simple)(?:,? (?:and )?not (?:the )?squared(?: ones)?,?)?(?: (?:L2|\$?L_2\$?|euclidean|distances?|ones)){1,3}(?:,? (?:and )?not (?:the )?squared(?: ones| distances)?)?)",
    scope=_TRIPLETS, unless=r"\bif\b|batch[- _]?hard|hermans|margin of|pytorch|soft[- ]?plus|\bwe\b|\bI\b|\bour (?:code|implementation|notebook|loss)", kind=Kind.FACT, method=Method.TABLE,
)  # fmt: skip
_SPHERE = _topic(
    (Subject(r"(?:all |the |its |these |our )?embeddings?(?: vectors?)?|outputs of the network|\$?f\(x\)\$?", True, "the embeddings are scaled to length one, ‖f(x)‖ = 1 (FaceNet, section 3.1)", {"table": "FaceNet, section 3.1", "value": "‖f(x)‖₂ = 1"}),),
    yes=r"(?:L2-)?normali[sz]ed(?: to (?:have )?(?:unit )?(?:length|norm|L2 norm)(?: (?:one|1))?)?|on (?:the|a) (?:unit )?(?:hyper)?sphere|(?:unit (?:length|norm)|(?:length|norm) (?:one|1))",
    no=r"un-?normali[sz]ed|(?:has|have) arbitrary (?:length|norm)s?",
    scope=r"facenet|schroff", unless=r"\bif\b|batch|before|\bwe\b|\bI\b|\bour (?:code|network|notebook)|mean|variance|standard", method=Method.TABLE,
)  # fmt: skip


# -- prediction depth ----------------------------------------------------------------------------------------------

_DEPTH = r"prediction depth|baldock|2106\.09647"
_PROBES = _topic(
    (Subject(r"(?:each |every |the |a |all |these |all the )?(?:of the )?(?:kNN )?probes?", True, "the probes are k-nearest-neighbour votes on stored features (Baldock et al. 2021, section 2)", {"table": "Baldock et al. 2021, section 2", "value": "k-NN with k = 30"}),),
    yes=r"(?:is|are) (?:an? |all |just |simply )*(?:\$?k\$?-?\s?NN|\$?k\$?[- ]nearest[- ]neighbou?rs?)(?: classifiers?)?|takes? (?:an? )?majority votes? (?:among|of|over)|(?:has|have) no (?:trainable |learned |learnable )?(?:parameters|weights)",
    no=r"(?:is|are) (?:an? |all |just |simply )*(?:linear|logistic|softmax)(?: (?:classifiers?|probes?|models?|layers?|regressions?))|(?:is|are) (?:an? )?(?:linear classifiers? )?trained (?:(?:with|by|using) (?:gradient descent|back-?propagation|SGD)|jointly|together|end[- ]to[- ]end)|(?:use|uses|see|sees|need|needs|looks?) (?:at )?(?:the )?test labels",
    scope=_DEPTH, unless=r"\bif\b|alain|other (?:papers|works?)|alternativ|\bwe\b|\bI\b|\bour\b", method=Method.TABLE,
)  # fmt: skip
_BATCH_NORM = _topic(
    (Subject(r"(?:the )?(?:(?:votes?|probes?|predictions?|features) (?:at|of|after|on) )?(?:bn1 and (?:the )?relu|relu and (?:the )?bn1)(?: probes)?|(?:the )?probes? (?:at|after) bn1 and (?:the )?relu", True, "relu sets negative activations to zero, so distances and with them nearest neighbours change", {"points after bn1": [-3, 0, 2], "after relu": [0, 0, 2], "nearest to the second before": 2, "and after": 0}),),
    yes=r"(?:can |may |might |could |often |sometimes )*(?:(?:give|have|yield|see|get) different|differ|disagree)", no=r"(?:must |will |always |have to |necessarily )*(?:(?:give|have|yield|see|get) (?:exactly )?(?:the same|identical|equal)|agree|coincide)",
    scope=_DEPTH, unless=r"\bif\b|\bour\b|shape|size|number", method=Method.COUNT,
)  # fmt: skip
TOPICS: tuple[Topic, ...] = (_MATRIX, _BATCH_NORM, _NEVER_FORMED, _SQUARED, _SPHERE, _PROBES)
