"""Workers on the nodes of a Ray cluster, each with a warm model, and which of them embeds which shard.

Ray itself is handed in. A worker has one shard at a time; one that is lost with its node, or ends, gives it back.
"""

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from citeglot.errors import EngineGone, ModelFailed, UserError
from citeglot.protocols import EmbeddingIdentity
from citeglot.shards import Load, Shard, Worker, cut_shards

PATIENCE = 300.0  # seconds in which some worker must have its model loaded
LOOK = 5.0  # seconds between two looks at which nodes there are
TRIES = 5  # of a shard, and of a worker on a node
CPUS = 8  # of a worker: more threads hardly hasten a batch


def told(error: Exception) -> str:
    """Return in a line what an error of Ray says; what happened stands at its end."""
    return " ".join(str(error).split())[-300:] or repr(error)


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker on a node is doing: a shard, or loading its model."""

    worker: Any
    node: str
    shard: Shard | None


class RayWorkers:
    """The workers on all nodes; a node that comes gets its own, one that goes is done without."""

    def __init__(self, ray: object, model: str, load: Load) -> None:
        self._ray: Any = ray
        self._model, self._load = model, load
        self._tasks: dict[Any, _Task] = {}
        self._free: list[tuple[Any, str]] = []
        self._on: Counter[str] = Counter()  # workers by node, those that load too
        self._failures: Counter[str] = Counter()  # by key of a shard, and by node
        self._reason = "no node has a processor free"
        self._alone_since = time.monotonic()

    def embed(self, texts: Sequence[str], identity: EmbeddingIdentity | None) -> Iterator[tuple[Shard, bytes]]:
        """Yield the shards of some texts with their vectors; without an identity it is that of the first worker."""
        waiting = deque(cut_shards(texts, identity)) if identity else None
        while waiting is None or waiting or any(task.shard for task in self._tasks.values()):
            self._start_workers()
            while waiting and self._free:
                worker, node = self._free.pop()
                shard = waiting.popleft()
                self._tasks[worker.embed.remote(shard)] = _Task(worker, node, shard)
            for task, result in self._finished():
                if task.shard and isinstance(result, bytes):
                    yield task.shard, result
                elif task.shard and waiting is not None:
                    waiting.appendleft(task.shard)
                elif waiting is None and isinstance(result, EmbeddingIdentity):
                    waiting = deque(cut_shards(texts, result))

    def _start_workers(self) -> None:
        alive = {one["NodeID"]: one["Resources"] for one in self._ray.nodes() if one["Alive"]}
        usable = [node for node in alive if self._failures[node] < TRIES]
        for node in usable:
            count, share = _share(alive[node])
            for _ in range(count - self._on[node]):
                self._start(node, share)
        self._free = [one for one in self._free if one[1] in alive]
        if self._free or any(task.shard for task in self._tasks.values()):
            self._alone_since = time.monotonic()
        elif (alive and not usable) or time.monotonic() - self._alone_since > PATIENCE:
            raise EngineGone(
                f"No worker of the Ray cluster could embed ({self._reason}). The index is unchanged, and what was "
                "embedded is kept. Look at the cluster with `ray status`, and start again."
            )

    def _start(self, node: str, share: dict[str, float]) -> None:
        here = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node, soft=False)
        worker = self._ray.remote(Worker).options(scheduling_strategy=here, **share).remote(self._load)
        self._tasks[worker.identity.remote(self._model)] = _Task(worker, node, None)
        self._on[node] += 1

    def _finished(self) -> Iterator[tuple[_Task, object]]:
        """Yield what was done with its result, None where it failed; wait for some of it, not for long."""
        if not self._tasks:
            time.sleep(LOOK)
            return
        done, _ = self._ray.wait(list(self._tasks), timeout=LOOK)
        for reference in done:
            task = self._tasks.pop(reference)
            yield task, self._result(reference, task)

    def _result(self, reference: object, task: _Task) -> object:
        try:
            result = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            cause = getattr(error, "cause", None)  # what the worker's own code raised
            if isinstance(cause, UserError):
                raise type(cause)(f"On the Ray node {task.node[:12]}: {cause}") from None
            self._failed(task, repr(cause) if cause else told(error))
            return None
        self._free.append((task.worker, task.node))
        return result

    def _failed(self, task: _Task, reason: str) -> None:
        """Do without a worker; ModelFailed where a shard has cost so many that it must be the shard."""
        self._ray.kill(task.worker)
        self._on[task.node] -= 1
        self._reason = reason
        name = task.shard.key if task.shard else task.node
        self._failures[name] += 1
        if task.shard and self._failures[name] == TRIES:
            raise ModelFailed(
                f"{TRIES} Ray workers failed while they embedded the same texts; the last one: {reason}. The index is "
                "unchanged, and what was embedded is kept. Start again, or without --ray."
            )


def _share(resources: dict[str, float]) -> tuple[int, dict[str, float]]:
    """Return how many workers a node gets, and what each takes of it: a graphics card, or some processors."""
    cpus, gpus = int(resources.get("CPU", 0)), int(resources.get("GPU", 0))
    if gpus:
        return gpus, {"num_gpus": 1, "num_cpus": min(1, cpus)}
    workers = -(-cpus // CPUS)
    return workers, {"num_cpus": cpus // workers} if workers else {}
