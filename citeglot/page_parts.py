"""Parts of the page as handlers change them: boxes, rows and folds by their states."""

from typing import TYPE_CHECKING, Any

import gradio as gr

from citeglot.page import Reader
from citeglot.page_filters import NOTHING, Narrowing, article_choices, describe, language_choices
from citeglot.page_texts import page_texts, preferred_language

if TYPE_CHECKING:
    from citeglot.generation import Generation  # brings the search library, which the page does not wait for

Shown = dict[str, Any]


def reader_of(request: gr.Request) -> Reader:
    """Return the reader whom a request comes from, by the first language of the browser."""
    language = preferred_language(request.headers.get("accept-language"))
    return Reader(language, page_texts()[language])


def told(html: str) -> gr.Markdown:
    """Return a place of the page that is there only while it has something to say."""
    return gr.Markdown(html, visible=bool(html))


def typed(text: str) -> gr.Textbox:
    """Return a box with this text in it."""
    return gr.Textbox(text)


def row(visible: bool) -> gr.Row:
    """Return a row of the page that is there or not."""
    return gr.Row(visible=visible)


def filter_fold(narrowing: Narrowing, generation: "Generation | None", reader: Reader) -> gr.Accordion:
    """Return the fold of the filters, named after what is chosen, as open as it was."""
    classes = [] if narrowing == NOTHING else ["cg-active"]
    return gr.Accordion(label=describe(narrowing, generation, reader), elem_classes=classes)


def tab(name: str) -> gr.Tabs:
    """Return the tabs with this one in front."""
    return gr.Tabs(selected=name)


def watching(active: bool) -> gr.Timer:
    """Return the timer, going or not."""
    return gr.Timer(active=active)


def question_box(reader: Reader, question: str | None = None) -> gr.Textbox:
    """Return the box as it waits for a question, with the one that is given."""
    value = {} if question is None else {"value": question}
    return gr.Textbox(submit_btn=reader.texts["ask"], stop_btn=False, **value)


def busy(reader: Reader) -> Shown:
    """Return the page while a question is being answered."""
    box = gr.Textbox(value="", submit_btn=False, stop_btn=reader.texts["stop"])
    return {
        "box": box,
        "note": told(""),
        "live": "",
        **{name: row(False) for name in ("actions", "judging", "because")},
    }


def feedback_buttons(interactive: bool) -> Shown:
    """Return the two buttons of feedback: each answer can be judged once."""
    return {name: gr.Button(interactive=interactive) for name in ("right", "wrong")}


def filter_choices(narrowing: Narrowing, generation: "Generation | None", reader: Reader) -> Shown:
    """Return what the filters offer of the index; what is chosen changes only where it is there no more."""
    languages = language_choices(generation, reader)
    chosen = [code for _, code in languages if code in narrowing.languages]
    kept = {} if len(chosen) == len(narrowing.languages) else {"value": chosen}
    return {"languages": gr.CheckboxGroup(languages, **kept), "article": gr.Dropdown(article_choices(generation))}


def filter_values(narrowing: Narrowing, generation: "Generation | None", reader: Reader) -> Shown:
    """Return the boxes of the filters with what they offer, and with these values in them."""
    languages = language_choices(generation, reader)
    chosen = [code for _, code in languages if code in narrowing.languages]
    return {
        "languages": gr.CheckboxGroup(languages, value=chosen),
        "article": gr.Dropdown(article_choices(generation), value=narrowing.article or None),
        "since": narrowing.since,
        "until": narrowing.until,
    }
