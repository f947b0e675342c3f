"""The files to deploy with: each fits what the service is, and the tools that read it take it."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from prometheus_client.registry import Collector

from service.app import ROUTERS
from service.commands.rescore import rescore
from service.metrics import Metrics
from service.settings import SETTINGS_TABLE, Settings
from tests.support.cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "service" / "commands" / "deploy"
SETTINGS = {setting.variable for setting in SETTINGS_TABLE}
OTHERS = {"up", "process_cpu_seconds_total", "process_resident_memory_bytes"}
"""Metrics that Prometheus or its client makes."""
_DASK = ["python", "-m", "dask"]
_METRIC = re.compile(r"\b((?:moderation|process|up)\w*)(?:\{([^}]*)\})?")
_LABEL = re.compile(r"(\w+)=~?\"([^\"]*)\"")


def text(name: str) -> str:
    """One of the files."""
    return (FILES / name).read_text(encoding="utf-8")


def manifests(name: str = "kubernetes.yaml") -> list[dict[str, Any]]:
    """The objects for Kubernetes."""
    return list(yaml.safe_load_all(text(name)))


def rules() -> list[dict[str, Any]]:
    """The alerts."""
    (group,) = yaml.safe_load(text("alerts.yaml"))["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    """The plots of the dashboard."""
    return list(json.loads(text("dashboard.json"))["panels"])


def expressions() -> list[str]:
    """What Prometheus is asked by alerts and plots."""
    plotted = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*plotted, *(rule["expr"] for rule in rules())]


def served() -> dict[str, set[str]]:
    """Each series that /metrics has, with the labels that a query may name."""
    metrics = Metrics()
    metrics.watch_shadow(lambda: 0)
    metrics.watch_replica(lambda: 0.0)
    found: dict[str, set[str]] = {}
    collectors: list[Collector] = list(metrics._registry._collector_to_names)
    for collector in collectors:
        labels = {*getattr(collector, "_labelnames", ())}
        for name in metrics._registry._collector_to_names[collector]:
            found[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    unnamed = [sample.name for each in metrics._registry.collect() for sample in each.samples]
    return {name: set() for name in unnamed} | found


def test_alerts_and_plots_ask_for_what_metrics_has_by_labels_that_it_has() -> None:
    known, routes = served(), {path for router in ROUTERS for path in _paths(router)}
    asked = [found for each in expressions() for found in _METRIC.findall(each)]
    assert len(asked) > 30
    for name, braces in asked:
        assert name in known or name in OTHERS
        labels = dict(_LABEL.findall(braces))
        assert {*labels} <= known.get(name, set()) | {"job"}
        assert {labels["route"]} <= routes if "route" in labels else True


def test_every_metric_of_the_service_is_plotted() -> None:
    asked = {name for each in expressions() for name, _ in _METRIC.findall(each)}
    bases = {re.sub("_(total|bucket|count|sum|created)$", "", name) for name in served()}
    shown = {re.sub("_(total|bucket|count|sum|created)$", "", name) for name in asked}
    assert {name for name in bases if name.startswith("moderation_")} <= shown


def test_every_alert_says_what_is_wrong_and_where_to_look() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert {*rule["annotations"]} == {"summary", "description"}


def test_promtool_takes_the_alerts_and_they_fire_when_they_should() -> None:
    places = os.pathsep.join((os.environ["PATH"], str(ROOT / ".cache")))
    found = shutil.which("promtool", path=places)
    assert found, "promtool is not here; tests/promtool.sh .cache fetches it"
    for arguments in (["check", "rules", "alerts.yaml"], ["test", "rules", "alerts_test.yaml"]):
        subprocess.run([found, *arguments], cwd=FILES, check=True, capture_output=True)


def test_kubernetes_takes_the_manifests() -> None:
    for manifest in (*manifests(), *manifests("cluster.yaml"), *manifests("rescore.yaml")):
        kubernetes_validate.validate(manifest, "1.30", strict=True)


def test_the_manifests_name_what_there_is() -> None:
    deployment, service, budget, ingress = manifests()
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    for each in (deployment["spec"]["selector"], budget["spec"]["selector"]):
        assert each["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    (container,) = pod["spec"]["containers"]
    assert {entry["name"] for entry in container["env"]} <= SETTINGS
    assert _created(text("kubernetes.yaml")) <= SETTINGS
    routes = {path for router in ROUTERS for path in _paths(router)}
    probes = [container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")]
    assert {probe["path"] for probe in probes} <= routes
    (rule,) = ingress["spec"]["rules"]
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == service["metadata"]["name"]
    assert pod["spec"]["securityContext"]["runAsUser"] == 10001  # the image's


def test_a_cluster_is_reached_where_its_workers_look_for_it(cluster: Cluster) -> None:
    """And Dask takes the options that they are started with."""
    scheduler, service, worker, policy = manifests("cluster.yaml")
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= _labels(scheduler).items()
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= _labels(worker).items()
    assert service["spec"]["selector"].items() <= _labels(scheduler).items()
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    pairs = {
        service["metadata"]["name"]: [_command(each) for each in (scheduler, worker)],
        "scheduler": [compose[name]["entrypoint"] for name in ("scheduler", "worker")],
    }
    options = {option for each in cluster.commands for option in each if option.startswith("--")}
    for name, (first, second) in pairs.items():
        assert (first[:4], second[:4]) == ([*_DASK, "scheduler"], [*_DASK, "worker"])
        assert f"tcp://{name}:{first[first.index('--port') + 1]}" in second
        assert {each for each in (*first, *second) if each.startswith("--")} <= options


def test_rescoring_runs_with_the_clusters_workers_and_the_services_secret() -> None:
    (job,) = manifests("rescore.yaml")
    _, service, worker, policy = manifests("cluster.yaml")
    pod = job["spec"]["template"]
    let_in = policy["spec"]["ingress"][0]["from"][0]["podSelector"]["matchLabels"]
    assert let_in.items() <= pod["metadata"]["labels"].items()
    (container,) = pod["spec"]["containers"]
    (of_worker,) = worker["spec"]["template"]["spec"]["containers"]
    (of_service,) = manifests()[0]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == of_worker["image"]
    assert container["envFrom"] == of_service["envFrom"]
    place = f"tcp://{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
    assert place == container["command"][-1]
    assert container["command"][:4] == ["python", "-m", "service", "rescore"]
    given = rescore.make_context("rescore", container["command"][4:]).params
    assert (given["version"], given["scheduler"]) == ("VERSION", place)


def _labels(deployment: dict[str, Any]) -> dict[str, str]:
    labels: dict[str, str] = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()
    return labels


def _command(deployment: dict[str, Any]) -> list[str]:
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return list(container["command"])


def test_the_unit_of_systemd_starts_the_service_with_settings_that_there_are() -> None:
    lines = [line.partition("=") for line in text("comment-moderation.service").splitlines()]
    unit = {name: value for name, _, value in lines if not name.startswith(("#", "["))}
    assert unit["ExecStart"].endswith("python -m service serve")
    given = {pair.partition("=")[0] for pair in unit["Environment"].split()}
    assert given <= SETTINGS
    assert unit["StateDirectory"] in unit["Environment"]
    if verify := shutil.which("systemd-analyze"):
        command = [verify, "verify", str(FILES / "comment-moderation.service")]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
        ours = [line for line in said.splitlines() if "comment-moderation" in line]
        assert [line for line in ours if "is not executable" not in line] == []


def test_compose_names_what_it_has_and_believes_its_own_balancer_only() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    used = [entry["source"] for each in services.values() for entry in each.get("configs", ())]
    assert sorted(used) == sorted(compose["configs"])
    mounted = [entry for each in services.values() for entry in each.get("volumes", ())]
    assert sorted(entry.split(":")[0] for entry in mounted) == sorted(compose["volumes"])
    awaited = {name for each in services.values() for name in each.get("depends_on", ())}
    assert awaited <= {*services}
    assert all(":" in each["image"] or "build" in each for each in services.values())
    (network,) = compose["networks"]["default"]["ipam"]["config"]
    env = services["service"]["environment"]
    assert env["MODERATION_FORWARDED_ALLOW_IPS"] == network["subnet"]
    hosts = re.findall(r"@(\w+):(\d+)/", env["DATABASE_URL"] + env["DATABASE_READ_URL"])
    assert hosts == [("pooler", "6432"), ("replica", "5432")]
    assert "listen_port = 6432" in compose["configs"]["pooler"]["content"]
    assert "server-template service 10 service:8000" in compose["configs"]["balancer"]["content"]


def test_compose_passes_mail_and_sign_in_on_where_they_are_set() -> None:
    """Each is a setting that exists; what is not set is as if it were not named."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    env = compose["services"]["service"]["environment"]
    passed = {name: told for name, told in env.items() if told == f"${{{name}:-}}"}
    assert passed.keys() <= SETTINGS
    without = Settings.read(dict.fromkeys(passed, ""))
    assert (without.mail_server, without.public_url, without.oidc_issuer) == (None, None, None)
    given = {
        "MODERATION_SMTP_URL": "smtps://u:p@mail.example.org",
        "MODERATION_MAIL_FROM": "comments@example.org",
    }
    with_mail = Settings.read({name: given.get(name, "") for name in passed})
    assert with_mail.mail_server
    assert with_mail.mail_from == "comments@example.org"


def _created(comment: str) -> set[str]:
    return set(re.findall(r"--from-literal=(\w+)=", comment))


def _paths(router: Any) -> set[str]:
    return {re.sub(r":\w+\}", "}", route.path) for route in router.routes}
