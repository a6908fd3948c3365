"""A small question set over five small articles, and a system of fakes to put it to."""

import json
from pathlib import Path

from fakes import HashEmbedder, ScriptedGenerator
from index_support import CHUNK_TOKENS, TEXTS, five_articles, update

import citeglot.llm_llamacpp
from citeglot.chatbot import Chatbot
from citeglot.console import run_door
from citeglot.index import open_index
from citeglot.indexing import engines_of
from citeglot.settings import Settings
from eval import system
from eval.__main__ import main
from eval.gold import Library
from eval.questions import read_questions
from eval.system import System

ASKED = {
    "de": "Worüber sprach der Minister?",
    "en": "When did the minister arrive?",
    "hi": "मंत्री कब आए?",
    "ja": "大臣はいつ到着しましたか？",
    "no": "Når kom ministeren?",
}
FACTS = {
    "de": ["Brücken"],
    "en": ["January"],
    "hi": ["जनवरी"],
    "ja": ["1月"],
    "no": ["januar"],
}
QUOTES = {
    "de": "Er sprach über Brücken und Straßen.",
    "en": "The minister arrived in January.",
    "hi": "मंत्री जनवरी में आए।",
    "ja": "大臣は１月に到着した。",
    "no": "Ministeren kom i januar.",
}


def row(language, base="q1", **changes):
    """Return a line of a question file whose gold is the article in its own language."""
    name = f"{language}.txt"
    given = {
        "id": f"{base}-{language}",
        "language": language,
        "question": ASKED[language],
        "answerable": True,
        "documents": [name],
        "evidence": [{"document": name, "quote": QUOTES[language]}],
        "facts": [FACTS[language]],
    }
    return given | changes


def unanswerable(language, question, base="q2"):
    """Return a line whose question the articles do not answer."""
    given = {"id": f"{base}-{language}", "language": language, "question": question, "answerable": False}
    return given | {"documents": [], "evidence": [], "facts": []}


def write_lines(path: Path, rows) -> Path:
    """Write a question file."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return path


def questions_of(path: Path, rows):
    """Return the questions of these lines, read as from a file."""
    return read_questions(write_lines(path / "questions.jsonl", rows))


def write_corpus(folder: Path) -> Path:
    """Write the five articles as files."""
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def system_over(folder: Path, generator: ScriptedGenerator | None = None, documents=None, embedder=None) -> System:
    """Return the system over the five articles, or others, with models that are fakes."""
    update(folder, documents or five_articles().values())
    settings = Settings(index=folder, chunk_tokens=CHUNK_TOKENS)
    generation, embedder = open_index(folder), embedder or HashEmbedder()
    chatbot = Chatbot(settings, generation, embedder, generator)
    return System(settings, generation, embedder, generator, chatbot, Library(generation))


def fake_door(tmp_path: Path, monkeypatch):
    """Return the door over five articles and six questions, with fakes behind it and a cache of its own."""
    monkeypatch.setattr(system, "model_engines", lambda settings: engines_of(HashEmbedder(), CHUNK_TOKENS))
    monkeypatch.setattr(system.platformdirs, "user_cache_path", lambda name: tmp_path / "cache")
    replies = [QUOTES[language] for language in sorted(ASKED)]
    monkeypatch.setattr(citeglot.llm_llamacpp, "load_generator", lambda settings: ScriptedGenerator(replies))
    corpus = write_corpus(tmp_path / "corpus")
    rows = [row(language) for language in sorted(ASKED)] + [unanswerable("en", "Who owns the moon?")]
    questions = write_lines(tmp_path / "q.jsonl", rows)

    def call(*options, questions=questions):
        return run_door(main, ["--corpus", str(corpus), "--questions", str(questions), *map(str, options)])

    return call


def result(name="q1-de", ranks=(1,), **changes):
    """Return a row of an output whose gold articles, all in German, were found at these ranks."""
    gold = [
        {"document": f"{one}.txt", "language": "de", "rank": rank, "sentences": 1, "sentence_rank": rank}
        for one, rank in enumerate(ranks)
    ]
    given = {
        "id": name,
        "language": name.rpartition("-")[2],
        "kind": None,
        "right": None,
        "language_right": None,
        "citations_right": None,
        "documents": [],
        "confidence": None,
        "timings": {"search_ms": 10.0},
        "base": name.rpartition("-")[0],
        "question": f"{name}?",
        "answerable": True,
        "with_passages": False,
        "answer": None,
        "expected": {"facts": [], "quotes": []},
        "gold": gold,
        "gold_missing": [],
        "own_language_first": None,
        "first_hit_language": "de",
    }
    return given | changes
