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
    takes_object: bool = False  # "an unbiased estimate of" names its subject behind it
    of_features: bool = False  # holds for the features with scale √(1/R) only

    def subject_of(self, found: re.Match[str]) -> Subject:
        """The subject that a match of `subject` names."""
        return next(
            one for place, one in enumerate(self.subjects) if found.group(f"subject{place}") is not None
        )


def _topic(
    subjects: Sequence[Subject], yes: str, no: str, *, scope: str = "", needs: str = "", unless: str = "(?!)",
    kind: Kind = Kind.FACT, method: Method = Method.TEXT, takes_object: bool = False, of_features: bool = False,
) -> Topic:  # fmt: skip
    names = "|".join(f"(?P<subject{place}>{one.words})" for place, one in enumerate(subjects))
    return Topic(
        tuple(subjects),
        re.compile(rf"(?<![\w\\])(?:{names})(?!\w)", re.I),
        re.compile(rf"(?:(?<![\w\\-])|(?=[:=]))(?:(?P<no>{no})|(?P<yes>{yes}))(?!\w)", re.I),
        re.compile(scope, re.I), re.compile(needs, re.I), re.compile(unless, re.I), kind, method, takes_object, of_features,
    )  # fmt: skip


# -- which factor cancels ------------------------------------------------------------------------------------------

_THING = r"(?:(?:norm |pre-?|scale |scaling |weight )?factor|weight|term|exponential|scaling|norm)s?"
_WITH = r"(?:of|for|with|from|in|belonging to|(?:that|which) (?:only )?(?:depends?|contains?|involves?|has|have)(?: only)?(?: on)?|depending (?:only )?on)"


def _factor(word: str, letter: str) -> str:
    named = rf"(?:{word}|\$?\\?(?:mathbf\{{)?{letter}\}}?(?:_\{{?\w\}}?|[ᵢⱼ])?\$?)"
    exponent = rf"(?:\\?exp|e\s*\^)(?:[^A-Za-z.;$]|\\[lrbB]\w*(?![A-Za-z])|\\Vert|\\t?frac|\\mathbf)*{letter}(?:_\{{?\w\}}?|[ᵢⱼ])?(?:\s*(?:‖|\|+|\\\||\\[lr]?Vert|\\right)+(?:\^\{{?2\}}?|²)[^;:,\s$A-Za-z]*(?:\\\w+[^;:,\s$A-Za-z]*)*\$?|(?=\s*[\\|‖]))"
    return rf"(?:{word}(?:['’]s?)?(?:[- ](?:side|dependent|norm))? (?:own )?{_THING}|{_THING} (?:{_WITH}) (?:the |each |a )?{named}(?:['’]s norm)?|(?:{_THING} )?\$?{exponent})"


_KEY = _factor("keys?", "k")
_QUERY = _factor("(?:query|queries)", "q")
_KEY_STAYS = "exp(‖k_j‖²/(2σ²)) differs from key to key, so it weighs the terms and stays"
_KEY_WITNESS: Mapping[str, object] = {"values": [0, 1], "kernel of both keys": 1, "key factors": [1, 3], "with the factors": 0.75, "without": 0.5}  # fmt: skip

