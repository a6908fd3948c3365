"""Stands in for Ray: nodes and actors in this process, which are lost when a test wants it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace

from fakes import HashEmbedder


def fake(name):
    return HashEmbedder()


class RayError(Exception):
    cause = None


@dataclass(frozen=True, eq=False)
class Reference:
    node: str
    actor: SimpleNamespace
    method: str
    work: Callable
    value: object


class Ray:
    """Nodes with actors, which do their work when it is asked for; `fate` is called before with node and method."""

    exceptions = SimpleNamespace(RayError=RayError)
    util = SimpleNamespace(
        scheduling_strategies=SimpleNamespace(NodeAffinitySchedulingStrategy=lambda node, soft: (node, soft))
    )

    def __init__(self, fate=lambda node, method: None, **cpus):
        self.alive = dict.fromkeys(cpus, True)
        self.cpus, self.fate, self.done = cpus, fate, []
        self.started: list[tuple[str, float]] = []
        self.chance = random.Random(3)

    def nodes(self):
        return [
            {"NodeID": node, "Alive": alive, "Resources": {"CPU": float(self.cpus[node]), "memory": 1e9}}
            for node, alive in self.alive.items()
        ]

    def remote(self, kind):
        def make(load, node, cpus):
            self.started.append((node, cpus))
            actor, made = SimpleNamespace(killed=False), kind(load)
            for name in ("identity", "embed"):
                call = SimpleNamespace(remote=partial(Reference, node, actor, name, getattr(made, name)))
                setattr(actor, name, call)
            return actor

        def options(scheduling_strategy, num_cpus):
            return SimpleNamespace(remote=lambda load: make(load, scheduling_strategy[0], num_cpus))

        return SimpleNamespace(options=options)

    def wait(self, references, timeout):
        return [self.chance.choice(references)], []

    def get(self, reference):
        node, method, value = reference.node, reference.method, reference.value
        self.fate(node, method)
        if not self.alive.get(node) or reference.actor.killed:
            raise RayError("The actor died.\n\tThe actor's node has terminated unexpectedly")
        try:
            result = reference.work(value)
        except Exception as error:
            wrapped = RayError("traceback")
            wrapped.cause = error
            raise wrapped from error
        self.done.append((node, method, value))
        return result

    def kill(self, actor):
        actor.killed = True
