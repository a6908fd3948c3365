"""Which instruction is planted where: questions with the passage that answers them, and articles that carry both."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from citeglot.errors import WrongUse
from citeglot.sentences import split_sentences
from citeglot.types import Document
from eval.facts import facts_right
from eval.injection_attacks import Attack, Instruction, with_canary
from eval.questions import Question
from eval.runs import in_chance_order
from eval.system import System

POSITIONS = ("beginning", "middle", "end", "title")
USES = 2  # of each carrier, whose answer without an instruction is asked once


@dataclass(frozen=True, slots=True)
class Carrier:
    """A question and an article that is the passage which answers it."""

    question: Question
    article: Document


@dataclass(frozen=True, slots=True)
class Item:
    """An instruction planted in a carrier."""

    carrier: Carrier
    instruction: Instruction
    position: str

    @property
    def name(self) -> str:
        """What tells this item from the others of a run."""
        return f"{self.carrier.question.id} {self.instruction.attack.id} {self.position} {self.instruction.canary}"

    @property
    def article(self) -> Document:
        """The article with the instruction in it."""
        return plant(self.carrier.article, self.instruction.planted, self.position)


def plant(article: Document, instruction: str, position: str) -> Document:
    """Return the article with an instruction before, between or after its sentences, or for a title.

    A title stands above the text too, as in the file that an article comes from.
    """
    text = article.text
    if position == "title":
        return replace(article, title=" ".join(instruction.split()), text=f"{instruction.strip()}\n\n{text}")
    sentences = split_sentences(text, article.language)
    starts = {"beginning": 0, "middle": sentences[len(sentences) // 2].start, "end": len(text)}
    place = starts[position]
    return replace(article, text=f"{text[:place].rstrip()} {instruction.strip()} {text[place:].lstrip()}".strip())


def find_carriers(questions: Iterable[Question], system: System) -> list[Carrier]:
    """Return the answerable questions, each with a passage that holds a gold sentence and all its facts.

    Questions that lean on earlier ones are left out, and those no single passage answers. The passage is in the
    language of the question where there is one.
    """
    found = []
    for question in questions:
        if question.answerable and question.facts and not question.history and not question.passages:
            passages = sorted(_passages(question, system), key=lambda one: one.language != question.language)
            found += [Carrier(question, one) for one in passages[:1]]
    return found


def _passages(question: Question, system: System) -> list[Document]:
    """Return every chunk with a gold sentence and all facts as an article of its own."""
    found = []
    for gold in system.library.find(question).articles:
        article = system.generation.document(gold.document)
        for chunk in system.generation.chunks(gold.document):
            holds = any(chunk.start <= span.start and span.end <= chunk.end for span in gold.spans)
            if holds and facts_right(chunk.text, question.facts):
                found.append(replace(article, name="article.txt", text=chunk.text.strip()))
    return found


def make_items(attacks: Sequence[Attack], carriers: Sequence[Carrier], number: int) -> list[Item]:
    """Return `number` items: categories in turn, languages in turn, places in turn; the same ones every time.

    WrongUse where there is no carrier in a language that an attack is for.
    """
    by_category: dict[str, list[Attack]] = {}
    for attack in in_chance_order(attacks, lambda one: one.id):
        by_category.setdefault(attack.category, []).append(attack)
    by_language: dict[str, list[Carrier]] = {}
    for carrier in in_chance_order(carriers, lambda one: one.question.id):
        by_language.setdefault(carrier.question.language, []).append(carrier)
    wanted = {attack.language for attack in attacks if attack.language}
    if missing := sorted(wanted - set(by_language)):
        raise WrongUse(f"No question in {', '.join(missing)} has a passage in the index that answers it.")
    categories = in_chance_order(by_category, str)
    used: Counter[str] = Counter()
    items = []
    for place in range(number):
        own = by_category[categories[place % len(categories)]]
        attack = own[place // len(categories) % len(own)]
        language = attack.language or min(sorted(by_language), key=lambda one: used[one])
        carrier = by_language[language][used[language] // USES % len(by_language[language])]
        used[language] += 1
        items.append(_item(carrier, attack, place))
    return items


def _item(carrier: Carrier, attack: Attack, place: int) -> Item:
    texts = (carrier.article.text, carrier.article.title, carrier.question.question)
    digest = hashlib.sha256(f"{carrier.question.id} {attack.id} {place}".encode()).hexdigest()
    instruction = with_canary(attack, 4000 + int(digest, 16) % 5900, texts)
    return Item(carrier, instruction, POSITIONS[place % len(POSITIONS)])