_CANCELLING = _topic(
    (
        Subject(
            rf"both (?:of (?:the|these) )?(?:norm |outer |exponential |pre)?-?(?:{_THING}|exponentials)|(?:the )?(?:query and (?:the )?key|key and (?:the )?query) {_THING}|{_THING} of (?:the )?(?:query|queries|keys?)(?: and| as well as)(?: of)?(?: the)? (?:keys?|query|queries)(?: both)?",
            False, _KEY_STAYS, _KEY_WITNESS,
        ),
        Subject(_KEY, False, _KEY_STAYS, _KEY_WITNESS),
        Subject(
            _QUERY, True, "exp(‖q‖²/(2σ²)) is the same in every term of both sums, so it cancels in their quotient",
            {"numerator": "c·(1·v_1 + 2·v_2)", "denominator": "c·(1 + 2)", "quotient": "(v_1 + 2·v_2)/3 for every c"},
        ),
    ),
    yes=r"cancel(?:s|led)?(?: out| away)?|canceling|drop(?:s|ped)? out|falls? out|divides? out|(?:is|are) (?:left out|dropped|omitted|cancelled|canceled|irrelevant)",
    no=r"matters?|stays?|remains?|survives?|(?:is|are) kept|must (?:be kept|stay|remain)|(?:has|have) to (?:be kept|stay|remain)",
    scope=r"(?=.*(?:attention|softmax|numerator|denominator|quotient|normali[sz]))(?=.*(?:gauss|random|\bRFA\b|exp\b|kernel))",
    unless=r"\bif\b|\bwhen\b|\bonly when|\bconstant\b|same (?:norm|length)|equal (?:norm|length)|\bunit\b|normali[sz]ed keys|\bwould\b|\bcould\b|\bwithout\b|\bbefore\b|numerator alone|as long as|kernel itself|each other|one another|\b(?:stays?|remains?)\s+(?:positive|bounded|finite|small|large|unchanged|frozen|trainable|equal|non|below|above|between|constant|against|for\b|the same|as\b|fixed|close|near|under|within|at\b|with\b|in the (?:exponent|kernel))|cross[- ]term|mixed",
    method=Method.SYMBOLIC,
)  # fmt: skip

_COMMON = _topic(
    (
        Subject(_KEY, False, _KEY_STAYS, _KEY_WITNESS),
        Subject(_QUERY, True, "exp(‖q‖²/(2σ²)) has no index of the sum, so it is the same in every term", {"terms": ["c·1·v_1", "c·2·v_2"], "sum": "c·(1·v_1 + 2·v_2)"}),
    ),
    yes=r"(?:is|are) (?:the same|identical|constant|equal) (?:for|in) (?:all|every|each)(?: of)?(?: the)? (?:\$?[js]\$?|keys?|terms?|tokens?)|(?:is|are) independent of (?:\$?[js]\$?|the (?:key|summation index))|(?:is|are) (?:a )?common (?:factor|to)(?: (?:to|of))? (?:all|every|each|both|numerator)|(?:can|may) (?:be|also be) (?:pulled|taken|factored|moved) out(?: of| in front)?",
    no=r"depends? on \$?[js]\$?|(?:differs?|varies|vary|changes?) (?:from|with) (?:key|term|\$?[js]\$?|token)",
    scope=r"gauss|random|\bRFA\b|kernel", unless=r"\bif\b|\bonly (?:for|when)\b|unit|normali[sz]ed|(?:same|equal|one) (?:norm|length)|query index|over \$?i\$?|fixed key|\bcolumn", method=Method.SYMBOLIC,
)  # fmt: skip

# -- unbiased ------------------------------------------------------------------------------------------------------

