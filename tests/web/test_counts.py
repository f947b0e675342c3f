"""A front page asks once for the numbers of all its articles."""

from tests.support.service import Service

ONE, TWO = "https://news.example/articles/1", "https://news.example/articles/2"


async def test_pages_are_counted_in_the_order_asked_as_their_lists_count(service: Service) -> None:
    await service.post()
    posted = (await service.post(body="I agree with you on this.")).json()
    await service.post(page=f"{TWO}?utm_source=mail", body="Good point, thank you.")
    query = {"page": [TWO, "https://news.example/none", f"{ONE}?fbclid=1", ONE], "extra": "1"}
    answer = await service.http.get("/v1/counts", params=query, headers=service.as_site)
    shown = [(each["page"], each["count"]) for each in answer.json()["counts"]]
    assert shown == [(TWO, 1), ("https://news.example/none", 0), (ONE, 2), (ONE, 2)]
    assert answer.json()["ignored"] == ["extra"]
    await service.http.delete(f"/v1/comments/{posted['id']}", headers=service.as_site)
    after = await service.http.get("/v1/counts", params={"page": ONE}, headers=service.as_site)
    assert [each["count"] for each in after.json()["counts"]] == [1]
    other = await service.site("other")
    theirs = await service.http.get("/v1/counts", params={"page": ONE}, headers=other)
    assert [each["count"] for each in theirs.json()["counts"]] == [0]


JOINED = tuple(f"{ONE}{between}{TWO}" for between in (",", ", ", ";", "|", " ", "+"))


async def test_several_pages_in_one_value_are_told_so_unless_there_is_such_a_page(
    service: Service,
) -> None:
    for joined in JOINED:
        query = {"page": [TWO, joined]}
        answer = await service.http.get("/v1/counts", params=query, headers=service.as_site)
        assert answer.status_code == 422, joined
        (error,) = answer.json()["errors"]
        assert (error["field"], "page=…&page=…" in error["message"]) == ("page[1]", True)
    await service.post(page=JOINED[0])
    for single in (
        JOINED[0],
        f"{ONE}/a,b",
        f"https://archive.example/save/{ONE}",
        f"{ONE}?u={TWO}",
    ):
        query = {"page": [single]}
        answer = await service.http.get("/v1/counts", params=query, headers=service.as_site)
        assert answer.status_code == 200, single


async def test_every_wrong_page_is_named_and_addresses_in_one_are_masked(service: Service) -> None:
    async def refused(*pages: str) -> list[str]:
        query = {"page": list(pages)}
        answer = await service.http.get("/v1/counts", params=query, headers=service.as_site)
        assert answer.status_code == 422
        return [each["field"] for each in answer.json()["errors"]]

    assert await refused() == ["page"]
    assert await refused(ONE, "/articles/2", "") == ["page[1]", "page[2]"]
    assert await refused(*[ONE] * 101) == ["page"]
    query = {"page": "https://news.example/?to=ann@example.org"}
    answer = await service.http.get("/v1/counts", params=query, headers=service.as_site)
    assert (answer.status_code, "ann@example.org" in answer.text) == (200, False)
