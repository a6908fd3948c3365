"""Long loops: an ingest killed at any time, an index damaged anywhere, texts of every kind cut into chunks."""

import random
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from child_support import start_ingest
from chunking_support import TEXT, check_tiling, words
from fakes import HashEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_support import LONG, TEXTS, document, files, nearest, update
from soak_support import corpora, ingest, served_bytes, texts_of

from citeglot.errors import IndexDamaged, NoIndex
from citeglot.index import open_index, verify_generation
from citeglot.readers import IndexReader
from citeglot.vector_cache import NAME

pytestmark = pytest.mark.soak

KILLS = 200
DAMAGES = 400
TILINGS = 5000
EMBEDDER = HashEmbedder()
QUESTIONS = [EMBEDDER.embed_question(text) for text in (*TEXTS.values(), "bridges", "１月", "zzz")]


@pytest.fixture
def chance(capsys):
    """Random numbers whose seed is printed, so that a failure can be had again."""
    seed = time.time_ns()
    with capsys.disabled():
        print(f"\nseed {seed}")
    return random.Random(seed)


def undisturbed(corpus: Path, index: Path) -> float:
    """Ingest in a process of its own, to the end; return how many seconds that took."""
    child = start_ingest(corpus, index)
    begun = time.monotonic()
    _, errors = child.communicate(timeout=120)
    assert child.returncode == 0, errors
    return time.monotonic() - begun


def wait_for_the_first_vector(child, index: Path) -> None:
    """Return when the ingest has begun to write down what it makes, or has ended."""
    while child.poll() is None and not (index / NAME).exists():
        time.sleep(0.001)


def kill_an_ingest(corpus: Path, index: Path, seconds: float, waits: bool) -> bool:
    """Kill an ingest so long after its start, or a quarter of that after it began to write; False if it was done."""
    child = start_ingest(corpus, index)
    if waits:
        wait_for_the_first_vector(child, index)
    time.sleep(seconds / 4 if waits else seconds)
    child.kill()
    child.communicate()
    return child.returncode != 0


@pytest.mark.parametrize(("share", "is_first"), [(0.8, False), (0.2, True)], ids=["a later ingest", "the first ingest"])
def test_killed_at_any_time(tmp_path, chance, capsys, share, is_first):
    """SIGKILL of a real ingest at random times, half of them while it writes: the old corpus or the new one is served
    whole, that of a first ingest or none, and the next ingest ends with the same bytes as one that nobody disturbed.
    """
    first, old, new = corpora(tmp_path)
    base, kills = tmp_path / "base", round(KILLS * share)
    base.mkdir()
    for corpus in () if is_first else (first, old):
        ingest(corpus, base)
    before = texts_of(base)
    seconds = undisturbed(new, shutil.copytree(base, tmp_path / "undisturbed"))
    expected, after = served_bytes(tmp_path / "undisturbed"), texts_of(tmp_path / "undisturbed")
    assert before != after
    counts: Counter[str] = Counter()
    for number in range(kills):
        index = shutil.copytree(base, tmp_path / f"index-{number}")
        is_killed = kill_an_ingest(new, index, chance.uniform(0, seconds), waits=number % 2 == 0)
        served = texts_of(index)
        assert served in (before, after)
        if served:
            assert verify_generation(index) == ()
        else:
            with pytest.raises(NoIndex):
                verify_generation(index)
        counts["killed" if is_killed else "finished"] += 1
        counts["new served" if served == after else "old served"] += 1
        counts["with leftovers"] += any(".tmp-" in name for name in files(index))
        ingest(new, index)
        assert served_bytes(index) == expected
        assert verify_generation(index) == ()
        assert not [name for name in files(index) if ".tmp-" in name]
        shutil.rmtree(index)
    with capsys.disabled():
        print(f"{kills} kills within {seconds:.3f} s: {dict(counts)}")
    assert counts["killed"] > 0
    assert counts["old served"] + counts["new served"] == kills


def damage(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Flip one bit, or cut the end off."""
    if chance.random() < 0.5:
        return "cut", content[: chance.randrange(len(content))]
    flipped = bytearray(content)
    flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return "flipped", bytes(flipped)


def read_all(generation):
    """Search and read everything: what each question finds, and each article with its sentences' vectors."""
    found = [nearest(generation, question, 5) for question in QUESTIONS]
    chunks = [chunk for name in generation.documents for chunk in generation.chunks(name)]
    vectors = [generation.sentence_vectors(chunk).tobytes() for chunk in chunks]
    return found, [generation.document(name) for name in generation.documents], chunks, vectors


def three_generations(index: Path):
    """Make an index of three generations, the third with the segments of the second, which has none of the first.

    Return what each of them serves, by number.
    """
    reversed_texts = [document(f"{name[:2]}-2.txt", text[::-1]) for name, text in TEXTS.items()]
    more = [document("en-3.txt", LONG), document("ja-3.txt", TEXTS["ja.txt"] * 9)]
    served = {}
    for articles in ([document(*item) for item in TEXTS.items()], reversed_texts, [*reversed_texts, *more]):
        update(index, articles, consent=True)
        generation = open_index(index)
        served[generation.number] = read_all(generation)
    return served


def test_damage_anywhere_is_found(tmp_path, chance, capsys):
    """A flipped bit or a cut in any file of three generations: `verify` says so, nothing damaged is served, and where
    the newest generation is hit, one before it answers, and says so.
    """
    index = tmp_path / "index"
    expected = three_generations(index)
    original = files(index)
    counts: Counter[str] = Counter()
    for _ in range(DAMAGES):
        name = chance.choice(sorted(original))
        kind, content = damage(original[name], chance)
        (index / name).unlink()
        (index / name).write_bytes(content)
        problems = verify_generation(index)
        assert problems, (name, kind)
        counts[kind] += 1
        counts["named"] += any(Path(name).name in problem for problem in problems)
        counts["CURRENT"] += name == "CURRENT"
        try:
            reader = IndexReader(open_index(index))
            served = reader.read(read_all)
            assert served == expected[reader.held.number], (name, kind)
            assert reader.held.number == 3 or reader.held.warnings
            counts[f"generation {reader.held.number} served"] += 1
        except IndexDamaged:
            counts["refused to readers"] += 1
        (index / name).unlink()
        (index / name).write_bytes(original[name])
    assert verify_generation(index) == ()
    with capsys.disabled():
        print(f"{DAMAGES} damages over {len(original)} files: {dict(counts)}")
    assert counts["cut"] + counts["flipped"] == counts["named"] == DAMAGES
    assert counts["refused to readers"] == 0 and counts["generation 2 served"] and counts["generation 1 served"]


def test_chunks_tile_any_text(capsys):
    """As the fast test says, over many more texts."""
    checked = Counter()

    @settings(max_examples=TILINGS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(TEXT, st.integers(1, 12), st.sampled_from([len, words, lambda text: len(text.encode()) // 3]))
    def check(text, limit, count):
        check_tiling(text, limit, count)
        checked["texts"] += 1
        checked["code points"] += len(text)

    check()
    with capsys.disabled():
        print(f"\n{checked['texts']} texts, {checked['code points']} code points")
    assert checked["texts"] >= TILINGS