_ESTIMATE = r"(?:estimates?|estimators?|approximations?)"
_UNBIASED = _topic(
    (
        Subject(
            rf"(?:{_ESTIMATE} (?:of|for) (?:the )?)?(?:(?:softmax |random[- ]feature |estimated |approximate )?attention(?: outputs?| results?| weights?| {_ESTIMATE})?|RFA(?: outputs?| {_ESTIMATE})?|(?:ratio|quotient)(?: {_ESTIMATE}| of (?:the )?(?:two |both )?(?:unbiased )?(?:{_ESTIMATE}|sums))?|outputs?(?: {_ESTIMATE})?|normali[sz]ed (?:output|weights?|attention)s?)",
            False, "a quotient of unbiased estimates is not unbiased: E[A/B] is not E[A]/E[B]",
            {"A": 1, "B": "1/2 or 3/2, each with probability 1/2", "E[A]/E[B]": 1, "E[A/B]": "4/3"},
        ),
        Subject(
            rf"(?:{_ESTIMATE} (?:of|for) (?:the )?)?(?:(?:gaussian |RBF )?kernel(?: {_ESTIMATE}| values?)?|numerator|denominator|(?:inner|dot|scalar) products? of (?:the )?(?:random )?features|feature products?)|\$?\\?(?:phi|varphi|φ|ϕ)\(\w(?:_\w)?\)(?:\^\{{?\\?(?:top|T|intercal)\}}?|ᵀ)?\s*(?:·|\\cdot|\\,)?\s*\\?(?:phi|varphi|φ|ϕ)\(\w(?:_\w)?\)(?:\^\{{?\\?(?:top|T)\}}?|ᵀ)?\$?",
            True, "E[cos w·(q − k)] = exp(−‖q − k‖²/(2σ²)), and φ(q)·φ(k) is the mean of R such cosines",
            {"E[φ(q)·φ(k)]": "exp(−‖q − k‖²/(2σ²))", "kernel": "exp(−‖q − k‖²/(2σ²))", "bias": 0},
        ),
    ),
    yes=r"unbiased|(?:has|have) no bias", no=r"biased|(?:has|have) (?:a |some )?bias",
    scope=r"random|feature|\bRFA\b", unless=r"asymptotic|consistent|gradient|sample variance|\bif\b|inductive|variance of|bias (?:term|vector)|selection|data set|dataset|log(?:arithm)?\b",
    takes_object=True, of_features=True, method=Method.SYMBOLIC,
)  # fmt: skip

_MEAN = _topic(
    (
        Subject(r"(?:random[- ]feature attention|RFA|(?:the )?(?:estimated |approximate )?attention(?: outputs?| estimate)?)", False, "a quotient of unbiased estimates is not unbiased: E[A/B] is not E[A]/E[B]", {"A": 1, "B": "1/2 or 3/2, each with probability 1/2", "E[A]/E[B]": 1, "E[A/B]": "4/3"}),
        Subject(r"(?:this |the |their |its )?(?:(?:inner|dot|scalar) )?products?(?: of (?:the |two )?(?:random )?features?(?: vectors| maps)?)?", True, "E[cos w·(q − k)] = exp(−‖q − k‖²/(2σ²)), and φ(q)·φ(k) is the mean of R such cosines", {"E[φ(q)·φ(k)]": "exp(−‖q − k‖²/(2σ²))"}),
    ),
    yes=r"(?:equals?|gives?|is|yields?|(?:is|are) equal to) (?:exactly |just )?(?:the )?(?:exact )?(?:gaussian kernel|softmax attention|exact attention|\$?\\?(?:mathcal\{)?[GK]\}?(?:_\{?\\?\w*\}?)?\(\\?[\w{}]+(?:_\w)?, ?\\?[\w{}]+(?:_\w)?\)\$?)",
    no=r"(?!)", scope=r"random|feature|\bRFA\b", needs=r"\bin expectation\b|\bon average\b|\bexpected value\b", unless=r"\bif\b|times the|unnormali[sz]ed|\bnumerator\b", of_features=True, method=Method.SYMBOLIC,
)  # fmt: skip
_FREQUENCIES = _topic(
    (
        Subject(r"the (?:larger|bigger|wider) (?:the )?(?:\$?(?:σ|\\sigma)\$?|bandwidth|kernel|gaussian)(?: is)?,?|(?:a )?(?:larger?|bigger|wide) (?:\$?(?:σ|\\sigma)\$?|bandwidth)|(?:for|with) large \$?(?:σ|\\sigma)\$?,?", True, "w ~ N(0, I/σ²): the frequencies have standard deviation 1/σ", {"sigma": [1, 2], "standard deviation of w": [1, 0.5]}),
        Subject(r"the smaller (?:the )?(?:\$?(?:σ|\\sigma)\$?|bandwidth)(?: is)?,?|(?:a )?(?:small|smaller) (?:\$?(?:σ|\\sigma)\$?|bandwidth)|(?:for|with) small \$?(?:σ|\\sigma)\$?,?", False, "w ~ N(0, I/σ²): the frequencies have standard deviation 1/σ", {"sigma": [1, 2], "standard deviation of w": [1, 0.5]}),
    ),
    yes=r"the (?:smaller|lower) (?:are )?(?:the )?(?:random )?frequencies|(?:means|gives) (?:smaller|lower|small|low) (?:random )?frequencies|(?:random )?frequencies (?:are|get|become) (?:small|smaller|low|lower)",
    no=r"the (?:larger|higher|bigger) (?:are )?(?:the )?(?:random )?frequencies|(?:means|gives) (?:larger|higher|large|high) (?:random )?frequencies|(?:random )?frequencies (?:are|get|become) (?:large|larger|high|higher)",
    scope=r"random|fourier|\bRFA\b", unless=r"\bif\b|σ²I|sigma\^2 ?I", method=Method.SYMBOLIC,
)  # fmt: skip

