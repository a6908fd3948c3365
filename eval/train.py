"""Trains `citeglot/cross_encoder.safetensors`: low-rank changes to e5 that read a question and a sentence together.

    python -m eval.train FOLDER [--only GLOB] [--passes 2.5] [--begin FILE.safetensors] [--output FILE.safetensors]

FOLDER holds question sets as `eval.datasets` reads them and NoMIRACL's items; their dev halves are learnt from, and
the reports of `twins/`, which were written for this. Where the answer stands in its sentence is learnt beside.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from citeglot.console import run_door
from citeglot.embedding import load_embedder
from citeglot.errors import WrongUse
from citeglot.progress import Progress
from citeglot.protocols import Embedder
from citeglot.settings import load_settings
from eval.datasets import find_files
from eval.outputs import check_outputs
from eval.reading_sets import read_sets
from eval.refusal_items import read_items
from eval.training_items import item_groups
from eval.training_model import Learner, Read
from eval.training_pairs import Group, Pair, gold_of, reading_groups
from eval.training_twins import WRITTEN, Twins, held_out_figures, parted, read_twins, twin_groups

TOGETHER = 8  # groups of a step
ALIKE = 256  # groups among which those of like length are put together
RATE, WARM, LEAST = 6e-4, 30, 0.02
ANSWER_SHARE = 0.25
KEPT = 100  # steps after which what was learnt is written


def main(arguments: list[str]) -> int:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m eval.train", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*.jsonl", metavar="GLOB", help="only files whose name fits")
    parser.add_argument("--passes", type=float, default=2.5, help="how often everything is seen (default: 2.5)")
    parser.add_argument("--begin", type=Path, metavar="FILE.safetensors", help="go on from these weights")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.safetensors")
    options = parser.parse_args(arguments)
    files = find_files(options.folder, options.only)
    check_outputs(options.output, None, files)
    chance = random.Random(1)
    torch.manual_seed(1)
    embedder = load_embedder(load_settings())
    kept, held_out = parted(read_twins(WRITTEN))
    material = _material(files, kept, embedder, chance)
    learner = Learner(embedder.model[0].auto_model, embedder.model.tokenizer)
    if options.begin:
        learner.take(load_file(options.begin))
    print(f"before: {held_out_figures(held_out, learner.logits, random.Random(1))}", flush=True)
    with Progress() as progress:
        for _ in train(learner, material, options.passes, chance, progress):
            save_file(learner.changes(), options.output)
    print(f"after: {held_out_figures(held_out, learner.logits, random.Random(1))}")
    return 0


def _material(
    files: Sequence[Path], written: Sequence[Twins], embedder: Embedder, chance: random.Random
) -> Callable[[], list[Group]]:
    """Return what gives the groups of a pass; WrongUse where the files have no reading to learn from."""
    items = [path for path in files if path.name.startswith("nomiracl.")]
    golds = gold_of(read_sets([path for path in files if path not in items]))
    if not golds:
        raise WrongUse("The folder has no reading whose answer stands in a sentence of its context.")
    others = item_groups(read_items(items))
    twins = twin_groups(written, embedder.embed_passages)
    return lambda: [*reading_groups(golds, chance), *others, *twins(chance), *twins(chance)]


def train(
    learner: Learner,
    material: Callable[[], list[Group]],
    passes: float,
    chance: random.Random,
    progress: Callable[[str, int, int], None],
) -> Iterator[None]:
    """Change the learner by what it gets wrong, the rate falling to its least at the end; yield now and then."""
    optimizer = torch.optim.AdamW(learner.parameters(), lr=RATE, weight_decay=0.01)
    first = steps(material(), chance)
    total = max(1, round(len(first) * passes))
    for number, groups in enumerate(islice(_endless(first, material, chance), total)):
        for setting in optimizer.param_groups:
            setting["lr"] = RATE * min(1, (number + 1) / WARM) * max(LEAST, 1 - number / total)
        loss = learn(learner, groups)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        optimizer.step()
        progress("learning", number + 1, total)
        if (number + 1) % KEPT == 0 or number + 1 == total:
            yield


def _endless(
    first: list[list[Group]], material: Callable[[], list[Group]], chance: random.Random
) -> Iterator[list[Group]]:
    yield from first
    while True:
        yield from steps(material(), chance)


def steps(groups: list[Group], chance: random.Random) -> list[list[Group]]:
    """Return the groups in steps, mixed anew; those of a step are of like length, so that little is padded."""
    chance.shuffle(groups)
    found = []
    for start in range(0, len(groups), ALIKE):
        some = sorted(groups[start : start + ALIKE], key=_length)
        mixed = [some[place : place + TOGETHER] for place in range(0, len(some), TOGETHER)]
        chance.shuffle(mixed)
        found += mixed
    return found


def _length(group: Group) -> float:
    return sum(len(one.question) + len(one.sentence.text) + len(one.sentence.before) for one in group.pairs) / len(
        group.pairs
    )


def learn(learner: Learner, groups: Sequence[Group]) -> torch.Tensor:
    """Return the loss of some groups: of their logits, and a little of where the answers stand."""
    pairs: list[Pair] = [pair for group in groups for pair in group.pairs]
    read = learner(pairs)
    losses, start = [], 0
    for group in groups:
        losses.append(group_loss(group.kind, read.logits[start : start + len(group.pairs)]))
        start += len(group.pairs)
    total = torch.stack(losses).mean()
    return total + ANSWER_SHARE * answer_loss(read)


def group_loss(kind: str, logits: torch.Tensor) -> torch.Tensor:
    """Return how far the logits of a group are from what its kind says."""
    softplus = torch.nn.functional.softplus
    if kind == "pick":
        wrong = softplus(logits[1:]).mean() if len(logits) > 1 else logits.new_zeros(())
        return -torch.log_softmax(logits, 0)[0] + 0.5 * (softplus(-logits[0]) + wrong)
    if kind == "none":
        return softplus(logits).mean() + 0.5 * softplus(logits.max())
    none = torch.prod(1 - torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4))
    return -torch.log(1 - none)


def answer_loss(read: Read) -> torch.Tensor:
    """Return how far the likeliest beginnings and ends of the answers are from the true ones, where these are known."""
    likely = torch.log_softmax(read.places, 1)
    known = [(row, *place) for row, place in enumerate(read.answers) if place]
    if not known:
        return likely.new_zeros(())
    return torch.stack([-likely[row, first, 0] - likely[row, last, 1] for row, first, last in known]).mean()


if __name__ == "__main__":
    raise SystemExit(run_door(main))
