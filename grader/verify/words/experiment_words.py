# ruff: noqa: E501 -- a pattern stays on one line
"""How experiments with attention are told: what is done to what, by how much, and what comes of it.

All patterns read text in plain signs (`plain_signs`). An operation is named by a gerund, a passive or a noun, or by an
arrow: `adding c to every key`, `if all keys are shifted by c`, `a common shift of the keys`, `k_j → k_j + c`.
"""

from __future__ import annotations

import re

from grader.verify.words.attention_model import Act, Observed, Target
from grader.verify.words.beside import harmless

_ALL = r"(?:(?:all|every|each|any|the|its|their|these|those|of|single|individual|our|whole|entire|input|(?-i:N|n)) )*"
_LINE = r"(?: ?(?:of|in|for|within|belonging to) (?:(?:a|one|each|every|the|any|that|this|the same|its|their|a fixed|one and the same|a single|given) )*(?:rows?|quer(?:y|ies)|tokens?|positions?)(?: (?-i:i|q_i))?(?: of (?:QK\^T|the score matrix|the scores))?)?"
QUERIES = rf"{_ALL}(?:quer(?:y|ies)(?: vectors?)?|(?-i:q_[it]|Q|q)(?![\w(]))"
KEYS = rf"{_ALL}(?:keys?(?: vectors?)?|(?-i:k_[jlst]|K|k)(?![\w(]))"
VALUES = rf"{_ALL}(?:value vectors?|values?(?! of)|(?-i:v_[jlst]|V|v)(?![\w(]))"
_AND = r"(?: and(?: (?:also|of|to|from))?| as well as|,)"
BOTH = rf"(?:both )?(?:{QUERIES}{_AND} {KEYS}|{KEYS}{_AND} {QUERIES})(?: (?:alike|together|both))?|both (?:of them|arguments|points|vectors|sides|q and k)|{_ALL}(?:two )?(?:arguments|points)"
PAIRS = rf"(?:{KEYS}{_AND} {VALUES}|{_ALL}key[-–]value pairs|{KEYS} (?:together|along|jointly) with {VALUES})(?: (?:alike|together|jointly))?"
TOKENS = rf"{QUERIES},? {KEYS},? and {VALUES}"
SCORES = rf"{_ALL}(?:(?:attention |raw |pre-?softmax |unnormali[sz]ed |scaled |softmax )*(?:scores?|logits?|similarities)|exponents?(?! of (?:all |the )*keys?)|arguments? of (?:the )?(?:softmax|exponentials?)|entr(?:y|ies) of (?:the score matrix|QK\^T)|entr(?:y|ies)(?= of (?:a|one|each|every|the) row)|(?-i:s_\{{?ij\}}?|e_\{{?ij\}}?|s_j)(?!\w)){_LINE}"
KEY_EXPONENTS = rf"{_ALL}(?:exponents? of (?:all |the |every |each |all the )*(?:keys?|key (?:factors?|weights?))|(?:key )?exponents? ‖k_?\w?‖\^2/\(?2?[σ√][^ ,;:]*|‖k_j‖\^2/\(?2?[σ√][^ ,;:]*|key exponents?)"
FEATURES = rf"{_ALL}(?:φ|features(?! of)|feature (?:maps?|vectors?)(?! of)|(?:features|feature vectors) of (?:all |the )*(?:queries and (?:the )?keys|tokens))(?:\(\w\))?"
EMBEDDINGS = rf"{_ALL}(?:embeddings?(?: vectors?)?(?! dimension| size)|embedding space|(?:outputs|output vectors) of the network|points(?= by)|a, ?p,? and n|anchor, positive,? and negative|three (?:vectors|embeddings|points)|(?-i:f)(?:\(\w\))?(?![\w(]))(?: of (?:a|the|each) (?:triplet|faces?))?"
KEY_FEATURES = rf"{_ALL}(?:features?|feature vectors?) of (?:all |the |every |each )*keys?|φ\((?:k_?\w?|K)\)"