# -- the weights of a row ------------------------------------------------------------------------------------------

_ROWS = _topic(
    (
        Subject(
            r"(?:(?:attention |softmax )?(?:weights?|entries|probabilities|scores) )?(?:of|in) (?:a|each|every|any|one|the) columns?|columns? of (?:the )?(?:attention|weight|softmax)(?: weights?| matrix)?|each column|every column|for (?:each|every|a|any) key,? (?:the |its )?(?:softmax |attention )?weights",
            False, "the softmax runs over the keys, so it is each row of weights that sums to one, not each column",
            {"scores": [[0, 0], ["log 3", 0]], "weights": [[0.5, 0.5], [0.75, 0.25]], "sums of the columns": [1.25, 0.75]},
        ),
        Subject(
            r"(?:(?:attention |softmax |estimated )?(?:weights?|entries|probabilities) )?(?:of|in) (?:a|each|every|any|one|the) rows?|rows? of (?:the )?(?:attention|weight|softmax)(?: weights?| matrix)?|each row|every row|(?:attention |softmax )?weights (?:of|for) (?:a|each|every|one) (?:query|token|position)|for (?:each|every|a|any) (?:query|token),? (?:the |its )?(?:softmax |attention )?weights",
            True, "each weight is divided by the sum of its row, so a row sums to one", {"row": [1, 3], "weights": [0.25, 0.75], "sum": 1},
        ),
    ),
    yes=r"(?:sums?|add|adds) (?:up )?(?:exactly )?to \$?(?:one|1)\$?(?! (?:over|across) (?:the )?quer)", no=r"(?:sums?|add|adds) (?:up )?to \$?(?:N|n|T|zero|0|two|2)\$?",
    scope=r"softmax|attention", unless=r"doubly|transpos|unnormali[sz]ed|before the|column[- ]wise|over the columns|histogram|depth", method=Method.SYMBOLIC,
)  # fmt: skip

_SIGNED = {"w·(q − k)": "π", "cos(w·(q − k))": -1, "weight": "negative"}
_POSITIVE = _topic(
    (
        Subject(
            r"(?:estimated|approximated?|random[- ]feature|RFA) (?:attention )?(?:weights?|kernel values?|similarit\w+)|(?:attention )?weights? (?:of|from|with|under) (?:the )?(?:random[- ]features?(?: attention)?|RFA|sine and cosine features)|(?<=with random features )(?:the |some |all )?(?:attention )?weights?|(?<=with random features, )(?:the |some |all )?(?:attention )?weights?",
            False, "a mean of cosines can be negative, and so can the weights of random-feature attention", _SIGNED,
        ),
        Subject(
            r"(?:all |every |the )?softmax(?: attention)? weights?|(?:every |each |all )attention weights?|weights? of (?:the )?softmax(?: attention)?|exact (?:attention )?weights?",
            True, "the exponential function is positive, and each weight is one of positive terms divided by their sum", {"scores": [-5, 3], "weights": [0.0003, 0.9997]},
        ),
    ),
    yes=r"(?:guaranteed to be |strictly |always |all )*(?:positive|non-?negative)|(?:is|are) never negative|(?:lie|lies|is|are) (?:always |strictly )*(?:between|in|within) \$?[(\[]?0\$?(?: and |, ?|,\\ )\$?1[)\]]?\$?",
    no=r"(?:can|may|might|could) (?:also |even |indeed |well )?(?:be|become|turn|get) (?:also )?negative|(?:is|are) (?:sometimes |possibly |partly )negative|between \$?[−-]1\$? and \$?1\$?",
    scope=r"softmax|attention", unless=r"\bsemi|negatives\b|triplet|\bif\b|FAVOR|Performer|positive features", method=Method.SYMBOLIC,
)  # fmt: skip

