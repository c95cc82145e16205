# ruff: noqa: E501 -- a pattern stays on one line
"""The vocabulary of statements about attention: what each thing, property and condition is called.

A word has a name, patterns for its forms, and perhaps a minus before its name: it then says the opposite of the name.
Names in `PREDICATES` say something of the others, which are things; names in `ASIDES` may stand in any statement about
attention without changing it. Longer matches win over shorter ones, so that a form may be listed under several names.
"""

from __future__ import annotations

import re

ARTICLES = r"(?:the|an?|each|every|all|any|its|their|this|these|both|our|that)"
LETTER_R = r"(?-i:[Rrm]|D_random|D_R|D_\{(?:rand|random)\})"
_Q = r"(?:quer(?:y|ies)|(?-i:q(?:_\w)?(?!\w)))"
_K = r"(?:keys?|(?-i:k(?:_\w)?(?!\w)))"
_FACTOR = r"(?:(?:norm |pre-?|outer |own |exponential |scale |scaling |weight )*factors?|weight|terms?|scaling|prefactors?|exponentials?|norm terms?|norm weights?|norm)"
_ONE = r"(?:1|one)(?![\w/]|\.\d)"
# e^{‖k_j‖²/(2σ²)}: an exponential of one norm
_POWER = r"(?:exp\s*[({{\[]+|e\s*\^\s*\{{)\+?\s*(?:(?:1/)?\(?2?(?:σ\^2|√\(?[Dd]\w*\)?)\)?\s*)?‖{letter}(?:_\w)?‖(?:_2)?\^2\s*/\s*\(?\s*2?\s*(?:σ\^2|√\(?[Dd](?:_\w)?\)?|\\?s|τ)\s*\)*\s*[)}}\]]*"


def _of(what: str, letter: str) -> str:
    power = _POWER.format(letter=f"(?-i:{letter})")
    return (
        rf"(?:{_FACTOR}\s+)?(?:{power}|(?-i:[abceghu]\({letter}(?:_\w)?\)))"
        rf"|{what}(?:['’]s?)?[- ](?:side |dependent |norm |own )*{_FACTOR}(?: {power})?"
        rf"|{_FACTOR} (?:of|for|with|from|in|belonging to|that belongs to|that comes from|depending on|due to|that depends(?: only)? on|with the norm of|that contains|containing|involving|for the norm of) (?:only )?(?:the |each |a |its )?(?:norm of (?:the |each )?)?(?:{what}(?:['’]s)?(?: norm)?|‖{letter}(?:_\w)?‖(?:\^2)?)(?: {power})?"
        rf"|(?:that|the one) (?:of|with|for) (?:the |each )?{what}|{what}['’]s?(?=\s+(?:does|do|is|has|stays|remains|cancel|drops|not|too|one)|\s*[,.;:)]|$)(?: one)?"
    )


