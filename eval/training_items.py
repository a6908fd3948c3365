"""What the cross-encoder learns from NoMIRACL: questions with passages of which some answer, or none does."""

import math
from collections import Counter
from collections.abc import Iterable

from citeglot.protocols import InContext
from citeglot.sentences import split_sentences
from eval.refusal_items import Item, split_of
from eval.training_pairs import SENTENCES, Group, Pair, in_context


def item_groups(items: Iterable[Item]) -> list[Group]:
    """Return a group of each of NoMIRACL's dev items: the sentences of its passages most like the question."""
    groups = []
    for item in items:
        if split_of(item.name) == "dev":
            pairs = tuple(Pair(item.question, sentence) for sentence in _most_alike(item))
            groups.append(Group("some" if item.answerable else "none", pairs))
    return groups


def _most_alike(item: Item) -> list[InContext]:
    """Return the sentences that share most with the question, by runs of three letters and how rare these are."""
    told: list[InContext] = []
    for passage in item.passages:
        title, _, text = passage.partition(": ")
        spans = split_sentences(text, item.language)
        texts = [found for span in spans if (found := span.of(text).strip())]
        told += [in_context(texts, place, title) for place in range(len(texts))]
    runs = [_runs(f"{one.text} {one.title}") for one in told]
    counts = Counter(run for some in runs for run in some)
    asked = _runs(item.question)

    def alike(place: int) -> float:
        weight = sum(math.log(1 + len(told) / counts[run]) for run in asked & runs[place])
        return weight / math.sqrt(len(runs[place]) + 20)

    return [told[place] for place in sorted(range(len(told)), key=lambda place: -alike(place))[:SENTENCES]]


def _runs(text: str) -> set[str]:
    folded = text.casefold()
    return {folded[start : start + 3] for start in range(len(folded) - 2)}
