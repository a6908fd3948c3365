"""A disk that is full, a file that cannot grow, a folder that may only be read: said, and nothing is lost."""

import os
import subprocess

import pytest
from child_support import run_child
from index_support import TEXTS, document, files, update

from citeglot.errors import EnvironmentLacks
from citeglot.index import open_index, verify_generation
from citeglot.vector_cache import NAME

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")
MOUNT = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs"]


@POSIX
def test_a_file_that_cannot_grow_keeps_the_old_index(tmp_path):
    """When the system cuts a write short, that is said, nothing half written stays, and the old index answers."""
    body = """
    from citeglot.index import open_index, verify_generation
    folder = Path(sys.argv[1])
    update(folder, old)
    for limit in (0, 50, 1000):
        def full():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            update(folder, new)
        in_child(full)
        assert not [path for path in folder.rglob("*") if ".tmp-" in path.name]
        assert verify_generation(folder) == ()
        print(open_index(folder).number)
    """
    lines = run_child(body, tmp_path / "index")
    assert lines[1::2] == ["1", "1", "1"]
    for line in lines[::2]:
        assert line.startswith("EnvironmentLacks The index folder")
        assert "File too large" in line


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 KiB, where this system lets us have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        done = subprocess.run([*MOUNT, str(folder)], capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"needs mount: {error}")
    if done.returncode:
        pytest.skip(f"needs the right to mount a small disk: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_the_old_index(small_disk):
    """With more and more room, and never enough: the old index answers and what was begun is gone; then all is well."""
    articles = [document(f"{number}.txt", f"{number}. {TEXTS['en.txt']} " * 20, "en") for number in range(12)]
    update(small_disk / "index", articles[:3])
    filler, refused = small_disk / "filler", 0
    for room in (0, 4096, 16384, 65536, 98304):
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        filler.write_bytes(bytes(max(0, free - room)))
        before = files(small_disk / "index")
        with pytest.raises(EnvironmentLacks, match="No space left"):
            update(small_disk / "index", articles)
        refused += 1
        after = files(small_disk / "index")
        assert {**after, NAME: b""} == {**before, NAME: b""}  # vectors made so far are kept for the next attempt
        assert verify_generation(small_disk / "index") == () and len(open_index(small_disk / "index").documents) == 3
        filler.unlink()
    assert refused == 5
    with pytest.raises(EnvironmentLacks, match="No space left"):
        update(small_disk / "index", [document("big.txt", "big " * 100_000, "en")], consent=True)
    assert update(small_disk / "index", articles[:5]).documents == 5


@POSIX
def test_a_folder_that_may_only_be_read(tmp_path):
    """Questions are answered from it; an ingest and a rollback say what they cannot do, and the doctor too."""
    body = """
    from fakes import HashEmbedder
    from citeglot.commit import is_locked
    from citeglot.doctor import examine
    from citeglot.index import open_index, rollback, verify_generation
    from citeglot.settings import Settings
    from index_support import nearest
    folder = Path(sys.argv[1]) / "index"
    for corpus in (old, new):
        update(folder, corpus)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    def read_only():
        os.chdir(folder)
        read = Path()
        if os.getuid() == 0:
            os.setgroups([]); os.setgid(65534); os.setuid(65534)
        assert len(nearest(open_index(read), HashEmbedder().embed_question("x"), 3)) == 3
        assert verify_generation(read) == () and not is_locked(read)
        (finding,) = [one for one in examine(Settings(index=read)) if one.area == "lock"]
        print(finding.state, finding.message, flush=True)
        for change in (lambda: update(read, [*new, document("en3.txt", "More.")]), lambda: rollback(read)):
            try:
                change()
            except Exception as error:
                print(type(error).__name__, error, flush=True)
    in_child(read_only)
    """
    doctor, ingest, rollback = run_child(body, tmp_path)
    assert doctor.startswith("warning The index folder") and "cannot be written" in doctor
    for line in (ingest, rollback):
        assert line.startswith("EnvironmentLacks The index folder") and "Permission denied" in line
