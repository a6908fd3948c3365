"""What is read back of a new generation before anybody is served from it."""

from collections.abc import Collection

import numpy as np

from citeglot.generation import Generation
from citeglot.manifest import SegmentEntry
from citeglot.storage import damaged
from citeglot.vectors_faiss import top_rows


def check_written(generation: Generation, before: Collection[SegmentEntry]) -> None:
    """Raise IndexDamaged unless what was written can be read back and chunks find themselves.

    Segments of the generation `before` were checked when they were written, so a change costs what changed.
    """
    known = {entry.files for entry in before}
    for segment in generation.segments.values():
        if segment.entry.files in known:
            continue
        segment.verify()
        if lost := generation.without_text(segment):
            raise damaged(generation.folder, f"did not come back from the disk with the text of {lost[0]}")
        for row in {0, segment.entry.chunks // 2, segment.entry.chunks - 1} if segment.entry.chunks else set():
            vector = segment.vectors[row]
            _, best = top_rows(segment.vectors, vector, 1)[0]
            if not np.isclose(best, vector @ vector, atol=1e-4):
                raise damaged(generation.folder, f"chunk {row} of segment {segment.entry.id} does not find itself")
