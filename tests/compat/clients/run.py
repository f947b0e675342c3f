"""Drives one published Python client against the service; says as JSON what it answered.

    run.py CLIENT < {"address", "host", "key", "akismet_key", "texts": {name: text}}

Each client is used as its manual says. Only its address is another, by the means that is named
where it is set. It runs in the client's own environment, so nothing of ours is imported.
"""

import json
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

BAD_KEY = "wrong0000000"
IP, AGENT = "192.0.2.1", "Browser/1.0"
BLOG = "https://blog.example/"


@dataclass
class Given:
    """Where the service is, and a key."""

    address: str
    host: str
    key: str


@dataclass
class Client:
    """What a client can do: judge a text, and send feedback about one."""

    check: Callable[[str], Any]
    feedback: Callable[[str], Any] | None = None


def names_end_at_this_machine() -> None:
    """Stand in for a name server that knows `*.localhost`, as a wildcard record would."""
    real = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        is_ours = isinstance(host, str) and host.endswith(".localhost")
        return real("127.0.0.1" if is_ours else host, *args, **kwargs)

    socket.getaddrinfo = look_up


def akismet(given: Given) -> Client:
    """PyPI akismet: its module variable for the address."""
    import_module("akismet._common").__dict__["_API_URL"] = given.address
    module = import_module("akismet")
    client = module.SyncClient.validated_client(
        config=module.Config(key=given.key, url=BLOG),
    )

    def feedback(text: str) -> Any:
        spam = client.submit_spam(IP, comment_content=text, user_agent=AGENT)
        return [spam, client.submit_ham(IP, comment_content=text), client.usage_limit()["limit"]]

    def check(text: str) -> Any:
        found = client.comment_check(IP, comment_content=text, comment_author="Reader")
        return found != module.CheckResponse.HAM

    return Client(check, feedback)


def python_akismet(given: Given) -> Client:
    """PyPI python-akismet: class attributes of a subclass."""
    module = import_module("akismet")

    ours = type("Ours", (module.Akismet,), {"protocol": "http", "domain": given.host})
    client = ours(given.key, blog=BLOG)

    def feedback(text: str) -> Any:
        client.submit_spam(IP, AGENT, comment_content=text)
        client.submit_ham(IP, AGENT, comment_content=text)
        return True

    def check(text: str) -> Any:
        return client.check(IP, AGENT, comment_content=text) != module.SpamStatus.Ham

    return Client(check, feedback)


def pykismet3(given: Given) -> Client:
    """PyPI pykismet3: module constants for the addresses."""
    module = import_module("pykismet3")
    for name in ("CHECK", "SUBMIT_SPAM", "SUBMIT_HAM"):
        word = "comment-check" if name == "CHECK" else name.lower().replace("_", "-")
        setattr(module, f"AKISMET_{name}_URL", f"{given.host}/1.1/{word}")
    client = module.Akismet(api_key=given.key, blog_url=BLOG, user_agent=AGENT)

    def fields(text: str) -> dict[str, str]:
        own = {"user_ip": IP, "user_agent": AGENT, "referrer": BLOG}
        return {**own, "comment_content": text, "content_type": "comment"}

    def feedback(text: str) -> Any:
        client.submit_spam(fields(text))
        client.submit_ham(fields(text))
        return True

    return Client(lambda text: client.check(fields(text)), feedback)


def google(given: Given) -> Client:
    """google-api-python-client: the address of the discovery document."""
    service = import_module("googleapiclient.discovery").build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=given.key,
        discoveryServiceUrl=f"{given.address}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    )

    def check(text: str) -> Any:
        body = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}}
        answer = service.comments().analyze(body=body).execute()
        return answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"]

    def feedback(text: str) -> Any:
        scores = {"TOXICITY": {"summaryScore": {"value": 1.0}}}
        body = {"comment": {"text": text}, "attributeScores": scores, "clientToken": "1"}
        return service.comments().suggestscore(body=body).execute()["clientToken"] == "1"

    return Client(check, feedback)


def perspective(given: Given) -> Client:
    """PyPI perspective: the address of its client object."""
    client = import_module("perspective.perspective").PerspectiveAPI(given.key)
    client.api_client.url = f"{given.address}/v1alpha1/{{endpoint}}"

    def feedback(text: str) -> Any:
        scores = {"TOXICITY": {"summaryScore": {"value": 1.0}}}
        return "detectedLanguages" in client.suggest_score(text, scores, validate=False)

    return Client(lambda text: client.score(text)["TOXICITY"], feedback)


def perspectiveapi(given: Given) -> Client:
    """PyPI perspectiveapi: its HTTP client, with a transport that goes to another host."""
    httpx = import_module("httpx")
    base = httpx.URL(given.address)

    def handle_request(self: Any, request: Any) -> Any:
        request.url = request.url.copy_with(scheme=base.scheme, host=base.host, port=base.port)
        return httpx.HTTPTransport.handle_request(self, request)

    elsewhere = type("Elsewhere", (httpx.HTTPTransport,), {"handle_request": handle_request})
    client = import_module("perspective.blocking").Perspective(given.key)
    client._Perspective__client = httpx.Client(transport=elsewhere())
    return Client(lambda text: client.score(text).toxicity)


def pyperspective(given: Given) -> Client:
    """PyPI PyPerspective: its module variable for the address."""
    module = import_module("PyPerspective.Perspective")
    module.__dict__["base_url"] = f"{given.address}/v1alpha1/comments:analyze"
    client = module.Perspective(given.key)
    return Client(lambda text: client.get_score(text)["TOXICITY"].score)


def openai(given: Given) -> Client:
    """OpenAI's own package: `base_url`."""
    client = import_module("openai").OpenAI(api_key=given.key, base_url=f"{given.address}/v1")

    def check(text: str) -> Any:
        return client.moderations.create(input=text).results[0].category_scores.harassment

    return Client(check)


CLIENTS: dict[str, Callable[[Given], Client]] = {
    "akismet": akismet,
    "python-akismet": python_akismet,
    "pykismet3": pykismet3,
    "google-api-python-client": google,
    "perspective": perspective,
    "perspectiveapi": perspectiveapi,
    "PyPerspective": pyperspective,
    "openai": openai,
}


def tried(work: Callable[[], Any]) -> dict[str, Any]:
    """Return the value, or the client's own words for what went wrong."""
    try:
        return {"value": work()}
    except Exception as error:  # noqa: BLE001 - clients raise whatever they like
        return {"error": f"{type(error).__name__}: {error}"[:500]}


def main() -> None:
    """Try every text, feedback, and a wrong key."""
    asked = json.load(sys.stdin)
    names_end_at_this_machine()
    make, texts = CLIENTS[sys.argv[1]], asked["texts"]
    client = make(Given(asked["address"], asked["host"], asked["key"]))
    answers = {name: tried(partial(client.check, text)) for name, text in texts.items()}
    if client.feedback is not None:
        answers["feedback"] = tried(partial(client.feedback, texts["spam"]))
    wrong = Given(asked["address"], asked["host"], BAD_KEY)
    answers["bad key"] = tried(lambda: make(wrong).check(texts["ham"]))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
