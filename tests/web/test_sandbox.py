"""A sandbox key tries comments as they will be answered, and nothing of them is kept."""

from service.accounts import accounts
from tests.support.service import Service

PAGE = "https://news.example/articles/1"


async def counts(service: Service) -> list[int]:
    tables = await service.connection.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        " and relname not in ('installation', 'failed_attempt')"
    )
    return [
        await service.connection.fetchval(f'select count(*) from "{table["relname"]}"')
        for table in tables
    ]


async def test_what_a_sandbox_key_sends_is_judged_and_kept_nowhere(service: Service) -> None:
    real = (await service.post()).json()
    key, _ = await accounts.new_site_key(
        service.connection, service.secrets, "first", "sandbox", revoke_others=False
    )
    sandbox = {"Authorization": f"Bearer {key}"}
    before = await counts(service)
    for again in (1, 2):
        tried = await service.post(sandbox | {"Idempotency-Key": "k"}, email=f"a{again}@x.example")
        assert (tried.status_code, tried.json()["status"]) == (201, "approved")
        rude = {"body": "You are a stupid idiot.", "nudge": True, "page_title": "Not kept"}
        assert (await service.post(sandbox, **rude)).json()["code"] == "nudge"
    query = {"page": PAGE}
    listed = await service.http.get("/v1/comments", params=query, headers=sandbox)
    assert [each["id"] for each in listed.json()["comments"]] == [real["id"]]
    score = await service.http.post("/v1/score", json={"text": "Hello."}, headers=sandbox)
    assert score.is_success
    path = f"/v1/comments/{real['id']}"
    for method, url, body in (
        ("GET", path, None),
        ("GET", "/v1/comments?status=pending", None),
        ("PATCH", path, {"body": "Another text."}),
        ("DELETE", path, None),
        ("POST", f"{path}/decision", {"action": "reject", "reason": "spam"}),
        ("POST", f"{path}/reports", {"reason": "spam", "reporter": "r"}),
        ("PUT", "/v1/pages", {"page": PAGE, "closed": True}),
    ):
        refused = await service.http.request(method, url, json=body, headers=sandbox)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), url
    assert await counts(service) == before


async def test_a_removed_site_leaves_nothing_and_takes_nothing_of_others(service: Service) -> None:
    other = await service.site("other")
    kept = (await service.post(other)).json()
    first = (await service.post(external_id="x", page_title="Title")).json()
    await service.post(parent_id=first["id"], body="You are a stupid idiot.")
    for path, body in (
        ("reports", {"reason": "spam", "reporter": "r"}),
        ("decision", {"action": "reject", "reason": "spam", "moderator": "Eva"}),
    ):
        url = f"/v1/comments/{first['id']}/{path}"
        assert (await service.http.post(url, json=body, headers=service.as_site)).is_success
    moved = {"page": PAGE, "moved_to": f"{PAGE}/b", "closed": True, "title": "T"}
    await service.http.put("/v1/pages", json=moved, headers=service.as_site)
    await accounts.change_site(service.connection, "first", {"max_links": 1, "held_words": ["a b"]})
    site = await accounts.find_site(service.connection, "first")
    assert await accounts.remove_site(service.connection, "first") == 2
    tables = await service.connection.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )
    for table in tables:
        rows = await service.connection.fetch(f'select t::text from "{table["relname"]}" t')
        text = "".join(row["t"] for row in rows)
        assert not [each for each in (str(site.id), first["id"]) if each in text], table
    path = f"/v1/comments/{kept['id']}"
    assert (await service.http.get(path, headers=other)).json()["id"] == kept["id"]
