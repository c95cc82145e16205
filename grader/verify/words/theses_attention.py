# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about softmax attention, the Gaussian kernel and its random features, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis, Truth

_ALL = r"(?:(?:the|all|each|every|any|a|an|its|these|those|both|of|single|one) )*"


def _holds(
    parts: Sequence[Part], says: str, witness: Mapping[str, object], *, scope: str, unless: str = "(?!)", reads_if: bool = False,
    opposed: bool = False, truth: Truth = Truth.ALWAYS, refutes: bool = True,
) -> Thesis:  # fmt: skip
    return Thesis(
        parts, says, witness, scope=scope, unless=unless, truth=truth, kind=Kind.FACT, method=Method.SYMBOLIC, reads_if=reads_if,
        opposed=opposed, refutes=refutes,
    )  # fmt: skip


_SOFT = r"softmax|attention"
_APPROXIMATE = r"random|fourier|\bRFA\b|\bRFF\b|linear|polynomial|feature|kerneli|estimat|approximat"
_WEIGHTS = rf"{_ALL}(?:softmax |attention |resulting )*(?:weights?|probabilit(?:y|ies)|distribution)"
_MATRIX = rf"{_ALL}(?:softmax |attention |weight )+matri(?:x|ces)(?: \$?A\$?)?|\$?A\$?(?= is)"
SMOOTHER = _holds(
    (
        Part(plus=rf"{_ALL}(?:softmax )?(?:attention|smoothing)(?: (?:output|layer|formula|head))?|(?:the )?outputs?(?: \$?[oy]_i\$?)?|\$?[oy]_\{{?i\}}?\$?", inherited=True),
        Part(plus=r"(?:a |the |an |just |nothing but |exactly |precisely )*(?:kernel smoother|kernel smoothing|Nadaraya[-–—/ ]+Watson(?: (?:kernel )?(?:smoother|smoothing|estimat(?:e|or)|regression|average))?|kernel[- ]weighted (?:average|mean)|kernel regression|weighted (?:mean|average) of (?:the |all |its )*(?:values?(?: vectors)?|\$?v_j\$?))"),
        Part(plus=r"is|are|as|called|which|one gets|namely|amounts? to|equals?|:"),
    ),
    "softmax attention is Σ_j κ(q, k_j)v_j/Σ_j κ(q, k_j) with κ(q, k) = exp(q·k/√D): a kernel smoother after Nadaraya and Watson",
    {"weights": [0.25, 0.75], "output": "0.25·v_1 + 0.75·v_2"},
    scope=_SOFT, unless=r"\bif\b|keys? (?:vectors )?(?:with|by)|average of (?:the )?(?:keys|queries)|exp ?\\?[\[({](?!.{0,30}(?:√|sqrt))|kernel (?:is|=)|unnormali|without|leav\w+ out|linear in", refutes=False,
)  # fmt: skip
STOCHASTIC = _holds(
    (
        Part(plus=_MATRIX, inherited=True),
        Part(
            plus=r"row[- ]stochastic|right[- ]stochastic|(?:a )?(?:row |right )stochastic matrix|(?:each|every|all|its|the) rows? (?:is|are) (?:a )?(?:probability |discrete )*distributions?",
            minus=r"(?:column|doubly|left|bi)[- ]?stochastic|(?:a )?(?:column |doubly |left )stochastic matrix|(?:each|every|all|its|the) columns? (?:is|are) (?:a )?(?:probability |discrete )*distributions?|orthogonal(?: matrix)?",
        ),
    ),
    "the softmax runs along the rows: each row of the weights is positive and sums to one, the columns in general do not",
    {"scores": [[0, 0], ["log 3", 0]], "weights": [[0.5, 0.5], [0.75, 0.25]], "sums of the columns": [1.25, 0.75]},
    scope=_SOFT, unless=r"\bif\b|transpos|in general|need not",
)  # fmt: skip
DENOMINATOR = _holds(
    (
        Part(plus=r"(?:leaving|left) out (?:the )?(?:denominators?|normali[sz](?:ation|er)|division(?: by the sum)?)|(?:without|omitting|dropping|skipping|forgetting|removing) (?:the |dividing by the |any )?(?:denominators?|normali[sz](?:ation|er|ing)|divisions?|row sums?|sum of the weights)(?: by the (?:row )?sum)?|unnormali[sz]ed weights|without dividing(?: by the (?:sum|denominator))?"),
        Part(
            plus=r"(?:(?:is|are|would be|gives?|yields?|would give) )?(?:then )?(?:no|not|never)(?: (?:longer|more|be|a|an|in general|any))* ?(?:convex combinations?|weighted (?:mean|average)s?|averages?|smoother)(?: (?:any ?more|any longer))?|(?:weights? )?(?:do|does|would|will)(?: no longer| not|n['’]t) (?:sum|add)(?: up)? to (?:one|1)|no longer (?:sum|add) to (?:one|1)",
            minus=r"(?:still|also|again|remains?|stays?|nevertheless)(?: (?:is|be|give|gives|yield|would|a|an))* ?(?:convex combinations?|weighted (?:mean|average)s?)|(?:would |will )?(?:still|also)(?: (?:be|give|gives|is|yield|a|an|have|weights that))* ?(?:convex combinations?|weighted (?:mean|average)s?|sum to (?:one|1))",
        ),
    ),
    "only the division by their sum makes the weights sum to one", {"exponentials": [1, 3], "sum": 4, "after the division": [0.25, 0.75]},
    scope=_SOFT, unless=r"already", reads_if=True,
)  # fmt: skip
_ROOT = r"(?:\$?1/\\?(?:√|sqrt)\W{0,2}[Dd]\w*\W{0,2}|\$?\\?(?:√|sqrt)\W{0,2}[Dd](?:_k)?\W{0,2}|(?:the )?square root of (?:the )?(?:key )?dimension)"
SCALING = _holds(
    (
        Part(
            plus=rf"(?:the )?(?:division|dividing|scaling|normali[sz]ation|factor|scaled)(?: (?:the |of the )?scores)?(?: (?:by|with|of))? {_ROOT}|(?:the )?(?:factor|scale) {_ROOT}",
            minus=rf"(?:without|omitting|leaving out|dropping|lacking)(?: the)? (?:division|dividing|scaling|normali[sz]ation|factor)(?: (?:by|with|of))? {_ROOT}|without {_ROOT}|(?:without|omitting|leaving out|dropping|lacking) (?:the |this |any |that )?(?:re-?)?scaling(?! by)(?: factor)?|unscaled (?:scores|dot products)",
        ),
        Part(
            plus=r"(?:keeps?|prevents?|stops?|saves?|protects?|avoids?)(?: [\w-]+){0,4}? (?:saturat\w*|one-?hot|vanishing gradients?|tiny gradients?|peaked)|(?:would be |would become |is |becomes |gets )?(?:flatter|less peaked|smoother|softer|less sharp|more uniform|flattens?)|(?:makes?|brings?|drives?|pushes?|moves?)(?: [\w-]+){0,4}? (?:uniform|flat(?:ter)?)(?: (?:distribution|weights|one))?",
            minus=r"(?:causes?|leads? to|makes?|brings?|drives?|pushes?)(?: [\w-]+){0,4}? (?:saturat\w*|one-?hot)|saturates?|(?:would be |would become |is |becomes |gets )?(?:sharper|more peaked|peakier|closer to one-?hot|more concentrated|sharpens?)",
        ),
    ),
    "q·k has a standard deviation of √D: divided by it the scores stay of size 1, undivided the softmax is sharper", {"D": 64, "scores": [0, 8], "weights": [0.0003, 0.9997], "scores divided by 8": [0, 1], "weights then": [0.269, 0.731]},
    scope=_SOFT, unless=r"\bif\b|cancel|random",
)  # fmt: skip
UNIFORM = _holds(
    (
        Part(
            plus=r"(?:as |for |when |if |in the limit )?(?:the )?(?:temperature|\$?(?:T|τ|\\tau)\$?)(?:(?: (?:goes|tends|grows|becomes|is|gets))* ?(?:to |→|\\to|towards )? ?\$?(?:infinity|∞|\\infty|infinite|very large|large|high)\$?)|(?:as |for |when |with )?(?:a |very |an )*(?:large|high|infinite|growing) temperatures?|(?:as |for |when |if )?\$?(?:β|\\beta)\$?(?: (?:goes|tends|→) ?(?:to)?| ?(?:→|\\to)) ?\$?(?:0|zero)\$?(?!\.\d)|(?:as |when |if )?(?:all )?(?:the )?(?:scores?|logits|queries|keys)(?: (?:go|tend|shrink|goes|tends|→))+ ?(?:to )?(?:zero|0)",
            minus=r"(?:as |for |when |if |in the limit )?(?:the )?(?:temperature|\$?(?:T|τ|\\tau)\$?)(?:(?: (?:goes|tends|falls|becomes|is|gets))* ?(?:to |→|\\to|towards )? ?\$?(?:0|zero|very small|small|low)\$?(?!\.\d))|(?:as |for |when |with )?(?:a |very )*(?:small|low|zero|falling) temperatures?|(?:as |for |when |if )?\$?(?:β|\\beta)\$?(?: (?:goes|tends|→) ?(?:to)?| ?(?:→|\\to)) ?\$?(?:∞|infinity|\\infty)\$?",
        ),
        Part(
            plus=r"(?:tends?|goes?|converges?|approach(?:es)?|becomes?|are|is|→|\\to|all)(?: (?:to|towards|all|the|a|equal|in the limit))* ?\$?(?:1 ?/ ?[NnT]\b|\\frac\{?1\}?\{?[NnT]\}?|uniform(?: distribution| weights)?|equal weights|equal|(?:the )?(?:plain |simple |arithmetic )?(?:mean|average) of (?:all )?(?:the )?values)\$?",
            minus=r"(?:tends?|goes?|converges?|approach(?:es)?|becomes?|are|is|→|\\to|all)(?: (?:to|towards|all|the|a|equal|in the limit|hard))* ?(?:one-?hot(?: vector)?|arg-?max|winner[- ]takes[- ]all|concentrated on (?:the |one |a )+[^,.;]{0,30})",
        ),
    ),
    "scores times β: with β → 0 all exponentials are equal and every weight is 1/N, with β → ∞ the largest wins", {"scores": [0, 1], "weights at β = 0.01": [0.4975, 0.5025], "at β = 100": [0, 1]},
    scope=_SOFT, unless=r"variance|\bloss\b|kernel width|σ", reads_if=True,
)  # fmt: skip
POSITIVE = _holds(
    (
        Part(plus=_WEIGHTS),
        Part(
            plus=r"(?:(?:is|are|stays?|remains?|always|strictly|all|therefore|thus|being) )*(?:strictly )?(?:positive(?! (?:semi)?definite)|greater than (?:zero|0)|> ?0|above zero)|never (?:negative|zero|vanish(?:es)?|reach(?:es)? (?:zero|0))|(?:(?:is|are) )?(?:never|not) (?:negative|zero)|cannot be (?:negative|zero)|(?:no|none of the) weights? is (?:negative|zero)",
            minus=r"(?:can|may|could|might)(?: \w+)? (?:be|become|get) (?:negative|zero|exactly zero)|(?:is|are) (?:sometimes|partly|often) (?:negative|zero)|(?:some|several) (?:of them )?(?:are|is) (?:negative|zero)|takes? negative values",
        ),
    ),
    "exponentials are positive, and so are softmax weights", {"scores": [-5, 0], "weights": [0.0067, 0.9933]},
    scope=_SOFT, unless=rf"\bif\b|{_APPROXIMATE}|mask|causal|later|future|float|underflow|numeric|estimated|round|sparsemax|entmax|without the softmax|instead of",
)  # fmt: skip
APART = _holds(
    (
        Part(plus=_WEIGHTS),
        Part(plus=r"(?:is |are )?(?:depends?|depending|computed|determined|given|calculated|formed|influenced|affected|functions?|independent|influence|affect|change|changes|enter|see)(?: (?:on|from|by|of|the|only|in|solely|entirely))*"),
        Part(plus=r"(?:the )?quer(?:y|ies) and (?:the )?keys?(?:,? (?:but )?(?:not|never|nor) (?:on |by |from |of )?(?:the )?values?|,? (?:alone|only))|quer(?:y|ies) and keys only", minus=r"(?:on |the |all |also |from )*values?(?: vectors?)?(?: too| as well)?(?!\w)"),
    ),
    "the weights are computed from queries and keys; the values are what they average", {"w_ij": "exp(q_i·k_j/√D)/Σ_l exp(q_i·k_l/√D)"},
    scope=_SOFT, unless=r"\bif\b|output|loss|weights? W|gradient|average of|mean of|combination", reads_if=True,
)  # fmt: skip

