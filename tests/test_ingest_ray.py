"""The door to Ray without Ray: what it is asked for, and what is told when it fails; over a stand-in."""

import os
import socket
import sys

import pytest
from fakes import HashEmbedder
from index_support import five_articles, update
from ray_stand_in import Ray, RayError, fake
from ray_support import assert_same, missing, spread
from test_vector_cache import long_articles

from citeglot import ray_workers, shards
from citeglot.errors import EngineGone, EnvironmentLacks, WrongUse


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Shards of one batch."""
    monkeypatch.setattr(shards, "BATCHES", 1)
    monkeypatch.setattr(ray_workers, "LOOK", 0.0)


class StandIn(Ray):
    """Takes the place of the library, and keeps how it was called."""

    def __init__(self, monkeypatch, **cpus):
        super().__init__(**cpus)
        self.ended, self.options, self.problems, self.lasts = 0, {}, [], 1000
        monkeypatch.setitem(sys.modules, "ray", self)
        for name in ("RAY_USAGE_STATS_ENABLED", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "RAY_gcs_server_port_wait_time_s"):
            monkeypatch.setenv(name, "")  # put back afterwards

    def init(self, **options):
        self.options = options
        if self.problems:
            raise self.problems.pop(0)

    def shutdown(self):
        self.ended += 1

    def wait(self, references, timeout):
        self.lasts -= 1
        if self.lasts < 0:
            raise RayError("lost")
        return super().wait(references, timeout)


def interrupting(name):
    raise KeyboardInterrupt


def test_a_cluster_of_our_own_is_reached_by_nobody_else(tmp_path, monkeypatch):
    """It listens on loopback, has no dashboard, tells its makers nothing, and is ended also after Ctrl-C."""
    ray = StandIn(monkeypatch, a=1)
    spread(tmp_path / "index", "", five_articles().values(), fake)
    assert ray.options["address"] == "local"
    assert ray.options["include_dashboard"] is False
    assert (os.environ["RAY_USAGE_STATS_ENABLED"], os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"]) == ("0", "0")
    assert ray.ended == 1
    with pytest.raises(KeyboardInterrupt):
        spread(tmp_path / "other", "", five_articles().values(), interrupting)
    assert ray.ended == 2


def test_a_cluster_of_others_is_taken_as_it_is(tmp_path, monkeypatch):
    """One that is named, or that RAY_ADDRESS names, is connected to; an address goes before the variable."""
    ray = StandIn(monkeypatch, a=1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")
        spread(tmp_path / "index", f"ray://{address}", five_articles().values(), fake)
        assert ray.options["address"] == f"ray://{address}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        spread(tmp_path / "other", "", five_articles().values(), fake)
    assert ray.options == {"address": address, "log_to_driver": False, "logging_level": "ERROR"}


def test_a_cluster_that_fails_is_told(tmp_path, monkeypatch):
    """One that does not start, and one that goes away meanwhile: a sentence, and what was embedded is found again."""
    ray, articles = StandIn(monkeypatch, a=1), long_articles()
    ray.problems = [Exception("The current node timed out during startup.")]
    with pytest.raises(EnvironmentLacks, match=r"could not be started on this machine .The current node timed out"):
        spread(tmp_path / "index", "", articles, fake)
    assert (ray.problems, ray.ended) == ([], 1)
    ray.lasts = 4
    with pytest.raises(EngineGone, match=r"went away \(lost\)"):
        spread(tmp_path / "index", "", articles, fake)
    whole, rest = HashEmbedder(), HashEmbedder()
    update(tmp_path / "whole", articles, whole)
    update(tmp_path / "index", articles, rest)
    assert 0 < len(rest.embedded) < len(whole.embedded)
    assert_same(tmp_path / "index", tmp_path / "whole")


def test_a_cluster_that_gives_up_is_asked_once_more(tmp_path, monkeypatch):
    """What was half connected is ended before; one that gives up twice, or fails in another way, is told."""
    ray, articles = StandIn(monkeypatch, a=1), five_articles().values()
    aborted = ConnectionAbortedError("Starting Ray client server failed.")
    ray.problems = [aborted]
    spread(tmp_path / "index", "", articles, fake)
    assert (ray.problems, ray.ended) == ([], 2)
    for problems, left in (([aborted, aborted], 0), ([RuntimeError("no"), aborted], 1), ([TimeoutError()], 0)):
        ray.problems, ray.ended, count = list(problems), 0, len(problems) - left
        with pytest.raises(EnvironmentLacks, match="could not be started on this machine"):
            spread(tmp_path / "other", "", articles, fake)
        assert (len(ray.problems), ray.ended) == (left, count)


def test_a_cluster_that_is_not_there_is_told(tmp_path, monkeypatch):
    """An address where nothing listens, and one that is none, are sentences at once."""
    StandIn(monkeypatch, a=1)
    articles = list(five_articles().values())
    with pytest.raises(EnvironmentLacks, match=r"at 127\.0\.0\.1:9 cannot be reached .*refused"):
        spread(tmp_path / "index", "127.0.0.1:9", articles, missing)
    with pytest.raises(WrongUse, match=r"'here' is not an address of Ray\. Expected host:port"):
        spread(tmp_path / "index", "here", articles, missing)
    assert not list((tmp_path / "index").glob("gen-*"))


def test_ray_that_is_not_installed_is_told(tmp_path, monkeypatch):
    """Without the library a sentence says what to install, and nothing new needs no library."""
    monkeypatch.setitem(sys.modules, "ray", None)
    articles = list(five_articles().values())
    with pytest.raises(EnvironmentLacks, match="pip install 'ray"):
        spread(tmp_path / "index", "", articles, missing)
    update(tmp_path / "index", articles)
    assert spread(tmp_path / "index", "", articles, missing).generation == 1
