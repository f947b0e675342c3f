"""Clients as published, unmodified but for their address, against the running service."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.pool import connect
from service.settings import Settings
from tests.support.database import Databases
from tests.support.serving import serving
from tests.support.verdicts import DECISIVE

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TEXTS = {
    "ham": "Thanks, this was a helpful article about growing tomatoes.",
    "spam": "You are a stupid idiot and everybody hates you.",
    "long": "I read the whole article and found the part about soil interesting. " * 140,
    "empty": "",
    "emoji": "\U0001f600\U0001f44d\U0001f3fd" * 20,
    "armenian": "\u0532\u0561\u0580\u0565\u0582 \u0571\u0565\u0566",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05d5\u05dc\u05dd",
}
USE_OF_PYTHON = """
import sys
from made import AuthenticatedClient
from made.api.website import website_submit
from made.models import WebsiteSubmitBody

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
comment = WebsiteSubmitBody(
    name="Reader", email="r@example.org", body="A generated comment.", page="https://n.example"
)
answer = website_submit.sync_detailed(client=client, body=comment)
print(answer.status_code.value, answer.parsed.body)
"""
USE_OF_TYPES = """
import type { operations, paths, webhooks } from "./schema";

type Json<Body> = Body extends { content: { "application/json": infer Sent } } ? Sent : never;
type Comment = Json<NonNullable<paths["/v1/comments"]["post"]["requestBody"]>>;
type Answer = Json<operations["website_submit"]["responses"]["201"]>;
type Notice = Json<NonNullable<webhooks["status"]["post"]["requestBody"]>>;

export const comment: Comment = { name: "R", email: "r@example.org", body: "x", page: "https://n" };
export const shown = (answer: Answer): string => (answer.status === "approved" ? answer.body : "");
export const gone = (notice: Notice): boolean => notice.status === "erased";
// @ts-expect-error the rest is required
export const wrong: Comment = { name: "Reader" };
"""
AKISMET = ("akismet", "python-akismet", "pykismet3")
AKISMET_NODE = ("akismet-api", "akismet", "@cedx/akismet")
PERSPECTIVE = ("google-api-python-client", "perspective", "perspectiveapi", "PyPerspective")
CLASHING = ("python-akismet", "perspectiveapi")


@dataclass
class Running:
    """A service, a site's key on it, one for each of Akismet's clients, and where clients are.

    What a client of Akismet submits counts on its site from then on, so each has one of its own.
    """

    address: str
    key: str
    akismet_python: dict[str, str]
    akismet_node: dict[str, str]
    clients: Path

    def ask(self, command: list[str], key: str) -> dict[str, dict[str, Any]]:
        """Let a client try everything; what it answered by the name of the text."""
        host = f"localhost:{self.address.rpartition(':')[2]}"
        asked = {"address": self.address, "host": host, "key": key, "texts": TEXTS}
        done = subprocess.run(
            command,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        answers: dict[str, dict[str, Any]] = json.loads(done.stdout)
        return answers

    def python(self, client: str, key: str) -> dict[str, dict[str, Any]]:
        """Try a client for Python."""
        group = "b" if client in CLASHING else "a"
        python = self.clients / group / "bin" / "python"
        return self.ask([str(python), str(HERE / "clients" / "run.py"), client], key)

    def node(self, client: str, key: str) -> dict[str, dict[str, Any]]:
        """Try a client for Node."""
        node = shutil.which("node") or "node"
        script = HERE / "clients" / "node" / "run.mjs"
        return self.ask([node, str(script), str(self.clients / "node"), client], key)


@pytest.fixture(scope="module")
def running(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service as `serve` runs it, with a site whose verdicts are certain."""
    clients = ROOT / ".cache" / "compat-clients"
    subprocess.run(
        [str(HERE / "clients.sh"), sys.executable, str(clients)], check=True, timeout=600
    )
    folder = tmp_path_factory.mktemp("clients")
    with databases.clone() as dsn:
        new, *own = asyncio.run(_sites(dsn, folder, 1 + len(AKISMET + AKISMET_NODE)))
        # Two clients have one name, and what one of them submits as ham is ham at once on its site.
        keys = [site.akismet_key for site in own]
        python = dict(zip(AKISMET, keys, strict=False))
        node = dict(zip(AKISMET_NODE, keys[len(AKISMET) :], strict=True))
        env = {"DATABASE_URL": dsn, "MODERATION_DATA_DIR": str(folder)}
        with serving(env, folder / "log") as address:
            yield Running(address, new.key, python, node, clients)


async def _sites(dsn: str, folder: Path, count: int) -> list[accounts.NewSite]:
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(folder)}))
    connection = await connect(dsn)
    try:
        made = [
            await accounts.add_site(connection, secrets, f"clients-{at}") for at in range(count)
        ]
        for new in made:
            await accounts.change_site(connection, new.site.name, DECISIVE)
    finally:
        await connection.close()
    return made


