"""Door 1: the chat page. Wiring and display; importing it loads no model."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr

from citeglot.conversation import Conversation, converse, messages, panel, state_of_models, stopped
from citeglot.errors import UserError
from citeglot.language import clean
from citeglot.loading import ChatbotLoader, load
from citeglot.page import Reader, examples, render_state, render_welcome
from citeglot.page_options import parse_options
from citeglot.page_questions import checked, checked_count, complaint
from citeglot.page_server import serve
from citeglot.page_texts import page_texts, preferred_language
from citeglot.settings import Settings, load_settings
from citeglot.types import Answer

WAITING_QUESTIONS = 16
PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
MODELS = {"concurrency_id": "models", "concurrency_limit": 1}
THEME = gr.themes.Default(primary_hue="teal", secondary_hue="teal", neutral_hue="slate")
Shown = tuple[Any, ...]


class ChatPage:
    """The handlers of the page and of its API: each checks its question, wherever it comes from.

    Handlers of the conversation give chat, panel, question box, note, status and conversation, in this order.
    """

    def __init__(self, loader: ChatbotLoader, settings: Settings) -> None:
        self.loader = loader
        self.limit = settings.max_question_characters

    def greet(self, request: gr.Request) -> Shown:
        """Return the texts of the page in the reader's language, and the status."""
        reader = reader_of(request)
        say = reader.texts
        return (
            say["subtitle"],
            gr.Button(say["new_chat"]),
            gr.Chatbot(label=say["chat_label"], placeholder=render_welcome(reader), examples=examples(reader)),
            gr.Textbox(label=say["question_label"], placeholder=say["question_placeholder"], submit_btn=say["ask"]),
            say["passages_heading"],
            panel((), reader),
            self.status(reader),
        )

    def watch(self, request: gr.Request) -> Shown:
        """Return the status, and the timer, which stops when the models are loaded or cannot be."""
        return self.status(reader_of(request)), gr.Timer(active=not self.loader.is_settled)

    def status(self, reader: Reader) -> gr.Markdown:
        """Return what stands above the conversation: the state of the models where it matters."""
        return shown_or_hidden(state_of_models(self.loader, reader))

    def answer(self, question: str, conversation: Conversation, request: gr.Request) -> Iterator[Shown]:
        """Yield the page as the answer comes to be."""
        reader = reader_of(request)
        reason = complaint(question, self.limit, reader)
        if reason:
            note = shown_or_hidden(render_state(reason))
            yield gr.skip(), gr.skip(), question_box(reader), note, self.status(reader), conversation
            return
        box, note = question_box(reader, busy=True), shown_or_hidden("")
        with closing(converse(clean(question), conversation, self.loader, reader)) as states:
            for conversation in states:
                yield messages(conversation), panel(conversation, reader), box, note, self.status(reader), conversation
                box = note = gr.skip()
        yield gr.skip(), gr.skip(), question_box(reader), gr.skip(), gr.skip(), conversation

    def answer_example(self, chosen: gr.SelectData, conversation: Conversation, request: gr.Request) -> Iterator[Shown]:
        """Answer the example that was clicked."""
        yield from self.answer(chosen.value["text"], conversation, request)

    def answer_again(self, conversation: Conversation, request: gr.Request) -> Iterator[Shown]:
        """Answer the last question once more, in place of what was said."""
        question = conversation[-1].question if conversation else ""
        yield from self.answer(question, conversation[:-1], request)

    def stop(self, conversation: Conversation, request: gr.Request) -> Shown:
        """Return the page after a stop; what was written so far stays."""
        reader = reader_of(request)
        now = stopped(conversation, reader)
        note = shown_or_hidden("")
        return messages(now), panel(now, reader), question_box(reader), note, self.status(reader), now

    def clear(self, request: gr.Request) -> Shown:
        """Return the page of a new conversation."""
        return self.stop((), request)

    def ask(self, question: str) -> dict[str, Any]:
        """Answer a question: kind, answer, sentences, citations, passages, confidence, timings, models."""
        try:
            *_, answer = self.loader.ready().ask(checked(question, self.limit))
        except UserError as problem:
            raise gr.Error(str(problem), print_exception=False) from None
        assert isinstance(answer, Answer)
        return answer.to_json()

    def search(self, question: str, k: int = 10) -> dict[str, Any]:
        """List the k passages nearest to a question."""
        try:
            return self.loader.ready().search(checked(question, self.limit), checked_count(k)).to_json()
        except UserError as problem:
            raise gr.Error(str(problem), print_exception=False) from None


