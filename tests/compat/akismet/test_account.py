"""What Akismet's plugins ask about their account."""

from tests.support.akismet import HAM, RUDE, call, check, form, key_of
from tests.support.service import Service


async def used(service: Service) -> dict[str, str]:
    """Let a site check and report some comments; its key as a form."""
    key = await key_of(service)
    for text in (HAM, RUDE, RUDE + "!"):
        await check(service, form(key, text))
    await call(service, "/1.1/submit-ham", form(key, RUDE))
    return {"api_key": key}


async def test_usage_counts_every_call_and_has_no_limit(service: Service) -> None:
    data = await used(service)
    expected = {"limit": "none", "usage": 4, "percentage": "0", "throttled": False}
    assert (await call(service, "/1.2/usage-limit", data)).json() == expected
    assert (await service.http.get("/1.2/usage-limit", params=data)).json() == expected


async def test_sites_of_a_key_come_as_json_and_csv_without_the_key(service: Service) -> None:
    data = await used(service)
    answer = (await service.http.get("/1.2/key-sites", params=data)).json()
    (month,) = [name for name in answer if name not in {"limit", "offset", "total"}]
    assert answer[month] == [
        {
            "site": "first",
            "api_calls": "4",
            "spam": "2",
            "ham": "1",
            "missed_spam": "0",
            "false_positives": "1",
            "is_revoked": False,
        }
    ]
    text = (await call(service, "/1.2/key-sites", data | {"format": "csv"})).text
    assert text.splitlines()[1].startswith("Site,Total API Calls,Spam,Ham")
    assert text.splitlines()[2] == "first,4,2,1,0,1,False"
    assert data["api_key"] not in text
    assert text.splitlines()[0].endswith("(limit:500, offset: 0, total: 1)")
    page = (await call(service, "/1.2/key-sites", data | {"limit": "10", "offset": "1"})).json()
    assert (page["limit"], page["offset"], page["total"], page[month]) == (10, 1, 1, [])
    odd = (await call(service, "/1.2/key-sites", data | {"limit": "x", "offset": "-1"})).json()
    assert (odd["limit"], odd["offset"], len(odd[month])) == (500, 0, 1)
    empty = (await call(service, "/1.2/key-sites", data | {"month": "2001-01"})).json()
    assert empty["2001-01"][0]["api_calls"] == "0"


async def test_the_wordpress_plugin_sees_an_account_and_figures(service: Service) -> None:
    data = await used(service)
    subscription = (await call(service, "/1.1/get-subscription", data)).json()
    assert subscription["status"] == "active"
    stats = (await call(service, "/1.1/get-stats", data | {"from": "all"})).json()
    assert (stats["spam"], stats["false_positives"], stats["accuracy"]) == (2, 1, "66.67")
    assert (await call(service, "/1.1/deactivate", data)).text == "deactivated"


async def test_a_wrong_key_is_invalid_everywhere(service: Service) -> None:
    for path in ("/1.2/usage-limit", "/1.2/key-sites", "/1.1/get-stats", "/1.1/get-subscription"):
        assert (await call(service, path, {"api_key": "nonsense1234"})).text == "invalid"