# -- the Gaussian kernel and its random features -----------------------------------------------------------------------

_RANDOM = r"random|fourier|\bRFF\b|\bRFA\b|frequenc"
_OTHERS = r"positive (?:random )?features|FAVOR|Performer|softplus|\belu\b"
_ESTIMATE = rf"{_ALL}(?:(?:random[- ]feature|kernel|monte[- ]carlo|approximate|resulting|estimated) )*(?:estimates?|estimators?|approximations?|kernel(?: values?| entries)(?=.{{0,4}}(?:can|may|is|are)))(?: (?:of|for) {_ALL}(?:gaussian |rbf )?(?:kernel|G|\$?g\$?)(?: values?)?)?|estimated (?:kernel )?(?:values?|entries|weights?)|\$?\\?(?:var)?(?:phi|φ|ψ|psi)\(\w\)(?:\^\\top ?|\^T|ᵀ|·)? ?\\?(?:var)?(?:phi|φ|ψ|psi)\(\w\)\$?|both(?: (?:versions|maps|variants|estimates|estimators|feature maps))?(?= (?:are|can))"
_R = r"\$?(?-i:R|r|m)\$?(?![\w])"
UNBIASED = _holds(
    (
        Part(plus=_ESTIMATE, inherited=True),
        Part(
            plus=r"unbiased(?: (?:estimates?|estimators?))?|(?:has|have|with|without|of)? ?(?:no|zero|without) bias|correct in expectation|right on average|exact (?:in expectation|on average|in the mean)",
            minus=r"(?<!un)biased(?: (?:estimates?|estimators?))?|(?:has|have) a (?:small |slight )?bias|wrong on average|(?:has|have) a systematic error",
        ),
        Part(
            plus=rf"(?:for|at|with|whatever|regardless of|already (?:for|at|with)|even (?:for|at|with)|independently of) (?:the )?(?:every|any|each|all|arbitrary|a single|one|single|small|few)? ?(?:(?:number of |value of |choice of )?(?:{_R}|features|frequenc(?:y|ies)|projections?|directions?|draws?|samples?))(?: ?= ?1)?",
            minus=rf"only (?:for|at|with|when|if|as|in the limit|asymptotically)(?: (?:of|very|sufficiently|a|the))* ?(?:large|many|infinitely many|growing|big)? ?(?:{_R}|features|frequencies|projections|number of \w+)?(?: ?(?:→|tends? to|goes? to|is|grows?) ?(?:∞|infinity|large)?)?|only asymptotically|only in the limit(?: of (?:large|many) \S+)?",
        ),
    ),
    "E[cos w·(q − k)] = exp(−‖q − k‖²/(2σ²)), and φ(q)·φ(k) is the mean of R such cosines, for every R", {"R": 1, "E[φ(q)·φ(k)]": "exp(−‖q − k‖²/(2σ²))", "bias": 0},
    scope=_RANDOM, unless=rf"\bif\b|attention|output|quotient|ratio|{_OTHERS}|deviation|variance of",
)  # fmt: skip
SIGN = _holds(
    (
        Part(plus=_ESTIMATE, inherited=False),
        Part(
            plus=r"(?:can|may|could|might|sometimes|occasionally)(?: \w+)?(?: (?:be|become|get|come out|is|are|turn))* negative|(?:is|are) (?:sometimes|occasionally|not always|not necessarily) (?:negative|positive)|need(?:s)? not be (?:positive|non-?negative)|(?:takes?|has|have) (?:on )?negative values|(?:do|does)(?: not|n['’]t) inherit (?:the |its )?(?:positivity|sign)[^,.;]*|los(?:e|es|ing) (?:the |its )?positivity",
            minus=r"(?:is|are|stays?|remains?|always|also|again|therefore|thus)+ (?:always |therefore |thus |also |never |all )*(?:positive(?! (?:semi)?definite)|non-?negative)|never (?:be |become |get )?negative|cannot (?:be|become) negative|inherits? (?:the |its )?(?:positivity|sign)(?: of (?:the )?(?:gaussian )?kernel)?|positive like (?:the )?(?:gaussian )?kernel",
        ),
    ),
    "it is a mean of cosines of w·(q − k), which can be negative", {"R": 1, "w·(q − k)": "π", "φ(q)·φ(k)": -1},
    scope=_RANDOM, unless=rf"\bif\b|{_OTHERS}|variance|bias|on average positive|denominator|output",
)  # fmt: skip
COSINES = _holds(
    (
        Part(plus=rf"(?:the )?(?:inner|dot|scalar) products?(?: of (?:the |two )*(?:such |random )?(?:feature )?(?:features|vectors))?|{_ESTIMATE}", inherited=True),
        Part(plus=r"(?:is|are|equals?|becomes?|gives?|as)(?: (?:exactly|just|nothing but|the|an?|simply|then|precisely))*"),
        Part(
            plus=r"(?:average|mean)(?: (?:over|of) (?:the |all )?(?:R )?(?:frequencies|directions|projections))?(?: of)?(?: the)?(?: R)? cosines?(?: of)? \$?\(?\\?(?:w|ω|omega)(?:_\w|ᵣ)?(?:\^\\top ?|\^T|ᵀ|·|\\cdot ?)\(?\w ?[-−] ?\w\)?\)?\$?|(?:average|mean) of (?:the )?cosines of the (?:projected )?differences?",
            minus=r"(?:average|mean)(?: (?:over|of) (?:the |all )?(?:R )?(?:frequencies|directions|projections))?(?: of)?(?: the)?(?: R)? (?:cosines?(?: of)? \$?\(?\\?(?:w|ω|omega)(?:_\w|ᵣ)?(?:\^\\top ?|\^T|ᵀ|·|\\cdot ?)\(?\w ?\+ ?\w\)?\)?\$?|sines?(?: of)? [^,.;]{3,30})|(?:average|mean) of (?:the )?cosines of the (?:projected )?sums?|sum of (?:the )?(?:R )?cosines(?: of [^,.;]{3,20})?",
        ),
    ),
    "sin a sin b + cos a cos b = cos(a − b), so φ(q)·φ(k) is the mean of cos w·(q − k) over the frequencies", {"w·q": 1, "w·k": 0.5, "φ(q)·φ(k)": "cos 0.5 = 0.878", "cos 1.5": 0.071},
    scope=_RANDOM, unless=rf"\bif\b|{_OTHERS}|expectation|phase",
)  # fmt: skip
SAME_W = _holds(
    (
        Part(plus=rf"{_ALL}(?:quer(?:y|ies) and (?:the )?keys?|keys? and (?:the )?quer(?:y|ies)|\$?q\$? and \$?k\$?|both(?= (?:must|have|need|should|may|can|are|get|use|share)))|both sides"),
        Part(
            plus=r"(?:the same|one and the same|a common|one common|a single|identical|shared?)(?: (?:random|matrix|projection|of))* ?(?:\$?W\$?|projections?|frequenc(?:y|ies)|directions?|draws?|matri(?:x|ces)|feature map|sample)(?: \$?W\$?)?|(?:share|shares) (?:the |their )?(?:\$?W\$?|projections?|frequenc(?:y|ies)|directions?)",
            minus=r"(?:(?:two |an? |their |its )*(?:different|independent|separate|own|individual|fresh|distinct)|independently drawn|two)(?: (?:random|projection|drawn))* ?(?:\$?W\$?(?:['’]s)?|projections?|frequenc(?:y|ies)|directions?|draws?|matri(?:x|ces)|samples?)(?: \$?W\$?)?",
        ),
        Part(plus=r"(?:must|have to|has to|need|needs|should|may|can|are|is|be|get|gets|use|uses|share|with|by|projected|mapped|could|do)(?: (?:be|also|well|just|to|use|projected|mapped|have|with|by|get))*"),
    ),
    "φ(q)·φ(k) is a mean of cos w·(q − k) only if the same w stands in both; with independent draws its expectation is another", {"q = k, ‖q‖ = σ": True, "kernel": 1, "expectation with two draws": 0.3679},
    scope=_RANDOM, unless=rf"\bif\b|would|wrong|{_OTHERS}|W_Q|W_K|weight matri",
)  # fmt: skip
ONE_DRAW = _holds(
    (
        Part(plus=r"(?:(?:the|a|an|its|of) )*(?:\$?W\$?|(?:random )*(?:frequenc(?:y|ies)|projections?|directions?)|(?:projection|random) matrix)(?: \$?W\$?)?"),
        Part(
            plus=r"(?:(?:is|are|be) )?(?:drawn|sampled|chosen)(?: (?:only|just|at random|randomly))* once(?: and (?:then )?(?:for all|kept|reused|shared|fixed|stays?[^,.;]*|held[^,.;]*))*|(?:stays?|remains?|kept|held|is|are) (?:the same|fixed|shared)(?: (?:for|over|across) (?:all|every) \w+)?",
            minus=r"(?:(?:is|are|be) )?(?:re-?drawn|re-?sampled|drawn (?:again|anew|afresh)|sampled (?:again|anew)|new|fresh)(?: (?:for|at|per|with) (?:each|every) (?:new )?(?:token|query|key|position|step|vector|input))?|(?:new|fresh) (?:ones|frequencies|draws?|projections?)(?: (?:is|are) (?:drawn|sampled))?",
        ),
        Part(plus=r"(?:for|at|per|with) (?:each|every|all)(?: (?:new|single|the|of the))* (?:tokens?|quer(?:y|ies)(?: and keys)?|keys?|positions?|steps?|vectors?|inputs?)|once|fixed|kept|shared|per token"),
    ),
    "one draw of W serves all tokens: with another W a query's and a key's features no longer give the kernel", {"q = k, ‖q‖ = σ": True, "kernel": 1, "expectation with two draws": 0.3679},
    scope=_RANDOM, unless=rf"\bif\b|would|layer|head|epoch|training step|batch|{_OTHERS}|between runs|seed", reads_if=True,
)  # fmt: skip
UNTRAINED = _holds(
    (
        Part(plus=rf"{_ALL}(?:random )?(?:\$?W\$?|frequenc(?:y|ies)|projections?(?: matrix)?|directions?)"),
        Part(
            plus=r"(?:is|are|gets?|be)? ?(?:never|not|no longer)(?: (?:be|being|itself|at all))* ?(?:trained|learned|learnt|updated|optimi[sz]ed|(?:a )?(?:trainable )?parameters?)|(?:is|are) (?:no|not) (?:trainable |learnable )?parameters?|(?:stays?|remains?) (?:fixed|frozen|as (?:it|they) (?:is|was|are|were) drawn)|(?:receives?|gets?) no gradients?",
            minus=r"(?:is|are|gets?|must be|have to be|has to be)(?: (?:jointly|then|also|later))* (?:trained|learned|learnt|updated|optimi[sz]ed)(?: (?:by|with|together|during)[^,.;]*)?|(?:is|are) (?:a )?(?:trainable|learnable)(?: parameters?)?",
        ),
    ),
    "W is drawn once at random and is no parameter that is trained", {"W": "rows from N(0, I/σ²)"},
    scope=_RANDOM, unless=rf"\bif\b|would|could|W_Q|W_K|quer|\bkeys?\b|values?\b|probe|network|{_OTHERS}",
)  # fmt: skip
RATIO = _holds(
    (
        Part(plus=rf"{_ALL}(?:(?:random[- ]feature|approximate[d]?|estimated|resulting|normali[sz]ed) )*(?:attention(?: outputs?| estimates?| itself)?|outputs?|quotients?|ratios?)(?: itself)?(?: of (?:the |two |both )*(?:unbiased )?(?:estimat\w+|sums))?"),
        Part(plus=r"(?<!un)biased(?: (?:estimates?|estimators?))?|(?:not|no longer|never|in general not) unbiased|(?:has|have|with) (?:a )?(?:small )?bias", minus=r"(?:(?:is|are|also|too|still|again|therefore|thus|hence|remains?) )*(?<!not )(?<!no longer )unbiased(?: (?:estimates?|estimators?))?(?: too| as well| again)?|(?:has|have|with|without) (?:no )?bias"),
    ),
    "a quotient of unbiased estimates is not unbiased: E[A/B] is not E[A]/E[B]", {"A": 1, "B": "1/2 or 3/2, each with probability 1/2", "E[A]/E[B]": 1, "E[A/B]": "4/3"},
    scope=_RANDOM, unless=rf"\bif\b|asymptotic|numerator and|numerator alone|kernel estimate is|estimate of the kernel is|{_OTHERS}|each|limit|almost|nearly|approximately|both (?:sums|parts)|less (?:and less )?biased|bias (?:shrinks|falls|vanishes|decreases)",
)  # fmt: skip
CONSISTENT = _holds(
    (
        Part(plus=rf"{_ALL}(?:random[- ]feature |approximate[d]? |estimated )*(?:attention(?: outputs?)?|outputs?|result|approximation|estimates?|quotient)"),
        Part(plus=rf"(?:as|when|for|if|with|in the limit(?: of)?) (?:{_R}|the number of (?:features|frequencies|projections)) ?(?:grows|increases|→ ?∞|tends to infinity|goes to infinity|\\to ?\\infty)|in the limit of (?:infinitely )?many (?:features|frequencies|projections)|with more and more (?:features|frequencies)"),
        Part(
            plus=r"(?:converges?|tends?|goes?|approach(?:es)?|becomes?|recovers?|equals?)(?: (?:to|towards|that of|the|exact|true|with probability one))* ?(?:softmax attention|softmax(?: one)?|exact(?: one| value| attention)?|(?:gaussian )?kernel|true (?:value|one))",
            minus=r"(?:does|do)(?: not|n['’]t) (?:converge|tend|approach)(?: to)?(?: the)?(?: exact| true)?[^,.;]{0,30}|(?:a )?bias (?:remains|stays)",
        ),
    ),
    "numerator and denominator converge to their expectations as R grows, and so does their quotient", {"R": "→ ∞"},
    scope=_RANDOM, unless=_OTHERS, reads_if=True,
)  # fmt: skip
ONE_FEATURE = _holds(
    (
        Part(plus=r"(?:\$?\\?(?:√|sqrt)\W{0,3}2/R\W{0,3} ?\\?[,;]?\\?cos[^,.;]{3,30}\+ ?b\W{0,3}|(?:a |the |one )*(?:cosine|cos) (?:with|and) (?:a )?(?:random )?(?:phase|shift|offset)(?: \$?b\$?)?|(?:the )?(?:random[- ]phase|phase[- ]shift(?:ed)?|second|phase) (?:features?|map|version|variant))"),
        Part(plus=r"(?:has|have|gives?|needs?|there is|is|yields?|one gets|with|you have|takes?)"),
        Part(plus=r"(?:only |just )*(?:one|a single|1|R) (?:features?|entr(?:y|ies)|cosines?|coordinates?)(?: (?:per|for each|for every|a|each) (?:frequency|row(?: of W)?|projection|direction))?(?: in all| altogether)?", minus=r"(?:two|2|2R) (?:features?|entries|coordinates)(?: (?:per|for each|for every|a) (?:frequency|row(?: of W)?|projection|direction))?"),
    ),
    "with a random phase each frequency gives one feature, with sine and cosine two", {"R": 3, "√(2/R)·cos(Wx + b)": "3 entries", "√(1/R)·[sin Wx, cos Wx]": "6 entries"},
    scope=_RANDOM, unless=r"\bif\b|variance|noise",
)  # fmt: skip

