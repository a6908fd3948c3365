"""What lies beyond one machine is named in a file or the environment; what is wrong there is told with a right line."""

import pytest

from citeglot.deployment import Deployment, LanguageServers, Service, load_deployment
from citeglot.errors import WrongUse
from citeglot.settings import Settings, load_settings

URL = "http://127.0.0.1:8080/v1"


@pytest.fixture
def said(tmp_path):
    """Return what a file with this text says, and the environment beside it."""

    def load(text, **environment):
        file = tmp_path / "citeglot.toml"
        file.write_text(text, encoding="utf-8")
        return load_deployment(file, environment).language_model

    return load


def test_without_a_file_everything_runs_here(tmp_path):
    """Nothing is named by default."""
    assert load_deployment(tmp_path / "citeglot.toml", {}) == Deployment() == Settings().deployment
    assert Deployment().language_model.urls == ()


def test_the_environment_goes_before_the_file(said):
    """Field by field; an empty variable says nothing."""
    text = f'[language_model]\nurls = ["{URL}", "https://models.example"]\nmodel = "qwen3-4b"\ncontext_tokens = 4096\n'
    assert said(text) == LanguageServers((URL, "https://models.example"), "qwen3-4b", 4096)
    assert said(text, CITEGLOT_LLM_URL=" ", CITEGLOT_LLM_MODEL="モデル").model == "モデル"
    several = said("", CITEGLOT_LLM_URL=f"{URL}, http://[::1]:9 ,", CITEGLOT_LLM_CONTEXT="512")
    assert several == LanguageServers((URL, "http://[::1]:9"), "", 512)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[language_model", r"citeglot\.toml could not be read"),
        ('[language_model]\nurl = "x"', r"'url' is not known.*\n.*urls = \["),
        ('[language_model]\nurls = "x"', r"urls is 'x'\. Expected a line such as: urls = \["),
        ("[language_model]\nurls = [1]", r"urls is \[1\]"),
        ("[language_model]\nmodel = 4", 'model is 4. Expected a line such as: model = "'),
        ("[language_model]\ncontext_tokens = -1", "context_tokens is -1"),
        ("[language_model]\ncontext_tokens = true", "context_tokens is True"),
        ('[language_models]\nmodel = ""', r"'language_models' at its top.*\[language_model\]"),
        ("language_model = 3", "'language_model' at its top"),
        ('[language_model]\nurls = ["localhost:8080"]', "'localhost:8080' is not the address.*http://127"),
        ('[language_model]\nurls = ["ftp://a"]', "not the address"),
        ('[language_model]\nurls = ["http://"]', "not the address"),
        ('[language_model]\nurls = ["http://a:99999"]', "not the address"),
        ('[language_model]\nurls = ["http://a/v1?x=1"]', "not the address"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_right(said, text, told):
    """A person sees what stands there, where, and a line that would do."""
    with pytest.raises(WrongUse, match=rf"(?s){told}"):
        said(text)


def test_a_number_of_the_environment_is_one(said):
    """The variable is named."""
    with pytest.raises(WrongUse, match="CITEGLOT_LLM_CONTEXT is 'many'"):
        said("", CITEGLOT_LLM_CONTEXT="many")


def test_secrets_do_not_belong_in_a_file(said):
    """A key that is put there is refused, pointed to the environment, and never repeated."""
    for text in (
        '[language_model]\napi_key = "sk-123"',
        '[language_model]\nurls = ["https://me:sk-123@models.example"]',
    ):
        with pytest.raises(WrongUse, match="environment") as told:
            said(text)
        assert "sk-123" not in str(told.value)


def test_settings_hold_it(monkeypatch):
    """One value, made once."""
    monkeypatch.setenv("CITEGLOT_LLM_URL", URL)
    assert load_settings().deployment.language_model.urls == (URL,)


def test_the_server_tells_nothing_unless_it_is_told_to(tmp_path):
    """Metrics and the log are off; the file and the environment turn them on, the environment off again."""
    file = tmp_path / "citeglot.toml"
    assert load_deployment(file, {}).server == Service(metrics=False, log="", log_file="", log_questions=False)
    file.write_text('[server]\nmetrics = true\nlog = "json"\nlog_file = "fragen.jsonl"\n', encoding="utf-8")
    assert load_deployment(file, {}).server == Service(True, "json", "fragen.jsonl")
    changed = {"CITEGLOT_METRICS": "False", "CITEGLOT_LOG_QUESTIONS": "1", "CITEGLOT_LOG_FILE": "質問.jsonl"}
    assert load_deployment(file, changed).server == Service(False, "json", "質問.jsonl", True)
    assert load_deployment(tmp_path / "none.toml", {"CITEGLOT_LOG": "json"}).server == Service(log="json")


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"CITEGLOT_METRICS": "perhaps"}, "CITEGLOT_METRICS is 'perhaps'. Expected one of: 1, true, 0, false"),
        ({"CITEGLOT_LOG": "xml"}, "log is 'xml'. Expected json"),
        ({"CITEGLOT_LOG_QUESTIONS": "1"}, 'Expected a line more: log = "json"'),
        ({"CITEGLOT_LOG_FILE": "x.jsonl"}, 'Expected a line more: log = "json"'),
    ],
)
def test_a_wrong_switch_is_told(tmp_path, environment, told):
    """Who believes that something is logged, and it is not, is told so."""
    with pytest.raises(WrongUse, match=told):
        load_deployment(tmp_path / "citeglot.toml", environment)


def test_a_switch_of_the_file_is_true_or_false(tmp_path):
    """A number or a text is none."""
    file = tmp_path / "citeglot.toml"
    for value in ("1", '"true"', "[true]"):
        file.write_text(f"[server]\nmetrics = {value}\n", encoding="utf-8")
        with pytest.raises(WrongUse, match="Expected a line such as: metrics = true"):
            load_deployment(file, {})
