"""Long loops: an ingest killed at any time, an index damaged anywhere, texts of every kind cut into chunks."""

import random
import shutil
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from child_support import start_ingest
from chunking_support import TEXT, check_tiling, words
from fakes import HashEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_support import CHUNK_TOKENS, LONG, TEXTS, build_index, files

from citeglot.corpus import read_corpus
from citeglot.errors import UserError
from citeglot.index import open_index, verify_generation
from citeglot.indexing import engines_of, update_index

pytestmark = pytest.mark.soak

KILLS = 60
DAMAGES = 200
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


def write_corpus(folder: Path, texts: dict[str, str]) -> Path:
    """Write articles into a new folder."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def ingest(corpus: Path, index: Path) -> None:
    """Bring an index up to a corpus, undisturbed."""
    update_index(index, read_corpus(corpus), engines_of(HashEmbedder(), CHUNK_TOKENS))


def texts_of(index: Path) -> dict[str, str]:
    """Return the articles that the index serves."""
    generation = open_index(index)
    assert generation.warnings == ()
    return {name: generation.document(name).text for name in generation.documents}


def served_bytes(index: Path):
    """Return every byte that is served, and the manifest without its number and its times."""
    manifest = open_index(index).manifest
    named = {f"segments/{file.name}" for segment in manifest.segments for file in segment.files}
    named.add(f"gen-{manifest.generation:06d}/documents.jsonl")
    content = {name.split("/")[1]: data for name, data in files(index).items() if name in named}
    return content, replace(manifest, generation=0, created="", summary={})


def corpora(folder: Path) -> tuple[Path, Path, Path]:
    """Write the corpus before the old one, the old one, and the new one: added, edited, renamed and removed."""
    more = {f"en-{number}.txt": f"{LONG}\n\nNumber {number * 104729} of them." for number in range(12)}
    old = {**TEXTS, **more}
    new = {**old, "en-0.txt": LONG.replace("two sentences", "three", 5), "ja-neu.txt": TEXTS["ja.txt"] + "終わり。"}
    new["क्\u200dष.txt"] = new.pop("hi.txt")
    del new["no.txt"]
    earlier = {name: text for name, text in old.items() if name != "de.txt"}
    first, second, third = (
        write_corpus(folder / name, texts) for name, texts in (("first", earlier), ("old", old), ("new", new))
    )
    return first, second, third


def test_killed_at_any_time(tmp_path, chance, capsys):
    """SIGKILL of a real ingest at random times: the old corpus or the new one is served whole, and the next ingest
    ends with the same bytes as one that nobody disturbed.
    """
    first, old, new = corpora(tmp_path)
    base = tmp_path / "base"
    ingest(first, base)
    ingest(old, base)
    before = texts_of(base)
    shutil.copytree(base, tmp_path / "undisturbed")
    child = start_ingest(new, tmp_path / "undisturbed")
    begun = time.monotonic()
    assert child.wait(timeout=120) == 0, child.communicate()[1]
    seconds = time.monotonic() - begun
    child.communicate()
    expected, after = served_bytes(tmp_path / "undisturbed"), texts_of(tmp_path / "undisturbed")
    assert before != after
    counts: Counter[str] = Counter()
    for number in range(KILLS):
        index = shutil.copytree(base, tmp_path / f"index-{number}")
        child = start_ingest(new, index)
        time.sleep(chance.uniform(0, seconds))
        child.kill()
        child.communicate()
        served = texts_of(index)
        assert served in (before, after)
        assert verify_generation(index) == ()
        counts["killed" if child.returncode else "finished"] += 1
        counts["new served" if served == after else "old served"] += 1
        counts["with leftovers"] += any(".tmp-" in name for name in files(index))
        ingest(new, index)
        assert served_bytes(index) == expected
        assert verify_generation(index) == ()
        assert not [name for name in files(index) if ".tmp-" in name]
        shutil.rmtree(index)
    with capsys.disabled():
        print(f"{KILLS} kills within {seconds:.3f} s: {dict(counts)}")
    assert counts["killed"] > 0
    assert counts["old served"] + counts["new served"] == KILLS


def damage(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Flip one bit, or cut the end off."""
    if chance.random() < 0.5:
        return "cut", content[: chance.randrange(len(content))]
    flipped = bytearray(content)
    flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return "flipped", bytes(flipped)


def read_all(index: Path):
    """Open, search and read everything: what each question finds, and each article with its sentences' vectors."""
    generation = open_index(index)
    found = [generation.search(question, 5) for question in QUESTIONS]
    chunks = [chunk for name in generation.documents for chunk in generation.chunks(name)]
    vectors = [generation.sentence_vectors(chunk).tobytes() for chunk in chunks]
    return found, [generation.document(name) for name in generation.documents], chunks, vectors


def test_damage_anywhere_is_found(tmp_path, chance, capsys):
    """A flipped bit or a cut in any file: `verify` says so, and readers get what was written or a sentence."""
    index = build_index(tmp_path / "index")
    original, expected = files(index), read_all(index)
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
        try:
            assert read_all(index) == expected, (name, kind)
            counts["not touched by readers"] += 1
        except UserError:
            counts["refused to readers"] += 1
        (index / name).unlink()
        (index / name).write_bytes(original[name])
    assert verify_generation(index) == ()
    with capsys.disabled():
        print(f"{DAMAGES} damages over {len(original)} files: {dict(counts)}")
    assert counts["cut"] + counts["flipped"] == DAMAGES


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
