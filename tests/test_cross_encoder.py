"""Question and sentence read together: what is read of each, and that neither company nor order matters."""

import threading
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_bert import LAYERS, PLACES, tiny_bert, tiny_changes, tiny_tokenizer, write_changes

from citeglot import cross_encoder
from citeglot.cross_encoder import BEFORE, FIRST, QUESTION, SENTENCE, TITLE, CrossEncoder, pair_tokens
from citeglot.embedding import SentenceTransformerEmbedder
from citeglot.protocols import InContext
from citeglot.types import Span

IDS = st.lists(st.integers(4, 99), max_size=100)
TEXT = st.lists(st.sampled_from(["ab", "a", "b", "का", "日本", "ø", "x"]), max_size=12).map(" ".join)
SENTENCES = st.lists(st.builds(InContext, TEXT, TEXT, TEXT), max_size=35)


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Make a cross-encoder of a model and changes, by default the tiny ones."""
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = tiny_tokenizer(folder)

    def call(model=None, changes=None):
        path = write_changes(folder / "changes.safetensors", changes or tiny_changes())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cross_encoder, "WEIGHTS", path)
            return CrossEncoder(model or tiny_bert(), tokenizer)

    return call


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Threads that wait for each other take far longer than what so small a model computes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def tiny(make):
    """One that no test changes."""
    return make()


def test_the_order_of_what_is_read():
    """Question, sentence, title, sentence before, each with its separator; without a title, none for it."""
    assert pair_tokens([5, 6], [7, 8], [9], [10]) == cross_encoder.Pair(
        [0, 5, 6, 2, 7, 8, 2, 9, 2, 10, 2],
        [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2],
        [False] * 4 + [True] * 2 + [False] * 5,
    )
    assert pair_tokens([5], [7], [], []).ids == [0, 5, 2, 7, 2, 2]


@given(IDS, IDS, IDS, IDS)
def test_of_each_part_as_much_is_read_as_was_trained_with(question, sentence, title, before):
    """The beginnings of the first three and the end of the sentence before; what is the sentence's is marked."""
    pair = pair_tokens(question, sentence, title, before)
    assert len(pair.ids) == len(pair.roles) == len(pair.inside)
    assert (pair.ids[0], pair.ids[-1]) == (0, 2) and pair.roles == sorted(pair.roles)
    assert [one for one, inside in zip(pair.ids, pair.inside, strict=True) if inside] == sentence[:SENTENCE]
    parts = [[one for one, role in zip(pair.ids, pair.roles, strict=True) if role == of] for of in (0, 1, 2)]
    assert parts[0][1:-1] == question[:QUESTION] and parts[1][:-1] == sentence[:SENTENCE]
    rest = parts[2][: parts[2].index(2)], parts[2][parts[2].index(2) + 1 : -1]
    expected = before[max(0, len(before) - BEFORE) :]
    assert rest == ((title[:TITLE], expected) if title else (expected, []))
    assert all(part.count(2) == 1 for part in parts[:2]) and parts[2].count(2) == 1 + bool(title)


@settings(max_examples=25)
@given(SENTENCES, st.randoms(use_true_random=False))
def test_neither_batch_nor_order_matters(tiny, sentences, random):
    """A sentence has the same logit alone, among others, and wherever it stands among them."""
    together = tiny.logits("ab का?", sentences)
    assert len(together) == len(sentences)
    places = list(range(len(sentences)))
    random.shuffle(places)
    shuffled = tiny.logits("ab का?", [sentences[place] for place in places])
    assert shuffled == pytest.approx([together[place] for place in places], abs=1e-4)
    for place in places[:3]:
        assert tiny.logits("ab का?", [sentences[place]]) == pytest.approx([together[place]], abs=1e-4)


def test_no_sentences_have_no_logits(tiny):
    """And nothing is read."""
    assert tiny.logits("ab?", []) == [] == tiny.logits("", [])


def test_every_part_has_a_say(tiny):
    """Another question, sentence, title or sentence before is another logit, and so is one in another's place."""
    asked, one = "ab ab", InContext("a b", "日本", "ab ø")
    changed = [InContext("a", one.title, one.before), InContext(one.text, "本", one.before)]
    changed += [InContext(one.text, one.title, "ø ab"), InContext(one.text, one.before, one.title), InContext(one.text)]
    found = [
        *tiny.logits(asked, [one, *changed]),
        *tiny.logits("ab", [one]),
        *tiny.logits(one.text, [InContext(asked)]),
    ]
    assert len({round(logit, 4) for logit in found}) == len(found)


@settings(max_examples=25)
@given(TEXT, st.builds(InContext, TEXT.filter(bool), TEXT, TEXT))
def test_the_words_that_answer_are_words_of_the_sentence(tiny, question, sentence):
    """Whole ones, not too many, the same each time, with a likelihood of at most 1."""
    found = tiny.find(question, sentence)
    assert 0 <= found.words.start < found.words.end <= len(sentence.text) and 0 < found.likelihood <= 1
    assert found.words.of(sentence.text) == found.words.of(sentence.text).strip()
    assert found == tiny.find(question, sentence)


