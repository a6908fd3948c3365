"""A model that the machine has no memory for is refused beforehand, in words."""

import pytest

from citeglot.errors import EnvironmentLacks
from citeglot.memory import available_memory, require_memory

MEMINFO = "MemTotal:  8000 kB\nMemFree:  100 kB\nMemAvailable:  3000 kB\nSwapFree:  1000 kB\nHugePages_Total:  0\n"


def container(folder, most, used, cached=0):
    """Write the files in which Linux keeps the limits of a container."""
    (folder / "memory.max").write_text(f"{most}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\nactive_file {cached}\ninactive_file 0\n")


def test_what_can_be_had_is_read(tmp_path):
    """What can be freed counts, swap too; the limit of a container bounds it, and cached files in it are free."""
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(MEMINFO)
    assert available_memory(meminfo, tmp_path) == 4000 * 1024
    container(tmp_path, "max", 10)
    assert available_memory(meminfo, tmp_path) == 4000 * 1024
    container(tmp_path, 1_000_000, 900_000, 300_000)
    assert available_memory(meminfo, tmp_path) == 400_000
    container(tmp_path, 10**9, 0)
    assert available_memory(meminfo, tmp_path) == 4000 * 1024


def test_this_machine_has_some():
    """The real files, or psutil, or nothing is said at all."""
    found = available_memory()
    assert found is None or 1_000_000 < found < 1 << 50


def test_elsewhere_psutil_says_it_or_nothing_does(tmp_path, monkeypatch):
    """Without it the answer is that it is not known, and no model is refused for it."""

    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("citeglot.memory.import_module", missing)
    assert available_memory(tmp_path / "none") is None
    require_memory("big", 1 << 60, None)


def test_too_little_is_refused_with_both_sizes():
    """The message says what is needed, what there is, and the way out."""
    require_memory("small", 100, 100)
    with pytest.raises(EnvironmentLacks, match=r"big needs about 1\.7 GB.*0\.2 GB are free.*CITEGLOT_LANGUAGE_MODEL"):
        require_memory("big", 1_700_000_000, 200_000_000)
