"""Answers and a chatbot by script, for the tests of the page."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from fakes import HashEmbedder

from citeglot.index import open_index
from citeglot.readers import IndexReader
from citeglot.retrieval import make_query, rank_sentences, search
from citeglot.types import Answer, AnswerSentence, Chunk, Citation, Draft, Filters, Found, Hit, Reading, Timings

ITALIAN = "Die Delegationen wurden auf italienischer Seite von Brigadegeneral Alessandro Grassano geleitet."
HINDI = "बोरेल ने कहा, “यह एक ऐतिहासिक कदम है।”"


def passage(text: str, language: str = "de", name: str = "a.txt", title: str = "Ein Titel", start: int = 0) -> Hit:
    """Return a found passage that is one sentence."""
    return Hit(Chunk(name, title, language, None, start, start + len(text), text, ()), 0.1234, 0.8765)


def cited_answer(
    question: str, text: str, sentence: str, passages: tuple[Hit, ...], verdict: str = "supported", **changes: object
) -> Answer:
    """Return an answer of one sentence that cites `sentence` of the first passage."""
    chunk = passages[0].chunk
    start = chunk.start + chunk.text.index(sentence)
    citation = Citation(1, chunk.document, chunk.title, chunk.language, start, start + len(sentence), sentence)
    fields = {
        "question": question,
        "language": "de",
        "kind": "answer",
        "text": f"{text} [1]",
        "sentences": (AnswerSentence(text, (1,), verdict),),
        "citations": (citation,),
        "passages": passages,
        "confidence": 0.9,
        "timings": Timings(12.0, 900.0, 2345.0),
        "models": {"embedding": "hash", "language": "scripted"},
        "generation": 3,
    }
    return Answer(**(fields | changes))


def refused_answer(question: str, passages: tuple[Hit, ...]) -> Answer:
    """Return a refusal in German."""
    text = "Die Artikel beantworten diese Frage nicht."
    timings = Timings(12.0, None, 800.0)
    models = {"embedding": "hash", "language": "scripted"}
    return Answer(question, "de", "refusal", text, (), (), passages, 0.1, timings, models, 3)


class ScriptedChatbot:
    """Answers by a function from question to `Answer`, with the events of a real one; counts what was closed."""

    notice = ""
    generation = SimpleNamespace(number=3, warnings=())

    def __init__(self, answer: Callable[[str], Answer], words: int = 4, pause: float = 0.0) -> None:
        self.answer = answer
        self.words = words
        self.pause = pause
        self.asked: list[tuple[str, tuple]] = []
        self.filters: list[Filters] = []
        self.closed = 0

    def ask(self, question, history=(), filters=Filters()):
        self.asked.append((question, tuple(history)))
        self.filters.append(filters)
        answer = self.answer(question)
        try:
            yield Found(question, answer.language, answer.passages)
            yield Reading()
            for count in range(1, self.words):
                time.sleep(self.pause)
                yield Draft(" ".join(answer.text.split()[:count]) or "…")
            yield answer
        except GeneratorExit:
            self.closed += 1
            raise

    def search(self, question, k=10, filters=Filters(), history=()):
        self.asked.append((question, tuple(history)))
        self.filters.append(filters)
        hits = [hit.to_json() for hit in self.answer(question).passages[:k]]
        result = {"question": question, "language": "de", "hits": hits, "timings": {"total_ms": 1.5}}
        return SimpleNamespace(to_json=lambda: result)


class IndexedChatbot:
    """Searches a real index by the fake embedder, and answers with the nearest sentence of the best passage."""

    notice = ""

    def __init__(self, index: Path, pause: float = 0.0) -> None:
        self._reader = IndexReader(open_index(index))
        self._embedder = HashEmbedder()
        self.pause = pause
        self.filters: list[Filters] = []

    @property
    def generation(self):
        return self._reader.held

    def query(self, question, language, history=()):
        return make_query(question, language, history, self._embedder)

    def ask(self, question, history=(), filters=Filters()):
        self.filters.append(filters)
        generation = self._reader.generation()
        query = self.query(question, "de", history)
        hits = tuple(search(generation, query, 4, filters))
        yield Found(question, "de", hits)
        time.sleep(self.pause)
        if not hits:
            yield replace(refused_answer(question, ()), generation=generation.number)
            return
        sentence = rank_sentences(generation, query.vector, hits[:1], 1)[0].text
        yield cited_answer(question, sentence, sentence, hits, generation=generation.number)


HOSTILE = r"""<img src="http://evil.example/a.png" onerror="alert(1)"><script>alert(2)</script>
![p](http://evil.example/b.png) [x](javascript:alert(3)) <form action="http://evil.example/f"><button>go</button></form>
$$\href{http://evil.example/c}{x}$$ <style>body{background:url(http://evil.example/d)}</style>
<iframe src="http://evil.example/e"></iframe> <svg onload=alert(4)> </p></div></details>

# heading

```mermaid
graph TD
```

[ref]: http://evil.example/g

http://evil.example/h"""
LONG = f"{'Davor steht viel. ' * 80}{ITALIAN} {'Danach auch. ' * 80}"


def answer_by_words(question: str) -> Answer:
    """Answer by the words of the question."""
    if "Mond" in question:
        return refused_answer(question, (passage(ITALIAN), passage("Anderes.", name="b.txt")))
    if "Borrell" in question:
        return cited_answer(question, HINDI, HINDI, (passage(HINDI, "hi", "h.txt", "शीर्षक"),), kind="quotation")
    if "feindlich" in question:
        return cited_answer(question, HOSTILE, HOSTILE, (passage(HOSTILE, name=HOSTILE, title=HOSTILE),))
    if "zweifelhaft" in question:
        return cited_answer(question, "Es waren drei.", ITALIAN, (passage(ITALIAN),), "weak")
    return cited_answer(question, "Alessandro Grassano.", ITALIAN, (passage(LONG), passage("Anderes.", name="b.txt")))
