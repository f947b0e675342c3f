"""What clients send for a mere check is in no row of the database and no line of the log."""

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from service.db import compat as db
from tests.support.akismet import HAM, call, check, form, key_of
from tests.support.perspective import PATH
from tests.support.service import Service

MARK = "Zq7xWvkPrivate"
FORMS = (MARK, MARK.lower(), MARK.encode().hex(), base64.b64encode(MARK.encode()).decode()[:-4])
CONTEXT = {"entries": [{"text": f"{MARK} said before"}]}


async def dump(service: Service) -> str:
    """Every row of every table as text, bytes as hexadecimal digits."""
    await service.app.state.parts.apis.figures.flush()
    tables = await service.connection.fetch(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema')"
    )
    rows = []
    for table in tables:
        found = await service.connection.fetch(f"select t::text as row from {table['name']} t")
        rows += [f"{table['name']} {row['row']}" for row in found]
    assert len(tables) > 10
    return "\n".join(rows)


def found_in(text: str) -> list[str]:
    """The forms of the mark that a text holds."""
    return [each for each in FORMS if each in text]


def personal(key: str, content: str, **more: str) -> dict[str, str]:
    """A form as WordPress sends it: the visitor's browser, the whole post, and more."""
    data = form(key, content) | {"user_agent": MARK, "referrer": f"https://{MARK}.example/"}
    data |= {"HTTP_COOKIE": MARK, "HTTP_X_FORWARDED_FOR": MARK, "POST_comment": MARK}
    return data | {"SERVER_NAME": MARK, "comment_context[0]": MARK} | more


async def analyse(service: Service, **more: Any) -> httpx.Response:
    body = {
        "comment": {"text": f"{MARK}, you are an idiot. {MARK}"},
        "requestedAttributes": {"TOXICITY": {}, "SPAM": {}},
        "context": CONTEXT,
        "clientToken": MARK,
        "sessionId": MARK,
        "communityId": MARK,
        **more,
    }
    return await service.http.post(PATH, params={"key": service.site_key}, json=body)


async def coral(service: Service) -> httpx.Response:
    site_id = await service.connection.fetchval("select id from site")
    secret = "ssec_0123456789abcdef"
    sealed = service.secrets.seal(secret, site_id.bytes)
    await db.set_coral_secret(service.connection, site_id, sealed)
    body = json.dumps({"comment": {"body": MARK}, "author": {"id": MARK}}).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Coral-Signature": f"sha256={signature}"}
    return await service.http.post("/coral/first", content=body, headers=headers)


async def test_checks_leave_nothing_behind(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    key = await key_of(service)
    answers = [
        await analyse(service, doNotStore=True),
        await analyse(service, spanAnnotations=True),
        await check(service, personal(key, f"{HAM} {MARK}", comment_author=MARK)),
        await check(service, personal(key, f"You idiot {MARK}", permalink=f"https://x/{MARK}")),
        await check(service, personal(key, MARK, is_test="1", comment_author_email=f"{MARK}@x.am")),
        await check(service, personal(key, "", comment_author_url=f"https://{MARK}.example/")),
        await service.http.post("/v1/moderations", json={"input": MARK}, headers=service.as_site),
        await service.http.post("/v1/score", json={"text": MARK}, headers=service.as_site),
        await coral(service),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert [answer.text for answer in answers[2:6]] == ["false", "true", "false", "false"]
    assert found_in(await dump(service)) == []
    captured = capsys.readouterr()
    assert "comment-check" in captured.out
    assert found_in(captured.out + captured.err) == []


async def test_what_waits_or_is_fed_back_is_kept_without_the_visitors_browser(
    service: Service,
) -> None:
    key = await key_of(service, hold_everything=True)
    address = "hidden.reader@example.org"
    data = personal(key, "A comment that waits", comment_author_email=address)
    await check(service, data)
    await call(service, "/1.1/submit-ham", personal(key, "A comment that is fine"))
    kept = await dump(service)
    assert "A comment that waits" in kept
    assert "A comment that is fine" in kept
    assert found_in(kept) == []
    assert address not in kept
    assert address.encode().hex() not in kept
    assert "192.0.2.1" not in kept
