"""Where pages and calls show the beginning of a text, it ends with a whole letter."""

import re

import pytest

from tests.support.pages import Site
from tests.support.rows import Rows

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
CUT = re.compile('x((?:&#\\w+;|[^x<>&"])*)')


async def body(rows: Rows, status: str = "pending") -> str:
    """A comment that no length of a beginning cuts between two letters; its id."""
    return str(await rows.comment(status, body="x" + FAMILY * 200, reasons=["spam"]))


def ends_whole(text: str) -> bool:
    """Say whether what stands behind each `x` are whole letters, and there are some."""
    found = [each.strip().removesuffix("…") for each in CUT.findall(text) if FAMILY[0] in each]
    return bool(found) and all(each == FAMILY * (len(each) // len(FAMILY)) for each in found)


@pytest.mark.parametrize(
    "path", ["/queue", "/queue/entries", "/decided", "/v1/review/matching", "/v1/review/decisions"]
)
async def test_no_letter_is_cut(site: Site, path: str) -> None:
    mo = await site.person("Mo")
    await body(site.rows)
    id_ = await body(site.rows)
    await mo.done("/queue/decide", id=id_, version="1", action="approve")
    answer = await mo.http.get(path)
    assert answer.status_code == 200
    text = answer.text if path.startswith("/v1") else answer.text.partition("<ol")[2]
    assert ends_whole(re.sub(r'"body":"[^"]*"', "", text))
