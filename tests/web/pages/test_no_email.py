"""No page, for anybody, shows an author's e-mail address or anything made from it."""

import hashlib

from classifier import shipped_files
from tests.support.pages import Site

EMAIL = "robin.secret@example.org"
FORMS = (
    "robin.secret",
    hashlib.sha256(EMAIL.encode()).hexdigest(),
    hashlib.md5(EMAIL.encode(), usedforsecurity=False).hexdigest(),
)


async def test_an_authors_address_is_on_no_page(site: Site) -> None:
    reader = await site.browser()
    form = {"name": "Robin", "email": EMAIL, "body": f"Write to me, {EMAIL}!", "website": ""}
    answer = await reader.http.post("/demo", data=form)
    seen = [await reader.get(answer.headers["location"])]
    refused = await reader.http.post("/demo", data=form | {"name": ""})
    root = await site.person("Root", "admin")
    id_ = await site.connection.fetchval("select id from comment where name = 'Robin'")
    seen.append(refused.text)
    seen.append(await root.get(f"/comments/{id_}"))
    assert "Robin" in seen[-1]
    await root.done(f"/comments/{id_}/decision", action="approve", version="1", note="fine")
    paths = ["/demo", "/decided", f"/decided?q={EMAIL}", f"/comments/{id_}", "/dashboard", "/sites"]
    paths += ["/sites/demo", "/models", f"/models/{shipped_files()[1]['version']}", "/staff"]
    seen += [await root.get(path) for path in paths if "q=" not in path]
    for html in seen:
        assert not any(form in html.lower() for form in FORMS)
    found = await root.get("/decided", q=EMAIL)
    assert "No decided comment matches" in found
