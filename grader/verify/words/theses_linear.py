# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about linear attention, its sums, its causal form and polynomial features, in words."""

from __future__ import annotations

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis

_LINEAR = r"linear(?:i[sz]ed)? attention|kerneli[sz]ed|running sums?|prefix|recursion|recurren|\\?(?:phi|φ)|random[- ]feature|feature map"
_CAUSAL = r"\bcausal|\bmask|auto-?regress|decoder|running sum|prefix"
_SUMS = r"(?:(?:the|these|both|two|those|its|running) )*(?:\$?\\?(?:phi|φ)\(K\)(?:\^\\top ?|\^T|ᵀ|\^\{\\top\} ?)V\$?|\$?S(?:_\{?[it]\}?)?\$?(?: and \$?[Zz](?:_\{?[it]\}?)?\$?)?(?![\w(])|\$?Z\$?(?= (?:is|does|depends|has))|(?:running |key[-–]value )?(?:sums?|summary|state)(?: over (?:the |all )*keys)?)"

ONCE = Thesis(
    (
        Part(plus=_SUMS, inherited=True),
        Part(
            plus=r"(?:(?:is|are|be|need|needs|has to be|have to be|must be|can be) )*(?:only |just )?(?:computed|formed|calculated|built|evaluated|summed)(?: up)?(?: only| just)? once(?: (?:and|for)[^,.;]*)?|(?:is|are) (?:then )?(?:the same|shared|used|reused|common)(?: (?:for|by|to|across))* (?:all|every|each)(?: of the)? (?:quer(?:y|ies)|rows?|outputs?)|(?:does|do)(?: not|n['’]t) (?:depend on|involve|contain|need|know) (?:the |any |a )?(?:quer(?:y|ies)|\$?q(?:_i)?\$?|\$?i\$?)(?!\w)|(?:is|are) independent of (?:the )?(?:quer(?:y|ies)|\$?q_i\$?|\$?i\$?)|(?:contains?|involves?) no quer(?:y|ies)",
            minus=r"(?:(?:is|are|be|has to be|have to be|must be|needs to be|need to be) )*(?:re)?-?(?:computed|formed|calculated|built|evaluated|summed)(?: up)?(?: again| anew| afresh| separately)? (?:for|per|with|at) (?:each|every|all)(?: single| new| of the)* quer(?:y|ies)|(?:depends? on|involves?|contains?) (?:the )?(?:quer(?:y|ies)|\$?q_i\$?)",
        ),
    ),
    "the sums over the keys contain no query, so they are computed once for all", {"φ(K)ᵀV": "Σ_j φ(k_j)v_jᵀ"},
    scope=_LINEAR, unless=r"\bif\b|softmax|causal|mask|prefix|per token|position|score|S_\{?i|quadratic", kind=Kind.FACT, method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
TRICK = Thesis(
    (
        Part(plus=r"(?:(?:the|this|whole|key|one|kernel|linear-attention|reordering|central) )*(?:trick|idea|reordering|rearrangement|regrouping|step|point|speed-?up|saving|identity)|linear attention|it|this"),
        Part(plus=r"(?:rests|relies|builds|is based|hinges|depends|works|comes|is|uses?|exploits?|follows|owes?|due)(?: (?:on|from|because of|by|only|solely|of|just|to|nothing but|the|it|simply))*"),
        Part(plus=r"(?:the )?associativ(?:ity|e law|e)(?: of (?:the )?matri\w+ (?:multiplication|products?))?", minus=r"(?:the )?(?:commutativ|distributiv)(?:ity|e law|e)(?: of (?:the )?matri\w+ (?:multiplication|products?))?"),
    ),
    "(φ(Q)φ(K)ᵀ)V = φ(Q)(φ(K)ᵀV) by the associativity of the matrix product; the product is not commutative", {"A, B": [[[0, 1], [0, 0]], [[0, 0], [1, 0]]], "AB": [[1, 0], [0, 0]], "BA": [[0, 0], [0, 1]]},
    scope=_LINEAR, unless=r"\bif\b|not only", kind=Kind.FACT, method=Method.SYMBOLIC,
)  # fmt: skip
_KEY_FEATURES = r"(?:(?:the|all|weighted) )*(?:features?|feature vectors?|\$?\\?(?:phi|φ|ψ|psi)\$?-?vectors?)(?: vectors?)? of (?:the |all |all the )*keys|key features?(?: vectors?)?|\$?\\?(?:phi|φ|ψ|psi)\(k_j\)\$?"
Z_IS = Thesis(
    (
        Part(plus=r"\$?[Zz](?:_\{?i\}?)?\$?(?= (?:is|holds|collects|sums|contains|adds|accumulates))"),
        Part(plus=r"(?:is|holds|collects|sums|contains|adds|accumulates)(?: (?:up|the|just|simply|only|running|a|over|nothing but))*(?: ?sum(?: of| over)?)?"),
        Part(plus=_KEY_FEATURES, minus=r"(?:(?:the|all|of) )*(?:values?(?: vectors)?(?: (?:weighted|multiplied)[^,.;]*)?|(?:weighted|products of) [^,.;]*values?|queries|features? of (?:the |all )*queries|query features|\$?\\?(?:phi|φ)\(q_i\)\$?|outer products[^,.;]*)"),
    ),
    "Z is the sum of the keys' feature vectors, S that of their products with the values", {"Z": "Σ_j φ(k_j)", "S": "Σ_j φ(k_j)v_jᵀ"},
    scope=_LINEAR, unless=r"\bif\b|and \$?S|\$?S\$? and", kind=Kind.DEFINITION, method=Method.SYMBOLIC,
)  # fmt: skip
S_IS = Thesis(
    (
        Part(plus=r"\$?S(?:_\{?i\}?)?\$?(?= (?:is|holds|collects|sums|contains|adds|accumulates))"),
        Part(plus=r"(?:is|holds|collects|sums|contains|adds|accumulates)(?: (?:up|the|just|simply|only|running|a|over))*(?: ?sum(?: of| over)?)?(?: the)? ?(?:outer )?products?(?: (?:of|between|over))?"),
        Part(
            plus=rf"(?:(?:the|all|each) )*(?:{_KEY_FEATURES}|(?:each )?key['’]s features?(?: vector)?) (?:and|with|times) (?:(?:the|its|their|all) )*values?(?: vectors)?",
            minus=r"(?:(?:the|all|each) )*(?:query features|features? of (?:the )?queries|\$?\\?(?:phi|φ)\(q_i\)\$?) (?:and|with|times) (?:(?:the|its|their) )*(?:values?|keys?)|(?:the )?queries and (?:the )?keys|(?:the )?keys and (?:the )?queries|query and key features",
        ),
    ),
    "S is the sum of the outer products φ(k_j)v_jᵀ", {"S": "Σ_j φ(k_j)v_jᵀ"},
    scope=_LINEAR, unless=r"\bif\b", kind=Kind.DEFINITION, method=Method.SYMBOLIC,
)  # fmt: skip
POSITIVE_SUM = Thesis(
    (
        Part(
            plus=r"(?:with |for |if |since |because |as )?(?:all |the )*(?:strictly )?positive (?:features?|feature (?:maps?|vectors?)|entries)(?: of (?:φ|phi|the features))?|(?:with |for )?(?:elu(?:\(x\))? ?\+ ?1|exponential features|softplus features)",
            minus=r"(?:with |for |of |under )?(?:sines? and cosines?(?: features)?|sine and cosine features|trigonometric features|cosine features|random fourier features|features of either sign|signed features)",
        ),
        Part(plus=r"(?:the |each |every |a |its )*(?:denominators?|normali[sz]ers?|sums? of (?:the )?weights)"),
        Part(
            plus=r"(?:(?:is|are|stays?|remains?|always|therefore|then) )*(?:strictly )?positive|(?:cannot|can never|never|does not|can not)(?: \w+)? (?:be |become |get |come (?:close )?to )?(?:zero|0|negative|vanish(?:es)?)|never vanishes",
            minus=r"(?:can|may|could|might)(?: \w+)? (?:be|become|get|come|turn)(?: (?:arbitrarily|very))? (?:close to (?:zero|0)|near (?:zero|0)|negative|zero|vanish)|(?:can|may) vanish|(?:has|have) (?:no|either) (?:definite )?sign",
        ),
    ),
    "a sum of products of positive numbers is positive; a sum of cosines may be close to zero or negative", {"cosines": [0.5, -0.5], "sum": 0},
    scope=_LINEAR + r"|cosine", unless=r"numerical|underflow|float", kind=Kind.FACT, method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
KEEPS = Thesis(
    (
        Part(
            plus=r"(?:(?:with|in|for|by|the|causal|of) )*(?:linear(?:i[sz]ed)? attention|kerneli[sz]ed attention|running sums?|prefix sums?|recursion|recurren(?:ce|t form)|random[- ]feature attention|(?:linear|kerneli[sz]ed|recursive|recurrent) (?:form|version))(?= |,)",
            minus=r"(?:(?:with|in|for|the|causal|of) )*softmax(?: attention)?(?: decoder| decoding)?",
            inherited=True,
        ),
        Part(
            plus=r"(?:only |just )?(?:needs?|has|have|keeps?|stores?|remembers?|carr(?:y|ies)(?: along)?|holds?)(?: (?:only|just|nothing but|to keep|to store|to remember|to carry))* (?:the )?(?:\$?S(?:_i)?\$? and \$?[Zz](?:_i)?\$?|two (?:running )?sums?|(?:running |prefix )?sums?|state of (?:fixed|constant) size|fixed-size state)|(?:the |all |of the |any )*(?:earlier|past|previous|old|preceding) (?:keys?|tokens?|values?|keys and values)(?: (?:and|or) values)? (?:need not|(?:do|does)(?: not|n['’]t) (?:have to|need to)|can|may|are not|are no longer)(?: be)? ?(?:kept|stored|remembered|forgotten|thrown away|discarded|dropped|needed|saved)?(?: in memory)?(?: any ?more)?|(?:needs?|requires?|has|keeps?) no (?:key[-–]value |KV )?cache|without (?:a |any )?(?:key[-–]value |KV )?cache|(?:forgets?|discards?|throws? away) (?:the |all )*(?:past |earlier )?(?:keys|tokens)",
            minus=r"(?:(?:has|have|needs?) to |must |still )*(?:keeps?|stores?|remembers?|holds?|caches?|needs?|requires?)(?: in memory)? (?:(?:all|the|every|of|each) )*(?:(?:earlier|past|previous|old|preceding) (?:keys?|tokens?)(?: (?:and|with) (?:(?:all|their|the) )*values?)?|keys and values(?: (?:so far|it has seen|of the past))?|whole past|entire past|past)|(?:(?:all|the|of|every) )*(?:(?:earlier|past|previous|old|preceding) (?:keys?|tokens?)(?: and values)?|whole past|entire past|keys and values) (?:has to|have to|must|need to|needs to)(?: still)? be (?:kept|stored|remembered|held|cached|saved)(?: in memory)?|(?:needs?|requires?|keeps?) (?:a )?(?:growing |key[-–]value |KV )+cache",
        ),
    ),
    "S_i and Z_i hold all that later outputs need of the past; softmax attention needs every key and value again", {"N": [10, 1000], "numbers in S and Z": "L·M + L in both", "keys and values of softmax": [10, 1000]},
    scope=r"attention", unless=r"\bif\b|gradient|backprop|train|autograd|every S_|all S_|without running sums|window", kind=Kind.FACT, method=Method.COUNT,
)  # fmt: skip
MASKED_SCORES = Thesis(
    (
        Part(plus=r"(?:(?:the|all|these|those) )*(?:masked|forbidden|hidden|future) (?:scores?|entries|logits)|(?:(?:the|all) )*(?:scores?|logits|entries) (?:of|for|at|above) (?:(?:the|all|any) )*(?:later|future|masked|forbidden|diagonal)(?: (?:keys|positions|tokens|ones|entries))?|(?:(?:the|all) )*(?:entries|scores) above the diagonal"),
        Part(plus=r"(?:is|are|get|gets|be|must be|have to be|sets?|setting|replac(?:es|ed|ing)|puts?|fills?|filled|becomes?|turns?|set)(?: (?:set|put|replaced|to|by|with|as|filled))*"),
        Part(plus=r"(?:\$?(?:[-−]|minus )(?: ?∞| ?\\infty| ?infinity| ?inf(?:inity)?)\$?)", minus=r"(?:to |by |with )?\$?(?:0|zero|1|one|\+ ?∞)\$?(?![\w.])"),
    ),
    "exp(−∞) = 0, while a score of 0 has the weight of exp(0) = 1", {"scores": [0, "−∞"], "weights": [1, 0], "with 0 instead": [0.5, 0.5]},
    scope=_CAUSAL, unless=r"\bif\b|after the softmax|after softmax|weights? (?:of|are|is)|after exponentiat|exponentials|multipl|linear|feature|would", kind=Kind.FACT, method=Method.COUNT,
)  # fmt: skip
RECURRENT = Thesis(
    (
        Part(plus=r"(?:causal |masked )*(?:linear(?:i[sz]ed)?|kerneli[sz]ed|random[- ]feature) attention|(?:the )?(?:causal|linear|recursive) (?:form|version)(?: of (?:linear|kerneli[sz]ed) attention)?", inherited=True),
        Part(plus=r"(?:(?:is|are|can|may|be|just|works|behaves|acts|runs|then|nothing but|indeed|exactly) )*(?:run|seen|written|computed|read|viewed|evaluated|regarded)? ?(?:as|like)? ?(?:an? )?(?:recurrent (?:neural )?networks?|RNNs?|recurrences?|linear recurrences?)"),
    ),
    "S_i = S_{i−1} + φ(k_i)v_iᵀ is a recurrence with a state of fixed size (Katharopoulos et al. 2020)", {"state": "S_i and Z_i"},
    scope=_LINEAR, unless=r"\bif\b|softmax|unlike|better|slower|faster", kind=Kind.FACT, method=Method.SYMBOLIC,
)  # fmt: skip
DENOMINATORS = Thesis(
    (
        Part(plus=r"(?:the )?(?:denominators?|normali[sz]ers?)"),
        Part(
            plus=r"(?:is |are )?(?:different|not the same|another)(?: one)?(?: (?:for|at|in))* (?:each|every|all)(?: of the)? positions?|(?:differs?|changes|varies|grows)(?: from)? (?:position to position|with the position|with i|between (?:the )?positions)",
            minus=r"(?:is |are )(?:always |then )?(?:the same|identical|equal|shared|common|one number)(?: (?:for|at|in|to))* (?:all|every|each)(?: of the)? positions?|(?:does|do)(?: not|n['’]t) (?:depend on|change with) (?:the )?(?:position|i)(?!\w)",
        ),
    ),
    "the denominator at position i sums over j ≤ i, so it differs from position to position", {"i": [1, 2], "terms": [1, 2]},
    scope=_CAUSAL, unless=r"\bif\b|without|non-?causal", kind=Kind.FACT, method=Method.COUNT,
)  # fmt: skip

# -- polynomial features -----------------------------------------------------------------------------------------------

_SQUARE = r"\+ ?1\) ?(?:\^|²|\$?\^)|quadratic|polynomial"
ROOTS = Thesis(
    (
        Part(
            plus=r"(?:(?:the|all|both|its|single) )*(?:linear|first-order|degree-one) (?:terms?|features?|coordinates?|monomials?|entries)(?: \$?x_\w\$?)?|(?:the )?coordinates(?: themselves)?(?= |,)|(?:(?:the|all) )*(?:mixed|cross) (?:products?|terms?|features?|monomials?)(?: \$?x_\w ?x_\w\$?)?(?: \(\$?\w ?< ?\w\$?\))?|(?:the )?products of (?:two )?different coordinates",
            minus=r"(?:(?:the|all|pure) )*(?:squares|squared (?:terms|features|coordinates)|constant(?: (?:term|feature|entry|one))?)(?: \$?x_\w(?:\^2|²)\$?)?",
        ),
        Part(
            plus=r"(?:(?:carry|carries|have|has|get|gets|need|needs|come|comes|enter|with|weighted|multiplied)(?: (?:with|by))? (?:the |a |an )?(?:(?:weight|factor|coefficient)s? )?(?:of )?|(?:the |a )(?:weight|factor|coefficient)s? (?:of )?)\$?(?:√ ?2|\\sqrt ?\{?2\}?|(?:the )?(?:square )?root of (?:2|two))\$?",
            minus=r"(?:(?:carry|carries|have|has|get|gets|need|needs|come|comes|enter|with)(?: with)? )?(?:no (?:factor|weight|coefficient)|(?:the |a )?(?:weight|factor|coefficient)s? (?:of )?\$?(?:1|one)\$?(?![\w.])|(?:the |a )?(?:weight|factor|coefficient) (?:of )?one)",
        ),
    ),
    "(q·k + 1)² = 1 + 2·Σ q_a k_a + Σ q_a²k_a² + 2·Σ_{a<b} q_a q_b k_a k_b: linear and mixed features carry √2, the squares and the constant 1", {"D": 1, "φ(x)": "(1, √2·x, x²)", "φ(1)·φ(1)": 4},
    scope=_SQUARE, unless=r"\bif\b|expan|coefficient of|kernel (?:is|equals)|\bcubic|homogeneous|without the \+ ?1|instead|\+ ?c\b", kind=Kind.FACT, method=Method.SYMBOLIC,
)  # fmt: skip
TWOS = Thesis(
    (
        Part(minus=r"(?:(?:the|all|both) )*(?:linear|first-order|mixed|cross|squared|constant) (?:terms?|features?|coordinates?|monomials?|entries|products?)(?: \$?x_\w ?(?:x_\w|\^2|²)?\$?)?|(?:the )?products of (?:two )?different coordinates|(?:the )?squares"),
        Part(plus=r"(?:carry|carries|have|has|get|gets|need|needs|come with|comes with)(?: with)? (?:the |a )?(?:weight|factor|coefficient)s? (?:of )?\$?(?:2|two)\$?(?![\w.])"),
        Part(plus=r"in the (?:feature )?(?:map|vector)|features?|entries|coordinates|feature vectors?", inherited=True),
    ),
    "in the feature vector linear and mixed entries carry √2, so that their products carry 2 in the kernel", {"D": 1, "φ(x)": "(1, √2·x, x²)", "φ(1)·φ(1)": 4},
    scope=_SQUARE, unless=r"\bif\b|expan|coefficient of|kernel (?:is|equals)|in the kernel|square of the|\bcubic", kind=Kind.FACT, method=Method.SYMBOLIC,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    ONCE, TRICK, Z_IS, S_IS, POSITIVE_SUM, KEEPS, MASKED_SCORES, RECURRENT, DENOMINATORS, ROOTS, TWOS,
)  # fmt: skip

__all__ = ["THESES"]
