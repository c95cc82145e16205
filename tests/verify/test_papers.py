# ruff: noqa: E501 -- a row of the table stays on one line
"""What the papers did and say, in other words: right wordings, a wrong variant of each, and sentences that mean something else."""

from __future__ import annotations

import pytest

from grader.verify.claim import Claim, Ruling
from grader.verify.examine import examine
from grader.verify.networks.known import of_networks, stated, val_by_dimension, val_by_images
from grader.verify.reading.document import read_text
from reference.facts import FACTS, fact

FACENET = "FaceNet learns an embedding with a triplet loss."
DEPTH = "Baldock et al. call it the prediction depth of an example; kNN probes find it."
RIGHT = (
    (FACENET, "The FaceNet authors report that the hardest negatives can lead to a collapsed model."),
    (FACENET, "In the paper, choosing the hardest negatives leads to bad local minima early on."),
    (FACENET, "Hardest negatives cause collapse, so FaceNet takes semi-hard ones."),
    (FACENET, "FaceNet was trained on 100 to 200 million face thumbnails."),
    (FACENET, "The training set has about 200 million images."),
    (FACENET, "The authors train on 200M face thumbnails."),
    (FACENET, "These are faces of about 8 million identities in the training data."),
    (FACENET, "FaceNet's data are of 8M people."),
    (FACENET, "On LFW the accuracy is 98.87 % with a fixed crop."),
    (FACENET, "On LFW it is 99.63% using extra alignment, 98.87% using the fixed center crop."),
    (FACENET, "FaceNet starts with a learning rate of 0.05."),
    (FACENET, "FaceNet maps each face to a 128-dimensional vector."),
    (FACENET, "ResNet-18 uses basic blocks."),
    (FACENET, "ResNet-50 is built from bottleneck blocks, ResNet-34 has basic blocks."),
    (FACENET, "FaceNet: a unified embedding for face recognition and clustering, CVPR 2015."),
    (FACENET, "FaceNet was presented at CVPR 2015 (arXiv:1503.03832)."),
    (FACENET, "Deep residual learning for image recognition, CVPR 2016, arXiv 1512.03385."),
    (FACENET, "Transformers are RNNs, ICML 2020, arXiv 2006.16236."),
    (FACENET, "Random Feature Attention, ICLR 2021, arXiv 2103.02143."),
    (DEPTH, "Baldock, Maennel and Neyshabur, NeurIPS 2021, arXiv 2106.09647."),
    (DEPTH, "The paper appeared at NeurIPS 2021."),
    (DEPTH, "The probes of the paper vote among 30 neighbours."),
    (DEPTH, "For these probes $k$ is 30."),
    (DEPTH, "Baldock et al. study CIFAR-10, CIFAR-100, Fashion MNIST and SVHN."),
    (DEPTH, "The authors train ResNet18, VGG16 and MLPs."),
    (FACENET, "NN3 takes images of 160×160 pixels."),
    (FACENET, "ResNet-18 has 11.7 million parameters."),
)
WRONG = (
    (FACENET, "FaceNet uses only the hardest positive of each anchor."),
    (FACENET, "In FaceNet only the hardest positives are selected."),
    (FACENET, "A batch has 1,800 faces. The hardest positive alone is used."),
    (FACENET, "The FaceNet authors report that the hardest negatives prevent a collapsed model."),
    (FACENET, "In the paper, choosing the hardest negatives avoids bad local minima."),
    (FACENET, "The authors say that mining the hardest negatives guards against collapse."),
    (FACENET, "FaceNet was trained on 10 to 20 million face thumbnails."),
    (FACENET, "The training set has about 8 million images."),
    (FACENET, "The authors train on 2000M face thumbnails."),
    (FACENET, "FaceNet's training faces are of 80M people."),
    (FACENET, "FaceNet's training data show 3 million identities."),
    (FACENET, "On LFW the accuracy is 99.63 % with a fixed crop."),
    (FACENET, "On LFW the accuracy is 98.87 % with extra alignment."),
    (FACENET, "On LFW it is 99.36% using extra alignment."),
    (FACENET, "FaceNet starts with a learning rate of 0.1."),
    (FACENET, "FaceNet maps each face to a 256-dimensional vector."),
    (FACENET, "The authors of FaceNet use mini-batches of about 180 examples."),
    (FACENET, "ResNet-18 uses bottleneck blocks."),
    (FACENET, "ResNet-50 is built from basic blocks."),
    (FACENET, "FaceNet: a unified embedding for face recognition and clustering, CVPR 2016."),
    (FACENET, "FaceNet was presented at ICCV 2015."),
    (FACENET, "FaceNet (arXiv 1503.03823) maps faces to vectors."),
    (FACENET, "Deep residual learning for image recognition, CVPR 2015."),
    (FACENET, "Transformers are RNNs, ICLR 2020."),
    (DEPTH, "Baldock, Maennel and Neyshabur, NeurIPS 2021, arXiv 2106.09746."),
    (DEPTH, "The paper appeared at NeurIPS 2016."),
    (DEPTH, "The probes of Baldock et al. vote among 5 neighbours."),
    (FACENET, "NN3 takes images of 224×224 pixels."),
)
NOT_SAID = (
    (FACENET, "In batch-hard mining only the hardest positive of each anchor is used."),
    (FACENET, "Unlike FaceNet, one could keep only the hardest positive."),
    (
        FACENET,
        "Only the hardest positive is used in `batch_hard_triplet_loss`; the batch-hard loss takes one negative.",
    ),
    (FACENET, "We used only the hardest positives in our version of FaceNet."),
    (FACENET, "Hardest negatives with a warm-up avoid collapse."),
    (FACENET, "We trained FaceNet with mini-batches of about 180 examples."),
    (FACENET, "For example, a mini-batch of 32 images has 496 pairs."),
    (FACENET, "The hold-out test set, disjoint from the training set, has 1 million images."),
    (FACENET, "DeepFace was trained on 4 million face images of 4 thousand identities."),
    (FACENET, "ImageNet has a training set of 1.2 million images."),
    (FACENET, "In our run the training set has 3 million images."),
    (FACENET, "DeepFace reaches 97.35 % on LFW with extra alignment."),
    (FACENET, "We trained with a learning rate of 0.1, unlike FaceNet."),
    (FACENET, "Our FaceNet run used a margin of 0.5."),
    (
        FACENET,
        "In ResNet-50 the basic block is replaced by a bottleneck; ResNet-50 has the basic block replaced.",
    ),
    (FACENET, "Unlike ResNet-18 with bottleneck blocks, which does not exist, it is shallow."),
    (FACENET, "FaceNet was later compared with ResNet (CVPR 2016)."),
    (FACENET, "FaceNet and batch-hard mining (Hermans et al., arXiv 1703.07737)."),
    (FACENET, "FaceNet's loss goes back to Weinberger and Saul, NIPS 2005."),
    (FACENET, "FaceNet adopts the loss of Weinberger et al., NIPS 2005."),
    (
        FACENET,
        "FaceNet (Schroff et al., CVPR 2015) and residual networks (He et al., CVPR 2016) are both deep.",
    ),
    (FACENET, "With its data FaceNet could serve a gallery of 1 million people."),
    (FACENET, "The authors note that skipping the hardest negatives avoids collapsed models."),
    (FACENET, "In the paper, taking semi-hard rather than the hardest negatives prevents collapse."),
    (DEPTH, "Baldock et al. study CIFAR-10 and, in a figure, ImageNet."),
    (FACENET, "He et al., ICCV 2015, is about rectifiers."),
    (FACENET, "FaceNet won no challenge at ICCV 2017."),
    (DEPTH, "Baldock et al. find the result robust: with 5 neighbours it is similar."),
    (DEPTH, "In our notebook the probes vote among 5 neighbours."),
    (DEPTH, "Of the 30 neighbours of this probe 25 neighbours agree."),
    (FACENET, "ResNet-18 with six classes has 11.2 million parameters."),
)