TARGETS: dict[Target, str] = {
    # the longer names first
    Target.EMBEDDINGS: EMBEDDINGS, Target.TOKENS: TOKENS, Target.PAIRS: PAIRS, Target.BOTH: BOTH, Target.KEY_EXPONENTS: KEY_EXPONENTS, Target.SCORES: SCORES,
    Target.KEY_FEATURES: KEY_FEATURES, Target.FEATURES: FEATURES, Target.QUERIES: QUERIES, Target.KEYS: KEYS, Target.VALUES: VALUES,
}  # fmt: skip


def _named(prefix: str) -> str:
    return "|".join(f"(?P<{prefix}{target.name}>{words})" for target, words in TARGETS.items())


_NOUN = r"(?:vector|constant|number|offset|shift|amount|value|bias|scalar|term|real number|quantity)"
_LETTER = r"(?-i:c|b|u|a|m|t|s|h|μ|λ|γ|v_0|k_0|c_0)(?![\w(])"
SAME = rf"(?:(?:one and the same|the same|a(?:n arbitrary)?|one|any|some|this|that|the|their|an?other)(?: (?:common|constant|fixed|global|single|shared|uniform|arbitrary|real|but|given|one|same))* {_NOUN}(?: (?:vector|number))?(?: {_LETTER})?|{_LETTER})(?: (?:to|for|from) all(?: of them)?)?"
MAXIMUM = r"(?:(?-i:m|c|M) ?= ?)?(?:(?:the |its |their |each |this |that )*(?:row['’]s |row |overall |global |respective )*(?:maxim(?:um|al)|max|mean|average|minim(?:um|al)|largest|smallest)(?: (?:score|value|entry|exponent|one|of them|logit))?(?: (?:of|in|over|among|within) (?:the|its|each|that|every|a|all|this)(?: \w+)?| of (?:them|all))?|\\?(?:max|min)_?\{?[jlt]?\}? ?[‖\w^/()√σ{}·.]+)"
COLUMN = r"(?:the |its |their |each )*(?:column['’]s |column )(?:maxim(?:um|al)|max|mean|average|minim(?:um|al))(?: (?:score|value|entry))?|(?:the |its |their )*(?:maximum|mean|average|minimum)(?: (?:score|value|entry))? (?:of|in|over) (?:its|each|the|that|every|a) column"
EACH = rf"(?:(?:its|their)(?: very)? own(?: {_NOUN}| maximum)?|(?:a |some |an )?(?:different|individual|separate|distinct|independent|own|key-dependent|token-dependent|key-specific) {_NOUN}s?(?: (?:for|to|from|per|of) (?:each|every)(?: \w+)?)?|{SAME} (?:for|per) (?:each|every) key|{_NOUN} that depends on (?:the key|j)|(?-i:[cbuatδ]_j)(?!\w)|itself|the exponent itself|{COLUMN})"
ROW = rf"(?:(?:a |some |an )?(?:{_NOUN}s?|{SAME}) (?:for|per|to|of|that depends? (?:only )?on|depending (?:only )?on) (?:(?:each|every|the) )?(?:row|query|i)(?: only| alone| i)?|(?-i:[cbuat]_i)(?!\w))"
AMOUNT = rf"(?:(?P<EACH_>{EACH})|(?P<ROW_>{ROW})|(?P<MAX_>{MAXIMUM})|(?P<SAME_>{SAME}))"
_POSITIVE = r"(?:(?:positive|common|constant|global|fixed|single|given|non-?zero|same|one) )*"
FACTOR = rf"(?:(?P<number>\d+(?:\.\d+)?|two|three|four|five|ten|a half|one half|-1|minus one)(?![\w^.])|(?P<root>√\(?[Dd](?:_k)?\)?|(?:the )?(?:square )?root of (?:the )?(?-i:D|d|dimension))|(?P<fourth>[Dd](?:_k)?\^[({{]?1/4[)}}]?|√\(?√\(?[Dd]\)*|the fourth root of (?-i:D|d))|(?P<width>(?-i:D|d(?:_k)?)(?!\w))|(?P<any>(?:a|any|the|one|some)(?: and the same)? {_POSITIVE}(?:factor|constant|number|scalar|amount)(?: {_LETTER})?|(?-i:[ctaλβγαsu])(?![\w(])))"

