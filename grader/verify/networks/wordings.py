# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Sentences about the papers' methods in their many wordings, right and wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, refuted, verified

WORDINGS: tuple[tuple[str, str, bool, str, str], ...] = (
    # pattern, words needed around it, right, says, source
    (r"22 layers? deep (?:when |if )?(?:counting |count )?(?:only )?(?:the )?layers with (?:parameters|weights)", "NN1|Zeiler|FaceNet", False,
     "the 22 layers of NN1 include pooling and normalisation; 14 carry parameters", "FaceNet, Table 1"),
    (r"22[- ]layers?(?: deep)?\b(?!.{0,30}(?:with|carry) (?:parameters|weights))", "NN1|Zeiler", True, "NN1 has 22 layers", "FaceNet, section 3.3"),
    (r"NN4.{0,80}(?:replac\w+|substitut\w+|swap\w*).{0,20}5\s*\$?(?:×|x|\\times)\s*\$?5.{0,40}3\s*\$?(?:×|x|\\times)\s*\$?3|(?:replac\w+|substitut\w+).{0,25}5\s*\\?(?:×|x|\\times|times)\s*5.{0,30}with.{0,8}3\s*\\?(?:×|x|\\times|times)\s*3", "NN4", False,
     "NN4 has no 5×5 convolutions in its higher layers; they are left out, not replaced by 3×3", "FaceNet, section 3.3"),
    (r"verification accuracy \(?\$?VAL|VAL (?:is|means|stands for|denotes) (?:the )?verification accuracy", "", False,
     "VAL is the validation rate: the share of same-identity pairs accepted at a given false accept rate", "FaceNet, section 4"),
    (r"validation rate \(?\$?VAL|VAL (?:is|means|stands for|denotes) (?:the )?validation rate", "", True, "VAL is the validation rate", "FaceNet, section 4"),
    (r"training data.{0,120}hold-?out test set|amount of training.{0,120}hold-?out", "facenet|VAL|authors", False,
     "the influence of the amount of training data was measured on personal photos", "FaceNet, section 5.5"),
    (r"differences.{0,60}(?:are |is )?(?:statistically )?insignificant(?! beyond)|not statistically significant|statistically insignificant(?! beyond)", "dimension|embedding", True,
     "the paper calls the differences statistically insignificant", "FaceNet, section 5.2"),
    (r"squared (?:L2|L_2|Euclidean|\$L_2\$) distances?", "facenet|triplet|paper", True, "the paper compares squared L2 distances", "FaceNet, section 3.1"),
    (r"all anchor[- –]positive pairs", "", True, "all anchor-positive pairs of a batch are used", "FaceNet, section 3.2"),
    (r"\bkNN\b[^.;:]{0,30}?\bis (?:just |basically |also |essentially |really )?a linear (?:classifier|model|probe|method)\b", "", False,
     "a kNN vote is not linear: with neighbours -1 and 1 of one class and 0 of another no threshold separates them", "by the definition of kNN"),
    (r"\bprobes? (?:have|has) no (?:weights|parameters) to (?:train|learn|fit)|\bkNN\b[^.;]{0,25}\bno training\b", "kNN|probe", True, "a kNN probe stores the features and their labels", "by the definition of kNN"),
    (r"prediction depth (?:needs|requires|wants|assumes|is (?:defined|meant) for) an? (?:unconverged|untrained|under-?trained|early[- ]stopped|half-trained)", "", False,
     "prediction depth is read off a network trained to convergence", "Baldock et al. 2021, section 2"),
    (r"128[- ]?bytes?(?: per face)?", "facenet|embedding|face", True, "a face is stored in 128 bytes", "FaceNet, abstract"),
    (r"(?:embeddings?|outputs?|they).{0,50}(?:unit|L2|\$L_2\$)[- ](?:hyper)?(?:sphere|norm\w*)|unit hypersphere", "facenet|embed|triplet|face", True,
     "the embeddings lie on the unit hypersphere", "FaceNet, section 3.1"),
)  # fmt: skip
COMPILED = tuple(
    (re.compile(pattern, re.I | re.DOTALL), re.compile(needs, re.I), right, says, source)
    for pattern, needs, right, says, source in WORDINGS
)


def wordings(text: str, sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    taken: list[tuple[int, int]] = []
    for pattern, needs, right, says, source in COMPILED:
        found = pattern.search(text)
        if found is None or not needs.search(sentence + " " + about[-400:]):
            continue
        if any(start < found.end() and found.start() < end for start, end in taken):
            continue
        taken.append(found.span())
        ruling = (
            verified(Kind.FACT, f"{says} ({source})", Method.TABLE)
            if right
            else refuted(Kind.FACT, f"{says} ({source})", Method.TABLE, {"table": source, "value": says})
        )
        yield found.start(), found.end(), ruling