WORDS: dict[str, str] = {
    # -- negation and what holds for all
    "NEG": r"not|never|no longer|cannot|(?:do|does|did|is|are|was|were|has|have|had|ca|wo|need|must|would)n['’]t|neither|nor|no|none|nothing|nowhere|not at all",
    "CAN": r"(?:can|may) (?:well|even|indeed|also)|can|may|might be able to|is able to|are able to|could in principle",
    "ALWAYS": r"always|necessarily|everywhere|in every case|in all cases|for every choice|in general|invariably|ever|without exception",
    "ONLY": r"only|solely|nothing but|just (?:the|those|for)",
    # -- factors
    "QF": _of(r"(?:quer(?:y|ies)|q(?:_\w)?)", "q"),
    "KF": _of(r"(?:keys?|k(?:_\w)?)", "k"),
    "BOTHF": rf"both (?:of (?:the|these) )?{_FACTOR}|(?:the )?(?:two|three|outer) {_FACTOR}|(?:the )?query and (?:the )?key {_FACTOR}|{_FACTOR} of (?:the )?(?:query|queries) and (?:of )?(?:the )?keys?|(?:the )?(?:two|norm) factors in front(?: of (?:the )?(?:it|gaussian kernel|gaussian|kernel|G))?|factors? in front(?: of (?:the )?(?:it|gaussian kernel|gaussian|kernel|G))?",
    "SCALE": r"(?:scaling |constant |normali[sz]ing )?(?:factor|scaling|division|constant)s?(?: by| with| of)?(?: the)? (?:1/)?√\(?[Dd](?:_k)?\)?|(?:1/√\(?[Dd](?:_k)?\)?|1/\(√[Dd]\))(?: factor| scaling)?|(?:division|dividing) by √\(?[Dd](?:_k)?\)?|scaling factor",
    "CANCEL": r"drops?|omits?|leaves? out|ignores?|gets? rid of|cancel(?:s|l?ed|l?ing|lation)?(?: out| away| each other)?|drop(?:s|ped)? out|falls? out|divides? out|disappears?|is lost|(?:is|are|can be|may be) (?:left out|dropped|omitted|cancell?ed|irrelevant|ignored)|(?:can|may) (?:be )?(?:drop|omit|ignore|cancel)",
    "-CANCEL": r"(?:have to |has to |must )?(?:keeps?|retains?|carry along)|stays?|remains?|survives?|(?:is|are) kept|must (?:be kept|stay|remain)|(?:has|have) to (?:be kept|stay|remain)|do(?:es)? matter|matters?|must not be (?:dropped|left out|omitted)|(?:is|are) needed",
    "NUMDEN": r"(?:(?:between|in|from|of|out of|inside|against) )?(?:both )?(?:the )?numerator and (?:the |in the )?denominator(?: alike)?|(?:both )?above and below(?: the (?:fraction )?(?:bar|line))?|(?:in(?:side)?|out of|from) (?:both|the|the two) (?:sums?|quotient|ratio|fraction|numerator|denominator)|(?:appears?|occurs?|stands?|sits?) (?=(?:both )?(?:in|above|the))|(?:of|in|from|out of) (?:the )?(?:attention|softmax|weights?|attention (?:quotient|weights|output|formula|ratio)|quotient)|when (?:we |one )?(?:dividing|divide|normali[sz]ing|normali[sz]e)|by (?:the )?division|in the normali[sz]ation|on division|upon normali[sz]ation|after (?:the )?normali[sz]ation",
    "DEPEND_J": r"depends? on (?:(?-i:j)|the (?:key|summation index|index of (?:the )?sum(?:mation)?|running index))(?!\w)|(?:differs?|varies|vary|changes?) (?:from (?:key|term) to (?:key|term|another)|with (?:(?-i:j)|the key)|between (?:the )?keys)|is (?:different|another) for (?:each|every) (?:key|(?-i:j)|term)|carr(?:y|ies) the (?:summation )?index(?: (?-i:j))?|weights? the keys differently",
    "-DEPEND_J": r"(?:is|are) constant|(?:is|are) (?:common|the same|constant|identical|equal)(?: factor)? (?:to|for|in|across|over) (?:all |every |each |both )*(?:of the |the )?(?:(?-i:j)|terms?|keys?|summands?|tokens?)(?!\w)|(?:is|are) (?:a )?common factors?(?: of (?:all (?:the )?terms|both sums))?|(?:is|are) independent of (?:(?-i:j)|the (?:key|summation index))(?!\w)|do(?:es)? not (?:carry|contain|involve) (?:the (?:summation )?index )?(?-i:j)(?!\w)|(?:can|may) be (?:pulled|taken|factored|moved)(?: out| in front)(?: of (?:both|the|all)(?: the)? sums?)?|factors? out(?: of (?:both|the) sums?)?",
    # -- what is shifted, permuted, scaled
    "ADD": r"add(?:s|ed|ing)?|shift(?:s|ed|ing)?|translat(?:es?|ed|ing|ion)|subtract(?:s|ed|ing)?|mov(?:es?|ed|ing)|offset(?:ting)?",
    "SAME_SHIFT": r"(?:to |by |of )?(?:one and the same|the same|a (?:common|constant|fixed)|one common|some fixed|an arbitrary but fixed) (?:fixed |constant |common )?(?:vector|constant|number|amount|shift|offset|value)?(?: (?-i:c|b|u|a)(?!\w))?|a (?:vector|constant|number)(?: (?-i:c|b|u|a))?(?!\w)|(?-i:c)(?!\w)",
    "OWN_SHIFT": r"(?:a )?(?:different|individual|separate|own) (?:shift|constant|number|vector|offset)s?|a (?:shift|constant) (?:chosen )?(?:per|for each) key",
    "SCALE_BY": r"(?:multipl(?:y|ies|ied|ying)|scal(?:e|es|ed|ing)|doubl(?:e|es|ed|ing))(?: (?:by|with) (?:two|2|a (?:common |positive )?(?:constant|factor)|(?-i:c)))?",
    "PERMUTE": r"permut(?:e|es|ed|ing|ation)|reorder(?:s|ed|ing)?|shuffl(?:e|es|ed|ing)|exchang(?:e|ing) the order of|swapp?(?:ing)?",
    "ALONG": r"together|along with them|jointly|simultaneously|with the same permutation",
    "KEYS": r"(?:to |from |of |by |in )?(?:all |every |each |both )*(?:of )?(?:the )?(?:keys?|(?-i:k_j|K)(?!\w))(?: vectors?)?",
    "QUERIES": r"(?:to |from |of |by |in )?(?:all |every |each )*(?:of )?(?:the )?(?:query|queries|(?-i:q_i|Q)(?!\w))(?: vectors?)?",
    "VALUES": r"(?:to |from |of |by |in )?(?:all |every |each )*(?:of )?(?:the )?(?:values?|(?-i:v_j|V)(?!\w))(?: vectors?)?",
    "KEYS_VALUES": r"(?:the )?keys? and (?:the )?values?|(?:the )?key-value pairs?|pairs of keys? and values?",
    "SCORES": r"(?:to |from |of )?(?:all |every |each )*(?:of )?(?:the )?(?:(?:attention )?scores?|logits?|exponents?|entries of (?:a|one|each|the) row of (?:the )?scores?|arguments? of (?:the )?(?:softmax|exponentials?)|‖k_\w‖\^2/\(2σ\^2\)|‖k_\w‖\^2/\(2√[Dd](?:_k)?\))",
    "ROW_MAX": r"(?:the |its |their )?(?:row['’]s |row |largest |rows?['’] )?(?:maxim(?:um|a|al score)|largest (?:score|entry|exponent)|max)(?: (?:of|in) (?:the|each|a|every) row| of the scores| first)?",
    "OUTPUT": r"(?:the |an |any |each |every |all |all the |its |attention |final )*(?:outputs?(?: vectors?| matrix)?|results?|attention(?: output| weights?| result)?|softmax|weights?|(?-i:V['’′]|[oy]_[it]|A|v_[it]['’′])(?!\w)|[vV]['’′]_i)",
    "CHANGE": r"permutes the (?:outputs?|rows of the output)(?: in the same way)?|gives permuted outputs|(?:chang(?:es?|ed?|ing)|alters?|affects?|influences?|moves?|modif(?:y|ies)|makes? (?:a |any )?difference|has (?:an? |any )?(?:effect|influence)(?: (?:on|whatever))?|have (?:an? |any )?(?:effect|influence)(?: on)?|changed? (?:by|at)|visible)",
    "-CHANGE": r"(?:has|have) no (?:effect|influence)(?: whatever| at all)?(?: (?:on|to))?|nothing (?:happens|changes) (?:to|in)|(?:(?:is|are|stays?|remains?|leaves?|keeps?) )?(?:unchanged|untouched|unaffected|unaltered|invariant|intact)|(?:is|are|stays?|remains?) (?:exactly )?(?:the same|as (?:it was|they were|before))(?: as before)?|(?:is|are) (?:just as )?(?:harmless|invisible|immaterial)(?: to)?|(?:invariant|insensitive) (?:to|under)|as (?:it was|they were)(?: before)?",
    # -- normalisation
    "NORMALISES": r"normali[sz]es?|(?:is|are) normali[sz]ed|normali[sz]ation(?: runs| is taken| is| goes)?|runs(?= (?:over|along))|(?:is|are) (?:taken|applied|computed)(?= (?:over|along|row|column|to (?:each|every)))|(?:acts|works|operates)(?= (?:on|over|along|row))|divides(?= (?:each|every) (?:row|column))",
    "SOFTMAX": r"(?:the )?softmax(?! of)",
    "BY_ROW": r"(?:over |along |to |of |in |on )?(?:each |every |a |any |the |single )*rows?(?: (?:of|in) (?:the )?(?:(?:score |attention |weight |softmax )*matrix(?: QK\^T)?(?:/√\(?[Dd](?:_k)?\)?)?|scores|weights|QK\^T(?:/√[Dd](?:_k)?)?|(?-i:A)(?!\w)|softmax(?:\(QK\^T(?:/√[Dd](?:_k)?)?\))?))?|row by row|row-?wise|by rows?",
    "BY_COLUMN": r"(?:over |along |to |of |in |on )?(?:each |every |a |any |the |single )*columns?(?: (?:of|in) (?:the )?(?:(?:score |attention |weight |softmax )*matrix(?: QK\^T)?(?:/√\(?[Dd](?:_k)?\)?)?|scores|weights|QK\^T(?:/√[Dd](?:_k)?)?|(?-i:A)(?!\w)|softmax(?:\(QK\^T(?:/√[Dd](?:_k)?)?\))?))?|column by column|column-?wise|by columns?",
    "OVER_KEYS": r"(?:over|along|across) (?:all |the )*(?:(?-i:N|n) )?(?:keys?|key (?:index|axis|dimension)|index (?-i:j)|(?-i:j)(?!\w))(?: of (?:a|one|each|every) (?:single )?query)?",
    "OVER_QUERIES": r"(?:over|along|across) (?:all |the )*(?:(?-i:N|n) )?(?:queries|query (?:index|axis|dimension)|index (?-i:i)|(?-i:i)(?!\w))(?: of (?:a|one|each|every) (?:single )?key)?",
    "SUM_ONE": rf"(?:sums?|add|adds)(?: up)? to (?:exactly )?{_ONE}|(?:has|have|with) (?:a )?sum (?:of )?{_ONE}",
    "SOFTMAX_WEIGHTS": r"(?:the |all |exact )*softmax (?:attention )?(?:weights?|probabilities)|(?:the )?weights? of (?:the )?softmax(?: attention)?|(?:the )?exact (?:attention )?weights?",
    "WEIGHTS": r"(?:the |all |all the |its |their |(?-i:N|n) )*(?:attention |softmax )*(?:weights?|probabilities)",
    "PER_QUERY": r"(?:of |for )?(?:that|its|this|the) query['’]s (?=weights|row|output|scores)|(?:of|for|belonging to) (?:each|every|a|one|any|a single|a fixed|the same) (?:single )?(?:query|token|position)(?: (?-i:i))?",
    "PER_KEY": r"(?:of|for|belonging to) (?:each|every|a|one|any|a single|a fixed|the same) (?:single )?key(?: (?-i:j))?",
    "CONVEX": r"(?:lies?|stays?|remains?|is|are) (?:always )?(?:in|inside|within) the convex hull(?: of (?:the )?(?:values?|value vectors?|rows of V|(?-i:v_j)))?|(?:is|are) (?:a |an )?(?:convex combinations?|weighted (?:average|mean)s?)(?: of (?:the )?(?:values?|value vectors?|rows of V|(?-i:v_j)))?|convex combinations?(?: of (?:the )?(?:values?|value vectors?|rows of V|(?-i:v_j)))?|(?:in|inside|within|leaves?) the convex hull(?: of (?:the )?(?:values?|value vectors?|rows of V|(?-i:v_j)))?|weighted (?:average|mean)s?(?: of (?:the )?(?:values?|value vectors?|rows of V|(?-i:v_j)))?",
    # -- moments of the scores
    "DOT": r"(?:the |a |each |one )?(?:raw |unscaled |plain )?(?:(?:dot|inner|scalar) product(?: of (?:a query and a key|q and k|the two|a query with a key))?(?: q(?:·|\^T)\s?k)?|q(?:_i)?(?:·|\^T| · )k(?:_j)?|⟨q(?:_i)?, ?k(?:_j)?⟩|scores?|entry of QK\^T|entries of QK\^T)",
    "SCALED_DOT": r"(?:the )?scaled (?:dot product|scores?)|q(?:_i)?(?:·|\^T| · )k(?:_j)?\s?/\s?√\(?[Dd](?:_k)?\)?|(?:after|by|on) (?:the )?(?:division|dividing|scaling)(?: by √\(?[Dd](?:_k)?\)?)?|divid(?:ing|ed) (?:it )?by √\(?[Dd](?:_k)?\)?",
    # -- the Gaussian kernel
    "G": r"(?:the |a )?(?:gaussian|rbf)(?: kernel)?(?: (?-i:G|K|κ|K_G|K_σ))?(?:\([\w]+, ?\w+\))?|(?:the )?kernel(?: values?| itself)?(?: (?-i:G|K|κ|K_G|K_σ))?(?:\([\w]+, ?\w+\))?|(?-i:G|κ|K_G|K_σ|K_\{\\?G\})(?:_\{?ij\}?)?(?:\(\w+(?:_\w)?, ?\w+(?:_\w)?\))?(?!\w)|(?-i:K)\(\w+(?:_\w)?, ?\w+(?:_\w)?\)|entries of (?:the )?(?:kernel matrix|G)|(?:the )?kernel matrix|(?:the )?(?:corresponding )?(?:entry|value)s? of the (?:exact|true) (?:one|kernel(?: matrix)?)|(?:the )?(?:exact|true) (?:one|(?:kernel )?values?)",
    "ABOVE_ONE": rf"exceeds? {_ONE}|(?:(?:is|are|gets?|becomes?|be|rises?|goes|lies?) )?(?:(?:strictly )?(?:larger|greater|bigger|more|higher) than|above|beyond|over) {_ONE}|> ?{_ONE}",
    "-ABOVE_ONE": rf"(?:is |are |always )*(?:at most|≤|bounded(?: above)? by|no (?:larger|greater|bigger|more) than|not above) ?{_ONE}|(?:has|have) (?:the |its )?maxim(?:um|al value) {_ONE}|(?:is|are) bounded above by {_ONE}",
    "BELOW_ONE": rf"(?:(?:is|are|gets?|becomes?|be|falls?|drops?) )?(?:(?:smaller|less|lower) than|below|under) {_ONE}|< ?{_ONE}",
    "-BELOW_ONE": rf"(?:is |are |always )*(?:at least|≥|bounded below by|no (?:smaller|less) than) ?{_ONE}",
    "IN_0_1": r"(?:lies?|is|are|lie|stays?|takes? (?:its )?values?|has values|ranges?|values?)? ?(?:always |only )?(?:in|between|within|∈|from) ?(?:the (?:half-open )?interval )?(?:\(0, ?1\]|0 (?:\(exclusive\) )?(?:and|to) 1(?: \(inclusive\))?)|0 ?< ?(?:K|G|κ|K_\w)(?:_\{?ij\}?)?(?:\(\w+(?:_\w)?, ?\w+(?:_\w)?\))? ?≤ ?1|takes? values above (?:zero|0) and up to (?:one|1)",
    "IN_0_1_CLOSED": r"(?:lies?|is|are|lie|stays?|takes? (?:its )?values?|ranges?)? ?(?:always |only )?(?:in|between|within|∈) ?(?:the interval )?(?:\[0, ?1\]|0 and 1|zero and one)",
    "IN_M1_1": r"(?:lies?|is|are|lie|stays?|takes? (?:its )?values?|ranges?)? ?(?:always |only )?(?:in|between|within|∈|from) ?(?:the interval )?(?:from )?(?:\[-1, ?1\]|-1 (?:and|to) 1|minus one and one)", "-IN_M1_1": r"leaves? (?:the interval )?(?:from )?(?:\[-1, ?1\]|-1 (?:and|to) 1)",
    "IS_ONE": rf"(?:is|are|equals?|becomes?|reaches|attains?|takes? the value|=|has the value|has length|has norm|(?:is|are) equal to) ?(?:exactly |precisely |always |just |identically )*(?:the value )?{_ONE}|{_ONE} is (?:attained|reached)|(?:of )?unit (?:length|norm)|(?:length|norm) {_ONE}",
    "ONLY_AT_SAME": r"(?:only|exactly|precisely|just) (?:if|when|for|at|in case)(?: and only if)? (?:both )?(?:(?:q|k|x|y)(?:_\w)? ?(?:=|equals) ?(?:q|k|x|y)(?:_\w)?|(?:both |the two |its )?arguments (?:are equal|coincide|agree)|equal arguments|q and k (?:are equal|coincide)|the points coincide|identical (?:vectors|arguments))|(?:if and only if|iff|with equality (?:only|exactly|if and only if)(?: if| for| when| at)?|with equality iff) (?:q|x)(?:_\w)? ?= ?(?:k|y)(?:_\w)?",
    "AT_SAME": r"(?:at|for|when|if|where|whenever|on|as|in the case) (?:(?:q|k|x|y|δ)(?:_\w)? ?(?:=|equals|→|\\to|tends to|approaches) ?(?:q|k|x|y|0)(?:_\w)?|(?:both |the two |its )?arguments (?:are equal|coincide|agree)|equal arguments|q and k (?:are equal|coincide)|(?:the )?(?:two )?points (?:coincide|are equal)|coinciding (?:points|arguments)|identical (?:points|arguments|vectors)|the diagonal|both are equal)",
    "FAR": r"(?:when|if|as|where) (?:x and y|q and k|the (?:two )?(?:points|arguments|vectors)) (?:are|get|move|lie) (?:very )?far (?:apart|from each other|away)|(?:(?:as|for|when|if) (?:‖?(?:δ|q-k|x-y|q - k|x - y)‖? ?(?:→|tends to|goes to|grows to|large) ?(?:∞|infinity|)|(?:the )?(?:distance|points?|arguments?)s? (?:grows?|(?:is|are|get|become) (?:very )?(?:large|far apart)|tends to infinity|move apart)|(?:very )?(?:distant|far[- ]apart|remote) (?:points?|pairs?|arguments?)|large distances?|(?:points? |vectors? )?far (?:apart|from each other))|far (?:apart|away|from each other)|at (?:a )?large distances?|far from the diagonal)",
    "NEGATIVE": r"takes? (?:on )?(?:also )?negative values?|(?:be |become |becomes |get |gets |turn |turns |is |are |go |goes |fall |come out )*(?:negative(?: values?)?|below (?:zero|0)|(?:less|smaller) than (?:zero|0)|< ?0)(?! for the)",
    "-NEGATIVE": r"(?:is |are |stays? |remains? |be |gets? )*(?:always |strictly |all |guaranteed to be )*(?:positive(?! definite)(?! semi)(?! features)|non-?negative|above (?:zero|0)|> ?0|at least (?:zero|0)|≥ ?0|greater than (?:zero|0))",
    "SYMMETRIC": r"(?:is |are )?symmetric(?: in (?:q and k|its (?:two )?arguments|x and y))?|does not change when (?:q and k|its arguments) (?:swap|are swapped|change places)",
    "POSDEF": r"(?:is |are )?(?:a )?(?:positive[- ](?:semi-?)?definite)(?: kernel| function)?",
    "SHIFT_INVARIANT": r"(?:sees?|depends? on|uses?|knows?) (?:its |the )?arguments? only through (?:their |the )?(?:difference|distance)(?: q ?- ?k| x ?- ?y)?|only the (?:difference|distance)(?: of q and k| between q and k| of its arguments)? matters(?: to it| for it)?|(?:is |are )?(?:shift|translation)[- ]invariant|depends? only on (?:the )?(?:difference|distance)(?: (?:of|between) (?:q and k|x and y|its arguments|the (?:two )?(?:points|arguments)))?(?: (?:q ?- ?k|x ?- ?y))?|(?:is |are )?a function of (?:the )?(?:difference|distance)(?: (?:q ?- ?k|x ?- ?y))?(?: alone| only)?",
    "INFINITE": r"(?:is |are |has |have |needs |would have )?(?:an? )?(?:infinite(?:ly many|-dimensional| dimensional)?|infinitely (?:many|long))(?: (?:dimensions?|features?|entries|length|terms))?|(?:no|not a|not) finite(?:[- ]dimensional|[- ]length| length)?(?: (?:dimension|one|map))?",
    "-INFINITE": r"(?:is |are |has |have |of )?(?:an? )?(?:finite(?:[- ]dimensional|[- ]length)?)(?: (?:dimension|length|many (?:features|entries)))?(?: C)?",
    "EXACT_MAP": r"(?:the |an |its |any )?exact feature (?:map|vector)s?(?: of (?:the )?(?:gaussian|rbf)(?: kernel)?)?|feature maps? of (?:the )?(?:gaussian|rbf)(?: kernel)?|(?:the )?gaussian(?: kernel)?['’]s (?:exact )?feature map",
    "SIGMA_LARGE": r"(?:as|for|when|if|in the limit|with)? ?σ ?(?:→|tends to|goes to|grows to) ?(?:∞|infinity)|as σ grows without bound",
    "SIGMA_SMALL": r"(?:as|for|when|if|in the limit|with)? ?σ ?(?:→|tends to|goes to|shrinks to) ?(?:0|zero)(?:\^\+)?",
    "DISTINCT": r"(?:for|if|when) (?:q ?≠ ?k|x ?≠ ?y|distinct (?:points|arguments|q and k)|different points|q and k differ)",
    "TENDS_ONE": rf"(?:tends?|goes?|converges?|approach(?:es)?|→) ?(?:to )?{_ONE}",
    "TENDS_ZERO": r"(?:tends?|goes?|converges?|approach(?:es)?|falls?|drops?|shrinks?|decays?|→) ?(?:again )?(?:to )?(?:0|zero)(?!\w|\.\d)|vanish(?:es)?|dies? out|(?:is|are|equals?|=|becomes?) ?(?:exactly )?(?:0|zero)(?!\w|\.\d)",
    "ATTENTION_G": r"(?:kernel )?attention with (?-i:G) alone|(?:the )?(?:gaussian kernel|(?-i:G)) alone(?= (?:already |then )?(?:gives|is|equals|reproduces|yields))|attention with (?:the )?(?:gaussian kernel |G |kernel |G\(q, ?k\) )?(?:alone|only)|(?:gaussian|kernel) attention|attention with (?:the )?(?:gaussian(?: kernel)?|G)(?: instead| only| alone)?",
    "EQUALS_SOFTMAX": r"(?:is|equals?|coincides with|agrees with|gives|yields|becomes|(?:is|are) (?:exactly )?(?:equal to|identical (?:to|with)|the same as)|reproduces|turns into) ?(?:exactly |precisely |just )*(?:the )?(?:exact |ordinary |original )?softmax attention(?: exactly)?|is an? exact (?:rewriting|reformulation|copy) of softmax attention",
    "-EQUALS_SOFTMAX": r"(?:differs?|(?:is|are) different) from softmax attention",
    "KEYS_SAME_NORM": r"(?:for|with) keys of (?:equal|the same|one|constant|unit) (?:norm|length)|(?:(?:if|when|whenever|as|since|because|for) )?(?:all |the )*keys (?:all )?(?:have|are of|of|with) (?:unit|equal|the same|constant) (?:norms?|lengths?)|(?:(?:if|when|whenever|provided|as long as|since|because|as|where|in case|once|iff|only if|only when) )?(?:all |the )*(?:keys? (?:all )?(?:have|share|are of|lie on) (?:all )?(?:the same|equal|one|a common|a single|one common|a)(?: and the same)? (?:norms?|lengths?|sphere)|norms? of (?:all )?(?:the )?keys? (?:are|is) (?:all )?(?:equal|the same|constant)|‖k_j‖ (?:is|are) (?:constant|the same|equal)(?: for all (?-i:j))?|keys? are normali[sz]ed)|for (?:keys? of (?:the same|equal) (?:norm|length)|normali[sz]ed keys|unit[- ]length keys|keys on a sphere|equal key norms)",
    "QUERIES_SAME_NORM": r"(?:(?:if|when|whenever|provided|as long as|since|because|as|where|in case|once|iff|only if|only when) )?(?:all |the )*(?:quer(?:y|ies) (?:all )?(?:have|share|are of|lie on) (?:all )?(?:the same|equal|one|a common|a single|one common|a)(?: and the same)? (?:norms?|lengths?|sphere)|norms? of (?:all )?(?:the )?queries (?:are|is) (?:all )?(?:equal|the same|constant)|queries are normali[sz]ed)|for (?:queries of (?:the same|equal) (?:norm|length)|normali[sz]ed queries|unit[- ]length queries)",
    # -- special queries and keys, temperature, rotations
    "ALL_EQUAL": r"(?:(?:if|when|where|as|for|once|in case) )?(?:all )?(?:the )?(?:scores?|logits|entries)(?: of (?:a|the|one) (?:row|query))? (?:are|is|coincide) (?:all )?(?:equal|the same|identical|zero)|(?:(?:if|when|where|as|once|in case) )?(?:all )?(?:the )?keys? (?:all )?(?:coincide|are (?:all )?(?:equal|identical|the same))|(?:for |if |when )?(?:a |the )?(?:query|q(?:_\w)?) (?:that |which )?(?:is|=|equals) ?(?:the )?(?:zero vector|zero|0)|(?:for |with )?(?:a |the )?zero query|identical keys|equal scores",
    "UNIFORM": r"(?:(?:is|are|becomes?|gives?|makes?|flattens?|tends? to) )?(?:it |them |the softmax )?(?:(?:all )?(?:to )?(?:the )?(?:uniform|flat)(?: distribution| weights)?|(?:all )?equal to 1/(?-i:N|n)|1/(?-i:N|n) each|(?:the )?(?:plain |simple |arithmetic |ordinary )?(?:average|mean) of (?:all )?(?:the )?values?(?: vectors)?)(?!\w)|attends? to (?:all|every) keys? (?:equally|alike|with the same weight)",
    "-UNIFORM": r"(?:(?:is|are|becomes?|gives?|makes?|tends? to) )?(?:it |them |the softmax )?(?:one-?hot|(?:the |a )?(?:hard |pure )?arg-?max|winner-takes-all)(?: at the largest score)?|attends? to (?:the first|only one|a single) key(?: only)?",
    "HOT": r"(?:heating (?:the softmax )?up|(?:a )?(?:high|large|infinite|very high) temperature|temperature (?:to|tends to|goes to|→) ?(?:infinity|∞))", "-HOT": r"(?:cooling (?:it |the softmax )?down(?: to zero)?|(?:a )?(?:low|small|zero|very low) temperature|temperature (?:to|tends to|goes to|→) ?(?:zero|0))",
    "LINEAR": r"(?:is|are) (?:a )?linear(?: map| function)?|linearity|linear",
    "ROTATE": r"rotat(?:es?|ed|ing|ion)s?(?: of)?|(?:applying )?(?:one and the same|the same|an?) (?:rotation|orthogonal (?:matrix|map|transformation))(?: applied)?(?: to| of)?",
    "KERNEL_SUM": r"(?:sums?|products?|positive multiples?) of (?:two |any two )?kernels", "KERNEL_DIFF": r"(?:the )?differences? of (?:two |any two )?kernels|subtracting one kernel from another",
    "IS_KERNEL": r"(?:is|are|yields?|gives?|remains?) (?:always |again |also )*(?:an? )?(?:valid )?kernels?(?: again)?|(?:is|are) (?:always |again )*positive (?:semi-?)?definite",
    "POLY": r"\(?q(?:_\w)?(?:\^T ?| ?· ?)k(?:_\w)? ?\+ ?1\)\^2|(?:the |a )?(?:degree-(?:2|two) |quadratic |inhomogeneous )*(?:polynomial|quadratic) kernel", "POLY_ATTENTION": r"(?:linear )?attention with (?:the )?(?:degree-(?:2|two) |quadratic )*polynomial (?:features|kernel)|polynomial attention",
    "NEGATIVE_VALUE": r"(?:is |are |be |become |becomes |get |gets |turn |turns )*(?:negative|below (?:zero|0)|< ?0)(?! for)", "-NEGATIVE_VALUE": r"(?:is |are |stays? |remains? |be )*(?:always )?(?:non-?negative|≥ ?0|at least (?:zero|0))",
    "EXPK": r"exp\(q(?:_\w)?(?:\^T ?| ?· ?)k(?:_\w)?(?: ?/ ?√\(?[Dd](?:_k)?\)?)?\)|e\^\{?q(?:_\w)?(?:\^T ?| ?· ?)k(?:_\w)?(?: ?/ ?√\(?[Dd](?:_k)?\)?)?\}?|(?:the )?(?:softmax|exponential) (?:kernel|similarity)",
    "FEATURE_MAP": r"(?:exact )?feature (?:maps?|vectors?)(?: for)?|(?:its )?taylor series", "REPRODUCES": r"reproduces?|represents?|realises|gives",
    "FASTER": r"(?:the )?(?:faster|more (?:quickly|steeply|rapidly)|quicker|steeper)", "-FASTER": r"(?:the )?(?:slower|more (?:slowly|gently)|gentler)",
    "GROWS_WITH_DISTANCE": r"(?:grows?|increases?|rises?) with (?:the )?(?:distance|‖q ?- ?k‖)(?: (?:between|of) (?:q and k|x and y|the points|its arguments|both))?", "WITH_DISTANCE": r"(?:the )?distance|(?:with|in) (?:the )?distance (?:between|of) (?:q and k|x and y|the points|its arguments|both)|(?:with|in) (?:the )?(?:distance|‖q ?- ?k‖)|away from (?:the )?(?:centre|origin)|(?:away )?with growing distance",
    "BOTH_ARGUMENTS": r"(?:both |the two |its )*(?:arguments|points|vectors)(?: together)?|q and k|x and y|both(?! (?:sums|factors))",
    "GRAM": r"(?:the )?(?:gram|kernel) matrix(?: of distinct points)?", "IDENTITY": r"(?:tends? to|becomes?|turns into|goes to|approach(?:es)?|is|equals) (?:the )?identity(?: matrix)?", "ONES": r"(?:tends? to|becomes?|turns into|goes to|approach(?:es)?|is|equals) (?:the )?all-?ones matrix|(?:tends? to|becomes?|turns into|goes to) (?:the )?matrix of (?:all )?ones",
    "MINUS_ONE": r"(?:tends?|goes?|converges?|approach(?:es)?|is|equals) ?(?:to )?-1(?!\w)",
    # -- random features
    "EST": r"(?:the )?(?:approximated?|estimated|random[- ]feature) (?:gaussian )?kernel(?: values?| entries| matrix)?|entr(?:y|ies) of (?:the )?(?:approximate|estimated|random[- ]feature) kernel matrix|(?:the |this |its |each |every |an |that )?(?:(?:random[- ]feature |kernel |monte[- ]carlo |approximate |resulting )*(?:estimates?|estimators?|approximations?)|estimated kernel(?: values?)?)(?: (?:of|for) (?:the )?(?:gaussian |rbf )?(?:kernel(?: values?)?|G(?:\(\w, ?\w\))?|K(?:_\w)?\(\w, ?\w\)|κ(?:\(\w, ?\w\))?))?|(?:φ|z)\([qx](?:_\w)?\)(?:\^T|·| · | )?\s?(?:φ|z)\([ky](?:_\w)?\)(?:\^T)?|(?:the |this |their )?(?:dot|inner|scalar) products? of (?:the |two )?(?:random )?features?(?: vectors?)?|(?:the )?(?:products?|feature products?)(?= (?:is|are|has|estimates|never|can))|(?:a |the )?(?:mean|average) of(?: \w+)? cosines",
    "EST_OUTPUT": r"(?:the |this |its |their |resulting |final |each |every |our )*(?:(?:random[- ]feature |RFA |estimated |approximate(?:d)? |kerneli[sz]ed |normali[sz]ed )*(?:attention(?: outputs?| estimates?| weights?| itself)?|outputs?)|quotients?(?: of (?:the )?(?:two |both )?(?:unbiased )?(?:estimat(?:es|ors)|sums))?|ratios?(?: of (?:the )?(?:two |both )?(?:unbiased )?(?:estimat(?:es|ors)|sums))?|RFA|random[- ]feature attention|ratio estimat(?:e|or)|estimate of (?:the )?(?:softmax )?attention(?: output)?)",
    "EST_PARTS": r"(?:both )?(?:the )?(?:estimated )?(?:numerator and (?:the )?denominator|denominator and (?:the )?numerator)|both (?:sums|parts|estimates)|(?:the )?(?:estimated )?(?:numerator|denominator)(?= (?:is|are))",
    "UNBIASED": r"(?:is |are |remains? |stays? |be )?(?:an? )?(?:already |also |both |exactly |still )*unbiased(?: estimates?| estimators?)?(?: of)?|(?:has|have|with) no bias|without bias|free of bias|bias-free|(?:is|are) (?:exact|correct) (?:in expectation|on average)|(?:has the )?(?:expected value|expectation|mean)(?: is| equals| gives| coincides with| agrees with)? (?:exactly |precisely )?(?:the )?(?:gaussian )?kernel(?: exactly| itself)?|(?:equals|gives|reproduces|is) (?:exactly )?(?:the )?(?:gaussian )?kernel (?:in expectation|on average)|in expectation (?:equals|gives|reproduces|is) (?:exactly )?(?:the )?(?:gaussian )?kernel",
    "-UNBIASED": r"(?:is |are |be )?(?:an? )?(?:slightly |still |in general )*biased(?: estimates?| estimators?)?(?: of)?|(?:has|have) (?:a (?:small )?)?bias",
    "IS_G": r"(?:is|are|equals?|gives?|yields?|reproduces?|estimates?|approximates?|becomes|(?:is|are) equal to) (?:exactly |precisely |just )*(?:the )?(?:(?:gaussian |exact )kernel|kernel|(?-i:G|K|κ)(?:\(\w, ?\w\))?)(?: exactly| itself)?(?!\w)",
    "ANY_R": rf"for (?:any|every|each|all|small|finite|large|a single|few) (?:finite |number of )?(?:{LETTER_R}|frequenc(?:y|ies)|features|projections?|directions?)(?!\w)|(?:whatever|regardless of|irrespective of|independently of|no matter how (?:small|large)) (?:the (?:number|size|value)(?: of)? )?(?:{LETTER_R}|features|frequencies)?(?: is)?|(?:already |even )(?:with|for) (?:one|a single) (?:frequency|direction|projection|feature|draw)|even for {LETTER_R} ?= ?1|for small {LETTER_R}",
    "ONLY_LARGE_R": rf"only (?:for|when|if|as|in the limit(?: of)?|asymptotically) ?(?:large |many |{LETTER_R} (?:is large|→ ?∞|grows))? ?(?:{LETTER_R}|features|frequencies)?|(?:the )?bias (?:only )?(?:vanishes|disappears) (?:only )?(?:as|for|when) {LETTER_R} ?→ ?∞",
    "LIMIT_R": rf"(?:only )?(?:as|for|when|if|in the limit(?: of)?) (?:{LETTER_R} ?(?:→|tends to|goes to|grows to) ?(?:∞|infinity)|{LETTER_R} grows(?: without bound)?|infinitely many (?:features|frequencies|projections|directions))|(?:only )?in the limit(?: of infinitely many (?:features|frequencies))?",
    "FINITE_R": rf"{LETTER_R} ?= ?(?-i:[DMN])(?!\w)|(?:once|as soon as|when|if|for) {LETTER_R} ?(?:=|≥|>|reaches|equals|exceeds) ?(?-i:[DMN]|\d+[DMN]?)(?!\w)|for (?:a )?(?:some |large enough |sufficiently large )finite {LETTER_R}|(?:with|for) (?:enough|sufficiently many) (?:features|frequencies|projections)|at finite {LETTER_R}|for (?:any )?finite {LETTER_R}",
    "IS_EXACT": r"(?:is|becomes?|gets?|are|gives) (?:perfectly |completely |fully )?exact(?:ly (?:the kernel|right|correct))?|(?:is|becomes) (?:deterministic|noise-?free)|(?:has|have) no (?:error|noise|variance)|without (?:any )?(?:error|noise|randomness)|equals the kernel exactly",
    "CONVERGES": r"(?:converges?|tends?) to (?:the )?(?:exact |softmax attention|exact attention|true )(?:softmax )?(?:attention|output)?|(?:is|are) consistent|consistency",
    "VARIANCE": r"(?:the |its |their )?variances?(?: of (?:the |this |each |an )?(?:(?:kernel |random[- ]feature |monte[- ]carlo )*(?:estimates?|estimators?|approximation)(?: of (?:the )?kernel)?|φ\(\w\)(?:\^T|·)?\s?φ\(\w\)))?|Var(?:\[[^\]]*\]|\(φ\(\w\)(?:\^T|·)\s?φ\(\w\)\))?",
    "DEVIATION": r"(?:the |its |their )?(?:standard (?:deviation|error)s?|std(?:\.? ?dev\.?)?|rms error|root[- ]mean[- ]square error|typical error|monte[- ]carlo error|sampling error|approximation error)(?: of (?:the |this |each |an )?(?:(?:kernel |random[- ]feature |monte[- ]carlo )*(?:estimates?|estimators?|approximation)(?: of (?:the )?kernel)?))?",
    "FALLS": r"(?:falls?|decays?|decreases?|shrinks?|goes down|goes|drops?|scales?|behaves?|declines?|(?:is|are) (?:divided|proportional|of order)|improves?)(?: off)?(?: only)?(?: like| as| with| by| in proportion to| proportionally to| to| at (?:a |the )?rate(?: of)?| ∝)?|∝|(?:is|are) of (?:the )?order(?: of)?|(?:is|are) inversely proportional to|(?:is|are) divided by",
    "INV_SQRT_R": rf"(?:O\()?(?:1 ?/ ?√\(?{LETTER_R}\)?|1 ?/ ?√{LETTER_R}|{LETTER_R} ?\^ ?[({{]?-1/2[)}}]?|1 ?/ ?{LETTER_R}\^\{{?1/2\}}?|one over (?:the )?(?:square )?root of {LETTER_R}|the inverse (?:square )?root of {LETTER_R})\)?|(?:(?<=divided by )|(?<=inversely proportional to ))(?:√\(?{LETTER_R}\)?|the (?:square )?root of {LETTER_R})",
    "INV_R": rf"(?:O\()?(?:1 ?/ ?{LETTER_R}(?![\w^])|{LETTER_R} ?\^ ?\{{?-1\}}?(?![/\d])|one over {LETTER_R}(?! squared)|the inverse of {LETTER_R})\)?|(?<=divided by ){LETTER_R}(?![\w^])|(?<=inversely proportional to ){LETTER_R}(?![\w^])|(?:inversely )?(?:with|in|proportional to) (?:the )?number of (?:features|frequencies|projections|directions)",
    "INV_R2": rf"(?:O\()?(?:1 ?/ ?{LETTER_R}\^\{{?2\}}?|{LETTER_R} ?\^ ?\{{?-2\}}?|one over {LETTER_R} squared|the inverse square of {LETTER_R})\)?",
    "HALF_INV_R": rf"(?:the value )?(?:1 ?/ ?\(?2 ?{LETTER_R}\)?|\(1/2\)/{LETTER_R}|½/{LETTER_R})(?!\w)",
    "LARGEST": r"(?:is|are|gets?|becomes?) (?:the )?(?:largest|greatest|biggest|maximal|highest)|peaks?|(?:has|have|attains?|reaches) (?:its|their|the) maxim(?:um|a)",
    "TENDS": r"(?:tends?|goes?|converges?|approach(?:es)?|rises?|grows?|increases?|settles|levels off|saturates)(?: (?:to(?:wards)?|at))?",
    "AT_MOST": r"(?:is|are) (?:always |still )?(?:at most|≤|bounded by)|≤", "-AT_MOST": r"exceeds?|(?:is|be|gets?|becomes?) (?:larger|more|greater|bigger) than",
    "SELF_PRODUCT": r"(?:φ|z)\(x\)(?:\^T|·| · | )?\s?(?:φ|z)\(x\)(?:\^T)?|‖(?:φ|z)\(x\)‖(?:\^2)?|(?:the )?(?:squared )?(?:norm|length) of (?:each |every |a |the )?(?:random )?feature vectors?|(?:each |every |the |all )?(?:random )?feature vectors?|(?:φ|z)\(q\)(?:\^T|·)\s?(?:φ|z)\(q\)|(?:the )?(?:φ|z)\(x\)",
    "IS_TWO": r"(?:is|are|equals?|=|becomes?) ?(?:exactly |always )?(?:2|two|R|1/2|1/R|√R)(?![\w/])",
    "IS_MEAN_COS": r"(?:is|equals?) (?:exactly |just )?(?:the |an? )?(?:mean|average)(?: over (?:the |all |(?-i:R) )*(?:directions|frequencies|projections))? of (?:the )?(?:cosines? (?:of )?)?(?:cos)? ?\(?w(?:_\w)?(?:\^T|·| · | )?\(?(?:x ?- ?y|q ?- ?k|δ)\)*", "-IS_MEAN_COS": r"(?:is|equals?) (?:exactly |just )?(?:the |an? )?(?:mean|average)(?: over (?:the |all |(?-i:R) )*(?:directions|frequencies|projections))? of (?:the )?(?:cosines? (?:of )?)?(?:cos)? ?\(?w(?:_\w)?(?:\^T|·| · | )?\(?(?:x ?\+ ?y|q ?\+ ?k)\)*",
    "EVERY_DRAW": r"for (?:every|all|any|each) (?:(?-i:x|q|k)|inputs?|vectors?|tokens?)(?!\w)|no matter (?:what|which|how) (?:(?-i:W)|frequencies|directions|projections) (?:is|are|was|were) drawn|(?:for|at|in|with) (?:every|each|any|all) (?:single )?(?:draws?|samples?|choices?|realisations?|W|frequenc(?:y|ies))(?: of (?:the )?(?:W|projections?|frequencies|directions|weights))?|whatever (?:the (?:draw|frequencies|directions|projections)(?: (?:is|are))?|W(?: is)?|is drawn)|(?:without|with no|free of) (?:any )?randomness|deterministically|for sure|independently of (?:the draw|W)|(?:no matter|regardless of) (?:what|which|the) (?:W|frequencies|directions|draw)(?: (?:is|are) drawn)?",
    "LIKE_KERNEL": r"like (?:the )?(?:gaussian )?kernel(?: itself)?(?: that it (?:estimates|approximates))?|as (?:the )?kernel (?:is|does)",
    "IN_EXPECTATION": r"in expectation(?: only)?|on average(?: only)?|in the mean",
    "ONLY_EXPECTED": r"(?:only|just|merely) (?:in expectation|on average|in the mean)|in expectation only|on average only",
    "SAME_W": r"(?:the )?same (?:(?-i:W)|projections?|frequencies|directions|draw|random matrix) (?:must|has to|have to|is|are|needs? to|should)(?: be)? (?:used|applied|serve|shared|taken)|(?:must |has to |have to |should |need to )?(?:share|use|be projected with|get|be mapped with|need) (?:the same|one and the same|a common|one common|a single|one) (?:(?-i:W)|projections?(?: matrix)?|frequenc(?:y|ies)|directions?|draw|random (?:matrix|directions|projections|features)|feature map|φ)(?!\w)(?: for both)?|share (?:their |the )?(?:(?-i:W)|projections?|frequencies|directions)",
    "OWN_W": r"(?:draws?|uses?|samples?|takes?) (?:an? )?(?:own|fresh|new|different|independent|separate) draws? of (?-i:W)|(?:draws?|uses?|samples?|takes?) (?:an? )?(?:own|fresh|new|different|independent|separate) (?:random )?(?:(?-i:W)(?:['’]s)?|projections?|frequenc(?:y|ies)|directions?)|(?:an? )?(?:own|fresh|new|different|independent|separate) (?:random )?(?:(?-i:W)|projection matrix|draw) (?:has to be|must be|should be|is|needs to be) (?:sampled|drawn|used)|(?:may |can |should |must |needs? |get |gets |use |have |has |receives? )*(?:their |its |an? )?(?:own|fresh|new|different|independent(?:ly drawn)?|separate) (?:random )?(?:(?-i:W)(?:['’]s)?|projections?(?: matri(?:x|ces))?|frequenc(?:y|ies)|directions?|draws?)",
    "Q_AND_K": r"(?:for |to |by )(?:the )?(?:quer(?:y|ies) and (?:the )?keys?|keys? and (?:the )?quer(?:y|ies))|(?:both )?(?:the )?quer(?:y|ies) and (?:the )?keys?|(?:both )?(?:the )?keys? and (?:the )?quer(?:y|ies)|q and k|both sides",
    "FRESH": r"(?:is|are|must be|has to be|have to be|should be|needs to be) (?:re-?drawn|drawn (?:anew|afresh|again)|re-?sampled|sampled (?:anew|again))",
    "ONCE": r"(?:is|are|can be|need be|need to be|has to be|have to be|must be|being)? ?(?:drawn|computed|formed|calculated|evaluated|built|sampled)?,? ?(?:only |just )?(?:a single time|once(?: and for all)?)(?:,? and (?:then )?(?:kept|reused|shared|used)(?: (?:fixed|again))?)?|compute (?:them|it) (?:only )?once",
    "W": r"rows of (?-i:W)|(?:the )?(?:(?-i:W)|projections?(?: matrix)?|frequenc(?:y|ies)|random (?:directions|matrix|projections|frequencies)|directions?)(?!\w)",
    "PER_TOKEN": r"(?:for|per|with|at) (?:each|every|all|any)? ?(?:new |single )?(?:tokens?|positions?|quer(?:y|ies)|keys?|steps?)(?! of)|(?:each|every) (?:token|query|key|position)",
    "COORDINATES": r"(?:the )?(?:coordinates?|entries|components?) of (?:a |each |every |one |the )?(?:(?-i:w)(?:_\w)?|frequency|projection|direction)(?!\w)",
    "MORE_R": rf"(?:with |using |taking )?(?:more|additional) (?:random )?(?:features?|frequenc(?:y|ies)|projections?|directions?|samples?)|(?:with )?(?:increasing|raising|growing) {LETTER_R}|(?:with )?larger {LETTER_R}",
    "REDUCES": r"(?:only |merely )?(?:reduces?|lowers?|decreases?|diminish(?:es)?)", "-REDUCES": r"increases?|raises?|enlarges?",
    "BIAS": r"(?:the )?bias", "EXPECTATION": r"(?:the )?(?:expectation|expected value|mean)", "ON_R": rf"{LETTER_R}(?!\w)|(?:the )?number of (?:features|frequencies|projections|directions)",
    "IS_ZERO": r"zero(?=\s*(?:[.,;]|$))|(?:is|be|becomes?|equals?|=) ?(?:exactly )?(?:zero|0)(?!\w|\.\d)",
    "ONE_W": r"(?:already |even )?(?:a single|one|just one|one single) (?:random )?(?:frequency|direction|projection|draw)(?: alone)?",
    "-INDEPENDENT": r"(?:are|is) (?:positively |negatively )?(?:correlated|dependent)",
    "INDEPENDENT": r"(?:are|is) (?:mutually |statistically )?(?:independent|uncorrelated)(?: of (?:each other|one another))?",
    "COSINE": r"(?:the )?(?:cosine|(?-i:cos))(?!\w)", "SINE": r"(?:the )?(?:sine|(?-i:sin))(?!\w)",
    "EVEN": r"(?:is|are) (?:an )?even(?: functions?)?", "-EVEN": r"(?:is|are) (?:an )?odd(?: functions?)?",
    "DENOMINATOR": r"(?:the |an |its |a )?(?:estimated |random[- ]feature |approximate )?(?:denominators?|normali[sz]ers?|normali[sz]ing sums?)",
    "EST_WEIGHTS": r"(?:the |an? |some |these |its )?(?:estimated|approximated?|random[- ]feature|RFA) (?:attention )?weights?",
    "TRIG": r"(?:with|of|for|from|under|in) (?:the )?(?:random[- ]features?(?: attention)?|RFA)|(?:(?:with|of|for|from) )?(?:the )?(?:trigonometric|sine and cosine|cosine) features?|(?:the )?sines and cosines",
    "WIDE": r"(?:a |the )?(?:wider|wide|broader|broad|larger|large|bigger)(?: the)? (?:(?:gaussian )?kernel|σ(?:\^2)?|bandwidth)s?(?: is)?|large σ(?:\^2)?|(?:increasing|growing) σ(?:\^2)?", "-WIDE": r"(?:a |the )?(?:narrower|narrow|smaller|small)(?: the)? (?:(?:gaussian )?kernel|σ(?:\^2)?|bandwidth)s?(?: is)?",
    "HIGH": r"(?:calls? for|requires?|means?|gives?|has|needs?|goes with|leads to|makes|corresponds to|(?:the)?) ?(?:larger|higher|large|high|bigger|(?:more )?widely spread|faster)(?: are)?(?: the)? (?:random )?frequencies|(?:the )?(?:random )?frequencies (?:are|get|become|have to be|must be) (?:large|larger|high|higher|bigger|(?:more )?widely spread)", "-HIGH": r"(?:calls? for|requires?|means?|gives?|has|needs?|goes with|leads to|makes|corresponds to|(?:the)?) ?(?:smaller|lower|small|low|slower)(?: are)?(?: the)? (?:random )?frequencies|(?:the )?(?:random )?frequencies (?:are|get|become|have to be|must be) (?:small|smaller|low|lower)",
    # -- sums over the keys
    "SUMS": r"(?-i:S and [Zz]|[Zz] and S|S|Z)(?![\w_])|(?:the )?bracket|φ\(K\)\^TV|(?:the |these |those |both |two )*sums?(?: over (?:the|all) (?:keys|tokens|j))?|both brackets",
    "ONE_PER_QUERY": r"(?:is|are|gives) (?:just |simply |only )?(?:a single|one|a) (?:number|scalar) (?:per|for each|for every) (?:query|row|token|output)",
    "ONE_PER_KEY": r"(?:is|are|gives) (?:just |simply |only )?(?:a single|one|a) (?:number|scalar) (?:per|for each|for every) key",
    "SAME_FOR_QUERIES": r"(?:is|are) (?:the same|identical|common|shared|equal|used|reused)(?: (?:for|by|to|in|across))? (?:all|every|each)(?: of)?(?: the)? (?:queries|query|rows?|outputs?)|(?:serves?|can serve) (?:all|every|each) quer(?:y|ies)|(?:is|are) independent of (?:the query|(?-i:i)|q_i)(?!\w)|for all (?:the )?queries",
    "-SAME_FOR_QUERIES": r"depends? on (?:the query|(?-i:i)|q_i)(?!\w)|(?:is|are|must be|has to be|have to be) (?:re)?(?:computed|calculated|formed|built) (?:anew |again |afresh |separately )?(?:for|per|with) (?:each|every|all)? ?query|differs? (?:from query to query|between (?:the )?queries)",
    "BRACKETS": r"(?:setting|placing|moving|putting|shifting|choosing) (?:the )?(?:brackets|parentheses)(?: this way| differently| otherwise)?|(?:the )?(?:order|way) (?:of|in which) (?:the )?(?:multiplications?|products?|brackets|matri(?:x|ces)(?: are multiplied)?)|(?:the )?(?:re)?bracketing|regrouping|associativity",
    "RESULT": r"(?:the )?(?:result|outcome|output|value|product)s?",
    "COST": r"(?:the )?(?:costs?|(?:amount of )?work|price|number of operations|running time|effort)",
    # -- the causal mask
    "POSITION": r"(?:the )?(?:position|token|query|row|output)s? (?-i:[it])(?!\w)|(?:each|every|a|the) (?:position|token|query)|(?-i:[yo]_[it]|v['’′]_[it]|V['’′]_[it]|q_[it])(?!\w)",
    "SEES": r"attends?(?: only)? to|attends?|(?:is|are) (?:just |exactly )?the (?:running )?sums? over|(?:sees?|attends? to|looks? at|may (?:see|use|look at|attend to)|(?:has|have) access to|uses?|covers?|(?:sums?|runs?) over|includes?|contains?|consists? of|holds?(?= (?:the|all|only|exactly))|takes? in|collects?)",
    "UP_TO_I": r"(?:the )?(?:keys?|tokens?|positions?) 1, ?(?:…|\.\.\.), ?(?-i:[it])(?!\w)|(?:exactly )?(?:(?:the |all |exactly the |only the )*(?:tokens?|positions?|keys?|ones|terms?|first) )?(?:(?-i:[jst]) ?≤ ?(?-i:[it])|up to and including (?:itself|(?-i:[it])|position (?-i:[it]))|up to (?:position )?(?-i:[it])|itself and (?:all |the )*(?:earlier|previous|preceding) (?:ones|tokens|positions|keys)|1 to (?-i:[it])|from 1 to (?-i:[it])|(?-i:[it]) (?:keys?|tokens?|positions?|terms))(?!\w)(?! ?-)",
    "BEFORE_I": r"(?:exactly )?(?:(?:the |all |exactly the |only the |only )*(?:tokens?|positions?|keys?|ones|terms?|first) )?(?:(?-i:[js]) ?< ?(?-i:[it])|(?:strictly )?before (?:itself|(?-i:[it])|it)|up to (?-i:[it]) ?- ?1|1 to (?-i:[it]) ?- ?1|(?-i:[it]) ?- ?1 (?:keys?|tokens?|positions?|terms)|(?:strictly )?(?:earlier|previous|preceding) (?:tokens?|positions?|keys?|ones)(?: only)?)(?!\w)",
    "AFTER_I": r"(?:the |all |only the )*(?:tokens?|positions?|keys?|ones) (?:(?-i:[js]) ?[≥>] ?(?-i:[it])|after (?:itself|(?-i:[it])|it))(?!\w)|(?:later|future|subsequent) (?:tokens?|positions?|keys?|ones?)",
    "ITSELF": r"(?:to |at )?(?:itself|its own (?:token|key|position)|token (?-i:[it]) itself|(?:the )?(?:current|own) (?:token|key|one)(?: itself)?)",
    "ENTERS": r"enters?(?: into)?|(?:is|are) (?:already |also )?(?:included|counted|part)(?: (?:in|of))?|contributes?(?: to)?|takes? part(?: in)?|counts?",
    "PREFIX": r"(?-i:S_[it]|Z_[it]|z_[it])(?: and (?-i:S_[it]|Z_[it]|z_[it]))?(?!\w)|(?:the )?(?:running|prefix|cumulative) sums?",
    "LATER_TOKEN": r"(?:changing |a change (?:of|in|to) |altering |perturbing |editing )?(?:a |any |the |some |one |all )*(?:later|future|subsequent|following) (?:tokens?|positions?|keys?|values?|inputs?|words?)(?: (?:and|or) values?)?|(?:changing |a change (?:of|in|to) )token (?-i:[it]) ?\+ ?1|what comes (?:later|after(?: it)?)|the future",
    "EARLIER_TOKEN": r"(?:changing |a change (?:of|in|to) |altering )?(?:an |any |the |some |one |all )*(?:earlier|previous|preceding|past) (?:tokens?|positions?|keys?|values?|inputs?|words?)",
    "EARLIER_OUTPUT": r"(?:an |any |the |all |of the )*(?:earlier|previous|preceding|past) (?:outputs?|results?|rows?)|(?-i:[yo]_1, ?…, ?[yo]_[it]|[yo]_[it])(?!\w)",
    "LATER_OUTPUT": r"(?:a |any |the |all )*(?:later|following|subsequent) (?:outputs?|results?|rows?)",
    "FIRST_OUTPUT": r"(?:the )?(?:very )?first (?:outputs?|token['’]s output|row of (?:the )?(?:causal |masked )?(?:outputs?|result)|position['’]s output)|(?:the )?outputs? (?:of|at|for) (?:the )?(?:(?:very )?first (?:token|position|query)|(?:token|position) 1)|(?-i:[yo]_1|V['’′]_1|v['’′]_1)(?!\w)",
    "IS_V1": r"(?:is|equals?|becomes?|=) ?(?:just |simply |exactly |always |the same as |equal to |nothing but )*(?:v_1(?!\w)|the first value(?: vector)?(?: itself)?|its own value(?: vector)?|the first row of V)",
    "LAST_OUTPUT": r"(?:the )?(?:very )?last row|(?:the )?(?:very )?last (?:outputs?|token['’]s output|row of (?:the )?(?:outputs?|result)|position['’]s output)(?: \(?[VvOoy]['’′]?_N['’′]?\)?)?|(?:the )?outputs? (?:of|at|for) (?:the )?(?:very )?last (?:token|position|query)|(?-i:[yo]_N|[Vv]['’′]_N|V_N['’′])(?!\w)",
    "SAME_UNMASKED": r"(?:is|are|stays?|remains?) the same (?:with (?:and|or) without|with or without) (?:the |a )?mask|(?:(?:is|equals?|stays?|remains?|are) (?:exactly |just |simply )?(?:the same|equal|identical|unchanged|unaffected)|agrees|coincides|equals?)(?: (?:as|to|with|that|of|the one|it|would be|without|in))*(?: the)? ?(?:unmasked(?: one| attention| output| case)?|without (?:the |a )?mask|full attention|(?:with|by) (?:or without )?the mask)",
    "-SAME_UNMASKED": r"differs? from (?:the |that of (?:the )?)?(?:unmasked(?: one| attention| output| case)?|full attention|(?:that|the one|what it (?:is|would be)) without (?:the |a )?mask)|(?:is|are) (?:changed|affected|altered) by the mask",
    "-IS_V1": r"(?:is|are|equals?|becomes?|yields?) (?:just |always |simply )*(?:zero|0|undefined|(?:the )?(?:zero vector|(?:mean|average|sum) of (?:all )?(?:the )?values?))(?!\w)|depends? on (?:all|every|the other|the later|later)(?: of)?(?: the)? ?(?:keys|tokens|values|positions)",
    "LAST_TOKEN": r"(?:the )?(?:very )?last (?:token|position|query|row)|(?:token|position|query|row) (?-i:N)(?!\w)", "FIRST_TOKEN": r"(?:the )?(?:very )?first (?:token|position|query|row)|(?:token|position|query|row) 1(?!\w)",
    "ALL_TOKENS": r"(?:all|every|each)(?: of)?(?: the)?(?: (?-i:N))? ?(?:tokens?|keys?|positions?|others?)|everything|the (?:whole|entire) sequence",
    "NOTHING_TO_SEE": r"(?:has|have|with|sees?|attends? to) (?:nothing|no (?:key|token|position)s?)(?: at all)?(?: to (?:look at|attend to|see))?",
    "READS": r"reads?|uses?|(?:is|are) (?:computed|formed|read|divided) (?:from|with|out of|by)|takes?",
    "SUM_NOW": r"(?:from )?(?-i:S_[it](?: and [zZ]_[it])?|[zZ]_[it])(?!\w)|the updated sums?",
    "SUM_BEFORE": r"(?:from )?(?-i:S_\{?[it] ?- ?1\}?(?: and [zZ]_\{?[it] ?- ?1\}?)?)(?!\w)",
    "NEEDS": r"(?:needs?|requires?|must use|has to use|stores?|keeps?)",
    "DIAGONAL": r"(?:the )?diagonal", "MASKED": r"(?:is|are) (?:also )?(?:masked(?: out)?|excluded|hidden|set to zero)",
    "LOWER": r"(?:is |are )?(?:a )?lower[- ]triangular", "-LOWER": r"(?:is |are )?(?:an? )?(?:strictly )?(?:upper|strictly lower)[- ]triangular",
    "UNDER_MASK": r"(?:with|under|by|because of|due to|given) (?:the |a )?(?:causal(?:ity)? )?mask|in (?:the )?causal (?:case|attention|setting|version)",
    "HIDES": r"(?:hides?|removes?|blocks?|masks?)(?: out| away)?",
    "DEPEND_LATER": r"depends? on (?:any |the |some )?(?:later|future|subsequent) (?:tokens?|keys?|positions?|values?|inputs?)",
    "UPDATE_FIRST": r"(?:first )?updates? (?:(?-i:S(?:_i)?)|the (?:running )?sums?|the state)(?: and (?-i:Z(?:_i)?))? (?:first )?(?:and )?(?:only )?(?:then|before) (?:\w+ )?(?:comput\w+|read\w*|form\w*)(?: the output| from (?:it|them))?", "-UPDATE_FIRST": r"(?:first )?(?:comput\w+|read\w*) (?:the output )?(?:from (?-i:S_\{i ?- ?1\}) )?(?:and )?(?:only )?(?:then|before) (?:we )?updat\w+(?: (?:it|them|the sums?|(?-i:S(?:_i)?)))?",
    "DEPENDS": r"depends?(?: only| solely)? on", "DEPEND_ALL": r"depends? on (?:all|every)(?: of)?(?: the)? ?(?:keys|tokens|values|positions)", "ASSOCIATIVE": r"(?:is|are) (?:not )??associative", "COMMUTATIVE": r"(?:is|are) commutative|commutes?", "MATMUL": r"(?:the )?matrix (?:multiplication|product)s?|multiplication of matrices",
    "CAUSAL_WEIGHTS": r"(?:the )?(?:masked|causal) (?:attention |weight |score )*(?:matrix|weights|mask)|(?:the )?(?:causal )?mask",
}  # fmt: skip