_IS = r"(?:is|are|was|were|be|being|gets?|get|has been|have been)(?: (?:all|each|both|simultaneously|jointly|first|then|uniformly|globally))*"
_ADDED = r"(?:add|subtract|tak)(?:s|es|ed|ing|e|en)?(?: away)?"
_MOVED = r"(?:shift|translat|mov|displac|offset|lift|rais|lower)(?:s|e|es|ed|ing|ting|en)?"
_TIMES = r"(?:multipl(?:y|ies|ied|ying)|rescal(?:e|es|ed|ing)|scal(?:e|es|ed|ing)|divid(?:e|es|ed|ing)|stretch(?:es|ed|ing)?|shrink(?:s|ing)?)(?: up| down)?"
_DOUBLE = r"(?P<double>doubl|halv|tripl|quadrupl|negat)(?:e|es|ed|ing)|(?P<flip>flipp?ing the signs? of|revers(?:e|es|ed|ing) the signs? of)"
_TURNED = r"(?:permut|re-?order|shuffl|re-?arrang|re-?number)(?:e|es|ed|ing|s)?"
_ROTATED = (
    r"(?:rotat(?:e|es|ed|ing)|(?:multiply(?:ing)?|transform(?:ing)?)(?= [^.;]{1,60}(?:orthogonal|rotation)))"
)
_SAME_TURN = r"(?:,? (?:in the same way|with (?:one|the same) (?:permutation|rotation)|by (?:one|the same|a common|a single) (?:and the same )?(?:permutation|rotation|orthogonal (?:matrix|map|transformation))|simultaneously|alike|jointly|together|accordingly|consistently))?"


def _forms(prefix: str, *templates: str) -> tuple[str, ...]:
    """Each template with its target's and its amount's groups under names of their own."""
    return tuple(
        r"(?<![\w-])" + template.replace("{TARGET}", f"(?:{_named(prefix)})").replace("{AMOUNT}", AMOUNT).replace("{FACTOR}", FACTOR)
        for template in templates
    )  # fmt: skip


