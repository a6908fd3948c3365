"""The models of the settings for an ingest, each loaded when it is first needed."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from citeglot.building import Engines
from citeglot.indexing import CHUNKING_VERSION
from citeglot.manifest import Chunking
from citeglot.models import CatalogueModel, find_model, require_embedding_folder
from citeglot.protocols import Embedder, EmbeddingIdentity
from citeglot.recorded import RECORD
from citeglot.settings import Settings
from citeglot.stores import store_of


def model_engines(settings: Settings) -> Engines:
    """Return the engines of an ingest; a missing model is told of when it is needed, not before."""
    model = find_model(settings.embedding_model)

    @cache
    def embedder() -> Embedder:
        from citeglot.embedding import load_embedder

        return load_embedder(settings)

    @cache
    def counter() -> Callable[[str], int]:
        from citeglot.token_counter import load_token_counter

        return load_token_counter(require_embedding_folder(model, settings.models))

    return Engines(
        serves=lambda identity: is_made_by(identity, model, settings.models / model.name),
        load_embedder=embedder,
        count_tokens=lambda text: counter()(text),
        chunking=Chunking(settings.chunk_tokens, CHUNKING_VERSION),
        store=store_of(settings),
    )


def is_made_by(identity: EmbeddingIdentity, model: CatalogueModel, folder: Path) -> bool:
    """Return whether vectors of this identity are those of a model of the catalogue, without loading it.

    Where the model is not there, its name decides; the weights behind a name are pinned by the catalogue.
    """
    named = (identity.name, identity.question_prompt, identity.passage_prompt)
    if named != (model.name, model.question_prompt, model.passage_prompt):
        return False
    try:
        recorded = json.loads((folder / RECORD).read_text(encoding="utf-8"))["files"]["model.safetensors"]
    except (OSError, ValueError, KeyError, TypeError):
        return True
    return bool(recorded == identity.weights_sha256)
