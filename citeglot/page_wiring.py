"""What happens on the page: which handler answers which event, with what it is given and what it may change."""

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from citeglot.errors import UserError
from citeglot.loading import WAITING_QUESTIONS, ChatbotLoader
from citeglot.page import Reader
from citeglot.page_actions import ask_why, judge, save
from citeglot.page_chat import ChatPage
from citeglot.page_corpus import CorpusPage
from citeglot.page_filters import Narrowing, read_narrowing
from citeglot.page_layout import Parts, lay_out, texts_of
from citeglot.page_parts import Shown, reader_of, tab
from citeglot.page_programs import Programs
from citeglot.settings import Settings

PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
SHORT = {**PRIVATE, "queue": False}  # always answered, however many questions wait
QUESTION = {**PRIVATE, "concurrency_id": "questions", "concurrency_limit": 2 * WAITING_QUESTIONS}
MOST_EVENTS = 200
BOXES = ("languages", "article", "since", "until")
GIVEN = ("conversation", "editing", "find", *BOXES)
Given = dict[str, Any]


class Wiring:
    """Connects the parts of one page; a handler takes what is given by name, and returns what changes by name."""

    def __init__(self, parts: Parts, page: ChatPage) -> None:
        self.parts = parts
        self.page = page
        self.corpus = CorpusPage(page.library)

    def handler(self, work: Callable[[Given, Reader], Shown], *names: str) -> dict[str, Any]:
        """Return `fn`, `inputs` and `outputs` of an event that `work` answers at once."""

        def handle(data: dict[Any, Any], request: gr.Request) -> dict[Any, Any]:
            return self._by_part(work(self._by_name(data), reader_of(request)))

        return {"fn": handle, **self._ends(names)}

    def streaming(self, work: Callable[[Given, Reader], Iterator[Shown]], *names: str) -> dict[str, Any]:
        """Return `fn`, `inputs` and `outputs` of an event that `work` answers bit by bit."""

        def handle(data: dict[Any, Any], request: gr.Request) -> Iterator[dict[Any, Any]]:
            for shown in work(self._by_name(data), reader_of(request)):
                yield self._by_part(shown)

        return {"fn": handle, **self._ends(names)}

    def _ends(self, names: tuple[str, ...]) -> dict[str, Any]:
        outputs = [part for name, part in self.parts.items() if name != "wish"]
        return {"inputs": {self.parts[name] for name in (*GIVEN, *names)}, "outputs": outputs}

    def _by_name(self, data: dict[Any, Any]) -> Given:
        return {name: data[part] for name, part in self.parts.items() if part in data}

    def _by_part(self, shown: Shown) -> dict[Any, Any]:
        changed = {**shown, "tabs": tab(shown["tabs"])} if "tabs" in shown else shown
        return {self.parts[name]: value for name, value in changed.items()} or {self.parts["note"]: gr.skip()}


def narrowing_of(given: Given) -> Narrowing:
    """Return the filters as they stand in their boxes."""
    return read_narrowing(*(given[name] for name in BOXES))


def wire_conversation(wiring: Wiring) -> None:
    """Connect asking, stopping, editing and beginning anew; stopping or clearing cancels the answer under way."""
    page, parts = wiring.page, wiring.parts

    def answer(question: object, given: Given, reader: Reader, editing: bool) -> Iterator[Shown]:
        return page.answer(question, given["conversation"], reader, narrowing_of(given), editing)

    def again(given: Given, reader: Reader) -> Iterator[Shown]:
        earlier = given["conversation"]
        return answer(earlier[-1].question if earlier else "", given, reader, editing=True)

    def example(data: dict[Any, Any], chosen: gr.SelectData, request: gr.Request) -> Iterator[dict[Any, Any]]:
        asking = wiring.streaming(lambda given, reader: answer(chosen.value["text"], given, reader, False))
        yield from asking["fn"](data, request)

    submitted = wiring.streaming(lambda given, reader: answer(given["box"], given, reader, given["editing"]), "box")
    asked = [
        parts["box"].submit(**submitted, **QUESTION),
        parts["again"].click(**wiring.streaming(again), **QUESTION),
        parts["chat"].example_select(**{**wiring.streaming(again), "fn": example}, **QUESTION),
    ]
    stop = wiring.handler(lambda given, reader: page.stop(given["conversation"], narrowing_of(given), reader))
    parts["box"].stop(None, cancels=asked, **SHORT).then(**stop, **SHORT)
    clear = wiring.handler(lambda given, reader: page.clear(reader))
    gr.on([parts["fresh"].click, parts["chat"].clear], **clear, cancels=asked, **SHORT)
    edit = wiring.handler(lambda given, reader: page.edit(given["conversation"], given["editing"], reader))
    parts["edit"].click(**edit, **SHORT)