_OUTPUTS = r"(?:each |every |the |all |its |their )?(?:attention )?outputs?(?: vectors?| rows?)?|(?:each |every )rows? of (?:the )?(?:outputs?|results?|\$?V'\$?)"
_HULL = r"convex combinations?|(?:stay|stays|lie|lies|remain|remains) (?:always )?(?:in|inside|within) the convex hull"
_OTHER_FEATURES = r"\bif\b|polynomial|positive features|relu|\belu\b|cover"
_CONVEX_RANDOM = _topic(
    (Subject(_OUTPUTS, False, "weights of random features can be negative, so an output need not be a convex combination of the values", _SIGNED),),
    yes=_HULL, no=r"(?!)",
    scope=r"random|sine|cosine", needs=r"random[- ]feature|random features|\bRFA\b|sine|estimated", unless=_OTHER_FEATURES, method=Method.SYMBOLIC,
)  # fmt: skip
_CONVEX_SOFTMAX = _topic(
    (Subject(_OUTPUTS, True, "softmax weights are positive and sum to one", {"weights": [0.25, 0.75]}),),
    yes=_HULL, no=r"(?!)",
    scope=r"softmax", needs=r"^(?!.*(?:random|feature|RFA|estimated|linear|kerneli))", unless=_OTHER_FEATURES, method=Method.SYMBOLIC,
)  # fmt: skip

# -- the causal mask -----------------------------------------------------------------------------------------------

_CAUSAL = r"\bcausal|\bmask"
_MASKED = {"n": 2, "allowed": {"query 1": [1], "query 2": [1, 2]}}
_LAST = r"(?:very )?last (?:outputs?|token['’]s output|row(?: of (?:the )?(?:output|result|(?:causal |masked )?(?:attention|weight|score) (?:matrix|weights)))?|position['’]s output)|outputs? (?:of|at|for) (?:the )?(?:very )?last (?:token|position|query)"
_FIRST = r"(?:very )?first (?:outputs?|token['’]s output|row of (?:the )?(?:outputs?|result)|position['’]s output)|outputs? (?:of|at|for) (?:the )?(?:(?:very )?first (?:token|position|query)|(?:token|position) 1)"
_MATH = r"(?:\s+\(?(?:\$[^$]{1,24}\$|[VvyYo]['’′]?_?\{?[Nn1₁ₙ]\}?['’′]?)\)?)?"