def assert_verdicts(answers: dict[str, dict[str, Any]]) -> None:
    """Spam is spam and everything else is none: unclear texts wait in our queue."""
    expected = {name: {"value": name == "spam"} for name in TEXTS}
    assert {name: answers[name] for name in TEXTS} == expected


@pytest.mark.parametrize("client", AKISMET)
def test_akismet_clients_for_python(running: Running, client: str) -> None:
    answers = running.python(client, running.akismet_python[client])
    assert_verdicts(answers)
    expected = [True, True, "none"] if client == "akismet" else True
    assert answers["feedback"] == {"value": expected}
    assert "error" in answers["bad key"]


@pytest.mark.parametrize("client", AKISMET_NODE)
def test_akismet_clients_for_node(running: Running, client: str) -> None:
    answers = running.node(client, running.akismet_node[client])
    assert_verdicts(answers)
    assert answers["feedback"] == {"value": True}
    assert answers["bad key"] == {"error": "Error: verifyKey said no"}


def assert_scores(answers: dict[str, dict[str, Any]]) -> None:
    """Rude is more likely than not and kind is not; a text of 9,000 characters is scored too."""
    assert answers["spam"]["value"] > 0.5 > answers["ham"]["value"]
    assert 0 <= answers["long"]["value"] <= 1


@pytest.mark.parametrize("client", PERSPECTIVE)
def test_perspective_clients_for_python(running: Running, client: str) -> None:
    answers = running.python(client, running.key)
    assert_scores(answers)
    assert "error" in answers["empty"]
    assert "error" in answers["bad key"]
    told = client in {"perspectiveapi", "PyPerspective"}  # these say that all texts are English
    assert "value" in answers["emoji"]  # without letters nothing needs a language
    for name in ("armenian", "right to left"):
        assert ("value" if told else "error") in answers[name]
    if client in {"google-api-python-client", "perspective"}:
        assert answers["feedback"] == {"value": True}
    if client == "google-api-python-client":
        assert "Unable to detect language" in answers["armenian"]["error"]
        assert "Comment must be non-empty." in answers["empty"]["error"]
        assert "API key not valid" in answers["bad key"]["error"]


def test_perspective_api_client_for_node(running: Running) -> None:
    answers = running.node("perspective-api-client", running.key)
    assert_scores(answers)
    assert answers["armenian"] == {"error": "ResponseError: Unable to detect language"}
    assert answers["empty"]["error"].startswith("TextEmptyError")
    assert "API key not valid. Please pass a valid API key." in answers["bad key"]["error"]


def test_openai_for_python(running: Running) -> None:
    answers = running.python("openai", running.key)
    assert_scores(answers)
    assert all("value" in answers[name] for name in TEXTS)
    assert answers["bad key"]["error"].startswith("AuthenticationError")


def schema_in(folder: Path, running: Running) -> str:
    """Keep the schema as the service gives it; where."""
    file = folder / "openapi.json"
    file.write_bytes(httpx.get(f"{running.address}/openapi.json").content)
    return str(file)


def done(folder: Path, *command: str) -> str:
    """Run a command that must succeed; what it said."""
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=180, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_client_generated_for_python_posts_a_comment(running: Running, tmp_path: Path) -> None:
    """Nothing is left out of it but the export, whose JSON lines the generator does not know."""
    tools, schema = running.clients / "c" / "bin", schema_in(tmp_path, running)
    generate = [str(tools / "openapi-python-client"), "generate", "--meta", "none"]
    told = done(tmp_path, *generate, "--path", schema, "--output-path", str(tmp_path / "made"))
    lines = {f"GET /v1/{name}/export" for name in ("annotations", "decisions")}
    assert set(re.findall(r"WARNING parsing (\S+ \S+)", told)) <= lines
    (tmp_path / "use.py").write_text(USE_OF_PYTHON)
    said = done(tmp_path, str(tools / "python"), "use.py", running.address, running.key)
    assert said == "201 A generated comment.\n"


def test_types_generated_for_typescript_compile_and_hold(running: Running, tmp_path: Path) -> None:
    node, modules = shutil.which("node") or "node", running.clients / "node" / "node_modules"
    generator = str(modules / "openapi-typescript" / "bin" / "cli.js")
    done(tmp_path, node, generator, schema_in(tmp_path, running), "-o", "schema.d.ts")
    (tmp_path / "use.ts").write_text(USE_OF_TYPES)
    compiler = str(modules / "typescript" / "bin" / "tsc")
    done(tmp_path, node, compiler, "--noEmit", "--strict", "--target", "es2022", "use.ts")
