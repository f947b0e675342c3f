"""Whatever has an ETag compares it in the same way with what a caller or a proxy sends back."""

from service.web.pages.assets import asset
from tests.support.public_key import key_of
from tests.support.service import Service

PAGE = "https://news.example/articles/1"


async def test_every_etag_is_known_again_alone_in_a_list_or_marked_by_a_proxy(
    service: Service,
) -> None:
    await service.post(page=PAGE)
    await key_of(service, "https://news.example")
    staff = await service.staff("Ann")
    for path, headers in (
        (f"/v1/comments?page={PAGE}", service.as_site),
        ("/v1/review/changes", staff),
        ("/feeds/first", {}),
        ("/widget/comments.js", {}),
        ("/widget/words-fr.js", {}),
        (asset("pages.css"), {}),
    ):
        first = await service.http.get(path, headers=headers)
        assert first.status_code == 200, path
        tag = first.headers["etag"].removeprefix("W/")
        marked = [f'{tag[:-1]}{mark}"' for mark in ("-gzip", ";gzip", "--gzip", "-br")]
        for known in ("*", " * ", tag, f"W/{tag}", f'"x", {tag}', f'W/"x,y" , W/{tag}', *marked):
            asked = headers | {"If-None-Match": known}
            again = await service.http.get(path, headers=asked)
            assert (again.status_code, again.content) == (304, b""), (path, known)
            assert again.headers["etag"] == first.headers["etag"]
            head = await service.http.head(path, headers=asked)
            assert head.status_code == 304, (path, known)
        others = (
            "",
            '""',
            tag[1:-1],
            f"{tag}x",
            f'"x{tag[1:]}',
            '"*"',
            '"x", *',
            tag[:-1],
            f"w{tag}",
        )
        for other in others:
            again = await service.http.get(path, headers=headers | {"If-None-Match": other})
            assert again.status_code == 200, (path, other)
