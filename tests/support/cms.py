"""A small CMS that has no comments of its own: all of them are in the service, by its calls alone.

Written from `service/web/README.md` and `/openapi.json`, as a website's developer would.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import httpx

Json = Mapping[str, Any]


class Refused(Exception):
    """The service says no: `code` for programs, a sentence for people, what is wrong by field."""

    def __init__(self, problem: Json, retry_after: int = 0) -> None:
        super().__init__(problem["detail"])
        self.retry_after = retry_after  # seconds
        self.code: str = problem["code"]
        self.fields = {each["field"]: each["message"] for each in problem.get("errors", ())}
        self.spans: list[Json] = list(problem.get("spans", ()))


@dataclass
class Article:
    """What the CMS itself knows of an article."""

    url: str
    title: str


@dataclass
class Form:
    """One showing of the comment form: sent twice it is still one comment."""

    article: Article
    parent: str | None = None
    nudge: bool = True
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Cms:
    """The CMS with its key; what it keeps of a page is for `If-None-Match`."""

    http: httpx.AsyncClient
    key: str
    kept: dict[str, tuple[str, Json]] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Call the service.

        Raises:
            Refused: it says no.
        """
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        answer = await self.http.request(method, path, json=body, params=query, headers=sent)
        if answer.is_error:
            raise Refused(answer.json(), int(answer.headers.get("Retry-After", 0)))
        return answer

    # Readers

    async def front_page(self, articles: Iterable[Article]) -> str:
        """Links with numbers of comments, for up to a hundred articles in one call."""
        shown = list(articles)
        answer = await self.call("GET", "/v1/counts", query={"page": [each.url for each in shown]})
        counts = [each["count"] for each in answer.json()["counts"]]
        return "\n".join(
            f'<a href="{escape(article.url)}">{escape(article.title)}</a> {count} comments'
            for article, count in zip(shown, counts, strict=True)
        )

    async def comments(self, article: Article) -> list[Json]:
        """All comments that an article shows; from what is kept while nothing has changed."""
        etag, kept = self.kept.get(article.url, ("", {}))
        headers = {"If-None-Match": etag} if etag else {}
        query: dict[str, Any] = {"page": article.url, "limit": 2}
        answer = await self.call("GET", "/v1/comments", headers=headers, query=query)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return list(kept["comments"])
        first = part = answer.json()
        found = list(part["comments"])
        while part["next"]:
            query["cursor"] = part["next"]
            part = (await self.call("GET", "/v1/comments", query=query)).json()
            found += part["comments"]
        self.kept[article.url] = answer.headers["etag"], {**first, "comments": found}
        return found

    async def page(self, article: Article) -> str:
        """An article's comments as HTML, answers in what they answer; no form on a closed one."""
        answers: dict[str | None, list[Json]] = defaultdict(list)
        for each in await self.comments(article):
            answers[each["parent_id"] if each["parent_shown"] else None].append(each)

        def thread(parent: str | None) -> str:
            items = "".join(f"<li>{comment(each)}</li>" for each in answers[parent])
            return f"<ol>{items}</ol>" if items else ""

        def comment(each: Json) -> str:
            name, website = escape(each["name"]), each["website"]
            link = f'<a href="{escape(website)}" rel="ugc nofollow">{name}</a>' if website else name
            edited = " (edited)" if each["edited_at"] else ""
            return f"{link}{edited}: {escape(each['body'])}{thread(each['id'])}"

        is_closed = self.kept[article.url][1]["page"]["closed"]
        return thread(None) + ("<p>Comments are closed.</p>" if is_closed else "<form></form>")

    async def post(self, form: Form, **typed: str) -> Json:
        """Send what somebody typed; on a failing line the same form may be sent again."""
        told = {
            "page": form.article.url,
            "page_title": form.article.title,
            "parent_id": form.parent,
            "external_id": form.key,
            "nudge": form.nudge,
            **typed,
        }
        headers = {"Idempotency-Key": form.key}
        return dict((await self.call("POST", "/v1/comments", told, headers)).json())

    async def preview(self, form: Form, **typed: str) -> str:
        """What would become of it, without keeping anything."""
        told = {"page": form.article.url, "dry_run": True, **typed}
        return str((await self.call("POST", "/v1/comments", told)).json()["status"])

    async def edit(self, comment: Json, body: str) -> Json:
        """Let an author change a text, unless it has changed meanwhile."""
        told = {"body": body, "version": comment["version"]}
        return dict((await self.call("PATCH", f"/v1/comments/{comment['id']}", told)).json())

    async def report(self, comment_id: str, reader: str, reason: str) -> Json:
        """Pass a reader's report on."""
        told = {"reason": reason, "reporter": reader}
        path = f"/v1/comments/{comment_id}/reports"
        return dict((await self.call("POST", path, told)).json())

    # The people of the website

    async def desk(self, **query: str) -> list[Json]:
        """The site's own comments of some statuses or with an id of its own, newest first."""
        found: list[Json] = []
        query = {"order": "newest", "limit": "3"} | query
        while True:
            part = (await self.call("GET", "/v1/comments", query=query)).json()
            found += part["comments"]
            if not part["next"]:
                return found
            query["cursor"] = part["next"]

    async def look(self, comment_id: str) -> Json:
        """One comment as it stands."""
        return dict((await self.call("GET", f"/v1/comments/{comment_id}")).json())

    async def decide(self, comment: Json, action: str, who: str, reason: str | None = None) -> Json:
        """Approve or reject in somebody's name, as it was seen."""
        told = {"action": action, "moderator": who, "version": comment["version"]}
        more = {"reason": reason} if reason else {}
        path = f"/v1/comments/{comment['id']}/decision"
        return dict((await self.call("POST", path, {**told, **more})).json())

    async def erase(self, comment_id: str) -> None:
        """Erase a comment whose author wants it gone."""
        await self.call("DELETE", f"/v1/comments/{comment_id}")

    async def tell(self, article: Article, **told: Any) -> Json:
        """Name, close or open an article; or say where it is by now."""
        return dict((await self.call("PUT", "/v1/pages", {"page": article.url, **told})).json())

    async def move(self, article: Article, url: str) -> None:
        """Give an article another address."""
        await self.tell(article, moved_to=url)
        self.kept.pop(article.url, None)
        article.url = url
