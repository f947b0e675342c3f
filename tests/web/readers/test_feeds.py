"""Feeds, and the page without scripts, show as text what a site lets everybody read."""

from xml.etree import ElementTree as ET

from service.accounts import accounts
from tests.support.service import Service

ORIGIN = "https://blog.example"
PAGE = f"{ORIGIN}/first"
ATOM = "{http://www.w3.org/2005/Atom}"


async def opened(service: Service) -> str:
    """Let the first site show its comments to all; return its public key's id."""
    await accounts.change_site(service.connection, "first", {"origins": [ORIGIN]})
    key, _ = await accounts.new_site_key(
        service.connection, service.secrets, "first", "public", revoke_others=False
    )
    return key.partition("_")[2]


def texts(raw: bytes, path: str) -> list[str | None]:
    names = "/".join(f"{ATOM}{name}" for name in path.split("/"))
    return [each.text for each in ET.fromstring(raw).iterfind(names)]  # noqa: S314 - our own


async def test_a_feed_has_what_is_published_and_every_text_as_text(service: Service) -> None:
    hostile = "</content><script>alert(1)</script> ]]> &amp; me@secret.example \x0b says hello."
    made = (await service.post(page=PAGE, body=hostile, name="A <b> & C")).json()
    url, approve = f"/v1/comments/{made['id']}/decision", {"action": "approve", "moderator": "Eva"}
    await service.http.post(url, json=approve, headers=service.as_site)
    elsewhere = await service.post(page="https://intranet.example/x", body="Not for all to read.")
    await service.post(page=PAGE, body="You are a stupid idiot.")
    for path in ("/feeds/first", f"/feeds/first?page={PAGE}", f"/threads/first?page={PAGE}"):
        assert (await service.http.get(path)).status_code == 404, path  # nobody has opened it
    key = await opened(service)
    of_site = await service.http.get("/feeds/first")
    of_page = await service.http.get("/feeds/first", params={"page": PAGE})
    for answer in (of_site, of_page):
        assert answer.headers["content-type"].startswith("application/atom+xml")
        assert texts(answer.content, "entry/id") == [f"urn:uuid:{made['id']}"]
        (body,) = texts(answer.content, "entry/content")
        assert body
        assert "</content><script>alert(1)</script> ]]> &amp;" in body
        assert texts(answer.content, "entry/author/name") == ["A <b> & C"]
        assert "secret.example" not in answer.text
        again = {"If-None-Match": answer.headers["etag"]}
        assert (await service.http.get(str(answer.url), headers=again)).status_code == 304
    link = ET.fromstring(of_site.content).find(f"{ATOM}entry/{ATOM}link")  # noqa: S314 - our own
    assert link is not None
    assert link.get("href") == f"{PAGE}#comment-{made['id']}"
    thread = await service.http.get("/threads/first", params={"page": PAGE})
    assert "&lt;script&gt;alert(1)" in thread.text
    assert "<script" not in thread.text
    assert "secret.example" not in thread.text
    for path in ("/feeds/first", "/threads/first"):
        foreign = await service.http.get(path, params={"page": elsewhere.json()["page"]})
        assert foreign.status_code == 404, path
    wrong = await service.http.get("/feeds/first", params={"page": "x"})
    assert wrong.json()["errors"][0]["field"] == "page"
    await accounts.revoke_site_key(service.connection, "first", key)
    assert (await service.http.get("/feeds/first")).status_code == 404


async def test_the_widget_is_kept_for_ever_under_its_digest_and_loads_anywhere(
    service: Service,
) -> None:
    newest = await service.http.get("/widget/comments.js")
    exact = await service.http.get(newest.headers["content-location"])
    assert (exact.content, exact.headers["cache-control"]) == (
        *(newest.content, "public, max-age=31536000, immutable"),
    )
    assert newest.headers["cache-control"] == "public, max-age=3600"
    for answer in (newest, exact):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    other = await service.http.get("/widget/0123456789abcdef/comments.js")
    assert other.headers["cache-control"] == "no-cache"
