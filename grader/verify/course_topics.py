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
            r"distances (?:in|of|inside) (?:the|this|their|its|our) (?:triplet )?loss|facenet(?:['’]s)? (?:triplet )?loss|(?:the )?triplet loss(?: of (?:the paper|facenet|schroff et al\.?))?|facenet|(?:the|this) paper(?: of schroff et al\.?)?|schroff et al\.?|the (?:paper['’]s )?loss|the authors", True,
            "the paper's loss compares squared Euclidean distances (FaceNet, section 3.1)", {"table": "FaceNet, section 3.1", "value": "‖f(a) − f(p)‖² + α < ‖f(a) − f(n)‖²"},
        ),
    ),
    yes=r"(?:(?:is|are|was|uses?|used|works? with|compares?|takes?|measures?|is (?:built|based|defined) on|contains?|has) (?:the )?squared(?: (?:L2|\$?L_2\$?|euclidean|$))*(?: distances?)?)",
    no=r"(?:(?:is|are|was|uses?|used|works? with|compares?|takes?|measures?|is (?:built|based|defined) on|contains?|has) (?:the )?(?:plain|un-?squared|non-?squared|ordinary|simple)(?:,? (?:and )?not (?:the )?squared(?: ones)?,?)?(?: (?:L2|\$?L_2\$?|euclidean|distances?|ones)){1,3}(?:,? (?:and )?not (?:the )?squared(?: ones| distances)?)?)",
    scope=_TRIPLETS, unless=r"\bif\b|batch[- _]?hard|hermans|margin of|pytorch|soft[- ]?plus|\bwe\b|\bI\b|\bour (?:code|implementation|notebook|loss)", kind=Kind.FACT, method=Method.TABLE,
)  # fmt: skip
_SPHERE = _topic(
    (Subject(r"(?:all |the |its |these |our )?embeddings?(?: vectors?)?|outputs of the network|\$?f\(x\)\$?", True, "the embeddings are scaled to length one, ‖f(x)‖ = 1 (FaceNet, section 3.1)", {"table": "FaceNet, section 3.1", "value": "‖f(x)‖₂ = 1"}),),
    yes=r"(?:L2-)?normali[sz]ed(?: to (?:have )?(?:unit )?(?:length|norm|L2 norm)(?: (?:one|1))?)?|on (?:the|a) (?:unit )?(?:hyper)?sphere|(?:unit (?:length|norm)|(?:length|norm) (?:one|1))",
    no=r"un-?normali[sz]ed|(?:has|have) arbitrary (?:length|norm)s?",
    scope=r"facenet|schroff", unless=r"\bif\b|batch|before|\bwe\b|\bI\b|\bour (?:code|network|notebook)|mean|variance|standard", method=Method.TABLE,
)  # fmt: skip
_COLLAPSE = _topic(
    (Subject(r"(?:a |the )?(?:fully )?collapsed (?:solution|model|embedding|network)|(?:a |the )?(?:trivial|constant) (?:solution|embedding)|collapse(?: of all embeddings)?(?: to (?:one|a single) point)?", True, "with all embeddings equal both distances are 0, and each triplet's loss is [0 − 0 + α]₊ = α", {"d(a,p)": 0, "d(a,n)": 0, "margin": 0.2, "loss": 0.2}),),
    yes=r"(?:has|have|gives?|costs?|yields?|leaves?|incurs?) (?:a |the )?(?:loss (?:of )?(?:exactly )?\$?(?:α|\\alpha|the margin|0\.2|equal to (?:the margin|α))\$?|positive loss)",
    no=r"(?:has|have|gives?|costs?|yields?) (?:a )?(?:zero loss|no loss|loss (?:of )?(?:zero|\$?0\$?)|zero triplet loss)",
    scope=_TRIPLETS, unless=r"\bif\b|without|margin (?:of|is|=) (?:zero|0\b)|gradient|no margin", method=Method.COUNT,
)  # fmt: skip

