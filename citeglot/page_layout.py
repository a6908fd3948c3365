"""The parts of the page and where they stand; their texts come with the first request, in the reader's language."""

from typing import Any

import gradio as gr

from citeglot.page import Reader, examples, render_welcome

Parts = dict[str, Any]
THEME = gr.themes.Default(primary_hue="teal", secondary_hue="teal", neutral_hue="slate")
STORAGE_KEY = "citeglot-conversation"
QUIET: Parts = {"latex_delimiters": []}


def lay_out() -> Parts:
    """Return the parts of the page by name, in the place where the page is being built."""
    # BrowserState encrypts with a key that it sends along: the fixed one lets a conversation outlive the server.
    parts: Parts = {
        "conversation": gr.State(()),
        "editing": gr.State(False),
        "kept": gr.BrowserState({}, storage_key=STORAGE_KEY, secret="citeglot"),
        "timer": gr.Timer(0.5),
        "wish": gr.Textbox(visible="hidden", elem_id="cg-wish"),
        "packet": gr.Textbox(visible="hidden", elem_id="cg-packet"),
        "live": gr.Markdown(elem_id="cg-live", **QUIET),
    }
    with gr.Row(elem_classes="cg-top"):
        gr.Markdown("# citeglot", elem_classes="cg-name")
        parts["subtitle"] = gr.Markdown(elem_classes="cg-subtitle")
        parts["fresh"] = gr.Button("", size="sm", elem_classes="cg-new")
    parts["status"] = gr.Markdown(visible=False, elem_id="cg-status", **QUIET)
    with gr.Tabs(elem_id="cg-tabs") as parts["tabs"]:
        with gr.Tab("", id="chat", elem_id="cg-tab-chat") as parts["chat_tab"], gr.Row():
            with gr.Column(scale=11, min_width=280):
                parts |= _conversation()
            with gr.Column(scale=9, min_width=280):
                parts["heading"] = gr.Markdown(elem_classes="cg-panel-heading")
                parts["evidence"] = gr.Markdown(elem_id="cg-panel", **QUIET)
        with gr.Tab("", id="articles", elem_id="cg-tab-articles") as parts["articles_tab"], gr.Row():
            with gr.Column(scale=9, min_width=280):
                parts["index"] = gr.Markdown(elem_id="cg-index", **QUIET)
                parts["find"] = gr.Textbox(max_lines=1, elem_id="cg-find")
                parts["listing"] = gr.Markdown(elem_id="cg-listing", **QUIET)
            with gr.Column(scale=11, min_width=280):
                parts["shown_article"] = gr.Markdown(elem_id="cg-article", **QUIET)
    return parts


def _conversation() -> Parts:
    parts: Parts = {
        "chat": gr.Chatbot(show_label=False, buttons=[], allow_tags=False, elem_id="cg-chat", **QUIET),
        "note": gr.Markdown(visible=False, elem_id="cg-note", **QUIET),
    }
    with gr.Row(elem_classes="cg-after"):
        with gr.Row(visible=False, elem_classes="cg-actions") as parts["actions"]:
            for name in ("again", "edit"):
                parts[name] = gr.Button("", size="sm", elem_id=f"cg-{name}")
        with gr.Row(visible=False, elem_classes="cg-actions") as parts["judging"]:
            for name in ("right", "wrong", "save"):
                parts[name] = gr.Button("", size="sm", elem_id=f"cg-{name}")
    with gr.Row(visible=False, elem_classes="cg-because") as parts["because"]:
        parts["reason"] = gr.Textbox(max_lines=4, elem_id="cg-reason", scale=4)
        parts["send"] = gr.Button("", size="sm", elem_id="cg-send", scale=1)
    parts["box"] = gr.Textbox(show_label=False, max_lines=6, autofocus=True, elem_id="cg-box")
    with gr.Accordion("", open=False, elem_id="cg-filters") as parts["fold"]:
        parts["languages"] = gr.CheckboxGroup([], elem_id="cg-languages")
        parts["article"] = gr.Dropdown([], value=None, allow_custom_value=True, elem_id="cg-article-filter")
        with gr.Row():
            for name in ("since", "until"):
                parts[name] = gr.Textbox(max_lines=1, min_width=190, elem_id=f"cg-{name}")
        parts["filter_note"] = gr.Markdown(visible=False, elem_id="cg-filter-note", **QUIET)
        parts["unfiltered"] = gr.Button("", size="sm", elem_id="cg-unfiltered")
    return parts


def texts_of(reader: Reader) -> Parts:
    """Return every text of the page that does not change, in the reader's language."""
    say = reader.texts
    date = {"placeholder": say["filter_date_placeholder"]}
    buttons = ("again", "edit", "right", "wrong", "save", "send", "unfiltered")
    return {
        "subtitle": say["subtitle"],
        "fresh": gr.Button(say["new_chat"]),
        "chat_tab": gr.Tab(say["chat_tab"]),
        "articles_tab": gr.Tab(say["articles_tab"]),
        "chat": gr.Chatbot(label=say["chat_label"], placeholder=render_welcome(reader), examples=examples(reader)),
        "box": gr.Textbox(label=say["question_label"], placeholder=say["question_placeholder"], submit_btn=say["ask"]),
        "heading": say["passages_heading"],
        **{name: gr.Button(say[name]) for name in buttons},
        "reason": gr.Textbox(label=say["reason"]),
        "languages": gr.CheckboxGroup(label=say["filter_languages"]),
        "article": gr.Dropdown(label=say["filter_article"], info=say["filter_article_info"]),
        "since": gr.Textbox(label=say["filter_since"], **date),
        "until": gr.Textbox(label=say["filter_until"], **date),
        "find": gr.Textbox(label=say["find"]),
    }