ADDS = _forms(
    "t",
    _ADDED + r"(?: just| only)? {AMOUNT},? (?:to|from)(?: just| only)? {TARGET}",
    _ADDED + r" (?:to|from) {TARGET},? {AMOUNT}",
    _MOVED + r"(?: of)? {TARGET} (?:up |down )?by {AMOUNT}",
    r"{AMOUNT} " + _IS + r" (?:added|subtracted)(?: away)? (?:to|from) {TARGET}",
    r"{TARGET} " + _IS + r" (?:shifted|translated|moved|displaced|offset)(?: up| down)? by {AMOUNT}",
    r"from {TARGET} (?:one |we )?(?:can |may )?(?:subtracts?|takes?) {AMOUNT}",
    # of the scores, if nothing else is said
    r"subtract(?:s|ed|ing)? "
    f"(?P<MAX_>{MAXIMUM})"
    r"(?: (?:first|beforehand))?(?=(?: before (?:the |taking the |applying the )*(?:softmax|exponentials?|exponentiat\w+))| (?:changes|alters|affects|leaves|does|has|is)\b)(?: before (?:the |taking the |applying the )*(?:softmax|exponentials?|exponentiat\w+))?",
)
SHIFTS = _forms(
    "t",
    r"(?:an? |any |the |such an? |one )?(?:common|constant|global|uniform|joint|rigid|simultaneous|overall) (?:shift|translation|offset|displacement)s? (?:of|in|to|on|applied to|for) {TARGET}",
)
SHIFTS_EACH = _forms(
    "t",
    r"(?:different|individual|separate|independent) (?:shift|translation|offset|displacement)s? (?:of|in|to|on|applied to|for) {TARGET}",
)
SCALES = _forms(
    "t",
    _TIMES + r"(?: of)? {TARGET} (?:up |down )?(?:with|by) {FACTOR}",
    r"{TARGET} "
    + _IS
    + r" (?:multiplied|scaled|rescaled|divided|stretched)(?: up| down)? (?:by|with) {FACTOR}",
    r"(?:an? |any |the |one )?(?:common|constant|global|positive|overall) (?:factor|scaling|rescaling|scale)(?: factor)? (?:of|in|on|in front of|for) {TARGET}",
)
DOUBLES = _forms(
    "t",
    rf"(?:{_DOUBLE})(?: only| just)? {{TARGET}}",
    r"{TARGET} " + _IS + r" (?P<double>doubl|halv|tripl|quadrupl|negat)ed",
)
PERMUTES = _forms(
    "t",
    _TURNED + r"(?: only| just)?(?: the order of)? {TARGET}" + _SAME_TURN,
    r"(?:an? |any |the |one )?(?:permutation|re-?ordering|shuffling|re-?arrangement)s? of(?: the order of)? {TARGET}"
    + _SAME_TURN,
    r"{TARGET} " + _IS + r" (?:permuted|re-?ordered|shuffled|re-?arranged)" + _SAME_TURN,
)
ROTATES = _forms(
    "t",
    _ROTATED
    + r"(?: only| just)? {TARGET}(?: (?:by|with) (?:(?:the same|an?|one|any)(?: and the same)? )?(?:rotation|orthogonal (?:matrix|map|transformation))(?: (?-i:[OURM]))?)?"
    + _SAME_TURN,
    r"(?:applying )?(?:an? |any |the same |one |a common )(?:rotation|orthogonal (?:transformation|matrix|map))(?: (?:applied )?(?:of|to)) {TARGET}",
    r"{TARGET} " + _IS + r" (?:rotated|multiplied by (?:the same|an|one) orthogonal matrix)" + _SAME_TURN,
)
# "replacing every k_j by k_j + c", "k_j → k_j + c", "with q_i + c in place of q_i"
_OLD = r"(?P<old>(?-i:[qkvQKVsφ]|f)(?:_\{?\w{1,2}\}?)?)"
_NEW = r"(?P<new>(?-i:(?:[\w·√.(/^{}-]|\+(?=\S)| ?[+-] ?|(?<=\w) (?=[qkvQKVφ]))+[\w)}]|-[qkvQKV]\w*))"
REPLACES = (
    rf"(?<![\w-])(?:replac|substitut|exchang|chang)(?:e|es|ed|ing)(?: all| every| each| the| any)*(?: keys?| quer(?:y|ies)| values?)?(?: vectors?)? {_OLD} (?:by|with|into|to) {_NEW}",
    rf"(?<![\w+-]){_OLD} ?(?:→|↦|⟼|:=|to becomes?|becomes) ?{_NEW}",
    rf"(?<![\w-])(?:using|taking|with) {_NEW} (?:instead|in place|in the place) of {_OLD}(?!\w)",
)
OPERATIONS: tuple[tuple[Act, tuple[str, ...]], ...] = (
    (Act.ADD, ADDS), (Act.ADD, SHIFTS), (Act.ADD_EACH, SHIFTS_EACH), (Act.SCALE, SCALES), (Act.SCALE, DOUBLES), (Act.PERMUTE, PERMUTES), (Act.ROTATE, ROTATES),
)  # fmt: skip

# -- what is looked at -------------------------------------------------------------------------------------------------

