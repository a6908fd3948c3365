"""What deploy/ describes fits the program: its names, ports, paths and options. Nothing is started."""

import fnmatch
import re
import shlex
import tomllib

import pytest
from deploy_support import (
    DEPLOY,
    DOCKERFILE,
    KUBERNETES,
    PORT,
    SERVICES,
    commands,
    containers,
    instructions,
    known_variables,
    of_kind,
    pods,
)

import ingest
from citeglot.cli import build_parser
from citeglot.deployment import Service, load_deployment
from citeglot.loading import ChatbotLoader
from citeglot.models import find_model
from citeglot.page_options import parse_options
from citeglot.settings import ROOT
from citeglot.status import Status


def test_every_variable_is_one_that_the_program_reads():
    """A misspelt one would be ignored."""
    used = {name for service in SERVICES.values() for name in service.get("environment", {})}
    used |= {one["name"] for container in containers() for one in container.get("env", ())}
    used |= set(re.findall(r"CITEGLOT_[A-Z_]+", DOCKERFILE))
    ours = {name for name in used if name.startswith("CITEGLOT_")}
    assert len(ours) > 8 and ours - known_variables() == set()


def test_the_settings_are_understood(tmp_path):
    """The file in the ConfigMap and the variables of the compose file are read without a complaint, and agree."""
    (file,) = of_kind("ConfigMap")
    path = tmp_path / "citeglot.toml"
    path.write_text(file["data"]["citeglot.toml"], encoding="utf-8")
    in_cluster = load_deployment(path, {})
    beside = load_deployment(tmp_path / "none", SERVICES["app"]["environment"])
    assert in_cluster.language_model == beside.language_model and in_cluster.server == beside.server
    assert in_cluster.vectors.milvus == beside.vectors.milvus
    assert not in_cluster.server.log_questions


def test_servers_are_where_the_settings_say():
    """Each address names a service that stands there, and a port that it listens on."""
    deployment = load_deployment(DEPLOY / "none", SERVICES["app"]["environment"])
    listening = {("llm", 8080), ("milvus", 19530)}
    assert {re.fullmatch(r"http://(\w+):(\d+)(?:/v1)?", one).groups() for one in deployment.language_model.urls} == {
        ("llm", "8080")
    }
    assert deployment.vectors.milvus == "http://milvus:19530"
    assert {name for name, _ in listening} <= set(SERVICES)
    (port,) = next(one["spec"]["ports"] for one in of_kind("Service") if one["metadata"]["name"] == "llm")
    assert port["port"] == 8080


def test_every_probe_asks_what_is_served():
    """At the port that the page has by default."""
    served = {route.path for route in Status(Service()).routes(ChatbotLoader(lambda: None))}
    assert parse_options([]).port == PORT
    app = next(spec for name, _, spec in pods() if name == "app")["containers"][0]
    assert {one["containerPort"] for one in app["ports"]} == {PORT}
    probes = {name: app[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {one["path"] for one in probes.values()} <= served and {one["port"] for one in probes.values()} == {"http"}
    assert (probes["liveness"]["path"], probes["readiness"]["path"]) == ("/healthz", "/readyz")
    assert f"http://127.0.0.1:{PORT}/healthz" in instructions("HEALTHCHECK")[0]
    assert instructions("EXPOSE") == [str(PORT)]


def test_every_command_is_one_of_the_program(tmp_path):
    """Each is parsed as the program would; the page is beyond loopback only with a file of users."""
    users = tmp_path / "users.txt"
    users.write_text("anna:correct horse battery\n", encoding="utf-8")
    kinds = set()
    for words in commands():
        assert words[0] == "python"
        if words[1] == "app.py":
            options = parse_options([str(users) if "secrets" in one else one for one in words[2:]])
            assert options.host == "0.0.0.0" and options.users and options.port == PORT
        elif words[1] == "ingest.py":
            ingest.build_parser().parse_args(words[2:])
        else:
            assert words[1:3] == ["-m", "citeglot"]
            build_parser().parse_args(words[3:])
        kinds.add(words[1])
    assert kinds == {"app.py", "ingest.py", "-m"}


def test_the_model_server_has_the_model_that_is_asked_for():
    """The file of the catalogue, under the name and with the context of the settings, in both deployments."""
    said = load_deployment(DEPLOY / "none", SERVICES["app"]["environment"]).language_model
    for words in (SERVICES["llm"]["command"], next(s for n, _, s in pods() if n == "llm")["containers"][0]["args"]):
        options = dict(zip(words[::2], words[1::2], strict=True))
        assert options["--model"] == f"/models/{find_model(said.model).file}"
        assert (options["--alias"], options["--ctx-size"]) == (said.model, str(said.context_tokens))


def test_what_the_dockerfile_copies_is_there_and_let_in():
    """Files of the repository, past the ignore file; the lock among them, and no model."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    let_in = [line[1:] for line in lines if line.startswith("!")]
    assert lines[0] == "*"
    copied = [one for line in instructions("COPY") if "--from" not in line for one in shlex.split(line)[:-1]]
    assert {"pyproject.toml", "locks/linux.txt", "citeglot", "prompts", "app.py", "ingest.py"} <= set(copied)
    for one in copied:
        assert (ROOT / one).exists(), one
        assert any(fnmatch.fnmatch(one.split("/")[0], pattern) for pattern in let_in), one
    run = " ".join(instructions("RUN"))
    assert "-c locks/linux.txt" in run and "fetch" not in run
    (extras,) = re.findall(r'-e "\.\[([\w,]+)\]"', run)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(extras.split(",")) <= set(project["optional-dependencies"])


def test_ray_is_the_one_of_the_lock():
    """Nodes and ingest must have the same one."""
    (cluster,) = of_kind("RayCluster")
    pinned = re.search(r"^ray==(\S+)", (ROOT / "locks" / "linux.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is None or cluster["spec"]["rayVersion"] == pinned[1]


@pytest.mark.parametrize(
    "path", [*DEPLOY.glob("*.yaml"), DEPLOY / "sizing.md", *KUBERNETES.glob("*.yaml")], ids=lambda path: path.name
)
def test_the_readme_names_every_file(path):
    """Nothing lies there unexplained."""
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert path.name in readme
