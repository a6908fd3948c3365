"""What deploy/ describes, as data: the compose file, the Dockerfile, the manifests, and what the program reads."""

import ast
import re
from dataclasses import fields

import yaml

from citeglot.deployment import Deployment
from citeglot.settings import ROOT

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
VALUES = yaml.safe_load((KUBERNETES / "milvus-values.yaml").read_text(encoding="utf-8"))
FILES = [path for path in sorted(KUBERNETES.glob("*.yaml")) if path.name != "milvus-values.yaml"]
MANIFESTS = [one for path in FILES for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
PORT = 7860


def of_kind(*kinds):
    """Return the manifests of some kinds."""
    return [one for one in MANIFESTS if one["kind"] in kinds]


def pods():
    """Return name, labels and specification of every pod that a manifest makes."""
    made = [(one["metadata"]["name"], one["spec"]["template"]) for one in of_kind("Deployment", "Job")]
    for cluster in of_kind("RayCluster"):
        groups = [cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]]
        made += [(cluster["metadata"]["name"], group["template"]) for group in groups]
    return [(name, one["metadata"]["labels"], one["spec"]) for name, one in made]


def containers():
    """Return the containers of every pod."""
    return [container for _, _, spec in pods() for container in spec["containers"]]


def known_variables():
    """Return the names of variables that the program reads: those of citeglot.toml's fields, and those in its code."""
    sections = [one.default for one in fields(Deployment)]
    names = {one.metadata["variable"] for section in sections for one in fields(section)}
    for path in (ROOT / "citeglot").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names |= {node.value} if re.fullmatch("CITEGLOT_[A-Z_]+", node.value) else set()
    return names


def instructions(name):
    """Return what follows an instruction of the Dockerfile, wherever it stands."""
    return [line.split(None, 1)[1] for line in DOCKERFILE.splitlines() if line.split(" ")[0] == name]


def commands():
    """Return every command that runs the program, as a list of words."""
    found = [ast.literal_eval(instructions("CMD")[-1])]
    found += [one["command"] for one in SERVICES.values() if one["image"].startswith("citeglot:") and "command" in one]
    return found + [one["command"] for one in containers() if one["image"].startswith("citeglot:") and "command" in one]