_FAR = r"(?:for |at |as |when |if )?(?:(?:very |the )*(?:distant|remote|far[- ]apart|far)(?: \$?(?:q|x)\$?(?:,| and) ?\$?(?:k|y)\$?| (?:points?|pairs?|vectors?|arguments?|apart))*|(?:points|pairs|vectors|arguments|q and k) (?:that are )?(?:far|very far) (?:apart|away|from each other)|(?:the )?distances? (?:(?:is|are|gets?|becomes?|grows?|tends? to|goes? to) ?)+(?:large|infinity|∞|\\infty)?|large distances?|\$?(?:\\?\||‖|\\lVert)[^$,.;]{1,14}(?:\\?\||‖|\\rVert) ?(?:→|\\to|tends to|goes to) ?(?:∞|\\infty|infinity)\$?)"
_IS_ABOUT = r"(?:[^,.;]{0,40}? )?(?:is|are|of|has|close to|near|about|approximately|approaches|tends to|goes to|→|\\to|reaches|settles at)(?: (?:then|close to|near|about|approximately|roughly|nearly|almost|to|at|the value))* "
FAR_VARIANCE = _holds(
    (
        Part(plus=_FAR),
        Part(
            plus=rf"variance{_IS_ABOUT}\$?(?:\\t?d?frac\{{?1\}}?\{{2 ?[Rrm]\}}|1 ?/ ?\(?2 ?[Rrm]\)?|½ ?/ ?[Rrm])\$?(?!\w)",
            minus=rf"variance{_IS_ABOUT}\$?(?:\\t?d?frac\{{?1\}}?\{{?[Rrm]\}}?|1 ?/ ?[Rrm]|2 ?/ ?[Rrm]|0|zero)\$?(?![\w.])",
        ),
    ),
    "the variance (1 − K²)²/(2R) tends to 1/(2R) as the kernel K tends to 0", {"R": 1, "K": [0.5, 0.1, 0], "variance": [0.281, 0.490, 0.5]},
    scope=_RANDOM, unless=rf"{_OTHERS}|phase|single cosine|one cosine|standard deviation", reads_if=True,
)  # fmt: skip
KERNEL_AT = _holds(
    (
        Part(plus=r"(?:(?:the|a|an|any|every) )*(?:gaussian|rbf)(?: kernel)?(?: values?)?|(?:the )?kernel(?: values?)?(?= (?:is|equals|has|takes|becomes))"),
        Part(plus=r"(?:for|at|if|when(?:ever)?|where|with|on) (?:both )?(?:\$?[qx]\$? ?= ?\$?[ky]\$?|(?:\$?q\$? and \$?k\$?|the (?:two )?(?:points|arguments|vectors)|its arguments|query and key|both) (?:coincide|are (?:equal|the same|identical)|agree)|(?:identical|equal|coinciding) (?:points|arguments|vectors)|the diagonal)"),
        Part(
            plus=r"(?:(?:is|are|equals?|has|takes|becomes?|always|then|exactly|reaches|equal|to|the|value|its|maximum) )+\$?(?:1|one)\$?(?![\w./])|(?:is )?(?:largest|maximal|at its (?:largest|maximum))",
            minus=r"(?:(?:is|are|equals?|has|takes|becomes?|always|then|exactly|equal|to|the|value) )+\$?(?:0|zero)\$?(?![\w./])|vanishes|(?:is )?(?:smallest|minimal|at its (?:smallest|minimum))",
        ),
    ),
    "exp(−‖q − k‖²/(2σ²)) is 1 at q = k, its largest value", {"q = k": True, "kernel": 1},
    scope=r"gauss|\bRBF\b", unless=r"variance|error|estimat|polynomial|exp\(q|softmax kernel", reads_if=True,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    FAR_VARIANCE, KERNEL_AT, SMOOTHER, STOCHASTIC, DENOMINATOR, SCALING, UNIFORM, POSITIVE, APART, UNBIASED, SIGN, COSINES, SAME_W, ONE_DRAW, UNTRAINED, RATIO, CONSISTENT, ONE_FEATURE,
)  # fmt: skip

__all__ = ["THESES"]