PREDICATES = frozenset({
    "CANCEL", "DEPEND_J", "CHANGE", "NORMALISES", "SUM_ONE", "CONVEX", "ABOVE_ONE", "BELOW_ONE", "IN_0_1", "IN_0_1_CLOSED", "IN_M1_1", "IS_ONE",
    "NEGATIVE", "SYMMETRIC", "POSDEF", "SHIFT_INVARIANT", "INFINITE", "TENDS_ONE", "TENDS_ZERO", "EQUALS_SOFTMAX", "UNBIASED", "IS_EXACT",
    "CONVERGES", "FALLS", "LARGEST", "TENDS", "AT_MOST", "SAME_W", "OWN_W", "FRESH", "ONCE", "INDEPENDENT", "EVEN", "ONE_PER_QUERY", "ONE_PER_KEY", "SAME_FOR_QUERIES",
    "SEES", "ENTERS", "IS_V1", "SAME_UNMASKED", "READS", "NEEDS", "MASKED", "LOWER", "INV_R", "INV_SQRT_R", "INV_R2", "HIGH", "IS_TWO", "IS_MEAN_COS", "UNIFORM", "LINEAR", "IS_KERNEL", "NEGATIVE_VALUE", "FASTER", "IDENTITY", "ONES", "MINUS_ONE", "HIDES", "DEPEND_LATER", "UPDATE_FIRST", "DEPENDS", "DEPEND_ALL", "REDUCES", "IS_ZERO", "ASSOCIATIVE", "COMMUTATIVE", "GROWS_WITH_DISTANCE", "IS_G", "NOTHING_TO_SEE",
})  # fmt: skip