_ANY = r"(?:(?:the|an?|any|each|every|all|no|its|their|our|final|resulting|single|whole|other|of|one|attention|softmax|new|exact) )*"
OBSERVED: dict[Observed, str] = {
    Observed.LOSS: rf"{_ANY}(?:triplet |hinge )?(?:loss(?:es)?|hinge)(?: of (?:a|the|any|each|every) triplet)?|(?-i:ℓ|L)(?![\w(])|\\ell",
    Observed.COSINES: rf"{_ANY}cosines?(?: similarit(?:y|ies))?|(?:the )?angles?(?: between (?:them|the embeddings))?",
    Observed.SQUARED: rf"{_ANY}squared (?:euclidean )?distances?|{_ANY}(?-i:[dD])(?:\([^()]{{1,9}}\))?(?![\w(])",
    Observed.GAUSSIAN: r"(?:the )?(?:gaussian|rbf)(?: kernel)?(?: values?)?(?: (?-i:G|κ|K))?(?:\(\w+, ?\w+\))?|(?:the )?kernel values?(?: (?-i:G|κ))?|(?-i:G|G_ij|K_G)(?:\(\w+, ?\w+\))?(?!\w)",
    Observed.EXPONENTIAL: r"(?:the )?(?:exponential|softmax) (?:kernel|similarity)|exp\(q(?:_i)?(?:\^T ?| ?· ?)k(?:_j)?(?: ?/ ?√\(?[Dd]\)?)?\)",
    Observed.POLYNOMIAL: r"(?:the )?(?:polynomial|quadratic) kernel|\(q(?:_i)?(?:\^T ?| ?· ?)k(?:_j)? ?\+ ?1\)\^2",
    Observed.DISTANCE: r"(?:the |their |all |any )*(?:squared )?(?:euclidean )?distances?(?: (?:of|between) (?:q and k|queries and keys|them))?|‖q(?:_i)? ?- ?k(?:_j)?‖(?:\^2)?",
    Observed.SCORES: rf"{_ANY}(?:scores?|logits|(?:dot|inner|scalar) products?(?: q(?:·|\^T)k)?)|q_i(?:\^T ?| ?· ?)k_j|q(?:\^T|·)k(?!\w)",
    Observed.WEIGHTS: rf"{_ANY}(?:weights?(?: (?:of|for) (?:a|any|each|every|one|the|this|that) (?:single |given )?(?:query|token|row|position))?|probabilit(?:y|ies)|attention (?:matrix|distribution|pattern)|(?-i:A_ij|w_ij|a_ij|α_ij)(?!\w)|softmax(?! attention)(?: itself| weights)?)",
    Observed.OUTPUT: rf"{_ANY}(?:outputs?(?: (?:vectors?|rows?|matrix))?(?: (?-i:[yo]_[it]))?|results?|attention(?: output| layer)?|(?-i:[yo]_[ijt]|[vV]['’′](?:_i)?|O|Y)(?!\w)|quotients?|ratios?|weighted (?:mean|average)s?|outcome|anything|smoother|estimate)",
}  # fmt: skip
_OBS = "|".join(f"(?P<o{what.name}>{words})" for what, words in OBSERVED.items())
_TOO = rf"(?:,? (?:and|or|nor|as well as) (?:(?:hence|thus|therefore|also|so|with them|neither) )*{_ANY}(?:weights?|outputs?|results?|attention(?: output)?|scores?))?"
_TOUCH = r"(?:change|alter|affect|influence|modify|touch|disturb|move|harm|distort|spoil|impair)"
_TOUCHES = (
    r"(?:changes|alters|affects|influences|modifies|touches|disturbs|moves|distorts|spoils|ruins|corrupts)"
)
_SAME_AS = r"(?:unchanged|untouched|unaffected|unaltered|invariant|intact|alone|the same|identical|(?:exactly )?as (?:it|they) (?:is|are|was|were)(?: before)?|where (?:it|they) (?:is|are|was|were)|constant|fixed)"
_SO = r"(?:(?:exactly|precisely|completely|entirely|therefore|thus|hence|then|also|still|just|all|always|of course|however|clearly|both|simply|even|in fact|indeed|itself) )*"
_HAVE = r"(?:has|have|is|are|remains?|stays?|comes?|goes|go|was|would be|will be)"


def _effects(*templates: str) -> tuple[str, ...]:
    return tuple(r"(?<![\w-])" + template.replace("{OBS}", f"(?:(?:{_OBS}){_TOO})") for template in templates)


