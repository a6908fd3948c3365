"""The commands that keep house: models, index, doctor."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from citeglot.doctor import examine
from citeglot.errors import WrongUse
from citeglot.fetching import fetch_model
from citeglot.index import list_generations, no_index, open_index, rollback, verify_generation
from citeglot.models import ModelState, find_model, list_models, require_embedding_folder, verify_models
from citeglot.repair import repair
from citeglot.settings import Settings
from citeglot.stores import store_of
from citeglot.terminal import table

MEBIBYTE = 1 << 20


def run_models(options: argparse.Namespace, settings: Settings) -> int:
    """List, fetch or verify models; only `fetch` uses the network."""
    if options.action == "fetch":
        return _fetch(options, settings)
    if options.names:
        raise WrongUse(
            f"`models {options.action}` takes no names; expected: python -m citeglot models {options.action}"
        )
    states = verify_models(settings.models) if options.action == "verify" else list_models(settings.models)
    if options.json:
        _print_json([_state_json(state) for state in states])
    else:
        head = ("MODEL", "ROLE", "STATE", "MiB", "LICENCE", "PATH")
        print(table([head, *(_state_row(state) for state in states)]))
    if servers := settings.deployment.language_model.urls:
        print(f"The language model is not one of these files: it is asked of {', '.join(servers)}", file=sys.stderr)
    for state in states:
        if state.problem:
            print(f"{state.model.name}: {state.problem}", file=sys.stderr)
    return 1 if any(state.problem for state in states) else 0


def _fetch(options: argparse.Namespace, settings: Settings) -> int:
    """Fetch the named models, or those that run here by the settings; the embedding weights are unpacked as well."""
    elsewhere = settings.deployment.language_model.urls
    names = options.names or [settings.embedding_model, *([] if elsewhere else [settings.language_model])]
    fetched = []
    for model in [find_model(name) for name in names]:
        path = fetch_model(model, settings.models, lambda text: print(text, file=sys.stderr, flush=True))
        if model.role == "embedding":
            path = require_embedding_folder(model, settings.models)
        fetched.append({"name": model.name, "path": str(path)})
        if not options.json:
            print(f"{model.name} is at {path}")
    if options.json:
        _print_json(fetched)
    return 0


def _state_row(state: ModelState) -> Sequence[str]:
    model = state.model
    return (model.name, model.role, state.state, f"{model.size / MEBIBYTE:.0f}", model.licence, str(state.path))


def _state_json(state: ModelState) -> dict[str, Any]:
    model = state.model
    return {
        "name": model.name,
        "role": model.role,
        "state": state.state,
        "problem": state.problem,
        "path": str(state.path),
        "size": model.size,
        "sha256": model.sha256,
        "licence": model.licence,
        "context_tokens": model.context_tokens,
        "languages": list(model.languages),
    }


def run_index(options: argparse.Namespace, settings: Settings) -> int:
    """List the generations, verify every block of them, go back to the one before, or repair what can be."""
    if options.action == "rollback":
        number = rollback(settings.index)
        _show(options, {"generation": number}, f"Generation {number} is served now.")
        return 0
    if options.action == "repair":
        return _repair(options, settings)
    if options.action == "verify":
        problems = verify_generation(settings.index)
        problems += () if problems else store_of(settings).problems(open_index(settings.index))
        _show(options, {"problems": list(problems)}, "\n".join(problems) or "Every block of the index is right.")
        return 1 if problems else 0
    generations = list_generations(settings.index)
    if not generations:
        raise no_index(settings.index)
    head = ("GENERATION", "SERVED", "CREATED", "DOCUMENTS", "CHUNKS", "LANGUAGES", "EMBEDDING", "STATE")
    rows = [
        (
            str(one.number),
            "yes" if one.current else "",
            one.created,
            str(one.documents),
            str(one.chunks),
            ",".join(one.languages),
            one.embedding,
            one.damage or "sound",
        )
        for one in generations
    ]
    as_json = [
        {name: getattr(one, name) for name in ("number", "current", "created", "documents", "chunks", "embedding")}
        | {"languages": list(one.languages), "damage": one.damage}
        for one in generations
    ]
    _show(options, as_json, table([head, *rows]))
    return 1 if any(one.damage for one in generations) else 0


def _repair(options: argparse.Namespace, settings: Settings) -> int:
    """Repair the index; 0 nothing is lost, 1 an earlier generation is served and an ingest must follow."""
    done = repair(settings.index)
    as_json = {"generation": done.generation, "done": list(done.done), "remedy": done.remedy}
    served = f"Generation {done.generation} is served."
    lines = [*(done.done or ["There was nothing to repair."]), served, *filter(None, [done.remedy])]
    _show(options, as_json, "\n".join(lines))
    return 1 if done.remedy else 0


def run_doctor(options: argparse.Namespace, settings: Settings) -> int:
    """Examine everything; 0 all well, 1 something needs attention, 3 something that is needed is missing."""
    findings = examine(settings)
    if options.json:
        _print_json([{name: getattr(one, name) for name in ("area", "state", "message", "remedy")} for one in findings])
    else:
        for one in findings:
            print(f"{one.state.upper():8}{one.area}: {one.message}")
            if one.remedy:
                print(f"{'':8}→ {one.remedy}")
    states = {one.state for one in findings}
    return 3 if "error" in states else 1 if "warning" in states else 0


def _show(options: argparse.Namespace, as_json: object, as_text: str) -> None:
    if options.json:
        _print_json(as_json)
    else:
        print(as_text)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
