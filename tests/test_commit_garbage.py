"""Two earlier generations are kept, what nobody can be served from goes, and no reader loses a file."""

import os

import pytest
from child_support import run_child
from fakes import HashEmbedder
from index_support import document, five_articles, update

from citeglot.generation import open_generation
from citeglot.index import list_generations, open_index, rollback, verify_generation

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")


def names_of_segments(folder, numbers):
    """Return the names of the segment files that these generations name."""
    manifests = [open_generation(folder, number).manifest for number in numbers]
    return {file.name for manifest in manifests for segment in manifest.segments for file in segment.files}


def orphaned(folder):
    """Make an index of which the newest generation is complete, and was never switched to."""
    articles = five_articles()
    update(folder, articles.values())
    before = (folder / "CURRENT").read_bytes()
    update(folder, [*articles.values(), document("en2.txt", "Something new.")])
    (folder / "CURRENT").write_bytes(before)
    return articles


def test_a_generation_that_was_never_switched_to_is_not_served_and_goes(tmp_path):
    """Killed between the last rename and CURRENT: the next ingest of the same corpus takes its vectors, that of the
    old one makes none; either way it is removed, with its segments.
    """
    for more, generation in ((), 1), ((document("en2.txt", "Something new."),), 3):
        folder = tmp_path / str(generation)
        articles = orphaned(folder)
        assert open_index(folder).number == 1 and open_index(folder).warnings == () == verify_generation(folder)
        embedder = HashEmbedder()
        assert update(folder, [*articles.values(), *more], embedder).generation == generation
        assert embedder.embedded == []
        numbers = [one.number for one in list_generations(folder)]
        assert numbers == [1, 3][: 1 + len(more)]
        named = names_of_segments(folder, numbers)
        assert {path.name for path in (folder / "segments").iterdir()} == named


def test_two_earlier_generations_and_their_segments_are_kept(tmp_path):
    """Older generations, and files that no generation names, go; numbers only grow, whatever the clock says."""
    articles = five_articles()
    for number in range(1, 7):
        articles["en.txt"] = document("en.txt", f"Version {number} of it.", "en")
        assert update(tmp_path / "index", articles.values()).generation == number
        (tmp_path / "index" / "segments" / "en-foreign.bin").write_bytes(b"?")
    assert update(tmp_path / "index", articles.values()).generation == 6
    assert [one.number for one in list_generations(tmp_path / "index")] == [4, 5, 6]
    named = names_of_segments(tmp_path / "index", (4, 5, 6))
    assert {path.name for path in (tmp_path / "index" / "segments").iterdir()} == named
    for number in (4, 5):
        assert open_generation(tmp_path / "index", number).document("en.txt").text == f"Version {number} of it."


def test_what_was_gone_back_from_goes_with_the_next_ingest(tmp_path):
    """The generation that rollback left, and that the next one was made from, are what rollback finds again."""
    articles = five_articles()
    for number in range(1, 4):
        articles["en.txt"] = document("en.txt", f"Version {number} of it.", "en")
        update(tmp_path, articles.values())
    assert rollback(tmp_path) == 2
    articles["en.txt"] = document("en.txt", "Version 4 of it.", "en")
    assert update(tmp_path, articles.values()).generation == 4
    assert [one.number for one in list_generations(tmp_path)] == [1, 2, 4]
    assert rollback(tmp_path) == 2 and rollback(tmp_path) == 1


@POSIX
def test_a_reader_in_another_process_loses_nothing(tmp_path):
    """Generations made and removed beside it: all that it opened can be read to the end."""
    body = """
    from citeglot.index import open_index
    folder = Path(sys.argv[1])
    update(folder, new)
    to_reader, to_writer = os.pipe(), os.pipe()

    def read():
        generation = open_index(folder)
        os.write(to_writer[1], b"x")
        os.read(to_reader[0], 1)
        assert not (folder / "gen-000001").exists()
        assert generation.verify() == ()
        print([generation.document(one.name).text == one.text for one in new], flush=True)

    child = os.fork()
    if child == 0:
        read()
        os._exit(0)
    os.read(to_writer[0], 1)
    for number in range(4):
        update(folder, [document(f"{code}.txt", f"Text {number}.", code) for code in ("de", "en")], consent=True)
    os.write(to_reader[1], b"x")
    os.waitpid(child, 0)
    """
    assert run_child(body, tmp_path) == ["[True, True, True]"]


@pytest.mark.parametrize("suffix", ["texts.jsonl", "vectors.f32", "sentences.f16", "postings"])
def test_after_an_ingest_no_damaged_generation_is_kept(tmp_path, suffix):
    """What was damaged and is no longer in the corpus goes with its generation: verifying finds nothing afterwards."""
    articles = five_articles()
    for number in range(1, 4):
        articles["en.txt"] = document("en.txt", f"Version {number} of it.", "en")
        update(tmp_path, articles.values())
    generation = open_index(tmp_path)
    path = tmp_path / "segments" / f"{generation.documents['en.txt'].segment}.{suffix}"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (problem,) = verify_generation(tmp_path)
    assert path.name in problem
    articles["en.txt"] = document("en.txt", "Version 4 of it.", "en")
    update(tmp_path, articles.values())
    assert [one.number for one in list_generations(tmp_path)] == [1, 2, 4]
    assert verify_generation(tmp_path) == () and not path.exists()
