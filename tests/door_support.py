"""The doors a question comes in by, over one chatbot with fake models: function, page's API, standard input."""

import io
import json
from contextlib import redirect_stdout
from unittest.mock import patch

from fakes import HashEmbedder, ScriptedGenerator

from citeglot import cli
from citeglot.chatbot import Chatbot
from citeglot.errors import UserError
from citeglot.index import open_index
from citeglot.loading import ChatbotLoader
from citeglot.page_programs import Programs
from citeglot.settings import Settings

ASKING = ("function ask", "api ask", "lines ask")
SEARCHING = ("function search", "api search", "lines search")
DOORS = (*ASKING, *SEARCHING)
LIMIT = Settings().max_question_characters
KINDS = ("answer", "quotation", "refusal")


def bot_over(folder, generator=None, embedder=None):
    """Return a chatbot over an index with fake models, without a language model with one that finds no answer."""
    embedder = embedder or (HashEmbedder() if generator else HashEmbedder(answers=0.01))
    return Chatbot(Settings(index=folder), open_index(folder), embedder, generator or ScriptedGenerator())


def through(door, bot, question, **more):
    """Return the JSON that a question gets at a door; what is told instead stands under "error".

    `more`, a history or filters, is given as that door takes it.
    """
    kind, _, name = door.partition(" ")
    if kind == "lines":
        return line_through(name, bot, {"question": question} | more)
    try:
        if kind == "function":
            return (
                bot.search(question, **more).to_json()
                if name == "search"
                else list(bot.ask(question, **more))[-1].to_json()
            )
        programs = Programs(ChatbotLoader(lambda: bot), LIMIT)
        given = (more.get("history"), more.get("filters"))
        return programs.search(question, 10, *given[::-1]) if name == "search" else programs.ask(question, *given)
    except UserError as problem:
        return {"error": str(problem)}


def line_through(name, bot, line):
    """Return what `python -m citeglot ask -` (or search) prints for one object on standard input."""
    given, written = io.StringIO(json.dumps(line) + "\n"), io.StringIO()
    loading = patch("citeglot.chatbot.load_chatbot", lambda *arguments, **options: bot)
    with loading, patch("sys.stdin", given), redirect_stdout(written):
        code = cli.main([name, "-"])
    result = json.loads(written.getvalue())
    assert code == ("error" in result)
    return result


def asked_of_models(bot):
    """Return how often the models of a chatbot were asked for an answer."""
    return len(bot._embedder.judged) + len(bot._generator.judged) + len(bot._generator.asked)


class CountingEmbedder(HashEmbedder):
    """Keeps the questions it embeds."""

    def __init__(self):
        super().__init__()
        self.questions = []

    def embed_question(self, question):
        self.questions.append(question)
        return super().embed_question(question)


class Parrot(ScriptedGenerator):
    """Says back what it was told to do and to read, in that order."""

    def stream(self, turns, limits):
        self.replies = [" ".join(turn.text.replace("\n", " ") for turn in turns)]
        return (yield from super().stream(turns, limits))