STAYS = _effects(
    rf"(?:leaves?|keeps?|leaving|keeping) {_SO}(?:them|it)(?: all)? {_SO}{_SAME_AS}",
    rf"(?:leaves?|keeps?|leaving|keeping|left) {_SO}{{OBS}} {_SO}{_SAME_AS}",
    rf"(?:leaves?|leaving|keeps?) {_SO}(?:all (?:of )?|everything )?{_SAME_AS} {_SO}{{OBS}}",
    r"(?:preserves?|conserves?|preserving|respects?) {OBS}",
    rf"(?:does|do|did|will|would|can|could|must)(?: not|n['’]t)(?: \w+ly| in any way| at all)? {_TOUCH}(?: at all)?(?: {{OBS}})?",
    rf"(?:never|cannot|can not) {_TOUCH}s?(?: {{OBS}})?",
    r"(?:changes?|alters?|affects?|moves?|does) (?:nothing|none|neither)(?: (?:in|of|to|about|at)(?: {OBS})?)?",
    r"(?:changes?|alters?|affects?|moves?|touches) no {OBS}",
    rf"(?:has|have|is|are|remains?|with|of|makes?|having)? ?(?:no|without|zero|not the slightest|without any) {_SO}(?:effect|influence|impact|bearing|consequences?|difference)(?: (?:whatever|whatsoever|at all))?(?: (?:on|to|for|in) {{OBS}})?",
    r"without (?:changing|altering|affecting|touching|modifying|disturbing|influencing) {OBS}",
    rf"{{OBS}} {_SO}{_HAVE} {_SO}{_SAME_AS}(?: (?:to|under|when|if|as))?",
    r"{OBS} (?:does|do|did|will|would|can)(?: not|n['’]t)(?: \w+ly| at all)? (?:change|move|depend|react|notice|feel|vary|alter|differ|care)(?: (?:about|on|to|under|when|if|for) (?:it|this|that|such an?))?",
    rf"{{OBS}} {_HAVE} {_SO}(?:insensitive|indifferent|blind|immune|invariant|oblivious) (?:to|under|against|with respect to)",
    rf"(?:is|are|would be|remains?|stays?|be) {_SO}(?:equally |just as |perfectly |mathematically |quite |also |completely )*(?:exact|harmless|safe|allowed|permitted|legitimate|valid|innocuous|immaterial|irrelevant|invisible|without consequences?|no problem|admissible)(?: (?:for|to) {{OBS}})?",
    r"(?:it |they |that |which |this |the (?:constant|shift|factor|offset|amount|maximum)(?: c)? |c |all of (?:it|them) )?(?:cancels?|drops? out|divides? out|falls? out|disappears?)(?: (?:out|again|completely|exactly))*(?: (?:in|from|of|between|on) (?:the |both )?(?:quotient|ratio|normali[sz]ation|division|fraction|softmax|numerator and (?:the )?denominator|{OBS}))?",
    r"(?:gives?|yields?|produces?|returns?|leads? to|results? in|reproduces?|has|have) (?:exactly |precisely |still |again )*(?:the same|identical|an identical|unchanged|the very same|the original) {OBS}",
    r"{OBS} (?:is|are|be) not (?:\w+ly )?(?:changed|altered|affected|influenced|touched|modified)",
    r"(?:nothing|none of (?:them|this|that|it)|(?:none of|no) {OBS})(?: at all| else| whatsoever)? (?:changes|moves|happens|differs|(?:is|are|gets?) (?:changed|altered|affected|influenced|touched|modified))",
)
CHANGES = _effects(
    rf"(?:{_SO}{_TOUCHES}|(?:can|may|will|would|must|does|do|generally|in general) {_SO}(?:in general |generally )?{_TOUCH})(?: {{OBS}})?(?! no | nothing)",
    r"{OBS} (?:changes?|moves?|differs?|(?:is|are) (?:\w+ly )?(?:changed|altered|affected|influenced|different|modified))(?: (?:in general|with it|too|as well))?",
    r"{OBS} (?:does|do|will)(?: indeed)? change",
    r"(?:makes? (?:a|some) difference|matters?)(?: (?:to|for) {OBS})?",
    rf"(?:is|are|would be) (?:not|no longer|n['’]t|neither)(?: at all)? {_SO}(?:equally |just as )?(?:exact|harmless|safe|allowed|permitted|legitimate|valid|innocuous|immaterial|irrelevant|admissible)",
    r"(?:gives?|yields?|produces?|leads? to|results? in) (?:an? |an entirely |quite |completely )*(?:different|other|another|wrong|altered) {OBS}",
    rf"(?:does|do|did)(?: not|n['’]t) {_SO}(?:leave|keep) {_SO}{{OBS}} {_SO}{_SAME_AS}",
    rf"{{OBS}} {_HAVE}(?: not|n['’]t| no longer) {_SO}(?:insensitive|indifferent|blind|immune|{_SAME_AS})(?: (?:to|under|against))?",
    rf"{{OBS}} (?:does|do)(?: not|n['’]t) (?:stay|remain) {_SO}{_SAME_AS}",
    r"(?:does|do)(?: not|n['’]t) (?:cancel|drop out|divide out)(?: out| again)?",
)
SCALED = _effects(
    r"(?P<times>doubles?|halves?|triples?|quadruples?|squares?|negates?) {OBS}",
    r"{OBS} (?:is|are|gets?) (?:also |all |likewise )*(?P<times>doubl|halv|tripl|quadrupl|squar|negat)ed",
    r"{OBS} (?P<times>doubles?|halves?|triples?|quadruples?)(?= *(?:$|[,.;)]| too| as well))",
    r"makes {OBS} (?P<by>\w+) times (?:as (?:large|big|long)|larger)",
    r"(?:multiplies|scales) {OBS} (?:by|with) (?:(?P<along>(?:it|the same(?: (?:factor|number))?|that (?:factor|number)|this factor|that factor))|(?P<by>[\w√^/(){}.]+))",
    r"{OBS} (?:is|are|gets?) (?:also |all |likewise )*(?:multiplied|scaled) (?:by|with) (?:(?P<along>(?:it|the same(?: (?:factor|number))?|that (?:factor|number)))|(?P<by>[\w√^/(){}.]+))",
    r"(?:scales|stretches) {OBS} (?P<along>(?:likewise|accordingly|in the same way|by the same factor|too))",
)
MOVED = _effects(
    r"(?:shifts?|moves?|translates?) {OBS} by (?:the same|that|this|c|it|exactly|just)(?: (?:vector|amount|c|shift))*",
    r"{OBS} (?:is|are|gets?) (?:also |all |likewise )*(?:shifted|moved|translated) by (?:the same|that|this|c|it|exactly)(?: (?:vector|amount|c|shift))*",
    r"adds (?:the same|that|this|c|it)(?: (?:vector|amount|c))? to {OBS}",
)
PERMUTED = _effects(
    r"(?:permutes?|reorders?) {OBS}(?: (?:in the same way|likewise|accordingly|too))?",
    r"{OBS} (?:is|are|gets?) (?:also |all |likewise )*(?:permuted|reordered)(?: (?:in the same way|likewise|accordingly|too))?",
)
# what the division of the scores does already
REPLACES_SCALE = (
    (
        r"(?:makes?|renders?) (?:the )?(?:factor |division by |scaling (?:by|with) |scale )?(?:1/√\(?[Dd](?:_k)?\)?|√\(?[Dd](?:_k)?\)?)(?: (?:in|of|under|inside) the (?:exponent|softmax|scores?|exponential|argument))? (?:unnecessary|superfluous|redundant|obsolete|needless)"
        r"|(?:replaces?|absorbs?|stands? in for|has the same effect as|is (?:equivalent|the same as|equal|tantamount) ?(?:to|as)?|amounts? to|does the (?:job|work) of|takes? the place of) (?:the )?(?:factor|division by|scaling (?:by|with)|dividing (?:the )?(?:scores?|products?|q(?:·|\^T)k|QK\^T) by|scale factor)? ?(?:1/√\(?[Dd](?:_k)?\)?|√\(?[Dd](?:_k)?\)?)"
    ),
)
# what may stand beside them
HARMLESS = harmless(
    """
    above after afterwards all always arbitrary be because before beforehand below bit but case computed consequence
    constant cure directly distance distances either equation every everywhere exact expression follows formula freely
    gives happily has have he if immediately its itself kernel key key's keys let likewise line little mathematically
    may mean more moreover must normalisation normalization notice number numbers numerically observe obviously
    operation other our particular position positions precisely proof property queries query query's quotient real
    recall remark remedy row rows safely same say second see shows simply slightly softmax sphere step such take taking
    them they third trick unit use used using usual value values vector vectors way well whatever whenever will without
    words you your
    """
)


# without one of these a sentence tells of nothing that is done
HINT = re.compile(
    r"add|subtract|shift|mov(?:e|ing)|translat|displac|offset|multipl|scal|divid|stretch|doubl|halv|tripl|quadrupl|negat|flip|permut|order|shuffl|rearrang|rotat|orthogonal|replac|substitut|exchang|→|↦|⟼|instead of|in place of|becomes|factor",
    re.I,
)

__all__ = [
    "CHANGES", "FACTOR", "HARMLESS", "HINT", "MOVED", "OBSERVED", "OPERATIONS", "PERMUTED", "REPLACES", "REPLACES_SCALE", "SCALED", "STAYS", "TARGETS",
]  # fmt: skip
