"""Makes a corpus and a question file from reading-comprehension files, so that anyone can measure on them.

    python -m eval.datasets FOLDER [--into FOLDER] [--only GLOB] [--output FILE.json]

FOLDER holds SQuAD's JSON (XQuAD, GermanQuAD, JaQuAD, NorQuAD), or JSON lines with id, lang, question, answers,
context_id, context, start, or with id, question, answerable, passages. NAME.LANG.json(l) says the language; files of
one NAME are translations of each other where their ids agree, and then each translation answers the question.
Measure afterwards with: python -m eval --corpus INTO/corpus --questions INTO/questions.jsonl
"""

import argparse
import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import regex

from citeglot.console import run_door
from citeglot.errors import EnvironmentLacks, WrongUse
from citeglot.sentences import split_sentences
from citeglot.settings import ROOT
from eval.facts import comparable
from eval.reading_sets import SUFFIXES, Reading, read_sets

UNSAFE = regex.compile(r"[^\p{L}\p{M}\p{N}_-]+")


def main(arguments: list[str]) -> int:
    """Write the corpus and the question file, and print what was made as JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.datasets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of .json and .jsonl files")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="where to write (default: eval/sets/NAME)")
    parser.add_argument("--only", default="*", metavar="GLOB", help="only files whose name fits, such as 'xquad*'")
    parser.add_argument("--output", type=Path, metavar="FILE.json", help="write what is printed there too")
    options = parser.parse_args(arguments)
    into = options.into or ROOT / "eval" / "sets" / options.folder.resolve().name
    readings = read_sets(find_files(options.folder, options.only))
    counts = write_set(readings, into)
    corpus = str(into / "corpus") if counts["articles"] else None
    text = json.dumps({"corpus": corpus, "questions": str(into / "questions.jsonl"), **counts}, indent=1)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


def find_files(folder: Path, only: str = "*") -> list[Path]:
    """Return the set files right in a folder; WrongUse where there is none."""
    if not folder.is_dir():
        raise WrongUse(f"{folder} is not a folder. Expected is a folder of .json or .jsonl question sets.")
    found = sorted(path for path in folder.glob(only) if path.suffix in SUFFIXES and path.is_file())
    if not found:
        raise WrongUse(f"{folder} holds no .json or .jsonl file whose name fits {only!r}.")
    return found


def write_set(readings: Sequence[Reading], into: Path) -> dict[str, Any]:
    """Write corpus/ and questions.jsonl and return the counts; WrongUse where a corpus of another run is there."""
    names = article_names(readings)
    rows = question_rows(readings, names)
    try:
        into.mkdir(parents=True, exist_ok=True)
        _write_corpus({names[_article(one)]: one for one in readings if not one.passages}, into / "corpus")
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (into / "questions.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
    except OSError as problem:
        raise EnvironmentLacks(f"{into} could not be written ({problem.strerror}). Name another with --into.") from None
    languages = Counter(row["language"] for row in rows)
    return {
        "articles": len(names),
        "rows": len(rows),
        "rows_by_language": dict(sorted(languages.items())),
        "unanswerable": sum(not row["answerable"] for row in rows),
        "with_passages": sum(bool(row["passages"]) for row in rows),
        "without_evidence": sum(row["answerable"] and not row["passages"] and not row["evidence"] for row in rows),
    }


def article_names(readings: Iterable[Reading]) -> dict[tuple[str, str, str], str]:
    """Return the name of the article of each context: COLLECTION/CONTEXT.LANGUAGE.md, each text once."""
    names: dict[tuple[str, str, str], str] = {}
    taken: set[str] = set()
    for one in readings:
        if one.passages or _article(one) in names:
            continue
        digest = hashlib.sha256(one.context.encode()).hexdigest()[:12]
        slug = UNSAFE.sub("_", unicodedata.normalize("NFC", one.context_id)).strip("_")[:60] or digest
        name = f"{UNSAFE.sub('_', one.collection)}/{slug}.{one.language}.md"
        if name.casefold() in taken:
            name = name.replace(f".{one.language}.md", f"-{digest}.{one.language}.md")
        taken.add(name.casefold())
        names[_article(one)] = name
    return names


def question_rows(readings: Iterable[Reading], names: dict[tuple[str, str, str], str]) -> list[dict[str, Any]]:
    """Return a row for each question in each language; the gold of a question is that of all its translations."""
    rows = []
    for base, translations in _by_question(readings).items():
        answering = [one for one in translations.values() if one.answerable and not one.passages]
        for language, one in sorted(translations.items()):
            gold = answering if one.answerable and not one.passages else []
            forms = [answer for other in gold or [one] if one.answerable for answer in other.answers]
            usable = [answer for answer in dict.fromkeys(forms) if comparable(answer).strip()]
            quotes = ((other, quote_of(other)) for other in gold)
            rows.append(
                {
                    "id": f"{base}-{language}",
                    "language": language,
                    "question": one.question,
                    "answerable": one.answerable,
                    "documents": list(dict.fromkeys(names[_article(other)] for other in gold)),
                    "evidence": [{"document": names[_article(of)], "quote": quote} for of, quote in quotes if quote],
                    "facts": [usable] if usable else [],
                    "history": [],
                    "passages": list(one.passages),
                    "split": split_of(one),
                }
            )
    return rows


def split_of(reading: Reading) -> str:
    """Return dev or test, each for half of the contexts: no text is in both, in whatever languages it is."""
    context = reading.context_id if not reading.passages else reading.id
    digest = hashlib.sha256(f"{reading.collection}/{context or reading.id}".encode()).digest()
    return ("dev", "test")[digest[0] % 2]


def quote_of(reading: Reading) -> str | None:
    """Return the sentence of the context around the first answer; None where the answer does not stand there.

    Where the file's position is off, the nearest place of the answer counts.
    """
    if not reading.answers or reading.start is None:
        return None
    text, answer = reading.context, reading.answers[0]
    places = [match.start() for match in regex.finditer(regex.escape(answer), text, overlapped=True)]
    if not answer or not places:
        return None
    start = min(places, key=lambda place: abs(place - (reading.start or 0)))
    spans = split_sentences(text, reading.language)
    return next((span.of(text) for span in spans if span.start <= start < span.end), None)


def _by_question(readings: Iterable[Reading]) -> dict[str, dict[str, Reading]]:
    """Return readings by base id and language; an id that one language has twice is two questions."""
    found: dict[str, dict[str, Reading]] = {}
    for one in readings:
        base, again = f"{one.collection}:{one.id}", 1
        while one.language in found.get(base, {}):
            again += 1
            base = f"{one.collection}:{one.id}.{again}"
        found.setdefault(base, {})[one.language] = one
    return found


def _article(reading: Reading) -> tuple[str, str, str]:
    return reading.collection, reading.language, reading.context


def _write_corpus(articles: dict[str, Reading], folder: Path) -> None:
    """Write each article with its language stated; a text that begins like front matter keeps its own."""
    if folder.exists() and any(path.is_file() and path.name not in _names(articles) for path in folder.rglob("*")):
        raise WrongUse(f"{folder} holds articles of another set. Remove them, or name another folder with --into.")
    for name, reading in articles.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\nlanguage: {reading.language}\n---\n{reading.context}", encoding="utf-8", newline="\n")


def _names(articles: Iterable[str]) -> set[str]:
    return {name.rpartition("/")[2] for name in articles}


if __name__ == "__main__":
    raise SystemExit(run_door(main))