# words that connect and qualify without changing what is said
FILLER = re.compile(
    r"(?:the|an?|each|every|all|any|both|its|their|his|our|your|this|these|those(?! of\b)|such|same|own|whole|entire|given|fixed|single|respective|"
    r"is|are|be|was|were|been|being|has|have|had|do|does|did|get|gets|will|must|"
    r"of|in|to|for|with|on|at|by|from|over|into|inside|within|under|up|as|"
    r"also|then|again|thus|therefore|hence|so|indeed|exactly|simply|just|still|clearly|obviously|here|there|now|already|even|again|even so|in turn|that is|i\.e\.|"
    r"we|I|you|one|us|let|see|note|notice|recall|know|get|that is why|of course|in fact|after all|in particular|accordingly|consequently|namely|"
    r"attention|softmax attention|random features?|random[- ]feature|matrix|vectors?|term|terms|value|values|number|expression|formula|quantity|factor|"
    r"for the same reason|in (?:just )?the same way|just as well|equally|likewise|by symmetry|too|as well|similarly|either|alike|"
    r"note that|recall that|so that|it follows that|this means that|which means that|we see that|this shows that|one sees that|observe that|in other words|by contrast|on the other hand|on the contrary|however|moreover|furthermore|besides|in addition|finally|first|second|third|"
    r"in its argument|in itself|at once|overall|altogether|themselves|of the|by itself|the reason being|anyway|causal|before (?:exponentiating|taking the exponentials?|the softmax)|by (?:construction|definition|design)|e\.g\.|slightly|a bit|pulls?|puts?|lies?|leaves?|left|on the other hand|more precisely|as a result|in short|in words|this way|that way|in this way|by contrast|(?:here |in the last line )?we (?:have )?use(?:d)?(?: that)?|makes?|particular|strictly speaking|roughly speaking|in principle|for example|for instance|corresponding|the corresponding|whole|still|merely|somewhat|a little|noticeably|completely|entirely|whatsoever|of them|of it)",
    re.I,
)
SEPARATOR = re.compile(r"[,;:](?=\s|$)|[|]|—|–|→|⇒|(?<=[a-z]{2} )- (?=[A-Za-z]{2})|(?<=\s)\((?=[A-Za-z]{2,})|(?<=[a-z]{2})\)|\b(?:in which|for which|where|as|and|but|so|hence|therefore|thus|because|since|whereas|while|which|yet|though|although|consequently|who|or)\b", re.I)  # fmt: skip
PRONOUN = re.compile(
    r"(?:it|they|this|these|them|that|which|the same|both|former|latter|each|it['’]s|there)", re.I
)
CONDITION = re.compile(r"(?:if|when|unless|provided|whenever|only|except|once|until|without|unlike|instead|up to|as long as|suppose|assume|imagine|would|could|might|should|than)", re.I)  # fmt: skip
LIKEWISE = re.compile(r"(?:so (?:do|does|is|are|will|has|have)|neither (?:do|does|is|are)|nor (?:do|does|is|are)|too|as well|likewise|the same (?:holds|goes|is true|applies)(?: for| of)?|just as well|equally|in (?:just )?the same way|for the same reason|(?<=not )either|(?<=n['’]t )either)", re.I)  # fmt: skip

# what stands before or behind a statement and limits it
LIMITING = re.compile(
    r"\W*(?:for|in|at|with|without|under|up to|except|unless|if|when|on|among|within|between|against|unlike|despite|only|provided|given|assuming|near|beyond|above|below|apart from|besides|approximately|roughly|asymptotically|nearly|almost|typically|usually|often|sometimes|essentially|ideally|at least|not|restricted|limited|until|after|before|while|during|as long|than|or)\b",
    re.I,
)

__all__ = [
    "ARTICLES",
    "CONDITION",
    "FILLER",
    "LIKEWISE",
    "LIMITING",
    "PREDICATES",
    "PRONOUN",
    "SEPARATOR",
    "WORDS",
]