_PULLS = _topic(
    (Subject(r"(?:the )?(?:triplet )?(?:loss|gradient)", True, "the loss [d(a,p) − d(a,n) + α]₊ falls when the positive comes nearer and when the negative goes away", {"d(a,p)": [0.5, 0.4], "loss at d(a,n) = 0.6": [0.1, 0.0]}),),
    yes=r"pulls? (?:the |a )?positives? (?:\w+ )?(?:closer|nearer|towards?|in)|pushes (?:the |a )?negatives? (?:\w+ )?(?:away|apart|out)",
    no=r"pushes (?:the |a )?positives? (?:\w+ )?(?:away|apart|out)|pulls? (?:the |a )?negatives? (?:\w+ )?(?:closer|nearer|towards?|in)",
    scope=_TRIPLETS, unless=r"\bif\b|relative", method=Method.SYMBOLIC,
)  # fmt: skip

# -- prediction depth ----------------------------------------------------------------------------------------------

_DEPTH = r"prediction depth|baldock|2106\.09647"
_EXAMPLES = r"(?:examples?|images?|points?|inputs?|samples?|data points)"
_BIG, _SMALL = r"(?:larger?|higher|high|greater|bigger|big|great)", r"(?:smaller|small|lower|low|shallow)"
_WHY_HARD = "examples of a larger prediction depth are the harder ones: fewer of them are classified correctly (Baldock et al. 2021, section 3)"
_HARD_WITNESS = {
    "table": "Baldock et al. 2021, section 3",
    "value": "accuracy falls as the prediction depth rises",
}
_OWN_DATA = r"\bif\b|\bour\b|\bmy\b|\bwe\b|\bI\b|histogram|in this run|\bhere\b|\b\d+(?:\.\d+)?\s?\\?%|noise|surpris|unusual|exception|random(?:ly)? labell?ed"
_HARDER = _topic(
    (
        Subject(rf"{_EXAMPLES} (?:of|with|at|that have|which have) (?:an? |the )?{_SMALL} (?:prediction )?depths?|{_EXAMPLES} (?:of|with|at|that have) (?:prediction )?depth \$?0\$?|(?:an? |the )?{_SMALL}[- ](?:prediction )?depth(?: {_EXAMPLES})?|the {_SMALL} the (?:prediction )?depth(?: of an? \w+)?,?", False, _WHY_HARD, _HARD_WITNESS),
        Subject(rf"{_EXAMPLES} (?:of|with|at|that have|which have) (?:an? |the )?{_BIG} (?:prediction )?depths?|{_EXAMPLES} (?:of|with|at|that have) (?:prediction )?depth \$?10\$?|deep(?:er)? {_EXAMPLES}|(?:an? |the )?{_BIG}[- ](?:prediction )?depth(?: {_EXAMPLES})?|the {_BIG} the (?:prediction )?depth(?: of an? \w+)?,?|the deeper the (?:example|image),?", True, _WHY_HARD, _HARD_WITNESS),
    ),
    yes=rf"(?:(?:is|are|=|:|means?|indicates?|marks?|signals?|tends? to be|belongs? to|the) (?:an? |the |also |usually |mostly |typically |generally )*(?:harder|hardest|hard|more difficult|difficult|ambiguous)(?! to\b)(?: (?:the )?{_EXAMPLES})?|(?:has|have|the|a) (?:an? |the )*(?:lower|smaller) (?:the )?accuracy|(?:is|are) (?:(?:more often|mostly|often) (?:wrong|misclassified|classified (?:wrongly|incorrectly))|misclassified more often))",
    no=rf"(?:(?:is|are|=|:|means?|indicates?|marks?|signals?|tends? to be|belongs? to|the) (?:an? |the |also |usually |mostly |typically |generally )*(?:easier|easiest|easy|less difficult)(?! to\b)(?: (?:the )?{_EXAMPLES})?|(?:has|have|the) (?:an? |the )*(?:higher|larger|greater) (?:the )?accuracy|(?:is|are) (?:(?:more often|mostly|often|usually) (?:right|correct|classified correctly)|misclassified less often))",
    scope=_DEPTH, unless=_OWN_DATA, method=Method.TABLE,
)  # fmt: skip
_WITH_DEPTH = r"(?:with|for|as|at|towards?) (?:the |an? )?(?:increasing |growing |rising |larger |higher |greater )?(?:prediction )?depths?(?: (?:grows|increases|rises|goes up|gets larger|of (?:the )?examples?))?"
_ACCURACY = _topic(
    (Subject(r"(?:the |their |average |mean |test )*accurac(?:y|ies)(?: of the network)?", True, _WHY_HARD, _HARD_WITNESS),),
    yes=rf"(?:falls?|drops?|decreases?|declines?|goes down|sinks?|is lower|shrinks?) {_WITH_DEPTH}",
    no=rf"(?:rises?|grows?|increases?|improves?|goes up|climbs?|is higher) {_WITH_DEPTH}",
    scope=_DEPTH, unless=_OWN_DATA + r"|layer|probe", method=Method.TABLE,
)  # fmt: skip
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
_LABELS = _topic(
    (Subject(r"(?:the |an example['’]s )?(?:prediction )?depth(?: of an? \w+)?", False, "the depth compares each probe with the last one; the true label does not enter", {"votes": "b, a, a", "depth if the label is a": 1, "depth if the label is b": 1}),),
    yes=r"(?:needs?|uses?|use|need|requires?|require|depends? on|depend on|involves?|knows?) (?:the |a )?(?:true|correct|ground[- ]truth|right) (?:labels?|class(?:es)?)",
    no=r"(?:is|are) (?:defined )?(?:without|independent of) (?:the )?(?:true|correct|ground[- ]truth) (?:labels?|class(?:es)?)",
    scope=_DEPTH, unless=r"\bif\b|accuracy|neighbou?rs|probe(?:s)? (?:use|vote)", method=Method.COUNT,
)  # fmt: skip
_AGREE = (
    r"(?:agrees?|coincides?|gives? the same|has the same|predicts? the same|matches|votes? (?:the same|as))"
)
_DEFINITION = _topic(
    (Subject(r"(?:the )?(?:prediction )?depth(?: of (?:an? )?(?:\$?x\$?|example|image|input)(?: \$?x\$?)?)?", True, "the depth is the least layer from which on every probe agrees with the last one (Baldock et al. 2021, section 2)", {"votes": "a, b, a", "first layer that agrees with the last": 0, "depth": 2}),),
    yes=rf"(?:is|:|=|means) (?:defined as )?(?:the )?(?:least|smallest|first|earliest|lowest|minimal) (?:layer |index |probe |number |point )*(?:\$?(?:\\ell|ℓ|L|l|m|i)\$? ?)?(?:such that |so that |for which |with |where |from which (?:on )?|after which )?(?:all|every|each)(?: of)?(?: the)?(?: later)? probes? (?:from (?:\$?(?:\\ell|ℓ|L|l|m|i)\$?|it|there|that (?:one|layer|point)|this layer) on(?:wards?)? )?(?:to the (?:last|end) )?{_AGREE}(?: as)?(?: with)? the (?:last|final)(?: one| probe| layer| prediction)?",
    no=rf"(?:is|:|=|means) (?:defined as )?(?:the )?(?:(?:least|smallest|first|earliest|lowest) (?:layer|index|probe|point) (?:at which (?:the|its) probe|whose (?:probe|vote)|where (?:the|its) probe|for which (?:the|its) probe|that) {_AGREE}(?: as)?(?: with)? the (?:last|final)(?: one| probe| layer)?(?=\s*[.,;)]|\s*$)|(?:largest|last|greatest|highest) (?:layer|index|probe|point) (?:at which|where|for which|whose) (?:the |its )?(?:probe|vote)? ?(?:still )?(?:disagrees?|differs?)(?: (?:with|from) the (?:last|final)(?: one| probe)?)?(?=\s*[.,;)]|\s*$)|first (?:layer|probe|point) (?:whose|at which the|where the) (?:probe|vote|prediction) (?:gives|predicts|is|hits|finds) (?:the )?(?:right|true|correct)(?: label| class| one)?)",
    scope=_DEPTH, unless=r"\bif\b|\bwould\b", kind=Kind.DEFINITION, method=Method.COUNT,
)  # fmt: skip

TOPICS: tuple[Topic, ...] = (
    _MATRIX, _PULLS, _BATCH_NORM, _NEVER_FORMED,
    _SQUARED, _SPHERE, _COLLAPSE, _HARDER, _ACCURACY, _PROBES, _LABELS, _DEFINITION,
)  # fmt: skip
