"""Door 2: corpus/ -> index/. Run it after adding, changing or removing articles."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from citeglot.building import Engines, Spread
from citeglot.console import run_door
from citeglot.corpus import CorpusFolder
from citeglot.engines import model_engines
from citeglot.indexing import preview_index, update_index
from citeglot.peak import peak_memory
from citeglot.progress import Progress, in_words
from citeglot.report import IngestReport
from citeglot.settings import Settings, load_settings

SHOWN_NAMES = 10


def main(arguments: list[str]) -> int:
    """Bring the index up to the corpus and say what was done; 1 when an article could not be read."""
    options = build_parser().parse_args(arguments)
    settings = load_settings()
    settings = replace(settings, corpus=options.corpus or settings.corpus, index=options.index or settings.index)
    report = ingest(settings, options)
    for notice in report.notices:
        print(f"Note: {notice}", file=sys.stderr)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        print(describe(report, settings, options.dry_run))
    return 1 if report.skipped else 0


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python ingest.py", description="Index the articles of the corpus folder.")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="the folder of articles (default: corpus/)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index folder (default: index/)")
    parser.add_argument("--encoding", metavar="NAME", help="of files that are not Unicode, such as cp1252 or shift_jis")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    others = parser.add_mutually_exclusive_group()
    others.add_argument("--ray", nargs="?", const="", metavar="ADDRESS", help="embed on a Ray cluster, or start one")
    others.add_argument(
        "--shards", action="store_true", help="write what is to be embedded for other machines, and end"
    )
    parser.add_argument("--yes", action="store_true", help="go on although more than half of the articles are gone")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    return parser


def ingest(settings: Settings, options: argparse.Namespace) -> IngestReport:
    """Do, or preview, what the options say."""
    articles, engines = CorpusFolder(settings.corpus, options.encoding), model_engines(settings)
    if spread := spread_of(settings, options, engines):
        engines = replace(engines, spread=spread)
    with Progress() as show:
        if options.dry_run:
            return preview_index(settings.index, articles, engines, show)
        return update_index(settings.index, articles, engines, options.yes, show)


def spread_of(settings: Settings, options: argparse.Namespace, engines: Engines) -> Spread | None:
    """Return who else embeds what is new; their code is imported only where it is asked for."""
    if options.ray is not None:
        from citeglot.ingest_ray import over_ray

        return over_ray(options.ray, settings.embedding_model)
    if options.shards:
        from citeglot.shards import leave_to_others

        return leave_to_others(engines.load_embedder)
    return None


def describe(report: IngestReport, settings: Settings, dry_run: bool) -> str:
    """Return what was done in plain sentences."""
    renamed = [f"{before} → {after}" for before, after in report.renamed]
    lists = [("Added", report.added), ("Changed", report.changed), ("Renamed", renamed), ("Removed", report.removed)]
    lines = [f"{verb} {_articles(len(names))}: {_some(names)}." for verb, names in lists if names]
    new = {*report.added, *report.changed, *(after for _, after in report.renamed)}
    if copies := [f"{copy} (of {original})" for copy, original in report.duplicates if copy in new]:
        lines.append(f"Copies of other articles, found once: {_some(copies)}.")
    lines += [f"Skipped {one.path}: {one.reason}" for one in report.skipped]
    size = f"{_articles(report.documents)} in {report.chunks} chunks"
    if dry_run:
        lines.append(
            f"The index in {settings.index} would hold {size}; {report.embedded_chunks} chunks would be embedded. "
            "Nothing was done."
        )
    else:
        done = f"embedded {report.embedded_chunks} chunks" if lines or report.embedded_chunks else "nothing changed"
        lines.append(
            f"The index in {settings.index} holds {size} (generation {report.generation}; "
            f"{done}, {in_words(report.seconds)}{_memory()})."
        )
    return "\n".join(lines)


def _memory() -> str:
    peak = peak_memory()
    return f", at most {peak / 1e6:.0f} MB of memory" if peak else ""


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number} articles"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more


if __name__ == "__main__":
    raise SystemExit(run_door(main))
