"""What deploy/ describes is tight: pinned, without root, without secrets, closed, bounded, and whole in itself."""

import re
import tomllib

import yaml
from deploy_support import (
    COMPOSE,
    DEPLOY,
    KUBERNETES,
    MANIFESTS,
    PORT,
    SERVICES,
    VALUES,
    containers,
    instructions,
    of_kind,
    pods,
)

from citeglot.settings import ROOT

PINNED = re.compile(r"[\w./-]+:(?=[^:]*\d)[\w.-]+")
SECRET = re.compile(r"KEY|TOKEN|PASSWORD|SECRET")


def test_images_are_pinned_and_the_same_everywhere():
    """By a version with a number in it; ours is that of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    used = {one["image"] for one in SERVICES.values()} | {one["image"] for one in containers()}
    bases = {one.split(" ")[0] for one in instructions("FROM")}
    assert all(PINNED.fullmatch(one) and not one.endswith("latest") for one in used | bases), used | bases
    assert len(bases) == 1 and len({one.partition(":")[0] for one in used}) == len(used)
    assert f"citeglot:{project['version']}" in used
    assert f"milvusdb/milvus:{VALUES['image']['all']['tag']}" in used


def test_nothing_runs_as_root():
    """Nor may become it; our own containers cannot write to their image."""
    assert instructions("USER") == ["10001:10001"]
    for name, service in SERVICES.items():
        assert re.fullmatch(r"[1-9]\d*:\d+", service["user"]), name
        assert service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"], name
        assert "privileged" not in service and service.get("read_only", name in ("milvus", "etcd", "minio")), name
    for name, _, spec in pods():
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] > 0, name
        assert spec["automountServiceAccountToken"] is False
        for one in spec["containers"]:
            assert one["securityContext"]["allowPrivilegeEscalation"] is False
            assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert VALUES["securityContext"]["runAsNonRoot"] and VALUES["securityContext"]["runAsUser"] > 0


def test_no_secret_is_in_a_file():
    """Each comes from outside: a variable that must be set, a Secret, a file that git does not keep."""
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.fullmatch(r"(root:)?\$\{[A-Z_]+:\?[^}]+\}", value) or value == "citeglot", (name, variable)
    assert {one for s in SERVICES.values() for one, v in s.get("environment", {}).items() if v == "citeglot"} == {
        "MINIO_ACCESS_KEY_ID",
        "MINIO_ROOT_USER",
    }
    for one in (variable for container in containers() for variable in container.get("env", ())):
        assert set(one) == {"name", "valueFrom"} and one["valueFrom"]["secretKeyRef"]["name"] == "citeglot"
    assert VALUES["minio"]["existingSecret"] and not {"accessKey", "secretKey"} & set(VALUES["minio"])
    assert of_kind("Secret") == []
    ignored = (DEPLOY / ".gitignore").read_text(encoding="utf-8").split()
    assert {".env", "users.txt", "data/"} <= set(ignored)


def test_only_the_page_is_published_and_on_loopback():
    """The networks of the other services lead nowhere else."""
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert published == {"app": [f"127.0.0.1:{PORT}:{PORT}"]}
    inner = {name for name, one in COMPOSE["networks"].items() if one.get("internal")}
    for name in ("llm", "milvus", "etcd", "minio", "ingest"):
        assert set(SERVICES[name]["networks"]) <= inner, name
    assert {one["spec"].get("type", "ClusterIP") for one in of_kind("Service")} == {"ClusterIP"}
    assert VALUES["service"]["type"] == "ClusterIP"


def test_everything_is_bounded_and_looked_after():
    """Memory and processors of every container; a health check of everything that stays."""
    for name, service in SERVICES.items():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}, name
        assert "healthcheck" in service or name == "app", name  # that of its image
        for other in service.get("depends_on", {}):
            assert "test" in SERVICES[other]["healthcheck"]
    for container in containers():
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}


def test_manifests_name_what_is_there():
    """Volumes, settings and secrets of each pod; each container mounts what its pod has."""
    claims = {one["metadata"]["name"] for one in of_kind("PersistentVolumeClaim")}
    maps = {one["metadata"]["name"] for one in of_kind("ConfigMap")}
    made = set(re.findall(r"--from-(?:literal|file)=([\w-]+)", (KUBERNETES / "settings.yaml").read_text("utf-8")))
    for name, _, spec in pods():
        volumes = {one["name"]: one for one in spec["volumes"]}
        for one in volumes.values():
            assert one.get("persistentVolumeClaim", {"claimName": "models"})["claimName"] in claims, name
            assert one.get("configMap", {"name": "citeglot"})["name"] in maps, name
            assert {item["key"] for item in one.get("secret", {}).get("items", ())} <= made
        for container in spec["containers"]:
            assert {one["name"] for one in container["volumeMounts"]} <= set(volumes), name
            for variable in container.get("env", ()):
                assert variable["valueFrom"]["secretKeyRef"]["key"] in made
    assert {one["metadata"].get("namespace", "citeglot") for one in MANIFESTS} == {"citeglot"}


def test_services_and_policies_choose_pods_that_are_there():
    """Labels that no pod has would let nothing through, or everything."""
    labels = [one for _, one, _ in pods()]
    names = {one["app.kubernetes.io/name"] for one in labels} | {"milvus"}
    for service in of_kind("Service"):
        assert any(service["spec"]["selector"].items() <= one.items() for one in labels)
    policies = of_kind("NetworkPolicy")
    text = yaml.safe_dump(policies)
    assert set(re.findall(r"app\.kubernetes\.io/name: ([\w-]+)", text)) <= names
    listed = [e["values"] for e in _expressions(policies) if e["key"] == "app.kubernetes.io/name"]
    assert listed and {one for values in listed for one in values} <= names
    denying = next(one["spec"] for one in policies if one["metadata"]["name"] == "nothing")
    assert "ingress" not in denying and "egress" not in denying
    assert all(denying["podSelector"]["matchLabels"].items() <= one.items() for one in labels)


def _expressions(value):
    if isinstance(value, dict):
        yield from value.get("matchExpressions", ())
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _expressions(one)