def wire_actions(wiring: Wiring) -> None:
    """Connect what can be done with an answer: feedback, and keeping it as a file."""
    page, parts = wiring.page, wiring.parts
    folder = page.settings.data
    right = wiring.handler(lambda given, reader: judge(folder, given["conversation"], "right", "", reader))
    wrong = wiring.handler(
        lambda given, reader: judge(folder, given["conversation"], "wrong", given["reason"], reader), "reason"
    )
    parts["right"].click(**right, **SHORT)
    parts["wrong"].click(**wiring.handler(lambda given, reader: ask_why(given["conversation"])), **SHORT)
    gr.on([parts["send"].click, parts["reason"].submit], **wrong, **SHORT)
    kept = wiring.handler(lambda given, reader: save(page.library, given["conversation"], reader))
    parts["save"].click(**kept, **SHORT)


def wire_filters(wiring: Wiring) -> None:
    """Connect the filters: they say at once what they mean, and offer what the index has whenever they are opened."""
    page, parts = wiring.page, wiring.parts
    narrowed = wiring.handler(lambda given, reader: page.narrowed(given["conversation"], narrowing_of(given), reader))
    since, until = parts["since"], parts["until"]
    moments = [since.blur, since.submit, until.blur, until.submit, parts["languages"].change, parts["article"].change]
    gr.on(moments, **narrowed, **SHORT, trigger_mode="always_last")
    offered = wiring.handler(lambda given, reader: page.choices(narrowing_of(given), reader))
    parts["fold"].expand(**offered, **SHORT)
    unfiltered = wiring.handler(lambda given, reader: page.unfiltered(given["conversation"], reader))
    parts["unfiltered"].click(**unfiltered, **SHORT)


def wire_articles(wiring: Wiring) -> None:
    """Connect the articles tab, and the links that lead into it."""
    corpus, parts = wiring.corpus, wiring.parts
    overview = wiring.handler(lambda given, reader: corpus.overview(given["find"], reader))
    parts["articles_tab"].select(**overview, **SHORT)
    parts["find"].change(**overview, **SHORT)
    follow = wiring.handler(lambda given, reader: corpus.follow(given["wish"], given["find"], reader), "wish")
    parts["wish"].change(**follow, **SHORT)


def offer_to_programs(programs: Programs) -> None:
    """Offer `ask` and `search` to programs; what cannot be used comes back as a sentence."""

    def ask(question: str, history: list | None = None, filters: dict | None = None) -> dict[str, Any]:  # type: ignore[type-arg]
        """Answer a question from the articles, each sentence tied to the sentence of an article that it rests on.

        Args:
            question: the question, in any language; the answer is in the same one.
            history: earlier turns of the conversation, [{"role": "user" or "assistant", "text": "..."}].
            filters: any of {"language": "de", "document": "2024-*", "since": "2024-01-31", "until": "2024-12-31"}.
        """
        return told_to_programs(lambda: programs.ask(question, history, filters))

    def search(question: str, k: int = 10, filters: dict | None = None, history: list | None = None) -> dict[str, Any]:  # type: ignore[type-arg]
        """List the passages of the articles that are nearest to a question, whatever languages they are in.

        Args:
            question: the question, in any language.
            k: how many passages, from 1 to 100.
            filters: what narrows the search, as for `ask`.
            history: earlier turns of the conversation, as for `ask`.
        """
        return told_to_programs(lambda: programs.search(question, k, filters, history))

    for offered, name in ((ask, "ask"), (search, "search")):
        gr.api(offered, api_name=name, concurrency_id="questions", concurrency_limit=2 * WAITING_QUESTIONS)


def told_to_programs(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what `work` returns; what a person can mend becomes the error that programs are given."""
    try:
        return work()
    except UserError as problem:
        raise gr.Error(str(problem), print_exception=False) from None


def build_page(loader: ChatbotLoader, settings: Settings) -> gr.Blocks:
    """Return the page; nothing is loaded yet, and its texts come with the first request, in the reader's language."""
    page = ChatPage(loader, settings)
    with gr.Blocks(title="citeglot", analytics_enabled=False, fill_width=True) as blocks:
        wiring = Wiring(lay_out(), page)
        blocks.load(**wiring.handler(lambda given, reader: texts_of(reader)), **SHORT)
        blocks.load(**wiring.handler(lambda given, reader: page.begin(given["kept"], reader), "kept"), **SHORT)
        watch = wiring.handler(lambda given, reader: page.watch(reader))
        wiring.parts["timer"].tick(**watch, **SHORT)
        for wire in (wire_conversation, wire_actions, wire_filters, wire_articles):
            wire(wiring)
        offer_to_programs(Programs(loader, settings.max_question_characters))
    return blocks.queue(max_size=MOST_EVENTS)
