"""The cross-encoder is trained as it is used: the same weights give the same logits on both sides."""

import pytest
from safetensors.torch import load_file

from citeglot.cross_encoder import WEIGHTS
from citeglot.embedding import load_embedder
from citeglot.settings import load_settings
from eval.training_model import Learner
from eval.training_pairs import Pair
from eval.training_twins import WRITTEN, read_twins

pytestmark = pytest.mark.models


def test_what_was_learnt_is_what_is_used():
    """The shipped weights, taken up to go on learning, say of every sentence what they say when a question is asked."""
    embedder = load_embedder(load_settings())
    learner = Learner(embedder.model[0].auto_model, embedder.model.tokenizer)
    weights = load_file(WEIGHTS)
    learner.take(weights)
    changes = learner.changes()
    assert set(changes) == set(weights) and all(bool((changes[name] == weights[name]).all()) for name in weights)
    one = read_twins(WRITTEN)[0]
    sentences = [report.at(place) for report in one.reports for place in range(len(report.sentences))]
    for question in one.questions[:3]:
        for text in question.asked.values():
            learnt = learner.logits([Pair(text, sentence) for sentence in sentences])
            used = embedder.answer_logits(text, sentences)
            assert learnt == pytest.approx(used, abs=0.5)
