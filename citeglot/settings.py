"""Where things are and how large they may be: one frozen value, made once, handed to whoever needs it."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import platformdirs

from citeglot.deployment import FILE, Deployment, load_deployment

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders, model names and limits; sizes are in tokens or code points as their names say."""

    corpus: Path = ROOT / "corpus"
    index: Path = ROOT / "index"
    prompts: Path = ROOT / "prompts"
    models: Path = ROOT / "models"
    data: Path = field(default_factory=lambda: platformdirs.user_data_path("citeglot"))
    embedding_model: str = "multilingual-e5-small"
    language_model: str = "qwen2.5-coder-1.5b-instruct"
    chunk_tokens: int = 200
    max_question_characters: int = 2000
    passages: int = 8
    deployment: Deployment = field(default_factory=Deployment)


def load_settings() -> Settings:
    """Return the settings of this checkout.

    `CITEGLOT_MODELS` moves the models out of the user's cache folder; `CITEGLOT_LANGUAGE_MODEL`
    names another language model of the catalogue. `citeglot.toml` and its variables name servers; WrongUse as there.
    """
    chosen = os.environ.get("CITEGLOT_MODELS")
    models = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("citeglot") / "models"
    settings = Settings(models=models, deployment=load_deployment(ROOT / FILE))
    language_model = os.environ.get("CITEGLOT_LANGUAGE_MODEL")
    return replace(settings, language_model=language_model) if language_model else settings