_LAST_OUTPUT = _topic(
    (Subject(rf"(?:{_LAST}){_MATH}", True, "the last query may see every key with the mask as without it, so its output is the same", _MASKED),),
    yes=r"(?:equals?|(?:is|are|stays?|remains?) (?:exactly |just |simply )?(?:the same(?: as)?|equal to|identical(?: to| with)?|unchanged|unaffected|untouched)|agrees? with|coincides? with|matches)(?: that of| the one of| to)?",
    no=r"differs?(?: from)?|(?:is|are) different|changes?|(?:is|are) (?:affected|changed|altered) by",
    scope=_CAUSAL, needs=r"mask|causal|full attention|softmax attention|bidirectional", unless=r"\bfirst\b|earlier|later|\bif\b|key (?:changes|is changed)|prefix", method=Method.SYMBOLIC,
)  # fmt: skip
_FIRST_OUTPUT = _topic(
    (Subject(rf"(?:{_FIRST}){_MATH}", True, "the first query sees the first key only: its weight is 1 and its output v_1", {"weights of row 1": [1], "output 1": "v_1"}),),
    yes=r"(?:is|are|equals?|becomes?) (?:just |simply |exactly |always |the same as |equal to )*(?:\$?\\?(?:mathbf\{)?v\}?_?\{?[1₁]\}?(?!\w)\$?|the first value(?: vector)?(?: itself)?|its own value(?: vector)?|the first row of \$?V\$?)",
    no=r"(?:is|are|equals?|becomes?) (?:just |always |simply )*(?:zero|\$?0\$?|undefined|the (?:mean|average|sum) of (?:all )?(?:the )?values?)|depends? on (?:all|every|the other|later|the later)(?: of)?(?: the)? ?(?:keys|tokens|values|positions)",
    scope=_CAUSAL, unless=r"last|\bif\b|initial|without (?:the |a )?mask|unmasked|no mask", method=Method.SYMBOLIC,
)  # fmt: skip
_EARLIER = r"(?:an |the |any |all |its |every )*(?:earlier|previous|preceding|past|former) (?:outputs?|rows?|positions?|results?)"
_LATER = _topic(
    (
        Subject(
            r"(?:changing |a change (?:of|in) |altering |perturbing )?(?:a |any |the |some |one )?(?:later|future|subsequent|following) (?:tokens?|positions?|keys?|values?|inputs?|words?)(?: (?:and|or) values?)?",
            False, "output i sums over j ≤ i only, so what comes after i never enters it", _MASKED,
        ),
    ),
    yes=rf"(?:(?:changes?|affects?|influences?|alters?|moves?|enters?|leaks? into|reach(?:es)?|has (?:an |any )?(?:effect|influence) on|have (?:an |any )?(?:effect|influence) on) {_EARLIER})",
    no=rf"(?:leaves? {_EARLIER} (?:unchanged|untouched|alone|as (?:it|they) (?:is|are|was|were)|the same)|(?:has|have) no (?:effect|influence) on {_EARLIER})",
    scope=_CAUSAL, unless=r"\bif\b|without (?:the |a )?mask|unmasked|gradient|backward|bidirectional", method=Method.SYMBOLIC,
)  # fmt: skip
_SEES = _topic(
    (
        Subject(r"(?:very )?last (?:token|query|position|row)|(?:token|query|position|row) \$?N\$?", False, "the last query sees every key j ≤ N", _MASKED),
        Subject(r"(?:very )?first (?:token|query|position|row)|(?:token|query|position|row) \$?1\$?", True, "the first query sees the first key only", _MASKED),
    ),
    yes=r"(?:only (?:attends? to|sees?|looks? at)|(?:attends? to|sees?|looks? at) (?:only|nothing but|just)) (?:itself|its own key|the first (?:token|key))",
    no=r"(?:attends? to|sees?|looks? at) (?:all|every)(?: of)?(?: the)? ?(?:tokens?|keys?|positions?)|(?:attends? to|sees?|looks? at) (?:everything|the whole sequence)",
    scope=_CAUSAL, unless=r"\bif\b|without (?:the |a )?mask|unmasked|anti-?causal|revers", method=Method.SYMBOLIC,
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
    _CANCELLING, _COMMON, _UNBIASED, _MEAN, _FREQUENCIES, _MATRIX, _PULLS, _BATCH_NORM, _ROWS, _POSITIVE, _CONVEX_RANDOM, _CONVEX_SOFTMAX, _LAST_OUTPUT, _FIRST_OUTPUT, _LATER, _SEES, _NEVER_FORMED,
    _SQUARED, _SPHERE, _COLLAPSE, _HARDER, _ACCURACY, _PROBES, _LABELS, _DEFINITION,
)  # fmt: skip