def rulings(before: str, text: str) -> set[Ruling]:
    """The rulings on the text's own claims."""
    claims: tuple[Claim, ...] = examine(read_text(f"{before}\n\n{text}\n"))
    return {claim.ruling for claim in claims if claim.line >= 3}


@pytest.mark.parametrize(("before", "text"), RIGHT, ids=[text for _, text in RIGHT])
def test_what_the_papers_say_is_verified(before: str, text: str) -> None:
    found = rulings(before, text)
    assert Ruling.VERIFIED in found
    assert Ruling.REFUTED not in found


@pytest.mark.parametrize(("before", "text"), WRONG, ids=[text for _, text in WRONG])
def test_what_the_papers_contradict_is_refuted(before: str, text: str) -> None:
    assert Ruling.REFUTED in rulings(before, text)


@pytest.mark.parametrize(("before", "text"), NOT_SAID, ids=[text for _, text in NOT_SAID])
def test_what_speaks_of_something_else_is_not_refuted(before: str, text: str) -> None:
    assert Ruling.REFUTED not in rulings(before, text)


def test_a_table_of_inputs() -> None:
    table = "| network | input |\n|---|---|\n| NN1 | 220×220 |\n| NN4 | 160×160 |\n"
    claims = examine(read_text(f"{FACENET}\n\n{table}"))
    assert [(claim.text, claim.ruling) for claim in claims] == [
        ("220×220", Ruling.VERIFIED),
        ("160×160", Ruling.REFUTED),
    ]


@pytest.mark.parametrize("key", [one.key for one in FACTS])
def test_every_fact_is_the_references(key: str) -> None:
    assert float(stated()[key].low) <= fact(key).value <= float(stated()[key].high)


def test_tables_by_network_dimension_and_images() -> None:
    assert set(of_networks("flops")) >= {"NN1", "NN2", "NN4", "NNS1", "NNS2", "ResNet-50"}
    assert set(of_networks("input")) == {"NN1", "NN2", "NN3", "NN4", "NNS1", "NNS2"}
    assert [float(val) for val in val_by_dimension().values()] == [86.8, 87.9, 87.7, 85.6]
    assert [float(val) for val in val_by_images().values()] == [76.3, 85.1, 85.1, 86.2]
