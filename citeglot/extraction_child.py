"""Reads pages, Word and PDF documents in a process of its own, which hostile files may exhaust or bring down.

One line of JSON on standard input names a file, one on standard output is its text or the reason why there is none.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from citeglot.decoding import MAX_BYTES, UnreadableArticle

OUT_OF_MEMORY = 97
MAX_FILE_BYTES = 100_000_000  # pictures may take much; for the text the limit is that of every article
_LOOK_EVERY = 0.05


def main() -> int:
    """Serve requests until standard input ends; the one argument is the limit of memory in bytes."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no reply
    limit_memory(int(sys.argv[1]))
    try:
        serve(sys.stdin.buffer, replies)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    return 0


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer each request in turn."""
    for request in requests:
        given = json.loads(request)
        reply = answer(Path(given["path"]), given["encodings"])
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()


def answer(path: Path, encodings: list[str]) -> dict[str, Any]:
    """Return the text and the metadata of a file, or the reason why it has none; only MemoryError is raised."""
    try:
        text, metadata = _read(path, encodings)
        if len(text) > MAX_BYTES:
            raise UnreadableArticle(f"Its text has more than {MAX_BYTES // 1_000_000} million characters; split it.")
    except UnreadableArticle as problem:
        return {"reason": str(problem)}
    except OSError as problem:
        return {"reason": f"It cannot be opened: {problem.strerror or problem}."}
    except ImportError as problem:
        return {
            "reason": f"What reads such files is not installed ({problem}); run python citeglot/bootstrap.py install."
        }
    except MemoryError:
        raise
    except Exception as problem:  # whatever a library does with a file it was not made for
        return {"reason": f"It cannot be read ({type(problem).__name__}: {' '.join(str(problem).split())[:200]})."}
    return {"text": text, "metadata": metadata}


def _read(path: Path, encodings: list[str]) -> tuple[str, dict[str, str]]:
    """Read a file with what its name asks for; each library is loaded when it is first needed."""
    suffix = path.suffix.lower()
    if suffix in (".html", ".htm", ".xhtml"):
        from citeglot.markup import read_page

        return read_page(path, *encodings)
    size = path.stat().st_size
    if not size:
        raise UnreadableArticle("It is empty; expected is the text of an article.")
    if size > MAX_FILE_BYTES:
        raise UnreadableArticle(f"It is larger than {MAX_FILE_BYTES // 1_000_000} MB, the most that is read; split it.")
    if suffix == ".docx":
        from citeglot.docx import read_docx

        return read_docx(path), {}
    from citeglot.pdf import read_pdf

    return read_pdf(path), {}


def limit_memory(most: int) -> None:
    """End this process when it has more than `most` bytes of memory; on Windows that needs psutil, else nothing does.

    It looks twenty times a second; on Linux the kernel refuses whatever takes twice as much in between.
    """
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (2 * most, 2 * most))
    if measure := _memory_in_use():
        threading.Thread(target=watch_memory, args=(measure, max(most, measure())), daemon=True).start()


def watch_memory(measure: Callable[[], int], most: int) -> None:
    """End this process as soon as it has more than `most` bytes."""
    while measure() <= most:
        time.sleep(_LOOK_EVERY)
    os._exit(OUT_OF_MEMORY)


def _memory_in_use() -> Callable[[], int] | None:
    """Return what measures the bytes of this process; on other systems without psutil their peak is measured."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        size = os.sysconf("SC_PAGE_SIZE")
        return lambda: int(pages.read_bytes().split()[1]) * size
    with suppress(ModuleNotFoundError):
        process = import_module("psutil").Process()
        return lambda: int(process.memory_info().rss)
    with suppress(ModuleNotFoundError):
        resource: Any = import_module("resource")
        unit = 1 if sys.platform == "darwin" else 1024
        return lambda: int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit
    return None


if __name__ == "__main__":
    raise SystemExit(main())
