"""A corpus folder of five languages, the index made from it, answers that cite it, and their packets."""

from pathlib import Path

import regex
from answer_support import LEADS, SENTENCES
from index_support import update

from citeglot.corpus import read_corpus
from citeglot.index import open_index
from citeglot.packet import render_packet
from citeglot.page import Reader
from citeglot.page_texts import page_texts
from citeglot.types import Answer, AnswerSentence, Citation, Hit, Timings

TITLES = {"de": "Die Brücke", "en": "The bridge", "hi": "पुल", "ja": "橋", "no": "Broen"}
QUESTIONS = {
    "de": "Wie viele Lampen hat die Brücke?",
    "en": "How many lamps has the bridge?",
    "hi": "पुल पर कितने दीपक हैं?",
    "ja": "橋には灯がいくつありますか？",
    "no": "Hvor mange lamper har broen?",
}
HOSTILE = (
    "</script><script>alert(1)</script> --> <!-- ]]> \"' & &amp; <img src=http://evil.example/a onerror=alert(2)> "
    "\\u003c \u202eneve\u202c \u2066x \u2028 [x](javascript:alert(3)) $$y$$ </style><style>*{color:red}</style>"
)


def reader(language: str) -> Reader:
    """Return somebody who reads the page in this language."""
    return Reader(language, page_texts()[language])


def write_corpus(folder: Path) -> Path:
    """Write one article in each of the five languages, with title, date and language."""
    folder.mkdir(parents=True)
    for language, sentences in SENTENCES.items():
        head = f"---\ntitle: {TITLES[language]}\ndate: 2024-01-10\nlanguage: {language}\n---\n"
        body = ("" if language == "ja" else " ").join(sentences)
        (folder / f"{language}.md").write_text(f"{head}{LEADS[language]}\n\n{body}\n", encoding="utf-8")
    return folder


def index_corpus(corpus: Path, index: Path):
    """Ingest a corpus folder with the fake embedder and return the generation."""
    update(index, read_corpus(corpus).documents)
    return open_index(index)


def answer_to(generation, language: str, document: str | None = None, kind: str = "answer", **changes) -> Answer:
    """Return an answer in a language that cites the first sentence about lamps of an article."""
    name = document or f"{language}.md"
    article = generation.document(name)
    quote = SENTENCES[article.language][0] if SENTENCES[article.language][0] in article.text else article.text
    start = article.text.index(quote)
    citation = Citation(1, name, article.title, article.language, start, start + len(quote), quote)
    said = quote if kind == "quotation" else SENTENCES[language][0]
    refused = kind == "refusal"
    fields = {
        "question": QUESTIONS[language],
        "language": language,
        "kind": kind,
        "text": "—" if refused else f"{said} [1]",
        "sentences": () if refused else (AnswerSentence(said, (1,), "supported"),),
        "citations": () if refused else (citation,),
        "passages": tuple(Hit(chunk, 0.5, 0.9) for chunk in generation.chunks(name)),
        "confidence": 0.87654,
        "timings": Timings(10.0, None if refused else 20.0, 30.0),
        "models": {"embedding": "hash", "language": None if kind == "quotation" else "scripted"},
        "generation": generation.number,
        "notices": (),
    }
    return Answer(**(fields | changes))


def save(folder: Path, answer: Answer, generation, language: str = "en") -> Path:
    """Write the packet of an answer to a file."""
    path = folder / "packet.html"
    path.write_text(render_packet(answer, generation, reader(language)), encoding="utf-8")
    return path


def data_of(html: str) -> str:
    """Return the JSON of a packet as a browser would see it."""
    (data,) = regex.findall(r'<script type="application/json" id="citeglot-packet">(.*?)</script>', html, regex.S)
    return data