def test_the_likeliest_words_are_found(make):
    """Of all first and last tokens, none but together are likelier; a long sentence has words of some tokens only."""
    changes = tiny_changes()
    ends = make(changes=changes | {"places.weight": changes["places.weight"] * 0, "places.bias": torch.zeros(2)})
    found = ends.find("ab?", InContext("ab ab ab"))
    assert found.likelihood == pytest.approx(1 / 9, abs=1e-3)
    assert len(make().find("ab?", InContext("ab " * 70)).words.of("ab " * 70).split()) <= cross_encoder.LONGEST
    assert make().find("ab?", InContext("")).words == Span(0, 0)


@pytest.mark.parametrize("question", ["ab?", "", " \u200d\n"])
@pytest.mark.parametrize("one", [InContext("ab"), InContext(""), InContext("", "ab", ""), InContext("", "", "ab")])
def test_what_is_empty_is_read_too(tiny, question, one):
    """A question, sentence, title or sentence before without a letter: a number, the same beside a longer one."""
    (alone,) = tiny.logits(question, [one])
    beside, _ = tiny.logits(question, [one, InContext("ab " * 50, "ab", "ab")])
    assert alone == pytest.approx(beside, abs=1e-4) and abs(alone) < 1e4


def test_what_is_beyond_the_limits_has_no_say(make):
    """Texts of any length are read as far as the longest that was trained with, and that far they are read."""
    tiny = make(tiny_bert(256))

    def logit(question=QUESTION, sentence=SENTENCE, title=TITLE, before=BEFORE, more=("", "", "", "")):
        asked, text, name, lead = ("ab " * count for count in (question, sentence, title, before))
        (found,) = tiny.logits(asked + more[0], [InContext(text + more[1], name + more[2], more[3] + lead)])
        return found

    whole = logit()
    assert logit(more=("का " * 20_000, "日 " * 20_000, "本 " * 5000, "ø " * 20_000)) == whole
    less = [logit(QUESTION - 1), logit(sentence=SENTENCE - 1), logit(title=TITLE - 1), logit(before=BEFORE - 1)]
    assert whole not in less


def test_lone_surrogates_are_read(tiny):
    """The embedder takes any text, as it does where it embeds."""
    embedder = SimpleNamespace(_lock=threading.Lock(), _cross_encoder=tiny)
    odd = [InContext("ab \ud800", "\udfff", "a\udc00b"), InContext("\ud800")]
    found = SentenceTransformerEmbedder.answer_logits(embedder, "\ud83c ab?", odd)
    plain = [InContext("ab ?", "?", "a?b"), InContext("?")]
    assert found == tiny.logits("? ab?", plain) and not embedder._lock.locked()


def test_the_model_itself_stays_as_it_is(make):
    """Its weights and what it makes of a text are the same before, with and after a cross-encoder over it."""
    model, ids = tiny_bert(), torch.tensor([[0, 7, 5, 6, 2]])

    def outputs():
        with torch.inference_mode():
            return model(input_ids=ids).last_hidden_state

    before, weights = outputs(), {name: one.clone() for name, one in model.state_dict().items()}
    made = make(model)
    assert torch.equal(before, outputs())
    made.logits("ab?", [InContext("ab", "a", "b")] * 3)
    assert torch.equal(before, outputs())
    assert all(torch.equal(one, weights[name]) for name, one in model.state_dict().items())


def test_a_change_is_the_product_that_is_added_to_a_weight(make, tiny):
    """A model whose weights hold the changes already gives the same logits with changes of nothing."""
    changes, model = tiny_changes(), tiny_bert()
    with torch.no_grad():
        for layer in range(FIRST, LAYERS):
            for place in PLACES:
                product = changes[f"{layer}.{place}.b"].float() @ changes[f"{layer}.{place}.a"].float()
                model.encoder.layer[layer].get_submodule(place).weight += product
    nothing = {name: one * 0 if name.endswith((".a", ".b")) else one for name, one in changes.items()}
    sentences = [InContext("ab", "a", "b"), InContext("日本 ø")]
    expected = tiny.logits("ab?", sentences)
    assert make(model, nothing).logits("ab?", sentences) == pytest.approx(expected, abs=1e-3)
    assert make(changes=nothing).logits("ab?", sentences) != pytest.approx(expected, abs=1e-2)


def test_a_smaller_number_type_says_nearly_the_same(make, tiny):
    """In bfloat16, as the embedding model may be loaded."""
    sentences = [InContext("ab"), InContext("日本 ø", "ab"), InContext("का b", "", "a")]
    found, expected = make(tiny_bert().bfloat16()).logits("ab?", sentences), tiny.logits("ab?", sentences)
    assert found == pytest.approx(expected, abs=0.1 * max(map(abs, expected)))
