"""The doctor finds what is wrong and says how to mend it; it never fails itself."""

import shutil
from dataclasses import replace

import pytest
from fakes import HashEmbedder
from index_support import TEXTS, update
from packaging.requirements import Requirement

from citeglot import doctor
from citeglot.commit import writing
from citeglot.corpus import read_corpus
from citeglot.doctor import Finding, examine
from citeglot.index import open_index
from citeglot.models import find_model
from citeglot.repair import repair
from citeglot.settings import Settings


@pytest.fixture
def settings(tmp_path):
    """Settings over a corpus of five articles that are indexed, with vectors said to be the catalogue's model's."""
    (tmp_path / "corpus").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    chosen = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", models=tmp_path / "models")
    update(chosen.index, read_corpus(chosen.corpus).documents, indexed_by(chosen))
    return chosen


def indexed_by(settings) -> HashEmbedder:
    """Return the fake embedder as the one that the settings ask for."""
    model, embedder = find_model(settings.embedding_model), HashEmbedder()
    prompts = {"question_prompt": model.question_prompt, "passage_prompt": model.passage_prompt}
    embedder.identity = replace(HashEmbedder.identity, name=model.name, **prompts)
    return embedder


def found(settings, area) -> list[Finding]:
    """Return the findings of one area, after checking that each is complete."""
    findings = examine(settings)
    assert {one.area for one in findings} >= {"python", "packages", "models", "index", "corpus", "disk", "lock"}
    assert all(one.message and one.state in ("ok", "warning", "error") for one in findings)
    return [one for one in findings if one.area == area]


def test_a_sound_index_and_corpus_are_well(settings):
    """What is well is said, with counts and languages; nothing is to be done."""
    for area in ("python", "packages", "index", "corpus", "lock"):
        assert [(one.state, one.remedy) for one in found(settings, area)] == [("ok", "")], area
    assert "5 articles" in found(settings, "index")[0].message


def test_missing_models_name_the_command(settings):
    """A model that is not there is an error whose remedy fetches it."""
    findings = found(settings, "models")
    assert {one.state for one in findings} == {"error"}
    assert {one.remedy.split()[-1] for one in findings} == {settings.embedding_model, settings.language_model}
    assert all("models fetch" in one.remedy for one in findings)


def test_a_model_of_the_wrong_size_is_damaged(settings):
    """A truncated model file is found without hashing."""
    settings.models.mkdir()
    model = find_model(settings.language_model)
    (settings.models / model.file).write_bytes(b"GGUF")
    finding = next(one for one in found(settings, "models") if model.name in one.message)
    assert finding.state == "error"
    assert "damaged" in finding.message


def test_an_unknown_model_is_a_finding(settings):
    """A model name that is in no catalogue does not end the examination."""
    assert found(replace(settings, language_model="nonesuch"), "models")[0].state == "error"


def test_no_index_and_damage(settings):
    """A missing index and a flipped byte are errors that name the remedy."""
    path = next((settings.index / "segments").glob("*.f32"))
    content = path.read_bytes()
    path.write_bytes(b"\xff" + content[1:])
    finding = found(settings, "index")[0]
    assert (finding.state, finding.remedy) == ("error", "python ingest.py")
    assert path.name in finding.message
    shutil.rmtree(settings.index)
    assert [one.state for one in found(settings, "index")] == ["error"]
    assert found(settings, "corpus")[0].state == "ok"


def test_an_index_of_another_model(settings):
    """An index built by another embedding model is an error."""
    update(settings.index, read_corpus(settings.corpus).documents, HashEmbedder())
    assert "embedding model hash" in found(settings, "index")[0].message


def test_a_corpus_that_changed(settings):
    """New, changed and unreadable articles are warnings; a missing corpus is an error."""
    (settings.corpus / "new.txt").write_text("Something new about trains.", encoding="utf-8")
    (settings.corpus / "en.txt").write_text("Something else about trains.", encoding="utf-8")
    (settings.corpus / "bad.txt").write_bytes("Müller fährt nach Köln.".encode("latin-1"))
    findings = found(settings, "corpus")
    assert {one.state for one in findings} == {"warning"}
    assert "bad.txt" in findings[0].message
    assert "1 added, 1 changed" in findings[1].message
    assert found(replace(settings, corpus=settings.corpus / "nowhere"), "corpus")[0].state == "error"


def test_a_running_ingest(settings):
    """Somebody who writes now is named."""
    with writing(settings.index):
        assert found(settings, "lock")[0].state == "warning"


def test_missing_packages_are_named(settings, monkeypatch):
    """A package that is not installed is an error, but not one for another system."""
    lines = ["numpy>=2", "surely-not-installed>=1", "for-others>=1; sys_platform == 'none'"]
    monkeypatch.setattr(doctor, "_requirements", lambda: [Requirement(line) for line in lines])
    message = found(settings, "packages")[0].message
    assert "surely-not-installed" in message
    assert "for-others" not in message


def test_scarce_disk(settings, monkeypatch):
    """Little free space is a warning."""
    monkeypatch.setattr(doctor, "SCARCE_BYTES", 1 << 62)
    assert {one.state for one in found(settings, "disk")} == {"warning"}


def test_damage_that_nobody_is_served_from(settings):
    """A flipped byte in an earlier generation is a warning, whose remedy is to repair; the index itself is well."""
    (settings.corpus / "de.txt").write_text("Etwas ganz anderes über Züge.", encoding="utf-8")
    old = {path.name for path in (settings.index / "segments").iterdir()}
    update(settings.index, read_corpus(settings.corpus).documents, indexed_by(settings))
    update(settings.index, [*read_corpus(settings.corpus).documents][1:], indexed_by(settings))
    served = {file.name for one in open_index(settings.index).manifest.segments for file in one.files}
    path = settings.index / "segments" / min(name for name in old - served if name.startswith("de-"))
    path.write_bytes(path.read_bytes()[:-1])
    findings = found(settings, "index")
    assert {one.state for one in findings} == {"warning", "ok"}
    assert all(path.name in one.message for one in findings if one.state == "warning")
    assert {one.remedy for one in findings} == {"python -m citeglot index repair", ""}
    repair(settings.index)
    assert {one.state for one in found(settings, "index")} == {"ok"}


def test_a_spoilt_current_is_a_warning(settings):
    """The generation that takes over is examined, and the warning says what is wrong."""
    (settings.index / "CURRENT").write_bytes(b"gen-000001 0123456789ab\n")
    assert [(one.state, "CURRENT" in one.message) for one in found(settings, "index")] == [
        ("warning", True),
        ("ok", False),
    ]


def test_articles_read_with_an_encoding_are_no_problem(settings):
    """Indexed with --encoding, they are as they are; changed since, they are told."""
    (settings.corpus / "alt.txt").write_bytes("Müller fährt über die Brücke nach Köln.".encode("cp1252"))
    update(settings.index, read_corpus(settings.corpus, encoding="cp1252").documents, indexed_by(settings))
    assert {one.state for one in found(settings, "corpus")} == {"ok"}
    (settings.corpus / "alt.txt").write_bytes("Müller fährt über die Straße nach Köln.".encode("cp1252"))
    assert [one.state for one in found(settings, "corpus")] == ["warning", "ok"]
    assert "alt.txt" in found(settings, "corpus")[0].message
