"""An admin hands out or erases everything of one author, by an address that no page shows."""

import json

from service.accounts import accounts
from tests.support.curves import fitted, put_in_force
from tests.support.pages import Site

ADDRESS = "Kim.Author@mail.example"
PAGE = "/author-rights"
APPROVAL = """
with comment as (
    update comment set status = 'approved', version = version + 1 returning id, version
)
insert into decision (comment_id, version, to_status, action, actor)
select id, version, 'approved', 'approve', 'site' from comment
"""


async def test_an_author_is_handed_out_and_erased_by_address(site: Site) -> None:
    new = await accounts.add_site(site.connection, site.secrets, "blog")
    ada, kim = await site.person("Ada", "admin"), await site.person("Kim")
    for number in range(3):
        comment = {
            "name": "Kim",
            "email": ADDRESS if number else "other@mail.example",
            "body": f"Number {number}",
            "page": "https://blog.example/",
        }
        headers = {"Authorization": f"Bearer {new.key}"}
        posted = await ada.http.post("/v1/comments", json=comment, headers=headers)
        assert posted.status_code == 201
    async with site.connection.transaction():
        await site.connection.execute(APPROVAL)
    assert (await kim.send(f"{PAGE}/erase", email=ADDRESS, word="erase")).status_code == 403
    assert (await ada.http.post(f"{PAGE}/export", data={"email": ADDRESS})).status_code == 403

    file = await ada.send(f"{PAGE}/export", email=ADDRESS.lower())
    assert [json.loads(line)["body"] for line in file.text.splitlines()] == ["Number 1", "Number 2"]
    assert "mail.example" not in file.text
    await fitted(site.connection, new.site.id, "a-1", None)
    await put_in_force(site.connection, new.site.id, "a-1")
    for email, word, told in [
        (ADDRESS, "yes", "Nothing is erased"),
        ("no address", "erase", "E-mail address of the author: must be"),
        ("nobody@mail.example", "erase", "Erased comments: 0"),
        (ADDRESS, " Erase ", "Erased comments: 2"),
    ]:
        answer = await ada.send(f"{PAGE}/erase", email=email, word=word)
        assert told in answer.text
        assert "mail.example" not in answer.text
        assert ("Adaptation a-1 of blog" in answer.text) == told.endswith("2")
    assert "There is no comment" in (await ada.send(f"{PAGE}/export", email=ADDRESS)).text
    left = await site.connection.fetch("select body from comment where body <> ''")
    assert [row["body"] for row in left] == ["Number 0"]
    assert await site.connection.fetchval("select count(*) from comment_contact") == 1
    by = "select count(*) from decision where action = 'erase' and staff_id is not null"
    assert await site.connection.fetchval(by) == 2
