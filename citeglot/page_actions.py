"""What can be done with an answer: say whether it is right, and keep it as a file."""

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import regex

from citeglot.conversation import Conversation, finished
from citeglot.errors import UserError
from citeglot.feedback import MAX_REASON, save_feedback
from citeglot.language import clean
from citeglot.library import Library
from citeglot.page import Reader, render_problem, render_state
from citeglot.page_parts import Shown, feedback_buttons, row, told

MOST_OF_A_NAME = 50
UNNAMEABLE = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def judge(
    folder: Path, conversation: Conversation, rating: Literal["right", "wrong"], reason: object, reader: Reader
) -> Shown:
    """Keep what a person says of the last answer in their own data folder, and thank them."""
    answer = finished(conversation)
    if answer is None:
        return {}
    text = clean(reason)[:MAX_REASON] if isinstance(reason, str) else ""
    try:
        save_feedback(folder, answer, rating, text)
    except UserError as problem:
        return {"note": told(render_problem(reader.say("feedback_not_saved"), str(problem)))}
    note = told(render_state(reader.say("feedback_saved")))
    return {**feedback_buttons(False), "because": row(False), "reason": "", "note": note}


def ask_why(conversation: Conversation) -> Shown:
    """Offer to say what is wrong with the last answer."""
    return {"because": row(finished(conversation) is not None)}


def save(library: Library, conversation: Conversation, reader: Reader) -> Shown:
    """Give the browser the last answer as one HTML file to keep; nothing of it stays here."""
    answer = finished(conversation)
    if answer is None:
        return {}
    from citeglot.packet import render_packet  # brings the search library

    try:
        html = render_packet(answer, library.generation(answer.generation), reader)
    except UserError as problem:
        return {"note": told(render_problem(reader.say("packet_not_made"), str(problem)))}
    now = datetime.now(UTC)
    file = {"name": file_name(answer.question, now), "html": html, "made": now.isoformat()}
    return {"packet": json.dumps(file), "note": told(render_state(reader.say("packet_saved", name=file["name"])))}


def file_name(question: str, now: datetime) -> str:
    """Return the name of the file of an answer: the day and the beginning of its question, in its own script."""
    words = UNNAMEABLE.sub("-", unicodedata.normalize("NFC", question)).strip("-")
    beginning = "".join(regex.findall(r"\X", words)[:MOST_OF_A_NAME]).strip("-")
    return f"citeglot-{now:%Y-%m-%d}-{beginning or 'answer'}.html"