def reader_of(request: gr.Request) -> Reader:
    """Return the reader whom a request comes from, by the first language of the browser."""
    language = preferred_language(request.headers.get("accept-language"))
    return Reader(language, page_texts()[language])


def shown_or_hidden(html: str) -> gr.Markdown:
    """Return a place of the page that is there only while it has something to say."""
    return gr.Markdown(html, visible=bool(html))


def question_box(reader: Reader, busy: bool = False) -> gr.Textbox:
    """Return the box as it waits for a question, or, emptied, as it offers to stop."""
    if busy:
        return gr.Textbox(value="", submit_btn=False, stop_btn=reader.texts["stop"])
    return gr.Textbox(submit_btn=reader.texts["ask"], stop_btn=False)


def build_page(loader: ChatbotLoader, settings: Settings) -> gr.Blocks:
    """Return the page; nothing is loaded yet, and its texts come with the first request, in the reader's language."""
    page = ChatPage(loader, settings)
    with gr.Blocks(title="citeglot", analytics_enabled=False, fill_width=True) as blocks:
        conversation, timer = gr.State(()), gr.Timer(0.5)
        with gr.Row(elem_classes="cg-top"):
            gr.Markdown("# citeglot", elem_classes="cg-name")
            subtitle = gr.Markdown(elem_classes="cg-subtitle")
            fresh = gr.Button("", size="sm", elem_classes="cg-new")
        status = gr.Markdown(visible=False, latex_delimiters=[], elem_id="cg-status")
        with gr.Row():
            with gr.Column(scale=11, min_width=280):
                chat = gr.Chatbot(
                    show_label=False, buttons=[], latex_delimiters=[], allow_tags=False, elem_id="cg-chat"
                )
                note = gr.Markdown(visible=False, latex_delimiters=[], elem_id="cg-note")
                box = gr.Textbox(show_label=False, max_lines=6, autofocus=True, elem_id="cg-box")
            with gr.Column(scale=9, min_width=280):
                heading = gr.Markdown(elem_classes="cg-panel-heading")
                evidence = gr.Markdown(latex_delimiters=[], elem_id="cg-panel")
        blocks.load(page.greet, None, [subtitle, fresh, chat, box, heading, evidence, status], **PRIVATE)
        timer.tick(page.watch, None, [status, timer], **PRIVATE)
        connect(page, chat, box, fresh, [chat, evidence, box, note, status, conversation])
        gr.api(page.ask, api_name="ask", **MODELS)
        gr.api(page.search, api_name="search", **MODELS)
    return blocks.queue(max_size=WAITING_QUESTIONS)


def connect(page: ChatPage, chat: gr.Chatbot, box: gr.Textbox, fresh: gr.Button, shown: list[Any]) -> None:
    """Wire the conversation; stopping or clearing it cancels the answer that is under way."""
    conversation = shown[-1]
    asked = [
        box.submit(page.answer, [box, conversation], shown, **PRIVATE, **MODELS),
        chat.example_select(page.answer_example, [conversation], shown, **PRIVATE, **MODELS),
        chat.retry(page.answer_again, [conversation], shown, **PRIVATE, **MODELS),
    ]
    box.stop(None, cancels=asked, **PRIVATE).then(page.stop, [conversation], shown, **PRIVATE)
    gr.on([fresh.click, chat.clear], page.clear, None, shown, cancels=asked, **PRIVATE)


def main(arguments: Sequence[str]) -> int:
    """Put the page up at once, load the models beside it, and serve until interrupted; return the exit code."""
    try:
        options = parse_options(arguments)
        settings = load_settings()
        settings = replace(settings, index=options.index or settings.index)
        loader = ChatbotLoader(lambda: load(settings))
        blocks = build_page(loader, settings)
        loader.start()
        url = serve(partial(blocks.launch, theme=THEME), options.host, options.port)
        print(f"The chat page is at {url} (Ctrl+C ends it)", flush=True)
    except UserError as problem:
        print(f"app.py: {problem}", file=sys.stderr)
        return problem.exit_code
    blocks.block_thread()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
