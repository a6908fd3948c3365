"""Articles whose chunks hold several sentences, the index made from them, and evidence picked from it."""

import json
from pathlib import Path

from index_support import document, update

from citeglot.evidence import Evidence, gather
from citeglot.index import Generation, open_index
from citeglot.retrieval import Candidate
from citeglot.sentences import split_sentences
from citeglot.settings import ROOT
from citeglot.types import Hit

# Two paragraphs, so that the second chunk does not begin at 0; joiners, decomposed letters, full-width digits.
SENTENCES = {
    "de": ("Die Brücke hat 28 Lampen.", "Der Turm steht seit 1907 dort.", "Abends fährt ein Schiff."),
    "en": ("The bridge has 28 lamps.", "The tower was built in 1907.", "A ship leaves in the evening."),
    "hi": ("पुल पर 28 क्\u200dष दीपक हैं।", "मीनार 1907 में बनी थी।", "शाम को एक जहाज़ चलता है।"),
    "ja": ("橋には２８個の灯がある。", "塔は１９０７年に建てられた。", "夕方に船が出る。"),
    "no": ("Broen har 28 lamper pa\u030a rekken.", "Ta\u030arnet ble bygget i 1907.", "Om kvelden gikk et skip."),
}
LEADS = {
    "de": "Das ist ein langer Anfang, der mit dem, was später kommt, nichts zu tun hat. Er steht nur davor.",
    "en": "This is a long beginning that has nothing to do with what comes after it. It only stands before it.",
    "hi": "यह एक लंबी शुरुआत है जिसका आगे आने वाली बातों से कोई संबंध नहीं है। यह केवल पहले खड़ी है।",
    "ja": "これは後に続く内容とは何の関係もない長い書き出しである。ただ前に置かれているだけだ。",
    "no": "Dette er en lang begynnelse som ikke har noe å gjøre med det som kommer etter. Den står bare foran.",
}


def honest_sentences() -> list[str]:
    """Return the sentences of the five articles and of the evaluation's news that quotes instructions."""
    rows = [json.loads(line) for line in (ROOT / "eval" / "attacks.jsonl").read_text("utf-8").splitlines() if line]
    texts = [(row["passage"], row["language"]) for row in rows if row["kind"] == "quoted"]
    texts += [(path.read_text("utf-8-sig"), "und") for path in sorted((ROOT / "corpus").glob("*.txt"))]
    return [span.of(text) for text, language in texts for span in split_sentences(text, language)]


def build_answers(folder: Path) -> Generation:
    """Make an index of one article in each of the five languages, and open it."""
    gaps = {language: "" if language == "ja" else " " for language in SENTENCES}
    texts = {language: f"{LEADS[language]}\n\n{gaps[language].join(three)}" for language, three in SENTENCES.items()}
    update(folder, [document(f"{language}.txt", text) for language, text in texts.items()])
    return open_index(folder)


def candidate_of(generation: Generation, name: str, sentence: str, score: float = 0.1) -> Candidate:
    """Return the candidate that is this sentence of an article."""
    text = generation.document(name).text
    (found,) = [
        Candidate(Hit(chunk, score, score), span, span.of(text), score)
        for chunk in generation.chunks(name)
        for span in chunk.sentences
        if span.of(text) == sentence
    ]
    return found


def evidence_for(generation: Generation, language: str, row: int = 1) -> Evidence:
    """Return the evidence around one of the three sentences of a language, by default with all three."""
    return gather(generation, candidate_of(generation, f"{language}.txt", SENTENCES[language][row]))
