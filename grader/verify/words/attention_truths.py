# ruff: noqa: E501 -- a truth stays on one line
"""What holds of softmax attention, the Gaussian kernel, random features and the causal mask, as truths in words.

Each row names the words that a statement of it has (see `proposition_words`; a slash separates words that do equally
well), whether it holds, the words that may stand beside them, and which of the reasons below says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product

from grader.verify.words.propositions import Truth

REASONS: dict[str, tuple[str, Mapping[str, object]]] = {
    "key stays": ("exp(‖k_j‖²/(2σ²)) differs from key to key, so it weighs the terms and stays", {"values": [0, 1], "kernel of both keys": 1, "key factors": [1, 3], "with the factors": 0.75, "without": 0.5}),
    "scores scaled": ("doubling the scores squares the ratios of the weights", {"scores": [0, "log 3"], "weights": [0.25, 0.75], "doubled": [0.1, 0.9]}),
    "uniform": ("equal scores have equal exponentials, so every weight is 1/N and the output is the mean of the values", {"scores": [2, 2], "weights": [0.5, 0.5]}),
    "temperature": ("scores divided by a growing temperature tend to 0: the weights become equal; divided by one that tends to 0, the largest wins", {"scores": [0, 1], "weights at temperature 100": [0.4975, 0.5025], "at 0.01": [0, 1]}),
    "linear": ("the output is a weighted mean of the values, linear in them; the weights are exponentials of the scores, not linear in queries or keys", {"values": [0, 1], "scores": [0, "log 3"], "output": 0.75, "scores doubled": 0.9, "values doubled": 1.5}),
    "far kernel": ("exp(−d) tends to 0 as d grows", {"‖q − k‖²/(2σ²)": [1, 10], "kernel": [0.3679, 0.00005]}),
    "slower": ("the kernel depends on ‖q − k‖/σ: a larger σ makes it fall more slowly", {"‖q − k‖²": 2, "σ": [1, 2], "kernel": [0.3679, 0.7788]}),
    "closure": ("sums and products of positive semidefinite kernels are positive semidefinite", {"features": "stacked, and multiplied in pairs"}),
    "difference": ("a difference of kernels may have a negative value on the diagonal", {"kernels at x, x": [1, 2], "difference": -1}),
    "masked scores": ("position i sees the keys j ≤ i, its own among them: the scores with j > i are the ones to mask", {"position": 2, "sees": [1, 2], "masked": "from 3 on"}),
    "slopes": ("the derivatives of a softmax are diag(p) − ppᵀ: it maps the vector of ones to 0, and xᵀ(diag(p) − ppᵀ)x is a variance", {"p": [0.5, 0.5], "Jacobian": [[0.25, -0.25], [-0.25, 0.25]], "its rows add up to": [0, 0]}),
    "square": ("a square is never negative", {"q·k": -3, "(q·k + 1)²": 4}),
    "isotropic": ("N(0, I/σ²) is the same law in every orthonormal basis", {"covariance of Ow": "O(I/σ²)Oᵀ = I/σ²"}),
    "not softmax": ("(q·k + 1)² is another similarity than exp(q·k/√D)", {"scores": [0, 1], "softmax": [0.269, 0.731], "with the squares": [0.2, 0.8]}),
    "symmetric product": ("q·k = k·q", {"q": 2, "k": 3, "both": "exp(6)"}),
    "exponential": ("exp(q·k) is the sum of all powers of q·k over their factorials: positive, positive definite, with features of every degree", {"exp(t)": "1 + t + t²/2 + …"}),
    "rows": ("the softmax runs over the keys: each row of QKᵀ, one query over all keys, is normalised and sums to one", {"scores": [[0, 0], ["log 3", 0]], "weights": [[0.5, 0.5], [0.75, 0.25]], "sums of the columns": [1.25, 0.75]}),
    "positive": ("softmax weights are positive and sum to one", {"weights": [0.25, 0.75]}),
    "kernel range": ("exp(−d) with d ≥ 0 lies in (0, 1], and is 1 at d = 0 only", {"q = k": 1, "‖q − k‖² = 2σ²": 0.3679}),
    "front": ("‖q‖² and ‖k‖² are not negative, so exp of them over 2σ² is at least 1", {"‖q‖²/(2σ²)": 1, "factor": 2.7183}),
    "infinite": ("the Gaussian kernel of m distinct points has rank m for every m: no feature map of finite length gives it", {"points": 3, "rank of their kernel matrix": 3, "features needed": "at least as many, for any number of points"}),
    "symmetric": ("‖q − k‖ = ‖k − q‖", {"q": 0, "k": 1, "both": "exp(−1/(2σ²))"}),
    "weights asymmetric": ("each row is divided by its own sum", {"scores": [[0, 0], [0, "log 3"]], "weights": [[0.5, 0.5], [0.25, 0.75]]}),
    "posdef": ("it is the expectation of cos(w·(x − y)), an inner product of features", {"points": 2, "kernel matrix": [[1, 0.5], [0.5, 1]], "eigenvalues": [1.5, 0.5]}),
    "invariant": ("it depends on q − k only", {"q, k": [0, 1], "moved": [5, 6], "both": "exp(−1/(2σ²))"}),
    "not invariant": ("q·k changes when both are moved", {"q, k": [0, 1], "q·k": 0, "moved": [1, 2], "then": 2}),
    "wide": ("‖q − k‖²/(2σ²) tends to 0 as σ grows, so the kernel tends to 1", {"‖q − k‖²": 2, "σ": [1, 10, 100], "kernel": [0.3679, 0.99, 0.9999]}),
    "narrow": ("‖q − k‖²/(2σ²) grows without bound as σ tends to 0, so the kernel of distinct points tends to 0", {"‖q − k‖²": 2, "σ": [1, 0.1], "kernel": [0.3679, 0]}),
    "unbiased": ("E[cos w·(q − k)] = exp(−‖q − k‖²/(2σ²)), and φ(q)·φ(k) is the mean of R such cosines, for every R", {"R": 1, "E[φ(q)·φ(k)]": "exp(−‖q − k‖²/(2σ²))", "bias": 0}),
    "biased": ("a quotient of unbiased estimates is not unbiased: E[A/B] is not E[A]/E[B]", {"A": 1, "B": "1/2 or 3/2, each with probability 1/2", "E[A]/E[B]": 1, "E[A/B]": "4/3"}),
    "consistent": ("numerator and denominator converge to their expectations as R grows, and so does their quotient", {"R": "→ ∞"}),
    "signed": ("it is a mean of cosines of w·(q − k), which can be negative", {"R": 1, "w·(q − k)": "π", "φ(q)·φ(k)": -1}),
    "cosines": ("it is a mean of cosines, which lies between −1 and 1", {"R": 1, "w·(q − k)": [0, "π"], "φ(q)·φ(k)": [1, -1]}),
    "unit": ("sin² + cos² = 1 for each direction, so φ(x)·φ(x) = R/R = 1 whatever is drawn", {"R": 1, "w·x": [0, 1, 2], "φ(x)·φ(x)": [1, 1, 1]}),
    "never exact": ("the variance (1 − K²)²/(2R) is positive for every finite R unless q = k", {"R": 1000, "K": 0.5, "variance": 0.00028125}),
    "exact at same": ("at q = k every cosine is cos 0 = 1", {"φ(x)·φ(x)": 1, "variance": 0}),
    "far": ("the variance (1 − K²)²/(2R) tends to 1/(2R) as K tends to 0, and 0 is its value at K = 1", {"R": 1, "K": [1, 0.5, 0], "variance": [0, 0.28125, 0.5]}),
    "rate": ("the variance of a mean of R independent terms is 1/R of one term's: the standard deviation falls like 1/√R", {"R": "100 times as large", "variance": "100 times smaller", "standard deviation": "10 times smaller"}),
    "frequencies": ("w ~ N(0, I/σ²): the frequencies have standard deviation 1/σ", {"σ": [1, 2], "standard deviation of w": [1, 0.5]}),
    "same W": ("φ(q)·φ(k) is a mean of cos w·(q − k) only if the same w stands in both; with independent draws its expectation is E[cos w·q]·E[cos w·k] + E[sin w·q]·E[sin w·k]", {"q = k, ‖q‖ = σ": True, "kernel": 1, "expectation with two draws": 0.3679}),
    "one draw": ("one draw of W serves all tokens: with another W a query's and a key's features no longer give the kernel", {"q = k, ‖q‖ = σ": True, "kernel": 1, "expectation with two draws": 0.3679}),
    "coordinates": ("the covariance I/σ² is a multiple of the identity: the coordinates are independent with variance 1/σ²", {"covariance of two coordinates": 0}),
    "odd": ("sin(−x) = −sin(x) and cos(−x) = cos(x)", {"sin(1)": 0.8415, "sin(−1)": -0.8415, "cos(±1)": 0.5403}),
    "once": ("the sums over the keys contain no query, so they are computed once for all", {"φ(K)ᵀV": "Σ_j φ(k_j)v_jᵀ"}),
    "normaliser": ("φ(q_i)·Z is one number for each query i", {"shape of φ(Q)Z": "N×1"}),
    "brackets": ("matrix products are associative: the order changes the cost and not the result", {"A, B, C": [2, 3, 4], "(A·B)·C": 24, "A·(B·C)": 24}),
    "prefix": ("S_i is the sum over j ≤ i: it holds the keys 1 to i", {"i": 2, "S_2": "φ(k_1)v_1ᵀ + φ(k_2)v_2ᵀ"}),
    "read after": ("output i sums over j ≤ i, so it reads S_i, which contains token i", {"i": 1, "S_0": 0, "S_1": "φ(k_1)v_1ᵀ"}),
    "first": ("the first query sees the first key only: its weight is 1 and its output v_1", {"weights of row 1": [1], "output 1": "v_1"}),
    "sharper": ("larger scores draw their exponentials apart: the softmax gets sharper, and a higher temperature makes it flatter", {"scores": [0, 1], "weights": [0.269, 0.731], "scores doubled": [0.119, 0.881]}),
    "saturated": ("the derivative of a weight is w·(1 − w), which tends to 0 as w tends to 0 or 1", {"w": [0.5, 0.999], "w·(1 − w)": [0.25, 0.001]}),
    "stable": ("with the row maximum subtracted every exponent is at most 0, and the weights are as before", {"scores": [1000, 1001], "exponents": [-1, 0]}),
    "unstable": ("with the minimum subtracted the exponents are at least 0 and may still overflow", {"scores": [0, 1000], "exponents": [0, 1000]}),
    "scaled by": ("the scores q·k are sums over the D coordinates of a key, and √D is what they are divided by", {"weights": "softmax(QKᵀ/√D)"}),
    "no order": ("attention without positions treats the tokens as a set; a causal mask, or positions, bring in the order", {"permuted tokens": "permuted outputs"}),
    "rank": ("QKᵀ is a product with inner size D, so its rank is at most D; exp acts on each entry and can raise the rank", {"D": 1, "scores": [[0, 0], [0, 1]], "rank of exp of them": 2}),
    "ratio": ("e^a/e^b = e^(a − b)", {"scores": [[0, 1], [5, 6]], "ratio of the weights": "e in both"}),
    "monotone": ("the exponential is increasing: a larger score has the larger weight of its row, and takes from the others", {"scores": [0, 1], "weights": [0.269, 0.731]}),
    "not injective": ("scores that differ by a constant give the same weights", {"scores": [[0, 1], [5, 6]], "weights of both": [0.269, 0.731]}),
    "averaged": ("the weights come from queries and keys, and what they average are the values", {"output": "Σ_j w_ij·v_j"}),
    "values apart": ("the weights are computed from queries and keys only", {"w_ij": "exp(q_i·k_j/√D)/Σ_l exp(q_i·k_l/√D)"}),
    "all keys": ("the denominator of query i is the sum over the keys", {"denominator": "Σ_l exp(q_i·k_l/√D)"}),
    "zero query": ("with equal scores the output is the mean of the values", {"values": [1, 3], "output": 2}),
    "by distance": ("the Gaussian kernel is a function of ‖q − k‖ and of nothing else", {"q, k": [[0, 0], [1, 1]], "q·k": [0, 1], "kernel of both pairs": 1}),
    "by product": ("exp(q·k/√D) is a function of the inner product, which the norms enlarge", {"q = k": [1, 2], "q·k": [1, 4]}),
    "unbounded": ("exp grows without bound with q·k; the Gaussian kernel is at most 1", {"q·k": [1, 10], "exp": [2.718, 22026]}),
    "orthogonal": ("the Gaussian kernel is 1 at q = k only; orthogonal vectors have distance √(‖q‖² + ‖k‖²)", {"q, k": "orthogonal, of length σ", "kernel": 0.3679}),
    "one length": ("for vectors of one length all norm factors are the same and cancel", {"‖q‖ = ‖k‖": 1, "exp(q·k/σ²)": "e^(1/σ²)·G(q, k)"}),
    "full rank": ("the Gaussian kernel is strictly positive definite", {"points": 2, "kernel matrix": [[1, 0.5], [0.5, 1]], "determinant": 0.75}),
    "elu": ("elu(x) + 1 is eˣ for x < 0 and x + 1 from 0 on: positive everywhere", {"x": [-10, 0, 1], "elu(x) + 1": [0.00005, 1, 2]}),
    "elu kernel": ("with elu(x) + 1 the similarity is a sum of products of the features, not the exponential of q·k", {"q = k": 0, "exp(q·k)": 1, "q = k = 1": "exp 2.718, features 4"}),
    "relu": ("relu is 0 for every negative input", {"x": -1, "relu(x)": 0}),
    "positive sum": ("a sum of products of positive numbers is positive; features with signs give no such guarantee", {"φ(q)·φ(k)": "negative for φ(q) = 1, φ(k) = −1"}),
    "never formed": ("φ(K)ᵀV is summed first, so that no N×N matrix appears", {"N, L, M": [1000, 64, 64], "entries of S": 4096}),
    "another kernel": ("linear attention replaces the exponential by φ(q)·φ(k), another similarity unless φ is its (infinite) feature map", {"exp(q·k)": "1 + q·k + …", "(q·k + 1)²": "another value"}),
    "own normaliser": ("the denominator is φ(q_i)·Z: Z is common to all queries, the product is not", {"Z": 2, "φ(q)": [1, 3], "denominators": [2, 6]}),
    "sum of features": ("Z is the sum of the keys' feature vectors, S that of their products with the values", {"Z": "Σ_j φ(k_j)", "S": "Σ_j φ(k_j)v_jᵀ"}),
    "zero square": ("(q·k + 1)² is 0 where q·k = −1", {"q·k": -1, "(q·k + 1)²": 0}),
    "even square": ("(q·k)² is the same for q and −q; (q·k + 1)² is not", {"q·k": 1, "(q·k)²": [1, 1], "(q·k + 1)²": [4, 0]}),
    "weights of the map": ("(q·k + 1)² = 1 + 2·Σ q_a k_a + Σ q_a²k_a² + 2·Σ_{a<b} q_a q_b k_a k_b: linear and mixed features carry √2, the squares and the constant 1", {"D": 1, "φ(x)": "(1, √2·x, x²)", "φ(1)·φ(1)": 4}),
    "stacked": ("the inner product of concatenated vectors is the sum of the inner products", {"[a, b]·[c, d]": "a·c + b·d"}),
    "not learned": ("W is drawn once at random and is no parameter that is trained", {"W": "rows from N(0, I/σ²)"}),
    "shared W": ("both are built from the same W, so they are dependent in general", {"R": 1, "numerator": "Σ_j cos(w·(q − k_j))·v_j", "denominator": "Σ_j cos(w·(q − k_j))"}),
    "own rows": ("the rows of W are independent draws, and so are functions of one row each", {"covariance of two rows": 0}),
    "sums to one": ("each weight is divided by the sum of all: they sum to one whatever their signs", {"weights": [1.5, -0.5], "sum": 1}),
    "small sum": ("a sum of cosines may be close to zero or negative", {"cosines": [0.5, -0.5], "sum": 0}),
    "sine mean": ("the sine is odd and the law of w symmetric: E[sin w·δ] = 0, while E[cos w·δ] = exp(−‖δ‖²/(2σ²))", {"‖δ‖ = σ": True, "E[sin]": 0, "E[cos]": 0.6065}),
    "Bochner": ("Bochner's theorem speaks of continuous shift-invariant positive definite kernels", {"exp(q·k)": "changes when q and k are moved"}),
    "spectrum": ("the Fourier transform of a Gaussian is a Gaussian", {"E[cos w·δ]": "exp(−‖δ‖²/(2σ²)) for w ~ N(0, I/σ²)"}),
    "fixed size": ("S_i and Z_i are sums of matrices of one size: L×M and L×1 at every position", {"N": [10, 1000], "entries of S": "L·M in both"}),
    "cache": ("softmax attention keeps every key and value it has seen", {"tokens": [10, 1000], "rows kept": [10, 1000]}),
    "both sums": ("the output is a quotient: S gives its numerator and Z its denominator", {"o_i": "φ(q_i)ᵀS_i/(φ(q_i)ᵀZ_i)"}),
    "own denominator": ("the denominator at position i sums over j ≤ i, so it differs from position to position", {"i": [1, 2], "terms": [1, 2]}),
    "minus infinity": ("exp(−∞) = 0, while a score of 0 has the weight of exp(0) = 1", {"scores": [0, "−∞"], "weights": [1, 0], "with 0 instead": [0.5, 0.5]}),
    "triangle": ("query i may see the keys j ≤ i: the entries above the diagonal are masked, those on and below it stay", {"N": 3, "entries kept": 6}),
    "diagonal": ("position i sees itself: the diagonal is kept", {"i": 1, "tokens seen": [1]}),
}  # fmt: skip

OF_FEATURES = frozenset({"unbiased", "unit", "cosines", "exact at same"})
NEAR = "@near:"
_SOFT = r"softmax|attention"
_RFA = r"random|\bRFA\b|feature|cosine"
_GAUSS = r"gauss|kernel|\bRBF\b"
_CAUSAL = r"\bcausal|\bmask|\bprefix|running sum|decoder|auto-?regress|j ?(?:≤|\\le)"
# the softmax runs along the rows of QKᵀ, and along the columns where the tokens are those
_ROWS = r"^(?!.*(?:\btokens? (?:are|as) (?:the )?columns|\bcolumns (?:are|as) (?:the )?tokens|\bentry (?:\\?\()?\(?j, ?i\)))(?!.*K\s*(?:\^\s*\{?\\?(?:top|T)\}?|ᵀ|\^T)\s*Q).*(?:softmax|attention)"
_UNMASKED = rf"^(?!.*(?:causal|mask|prefix)).*(?:{_SOFT})"
# where nothing says that the keys are of one length
_FREE_NORMS = f"{NEAR}^(?!.*(?:\\bunit\\b|(?:same|equal|one|constant) (?:norm|length)|normali[sz]e[sd]? (?:the |all |both )*(?:quer|keys|vectors)|keys (?:are|were) (?:all )?normali|all the same))"
_NO_MASK = r"without (?:the |a )?mask|unmasked"
_SQUARE_MAP = r"\+ ?1\) ?(?:\^|²|\$?\^)|quadratic|polynomial"
_IN_KERNEL = r"expan|coefficient of|kernel (?:is|equals)"
# a letter that stands for a squared distance
_OF_DISTANCE = r"@near:(?:θ|τ|ζ|δ|Δ|[tuzs]|\\(?:theta|tau|zeta|delta|Delta))\s*\$?\s*:?=\s*\$?\s*(?:\\[a-z]?frac\{?)?\{?(?:‖|\\\||\|\||\\lVert|\\[a-z]+\{? ?[xq] ?- ?[yk])"
_OTHER_FEATURES = r"positive (?:random )?features|FAVOR|Performer|exp\(\\?(?:w|ω|omega)|e\^\{?\(?\\?(?:mathbf\{?)?(?:w|ω|omega)"

# needs | holds | allows | reason | scope | unless
ROWS: tuple[tuple[str, bool, str, str, str, str], ...] = (
    ("BOTHF BELOW_ONE", False, "ALWAYS", "front", _GAUSS, ""), ("BOTHF ABOVE_ONE", True, "ALWAYS", "front", _GAUSS, ""),
    ("QF BELOW_ONE", False, "ALWAYS CAN", "front", _GAUSS, ""), ("KF BELOW_ONE", False, "ALWAYS CAN", "front", _GAUSS, ""),
    # -- invariance
    ("HOT UNIFORM", True, "SOFTMAX OUTPUT WEIGHTS", "temperature", _SOFT, ""),
    ("OUTPUT LINEAR KEYS/QUERIES", False, "SOFTMAX", "linear", _SOFT, "linear attention|kerneli"),
    # -- normalisation
    ("NORMALISES BY_ROW", True, "SOFTMAX SCORES OUTPUT WEIGHTS OVER_KEYS", "rows", _ROWS, "transpos"),
    ("NORMALISES BY_COLUMN", False, "SOFTMAX SCORES OUTPUT WEIGHTS OVER_QUERIES", "rows", _ROWS, "transpos"),
    ("NORMALISES OVER_KEYS", True, "SOFTMAX SCORES OUTPUT WEIGHTS PER_QUERY", "rows", _SOFT, ""),
    ("NORMALISES OVER_QUERIES", False, "SOFTMAX SCORES OUTPUT WEIGHTS PER_KEY", "rows", _SOFT, ""),
    ("SUM_ONE BY_ROW", True, "WEIGHTS SOFTMAX OUTPUT NEGATIVE ALWAYS", "rows", _ROWS, "transpos|random|unnormali"),
    ("SUM_ONE BY_COLUMN", False, "WEIGHTS SOFTMAX OUTPUT ALWAYS", "rows", _ROWS, "transpos|histogram|unnormali"),
    ("SUM_ONE PER_QUERY", True, "WEIGHTS SOFTMAX OUTPUT ALWAYS", "rows", _SOFT, ""), ("SUM_ONE WEIGHTS OVER_KEYS", True, "SOFTMAX OUTPUT PER_QUERY", "rows", _SOFT, ""),
    ("SUM_ONE SOFTMAX_WEIGHTS OVER_KEYS", True, "PER_QUERY", "rows", _SOFT, ""), ("SUM_ONE SOFTMAX_WEIGHTS OVER_QUERIES", False, "PER_KEY", "rows", _SOFT, ""),
    ("SUM_ONE PER_KEY", False, "WEIGHTS SOFTMAX OUTPUT ALWAYS", "rows", _SOFT, ""), ("SUM_ONE WEIGHTS OVER_QUERIES", False, "SOFTMAX OUTPUT PER_KEY", "rows", _SOFT, ""),
    ("WEIGHTS TRIG NEGATIVE", True, "CAN ALWAYS PER_QUERY", "signed", _SOFT, _OTHER_FEATURES),
    ("WEIGHTS SOFTMAX NEGATIVE", False, "CAN ALWAYS PER_QUERY", "positive", _SOFT, "random|polynomial"),
    ("WEIGHTS PER_QUERY NEGATIVE", False, "CAN ALWAYS SOFTMAX", "positive", "softmax", "random|polynomial|linear"),
    # -- the Gaussian kernel
    ("G IN_0_1", True, "ALWAYS", "kernel range", _GAUSS, ""), ("IN_0_1", True, "ALWAYS G", "kernel range", _GAUSS, "random|weights"),
    ("G IN_M1_1 CHANGE", False, "", "kernel range", "gauss|RBF", ""),
    ("G IS_ONE ONLY_AT_SAME", True, "ALWAYS", "kernel range", _GAUSS, ""), ("G IS_ONE AT_SAME", True, "ALWAYS", "kernel range", _GAUSS, ""),
    ("G ABOVE_ONE ONLY_AT_SAME", False, "IS_ONE", "kernel range", _GAUSS, ""), ("IS_ONE ONLY_AT_SAME", True, "G", "kernel range", "gauss|RBF|kernel", "estimate|polynomial"),
    ("EXACT_MAP INFINITE", True, "G ALWAYS", "infinite", "gauss|RBF", ""), ("FEATURE_MAP G INFINITE", True, "EXACT_MAP", "infinite", "gauss|RBF", "polynomial|approximat"), ("G FALLS WITH_DISTANCE", True, "", "far kernel", "gauss|RBF", "variance|estimate"), ("G GROWS_WITH_DISTANCE", False, "", "far kernel", "gauss|RBF", "variance|estimate"),
    ("G SYMMETRIC", True, "ALWAYS", "symmetric", "gauss|RBF", r"polynomial|matrix"), ("G POSDEF", True, "", "posdef", "gauss|RBF", ""), ("G SHIFT_INVARIANT", True, "ALWAYS ONLY", "invariant", "gauss|RBF", ""),
    ("SIGMA_LARGE G TENDS_ONE", True, "ALWAYS", "wide", _GAUSS, ""), ("SIGMA_LARGE G TENDS_ZERO", False, "ALWAYS", "wide", _GAUSS, "variance"),
    ("SIGMA_SMALL DISTINCT G TENDS_ZERO", True, "", "narrow", _GAUSS, "variance"), ("SIGMA_SMALL DISTINCT G TENDS_ONE", False, "", "narrow", _GAUSS, ""),
    ("G FAR TENDS_ZERO", True, "", "far kernel", _GAUSS, "variance|estimate"), ("G FAR TENDS_ONE", False, "", "far kernel", _GAUSS, "variance|estimate"),
    ("SIGMA_SMALL GRAM IDENTITY", True, "DISTINCT", "narrow", _GAUSS, ""), ("SIGMA_SMALL GRAM ONES", False, "DISTINCT", "narrow", _GAUSS, ""), ("SIGMA_LARGE GRAM ONES", True, "DISTINCT", "wide", _GAUSS, ""), ("SIGMA_LARGE GRAM IDENTITY", False, "DISTINCT", "wide", _GAUSS, ""),
    ("WIDE FASTER G", False, "FALLS WITH_DISTANCE", "slower", _GAUSS, ""),
    ("KERNEL_SUM IS_KERNEL", True, "", "closure", _GAUSS, ""), ("KERNEL_DIFF IS_KERNEL", False, "", "difference", _GAUSS, ""),
    ("POLY NEGATIVE_VALUE", False, "CAN G", "square", "", "even|cubic|third"), ("POLY SHIFT_INVARIANT", False, "G", "not invariant", "", ""), ("POLY_ATTENTION EQUALS_SOFTMAX", False, "", "not softmax", _SOFT, "approx"),
    ("EXPK SHIFT_INVARIANT", False, "ONLY", "not invariant", "", ""), ("EXPK SYMMETRIC", True, "", "symmetric product", "", "matrix"), ("EXPK POSDEF", True, "", "exponential", "", ""), ("EXPK NEGATIVE", False, "CAN ALWAYS", "exponential", "", "random|feature|estimate"),
    ("DROP_ROOT KERNEL_KEPT", False, "ALWAYS", "weights of the map", _SQUARE_MAP + "@near:^(?!.*(?:tensor|outer|kronecker|ordered|flatten|both orders|twice))", ""),
    ("SIMILARITY STRICTLY_POSITIVE", False, "ALWAYS ANYCASE", "zero square", r"@near:\+ ?1\)? ?\)(?:\^|²|\$?\^)", "even|cubic|third|random|cosine|softmax|score|features|entries"),
    ("SIMILARITY/POLY NEGATIVE_VALUE", False, "CAN G ANYCASE PRODUCT_CASE", "square", r"@near:\+ ?1\)? ?\)(?:\^|²|\$?\^)", "even|cubic|third|random|cosine|softmax|score"),
    # -- random features
    ("ROTATED_W CHANGE LAW_W", False, "", "isotropic", "gauss|N\\(0|\\\\mathcal", "given|conditional"),
    ("ONE_VARIANCE FAR IS_HALF", True, "", "far", _RFA, "phase|" + _OTHER_FEATURES), ("ONE_VARIANCE FAR NEAR_ONE/TENDS_ONE/TENDS_ZERO", False, "", "far", _RFA, "phase|" + _OTHER_FEATURES),
    ("ONE_W UNBIASED", True, "G EST REPRODUCES", "unbiased", _RFA, ""), ("EST SHIFT_INVARIANT", True, "ONLY", "cosines", "random", _OTHER_FEATURES), ("VARIANCE SHIFT_INVARIANT", True, "ONLY", "far", _RFA, _OTHER_FEATURES),
    ("EST/EST_PARTS UNBIASED", True, "ANY_R ALWAYS G", "unbiased", _RFA, ""), ("EST/EST_PARTS UNBIASED ONLY_LARGE_R", False, "", "unbiased", _RFA, ""),
    ("EST IS_G IN_EXPECTATION", True, "ANY_R", "unbiased", _RFA, ""),
    ("EST UNBIASED IN_EXPECTATION", True, "ANY_R ALWAYS G", "unbiased", _RFA, ""),
    ("EST_OUTPUT UNBIASED", False, "ANY_R TRIG OUTPUT SOFTMAX", "biased", _RFA, "asymptotic"), ("EST_OUTPUT CONVERGES LIMIT_R", True, "SOFTMAX", "consistent", _RFA, ""),
    ("DENOMINATOR NEGATIVE", True, "CAN TRIG EST", "signed", _RFA, _OTHER_FEATURES + r"|polynomial|relu|elu"),
    ("EST_WEIGHTS NEGATIVE", True, "CAN ALWAYS", "signed", _RFA, _OTHER_FEATURES),
    ("EST IN_M1_1", True, "ALWAYS", "cosines", _RFA, _OTHER_FEATURES), ("EST IN_0_1_CLOSED/IN_0_1", False, "ALWAYS", "signed", "random|cosine", _OTHER_FEATURES), ("EST ABOVE_ONE", False, "CAN ALWAYS", "cosines", "random|cosine", _OTHER_FEATURES),
    ("SELF_PRODUCT IS_ONE", True, "ANY_R", "unit", "random|cos", _OTHER_FEATURES),
    ("SELF_PRODUCT IS_TWO", False, "EVERY_DRAW ANY_R", "unit", "random|cos", _OTHER_FEATURES), ("EST IS_MEAN_COS", True, "", "cosines", "random", _OTHER_FEATURES),
    ("SELF_PRODUCT IS_ONE EVERY_DRAW", True, "ANY_R", "unit", "random|cos", _OTHER_FEATURES), ("SELF_PRODUCT IS_ONE ONLY_EXPECTED", False, "", "unit", "random|cos", _OTHER_FEATURES),
    ("EST IS_EXACT FINITE_R", False, "", "never exact", _RFA, ""), ("EST IS_EXACT AT_SAME", True, "EVERY_DRAW ALWAYS", "exact at same", _RFA, ""), ("EST TENDS G LIMIT_R", True, "", "consistent", _RFA, ""), ("EST IS_EXACT LIMIT_R", True, "ONLY", "consistent", _RFA, ""),
    ("VARIANCE TENDS_ZERO AT_SAME", True, "", "far", _RFA, ""), ("VARIANCE TENDS_ZERO FAR", False, "", "far", _RFA, ""),
    ("VARIANCE AT_SAME HALF_INV_R", False, "", "far", _RFA, ""), ("WIDE HIGH", False, "W", "frequencies", _RFA, r"σ\^?[2²] ?I"),
    ("VARIANCE LARGEST FAR", True, "", "far", _RFA, ""), ("VARIANCE AT_MOST HALF_INV_R", True, "ALWAYS", "far", _RFA, _OTHER_FEATURES),
    ("MORE_R REDUCES VARIANCE/DEVIATION", True, "EST", "rate", _RFA, "train|network"), ("MORE_R FALLS VARIANCE/DEVIATION", True, "EST", "rate", _RFA, "train|network"), ("MORE_R REDUCES BIAS", False, "EST", "unbiased", _RFA, "output|attention|ratio|quotient"), ("MORE_R CHANGE EXPECTATION", False, "EST", "unbiased", _RFA, "output|ratio|quotient"), ("VARIANCE DEPENDS ON_R", True, "", "rate", _RFA, ""),
    ("VARIANCE FALLS INV_R", True, "", "rate", _RFA, "train|network"), ("VARIANCE FALLS INV_SQRT_R", False, "", "rate", _RFA, "train|network"), ("VARIANCE FALLS INV_R2", False, "", "rate", _RFA, "train|network"),
    ("DEVIATION FALLS INV_SQRT_R", True, "", "rate", _RFA, "train|network"), ("DEVIATION FALLS INV_R", False, "", "rate", _RFA, "train|network"), ("DEVIATION FALLS INV_R2", False, "", "rate", _RFA, "train|network"),
    ("Q_AND_K SAME_W", True, "ALWAYS", "same W", _RFA, ""), ("Q_AND_K OWN_W", False, "CAN", "same W", _RFA, ""), ("PER_TOKEN OWN_W", False, "", "one draw", _RFA, ""), ("W FRESH PER_TOKEN", False, "", "one draw", _RFA, ""), ("W ONCE", True, "PER_TOKEN Q_AND_K ALL_TOKENS", "one draw", _RFA, ""),
    ("COORDINATES INDEPENDENT", True, "", "coordinates", _RFA, ""), ("COSINE EVEN", True, "", "odd", "", ""), ("SINE EVEN", False, "", "odd", "", ""),
    # -- sums over the keys
    ("SUMS SAME_FOR_QUERIES", True, "", "once", _UNMASKED, ""), ("SUMS ONCE", True, "SAME_FOR_QUERIES", "once", _UNMASKED, ""),
    ("DENOMINATOR ONE_PER_QUERY", True, "", "normaliser", _SOFT, ""), ("DENOMINATOR ONE_PER_KEY", False, "", "normaliser", _SOFT, ""),
    ("BRACKETS CHANGE RESULT", False, "", "brackets", "", "cost"), ("RESULT DEPENDS BRACKETS", False, "OUTPUT", "brackets", "", "cost"), ("MATMUL ASSOCIATIVE", True, "", "brackets", "", ""), ("BRACKETS CHANGE COST", True, "ONLY", "brackets", "", ""),
    # -- the causal mask
    ("UPDATE_FIRST", True, "", "read after", _CAUSAL, ""),
    ("PREFIX SEES UP_TO_I", True, "ONLY", "prefix", _CAUSAL, ""), ("PREFIX SEES BEFORE_I", False, "ONLY", "prefix", _CAUSAL, ""), ("POSITION READS SUM_NOW", True, "OUTPUT", "read after", _CAUSAL, ""), ("POSITION READS SUM_BEFORE", False, "OUTPUT", "read after", _CAUSAL, ""), ("POSITION NEEDS SUM_BEFORE", False, "OUTPUT", "read after", _CAUSAL, ""),
    ("FIRST_TOKEN NOTHING_TO_SEE", False, "", "first", _CAUSAL, _NO_MASK), ("FIRST_TOKEN IS_V1", True, "", "first", _CAUSAL, _NO_MASK),
    ("FIRST_OUTPUT IS_V1", True, "ALWAYS", "first", _CAUSAL, _NO_MASK), ("DIAGONAL MASKED", False, "", "diagonal", _CAUSAL, ""), ("CAUSAL_WEIGHTS LOWER", True, "", "diagonal", _CAUSAL, ""),
    # -- sharpness, order, sizes
    ("SUMMING BY_ROW IS_ONE", True, "WEIGHTS ALWAYS OUTPUT", "rows", _ROWS, "transpos"), ("SUMMING BY_COLUMN IS_ONE", False, "WEIGHTS ALWAYS OUTPUT", "rows", _ROWS, "transpos"),
    ("LARGE_SCORES SHARPER", True, "OUTPUT WEIGHTS SOFTMAX REPRODUCES TOWARDS", "sharper", _SOFT, ""), ("LARGE_SCORES UNIFORM", False, "OUTPUT WEIGHTS SOFTMAX REPRODUCES TOWARDS", "sharper", _SOFT, ""),
    ("HOT SHARPER", False, "OUTPUT WEIGHTS SOFTMAX REPRODUCES TOWARDS", "sharper", _SOFT, ""), ("LARGE_SCORES SATURATED", True, "OUTPUT WEIGHTS SOFTMAX REPRODUCES TOWARDS", "saturated", _SOFT, ""),
    ("LARGE_SCORES SMALL_GRAD", True, "OUTPUT SOFTMAX TOWARDS", "saturated", "softmax", ""), ("SATURATED SMALL_GRAD", True, "OUTPUT SOFTMAX", "saturated", "softmax", ""),
    ("ROW_MAX NO_OVERFLOW", True, "ADD SCORES BEFORE_SOFTMAX SAME_SHIFT", "stable", _SOFT, ""), ("ROW_MIN NO_OVERFLOW", False, "ADD SCORES BEFORE_SOFTMAX", "unstable", _SOFT, ""),
    ("SCORES DIV_RIGHT", True, "BEFORE_SOFTMAX", "scaled by", _SOFT, ""), ("NO_POSITIONS KNOWS ORDER", False, "SELF_ATT OUTPUT", "no order", _SOFT, "causal|mask"), ("NO_POSITIONS MATTERS ORDER", False, "SELF_ATT OUTPUT", "no order", _SOFT, "causal|mask"),
    ("QKT RANK_D", True, "ALWAYS", "rank", _SOFT, ""), ("A_MATRIX RANK_D", False, "ALWAYS", "rank", "softmax", "linear|feature|kerneli"), ("A_MATRIX SYMMETRIC SAME_QK", False, "ALWAYS OUTPUT", "weights asymmetric", "softmax", "before|exponenti"), ("A_MATRIX SYMMETRIC", False, "ALWAYS OUTPUT", "weights asymmetric", "softmax", "before|exponenti|kernel|gram"),
    ("WEIGHT_RATIO DEPENDS SCORE_DIFF", True, "ONLY", "ratio", _SOFT, ""), ("WEIGHT_RATIO DEPENDS SCORE_SUM", False, "ONLY", "ratio", _SOFT, ""), ("WEIGHT_RATIO SHIFT_INVARIANT BY_SCORES", True, "", "ratio", _SOFT, ""), ("WEIGHT_RATIO VIA_SUM BY_SCORES", False, "", "ratio", _SOFT, ""),
    ("HIGH_SCORE HIGH_WEIGHT", True, "REPRODUCES ALWAYS", "monotone", _SOFT, ""), ("RAISE_SCORE REDUCES OTHER_WEIGHTS", True, "ALWAYS", "monotone", _SOFT, ""), ("RAISE_SCORE CHANGE OTHER_WEIGHTS", True, "", "monotone", _SOFT, ""),
    ("SOFTMAX INJECTIVE", False, "SCORES", "not injective", "softmax", "up to|modulo|centred|centered"), ("OUTPUT CONVEX KEYS/QUERIES", False, "POSITION SOFTMAX ALWAYS BY_ROW", "averaged", _SOFT, ""),
    ("OUTPUT CONVEX", True, "SOFTMAX ALWAYS CAN POSITION BY_ROW ALL_VALUES", "positive", r"@near:^(?!.*(?:random|feature|kernel|linear)).*softmax", ""), ("WEIGHTS DEPENDS VALUES", False, "ONLY", "values apart", _SOFT, ""), ("WEIGHTS CHANGE VALUES", False, "", "values apart", _SOFT, ""),
    ("DENOMINATOR SUMS_OVER KEYS", True, "", "all keys", _SOFT, "causal|mask"), ("DENOMINATOR SUMS_OVER QUERIES/VALUES", False, "", "all keys", _SOFT, ""), ("ALL_EQUAL OUTPUT IS_ZERO", False, "REPRODUCES", "zero query", "softmax", ""),
    ("ALL_EQUAL UNIFORM", True, "WEIGHTS OUTPUT QUERIES POSITION VALUES SOFTMAX REPRODUCES RESULT", "uniform", _SOFT, ""), ("OUTPUT_COORD EXCEED_MAX", False, "CAN ALWAYS", "positive", r"@near:^(?!.*(?:random|feature|kernel|linear)).*(?:softmax|attention)", ""),
    ("WEIGHTS IS_ZERO", False, "CAN ALWAYS SCORE_NEG SOFTMAX ANYCASE", "positive", r"@near:^(?!.*(?:random|feature|kernel|linear|mask|causal|polynomial|relu|sparse)).*softmax", "round|underflow|float|numeric|later|future"), ("SOFTMAX_WEIGHTS IS_ZERO", False, "CAN ALWAYS SCORE_NEG ANYCASE", "positive", r"@near:^(?!.*(?:mask|causal)).*softmax", "round|underflow|float|numeric"),
    ("WEIGHTS NEGATIVE SCORE_NEG", False, "CAN VALUES ENTERS OUTPUT REPRODUCES ALWAYS SOFTMAX", "positive", r"@near:^(?!.*(?:random|feature|polynomial|linear)).*(?:softmax|score)", ""), ("SOFTMAX_WEIGHTS NEGATIVE", False, "SCORE_NEG CAN ALWAYS ANYCASE PER_QUERY", "positive", _SOFT, ""),
    ("WEIGHTS OPEN_0_1", True, "TWO_KEYS SOFTMAX ALWAYS OUTPUT", "positive", r"@near:^(?!.*(?:random|feature|polynomial|linear)).*softmax", ""),
    ("LARGE_SCORES CHANGE", True, "OUTPUT WEIGHTS SOFTMAX BY_ROW PER_QUERY", "scores scaled", _SOFT, ""),
    ("SOFTMAX LINEAR SCORES", False, "", "linear", "softmax", ""), ("LINEAR KEYS/QUERIES", False, "OUTPUT SOFTMAX", "linear", _SOFT, "linear attention|kerneli"), ("OUTPUT LINEAR VALUES", True, "SOFTMAX FIXED_WEIGHTS", "linear", _SOFT, ""),
    ("JACOBIAN SYMMETRIC", True, "ALWAYS SOFTMAX", "slopes", "softmax", ""), ("JACOBIAN FULL_RANK", False, "ALWAYS SOFTMAX", "slopes", "softmax", "restrict|subspace|log"), ("JACOBIAN SEMIDEFINITE", True, "ALWAYS SOFTMAX", "slopes", "softmax", ""), ("JACOBIAN DEFINITE", False, "ALWAYS SOFTMAX", "slopes", "softmax", "restrict|subspace"),
    ("JACOBIAN_ROWS SUM_ZERO", True, "ALWAYS SOFTMAX", "slopes", "softmax", ""), ("JACOBIAN_ROWS SUM_ONE", False, "ALWAYS SOFTMAX", "slopes", "softmax", ""),
    # -- factors and kernels
    ("G ABOVE_ONE", False, "CAN ALWAYS ANYCASE", "kernel range", _GAUSS, _OTHER_FEATURES + r"|\ba kernel\b"), ("G NEGATIVE", False, "CAN FAR AT_SAME ALWAYS ANYCASE ORTHOGONAL", "kernel range", "gauss|RBF|exp", r"polynomial|\+ ?1\)|estimate"), ("G MINUS_ONE", False, "FAR ANYCASE", "kernel range", "gauss|RBF", "estimate"), ("G IS_ZERO", False, "CAN ALWAYS ANYCASE ORTHOGONAL", "kernel range", "gauss|RBF", r"polynomial|\+ ?1\)|estimate|matrix"),
    ("G IS_ONE ORTHOGONAL", False, "", "orthogonal", _GAUSS, "estimate"), ("G AT_SAME IS_ZERO", False, "", "kernel range", _GAUSS, "variance|error"), ("G VIA_DOT/VIA_SUM", False, "ONLY", "by distance", "gauss|RBF", ""), ("EXPK VIA_DOT", True, "ONLY", "by product", "", ""), ("EXPK VIA_SUM/VIA_DISTANCE", False, "ONLY", "by product", "", ""), ("EST VIA_DOT/VIA_SUM", False, "ONLY", "cosines", "random", _OTHER_FEATURES), ("POLY VIA_DOT", True, "ONLY", "not invariant", "", ""),
    ("EXPK UNBOUNDED", True, "CAN", "unbounded", "", "unit|normali"), ("G UNBOUNDED", False, "CAN", "unbounded", "gauss|RBF", "estimate"), ("EXPK ABOVE_ONE", True, "CAN", "unbounded", "", r"unit|normali|-\s*‖|−"), ("SOFTMAX_ATT EQUALS_G", False, "ALWAYS", "key stays", _SOFT + _FREE_NORMS, "random"), ("SOFTMAX_ATT EQUALS_G UNIT_QK", True, "", "one length", _SOFT, "random"), ("ATTENTION_G EQUALS_SOFTMAX UNIT_QK", True, "", "one length", _SOFT, "random"), ("SOFTMAX_ATT EQUALS_G KEYS_SAME_NORM", True, "", "one length", _SOFT, "random"),
    ("WIDE NARROWER G", False, "", "slower", _GAUSS, ""), ("WIDE CLOSE_SIMILAR", False, "", "slower", _GAUSS, ""), ("GRAM FULL_RANK", True, "DISTINCT G", "full rank", "gauss|RBF", "polynomial|duplicate|equal|random"), ("FINITE_MAP EXACT_G", False, "", "infinite", "gauss|RBF", "polynomial|approx"), ("FINITE_MAP REPRODUCES G", False, "", "infinite", "gauss|RBF", "polynomial|approx"), ("EXACT_MAP G INFINITE", True, "UNLIKE", "infinite", _GAUSS, "polynomial|random"), ("EXPK INFINITE", True, "EXACT_MAP FEATURE_MAP REPRODUCES", "exponential", "", "truncat|approx|random"),
    ("G CHANGE MOVED", False, "", "invariant", "gauss|RBF", r"polynomial|\+ ?1\)|exponential"),
    ("ELU NEGATIVE", False, "CAN ALWAYS ANYCASE", "elu", "", "without"), ("ELU IS_ZERO", False, "CAN ALWAYS ANYCASE", "elu", "", "without"), ("RELU IS_ZERO", True, "CAN", "relu", "", "gelu"), ("ELU REPRODUCES EXPK", False, "IS_EXACT", "elu kernel", "", "approx"), ("ELU OTHER_SIMILARITY", True, "", "elu kernel", "", ""), ("POSITIVE_FEATURES DENOMINATOR NEGATIVE", False, "GUARANTEE CAN ALWAYS", "positive sum", "", ""), ("DENOMINATOR NEGATIVE ANY_MAP", True, "CAN", "positive sum", "feature|linear|kernel", "exponential"),
    ("BRACKETS CHANGE", False, "RESULT OUTPUT", "brackets", "", "cost|work|key|token|permut"), ("MATMUL COMMUTATIVE", False, "", "brackets", "", "diagonal|permutation"), ("NNM FORMED", False, "LINATT RF ALWAYS CAN", "never formed", r"@near:linear|kerneli|feature|prefix|running|associativ|φ", "softmax"),
    ("LINATT EQUALS_SOFTMAX", False, "ALWAYS", "another kernel", "", "if|exponential|infinite|expectation"), ("DENOM SAME_FOR_QUERIES", False, "", "own normaliser", _SOFT, ""), ("DENOM/DENOMINATOR SAME_POSITIONS", False, "", "own denominator", _CAUSAL, ""), ("Z_IS KEY_VECTORS", True, "", "sum of features", "", ""), ("Z_IS QUERY_VECTORS/ALL_VALUES", False, "", "sum of features", r"feature|linear|kernel", ""),
    ("POLY STRICTLY_POSITIVE", False, "ALWAYS ANYCASE", "zero square", "", "features|entries"), ("PURE_SQUARE TELLS", False, "CAN", "even square", "", ""), ("POLY TELLS", True, "CAN", "even square", "", ""),
    ("FIRST_ORDER/MIXED CARRIES_ROOT", True, "IN_THE_MAP", "weights of the map", _SQUARE_MAP, _IN_KERNEL), ("FIRST_ORDER/MIXED CARRIES_TWO", False, "IN_THE_MAP", "weights of the map", _SQUARE_MAP, _IN_KERNEL), ("FIRST_ORDER CARRIES_ONE", False, "IN_THE_MAP", "weights of the map", _SQUARE_MAP + "@near:√ ?2|sqrt ?\\{?2", _IN_KERNEL), ("PURE_SQUARES CARRIES_ROOT/CARRIES_TWO", False, "IN_THE_MAP", "weights of the map", _SQUARE_MAP, _IN_KERNEL), ("PURE_SQUARES CARRIES_ONE", True, "IN_THE_MAP", "weights of the map", _SQUARE_MAP, _IN_KERNEL),
    ("CONCATENATED ADDS_KERNELS", True, "", "stacked", "", ""), ("CONCATENATED MULTIPLIES_KERNELS", False, "", "stacked", "", ""),
    # -- random features: estimates, their law and their dependence
    ("EXPECTATION EST IS_G", True, "ANY_R ALWAYS", "unbiased", _RFA, ""), ("EXPECTATION IS_G ANY_R", True, "EST ALWAYS", "unbiased", _RFA, ""), ("EXPECTATION IS_G ONLY_LARGE_R", False, "EST", "unbiased", _RFA, ""), ("EST NEGATIVE", True, "CAN G LIKE_KERNEL TRIG FAR ALWAYS", "signed", _RFA, _OTHER_FEATURES), ("EST ONLY_ON_AVERAGE AT_SAME", False, "", "exact at same", _RFA, _OTHER_FEATURES), ("EST REMAINS AT_SAME", False, "", "exact at same", _RFA, _OTHER_FEATURES),
    ("VARIANCE LARGEST FAR_LETTER", True, "", "far", _RFA + _OF_DISTANCE, ""), ("VARIANCE TENDS HALF_INV_R FAR_LETTER", True, "EST", "far", _RFA + _OF_DISTANCE, ""), ("VARIANCE TENDS INV_R FAR_LETTER", False, "EST", "far", _RFA + _OF_DISTANCE, ""), ("VARIANCE TENDS_ZERO FAR_LETTER", False, "EST", "far", _RFA + _OF_DISTANCE, ""), ("VARIANCE TENDS HALF_INV_R FAR", True, "EST", "far", _RFA, ""), ("VARIANCE TENDS INV_R FAR", False, "EST", "far", _RFA, ""), ("VARIANCE IS_ZERO AT_SAME", True, "EST", "far", _RFA, ""), ("VARIANCE LARGEST AT_SAME", False, "EST", "far", _RFA, ""),
    ("VARIANCE/DEVIATION GROWS_R", False, "EST", "rate", _RFA, "train|network|output"), ("DEVIATION DEPENDS ON_R", True, "EST", "rate", _RFA, ""), ("VARIANCE/DEVIATION TENDS_ZERO FINITE_R", False, "EST", "never exact", _RFA, ""), ("REMAINS FINITE_R/ANY_R", True, "EST", "never exact", _RFA, ""), ("RF EXACT_G", False, "FINITE_R ALWAYS", "never exact", _RFA, "expectation|average|mean|limit|infinitely|→"),
    ("W LEARNED", False, "ONCE ALWAYS", "not learned", "random", "weights? W_|query and key"), ("EST_PARTS/NUMDEN INDEPENDENT", False, "SHARE_W", "shared W", "random|RFA", "means?|does not"), ("ESTIMATES_PAIRS INDEPENDENT", False, "SHARE_W", "shared W", "random|RFA", ""), ("COSINES INDEPENDENT", True, "", "own rows", "random", ""),
    ("EST_WEIGHTS SUM_ONE", True, "ALWAYS PER_QUERY", "sums to one", _RFA, ""), ("DENOMINATOR NEAR_ZERO", True, "CAN TRIG", "small sum", "random|cosine", _OTHER_FEATURES), ("DENOMINATOR IS_ZERO", True, "CAN TRIG", "small sum", "random|cosine", _OTHER_FEATURES + "|exponential"), ("EST_OUTPUT CONVEX", False, "TRIG ALWAYS", "signed", "@near:random|RFA|estimated|φ", _OTHER_FEATURES + "|polynomial|softmax"),
    ("SIN_MEAN IS_ZERO", True, "", "sine mean", "", ""), ("SIN_MEAN IS_G", False, "", "sine mean", "", ""), ("COS_MEAN IS_ZERO", False, "", "sine mean", "gauss|random", ""), ("COS_MEAN IS_G", True, "", "sine mean", "random|gauss", ""), ("BOCHNER NEEDS/APPLIES SHIFT_INVARIANT", True, "G ONLY", "Bochner", "", ""), ("BOCHNER APPLIES ANY_PSD", False, "", "Bochner", "", "shift|translation"), ("BOCHNER APPLIES EXPK", False, "", "Bochner", "", ""), ("BOCHNER APPLIES POLY", False, "", "Bochner", "", ""), ("SPECTRUM IS_GAUSSIAN", True, "G", "spectrum", "gauss", ""),
    # -- the running sums and the mask
    ("STATE GROWS_N", False, "SUMS PREFIX LINATT ALWAYS", "fixed size", "@near:linear|prefix|running|sum|recurr", "cache|softmax attention"), ("LONGER_TEXT STATE_GROWN", False, "", "fixed size", "linear|prefix|running|recurr", "cache|softmax"), ("CACHE GROWS_N", True, "SOFTMAX_ATT", "cache", "", "linear"), ("TOKEN_WORK GROWS_N", False, "LINATT", "fixed size", "@near:linear|prefix|running|recurr|state", "softmax|cache|quadratic"),
    ("ONE_SUM SUFFICES", False, "OUTPUT", "both sums", r"linear|prefix|running|causal|kernel|feature", ""), ("MASKED_SCORES IS_ZERO", True, "AFTER_SOFTMAX", "minus infinity", r"@near:weight|after", "before"), ("SEEN_SCORES SET_INF", False, "BEFORE_SOFTMAX", "masked scores", _CAUSAL, "after|exponentials"), ("MASKED_SCORES SET_INF", True, "BEFORE_SOFTMAX", "minus infinity", _CAUSAL, "after|exponentials"), ("ABOVE_DIAGONAL MASKED", True, "ALWAYS", "triangle", _CAUSAL, "transpos|unmasked"), ("BELOW_DIAGONAL MASKED", False, "ALWAYS", "triangle", _CAUSAL, "transpos|unmasked"), ("A_MATRIX LOWER", True, "", "triangle", _CAUSAL, "transpos|unmasked|without"), ("CAUSAL_WEIGHTS KEEPS_HALF", True, "", "triangle", _CAUSAL, ""),
    ("NEXT_TOKEN REVISITS", False, "LINATT ALWAYS", "fixed size", "@near:linear|prefix|running|recurr|state|S_", "softmax|cache|bidirectional|without"),
    ("LINATT RNN", True, "CAN UNDER_MASK", "fixed size", "", ""), ("UNDER_MASK MATTERS ORDER", True, "", "no order", _CAUSAL, ""),
)  # fmt: skip


def _truths(rows: Sequence[tuple[str, bool, str, str, str, str]]) -> tuple[Truth, ...]:
    return tuple(
        Truth(
            frozenset(names),
            holds,
            *REASONS[reason],
            frozenset(allows.split()),
            re.compile(scope, re.I | re.S) if scope else None,
            re.compile(near, re.I | re.S) if near else None,
            re.compile(unless, re.I) if unless else None,
            reason in OF_FEATURES,
            reason == "unit" and names in {("SELF_PRODUCT", "IS_ONE"), ("SELF_PRODUCT", "IS_TWO")},
        )
        for needs, holds, allows, reason, (scope, near), unless in (
            (*row[:4], _scopes(row[4], row[5]), row[5]) for row in rows
        )
        for names in product(*(word.split("/") for word in needs.split()))
    )


def _scopes(scope: str, unless: str) -> tuple[str, str]:
    """What the text around has to speak of, and what the sentence and the words right before it."""
    far, _, near = scope.partition(NEAR)
    return far, f"^(?!.*(?:{_OTHER_FEATURES})).*(?:{near})" if _OTHER_FEATURES in unless else near


TRUTHS = _truths(ROWS)

__all__ = ["TRUTHS"]
