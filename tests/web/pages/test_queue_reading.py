"""The queue as data staff see it: texts and why they wait, and nothing to decide by."""

from tests.support.pages import Site


async def test_data_staff_read_the_queue_and_cannot_decide(site: Site) -> None:
    mo, dan = await site.person("Mo"), await site.person("Dan", "data")
    id_ = await site.rows.comment("pending", body="<b>Cheap</b> pills", reasons=["spam"])
    await site.rows.comment("pending", body="Another one", reasons=["spam"])
    html = await dan.get("/queue", order="newest")
    assert "&lt;b&gt;Cheap&lt;/b&gt; pills" in html
    assert 'action="/queue/decide"' not in html
    assert 'type="checkbox"' not in html
    found = await dan.get("/queue", q="cheap")
    assert "Another one" not in found
    assert "Nothing waits here" in await dan.get("/queue", q="nowhere")
    told = {"id": str(id_), "version": "1", "action": "approve"}
    assert (await dan.send("/queue/decide", **told)).status_code == 403
    await dan.get("/queue/details", 403, ids=str(id_))
    assert 'action="/queue/decide"' in await mo.get("/queue")
    status = await site.connection.fetchval("select status from comment where id = $1", id_)
    assert status == "pending"
