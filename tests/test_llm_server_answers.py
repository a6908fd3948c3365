"""What a real model server makes of whole answers, beside the same model in this process."""

from dataclasses import replace

import pytest
from model_process import PATIENCE, servers
from model_server import generator_of

from citeglot.models import find_model, require_model
from citeglot.settings import load_settings

pytestmark = pytest.mark.scale

ASKED = {
    "de": "In welcher Stadt trafen sich Rajnath Singh und Kihara Minoru?",
    "en": 'By what year does India want to achieve its "Viksit Bharat" vision?',
    "hi": "भारत किस साल तक “विकसित भारत” का सपना पूरा करना चाहता है?",
    "ja": "ニューデリーでラージナート・シン国防相と会談した日本の大臣は誰ですか。",
    "no": "Hvilken japansk minister møtte Rajnath Singh i New Delhi?",
}


class Patient:
    """A generator that has time, and the same context as another one."""

    def __init__(self, generator, context):
        self._generator, self.context_tokens = generator, context

    def __getattr__(self, name):
        return getattr(self._generator, name)

    def stream(self, turns, limits):
        return self._generator.stream(turns, replace(limits, seconds=PATIENCE))


@pytest.fixture(scope="module")
def answering(five_articles_index, tmp_path_factory):
    """What answers a question over the five articles with the default model: in this process, and by a server."""
    from citeglot.chatbot import Chatbot
    from citeglot.embedding import load_embedder
    from citeglot.index import open_index
    from citeglot.llm_llamacpp import load_generator

    settings = replace(load_settings(), index=five_articles_index)
    ours, model = load_generator(settings), find_model(settings.language_model)
    many = ours.context_tokens
    options = [require_model(model, settings.models), "--n_ctx", str(many), "--logits_all", "false"]
    with servers(tmp_path_factory.mktemp("answering"), options) as [server]:
        embedder, index = load_embedder(settings), open_index(five_articles_index)
        both = (Patient(one, many) for one in (ours, generator_of(server)))
        yield [Chatbot(settings, index, embedder, one) for one in both]


@pytest.mark.parametrize("language", ASKED)
def test_a_server_answers_as_in_process(answering, language):
    """At temperature 0, with kind, text and citations; both are printed where they differ."""
    answers = [[*one.ask(ASKED[language])][-1] for one in answering]
    ours, theirs = ((one.kind, one.text, [cited.quote for cited in one.citations]) for one in answers)
    print(f"\n{language}: {ours}")
    if ours != theirs:
        print(f"{language}, OTHERWISE by the server: {theirs}")
    assert not any(one.notices for one in answers) and ours[0] != "refusal"
    assert theirs == ours
