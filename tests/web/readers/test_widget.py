"""The widget in a real Chromium, on another origin, under the strictest CSP that lets it load."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from service.accounts import accounts
from service.accounts.secrets import Secrets, load_secrets
from service.comments.importing.formats import Source
from service.comments.importing.use_case import Import
from service.db.pool import connect
from service.settings import Settings
from service.web.readers.widget import PATH, SOURCE, WORDS
from tests.support import hugo, publisher
from tests.support.browser import browser
from tests.support.database import Databases
from tests.support.publisher import Publisher
from tests.support.queue import violations
from tests.support.serving import serving
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOST = """<!doctype html>
<html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>An article</title>
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {service};
 connect-src {service}; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'">
<script type="module" src="{service}{path}"></script></head>
<body><main><h1>An article</h1><comment-thread site-key="{key}">
<noscript><a href="{service}/threads/blog?page={page}">Comments</a></noscript>
</comment-thread></main></body></html>"""


@dataclass
class Blog:
    """A static site beside the service, and a browser."""

    service: str
    key: str
    files: Publisher
    browser: Browser
    connection: "asyncpg.Connection[Any]"
    secrets: Secrets

    def publish(self, name: str, lang: str = "en", direction: str = "ltr") -> str:
        """Put an article on the site; return its address."""
        url = self.files.address(name)
        page = HOST.format(
            lang=lang,
            dir=direction,
            service=self.service,
            path=PATH,
            key=self.key,
            page=quote(url, safe=""),
        )
        self.files.files[name] = page.encode()
        return url

    async def open(self, url: str, **options: Any) -> Page:
        """Open an article; whatever its CSP refuses or a script throws fails the test."""
        page = await self.reader(**options)
        page.on("console", lambda said: self.errors.append(said.text) if _is_bad(said) else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(url)
        return page

    async def reader(self, **options: Any) -> Page:
        """A browser of somebody who has not written yet, though all have one address."""
        await self.connection.execute("delete from failed_attempt")
        return await (await self.browser.new_context(**options)).new_page()

    def __post_init__(self) -> None:
        self.errors: list[str] = []


def _is_bad(said: Any) -> bool:
    # A refused comment is an answer like another, though the console tells it.
    return said.type == "error" and not said.text.startswith("Failed to load resource")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def blog(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Blog]:
    """The service as it serves, a website of another origin, and Chromium."""
    folder = tmp_path_factory.mktemp("widget")
    with databases.clone() as dsn, publisher.serving() as files:
        env = {
            "MODERATION_DATA_DIR": str(folder),
            "DATABASE_URL": dsn,
            "MODERATION_SMTP_URL": "smtp://127.0.0.1:9",  # where nothing listens
            "MODERATION_MAIL_FROM": "comments@service.example",
        }
        connection = await connect(dsn)
        secrets = load_secrets(Settings.read(env))
        await accounts.add_site(connection, secrets, "blog")
        settings: dict[str, Any] = {
            "origins": [files.address("")],
            "held_words": ["cabbage"],
            "mail_readers": True,
        }
        settings["refuse_repeats"] = True
        await accounts.change_site(connection, "blog", settings)
        key, _ = await accounts.new_site_key(
            connection, secrets, "blog", "public", revoke_others=False
        )
        served = serving(env, folder / "out")
        address = await asyncio.to_thread(served.__enter__)
        try:
            async with browser() as started:
                yield Blog(address, key, files, started, connection, secrets)
        finally:
            await asyncio.to_thread(served.__exit__, None, None, None)
            await connection.close()


async def write(page: Page, body: str) -> None:
    """Fill the form in and send it."""
    await page.get_by_label("Comment *").fill(body)
    await page.get_by_label("Name *").fill("Ann <b>")
    await page.get_by_label("Email *").fill("ann@secret.example")
    await page.get_by_label("Tell me by email").check()
    await page.get_by_role("button", name="Post comment").click()


async def test_a_reader_posts_answers_and_reports_on_another_origin(blog: Blog) -> None:
    assert len(gzip.compress(SOURCE, mtime=0)) <= 10 * 1024
    page = await blog.open(blog.publish("first"))
    await expect(page.get_by_text("No comments yet.")).to_be_visible()
    await expect(page.get_by_text("Your email address will not be published.")).to_be_visible()
    await write(page, "<img src=x onerror=alert(1)> is how markup begins.")
    await expect(page.get_by_text("Your comment is published.")).to_be_visible()
    first = page.get_by_role("article")
    await expect(first).to_contain_text("<img src=x onerror=alert(1)> is how")
    await first.get_by_role("button", name="Reply").click()
    await write(page, "A cabbage is how dinner begins.")
    await expect(page.get_by_text("cabbage", exact=True)).to_be_visible()
    await write(page, "A cabbage is how dinner begins.")  # as it is, once more
    await expect(page.get_by_text("Your comment awaits moderation.")).to_be_visible()
    await page.get_by_role("button", name="Report").click()
    await page.get_by_label("Report").select_option(label="Off topic")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Thank you for the report.")).to_be_visible()
    assert await violations(page) == []
    kept = await blog.connection.fetch("select status::text, parent_id from comment order by id")
    assert [(row["status"], row["parent_id"] is None) for row in kept] == [
        *(("approved", True), ("pending", False)),
    ]
    assert await blog.connection.fetchval("select count(*) from report") == 1
    assert await blog.connection.fetchval("select count(*) from reader_wish") == 2
    assert "secret.example" not in await page.content()
    assert blog.errors == []


@pytest.mark.parametrize(
    ("lang", "privacy"),
    [
        ("es-MX", "Tu dirección de correo electrónico no será"),
        ("ar", "لن يُنشر عنوان بريدك الإلكتروني"),
    ],
)
async def test_in_the_dark_from_right_to_left_in_other_languages_and_narrow(
    blog: Blog, lang: str, privacy: str
) -> None:
    url = blog.publish(lang, lang, "rtl")
    page = await blog.open(url, color_scheme="dark", viewport={"width": 320, "height": 600})
    await expect(page.get_by_text(privacy)).to_be_visible()
    assert await violations(page) == []
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)
    assert blog.errors == []


async def test_a_closed_page_shows_its_comments_and_no_form_and_without_scripts_too(
    blog: Blog,
) -> None:
    url = blog.publish("third")
    page = await blog.open(url)
    await write(page, "The clock is two minutes late.")
    await expect(page.get_by_text("Your comment is published.")).to_be_visible()
    async with blog.connection.transaction():
        await accounts.close_page(blog.connection, blog.secrets, "blog", url)
    await page.reload()
    await expect(page.get_by_text("Comments are closed.")).to_be_visible()
    await expect(page.get_by_role("article")).to_contain_text("two minutes late")
    await expect(page.get_by_role("button", name="Reply")).to_have_count(0)
    plain = await blog.open(url, java_script_enabled=False)
    await plain.get_by_role("link", name="Comments").click()
    await expect(plain.get_by_role("heading", name="1 comment")).to_be_visible()
    await expect(plain.get_by_role("article")).to_contain_text("two minutes late")
    await expect(plain.get_by_text("Comments are closed.")).to_be_visible()
    assert blog.errors == []


async def test_on_a_long_page_whom_the_address_names_is_shown_and_reading_goes_on(
    blog: Blog, tmp_path: Path
) -> None:
    url = blog.publish("long")
    ids = await imported(blog, tmp_path, url, 210)
    page = await blog.open(f"{url}#comment-{ids[149]}")
    await expect(page.get_by_text("Number 150.")).to_be_in_viewport()
    await expect(page.get_by_role("article")).to_have_count(200)
    await page.get_by_role("button", name="More comments").click()
    await expect(page.get_by_role("article")).to_have_count(210)
    focused = "document.querySelector('comment-thread').shadowRoot.activeElement?.textContent"
    assert "Number 201." in await page.evaluate(focused)
    await expect(page.get_by_text("Number 201.")).to_be_in_viewport()
    gone = await blog.open(f"{url}#comment-{ids[9][:-12]}ffffffffffff")
    await expect(gone.get_by_role("button", name="More comments")).to_be_visible()
    await expect(gone.get_by_role("article")).to_have_count(100)
    assert blog.errors == []


@pytest.mark.parametrize(("lang", "heading"), [("de_AT", "Kommentare"), ("q", "Comments")])
async def test_a_language_that_is_not_written_as_one_hides_no_comment(
    blog: Blog, tmp_path: Path, lang: str, heading: str
) -> None:
    url = blog.publish(lang, lang)
    await imported(blog, tmp_path, url, 1)
    page = await blog.open(url)
    await expect(page.get_by_role("article")).to_contain_text("Number 1.")
    await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    assert blog.errors == []


async def test_a_page_that_closes_while_somebody_writes_leaves_them_their_text(blog: Blog) -> None:
    url = blog.publish("closing")
    page = await blog.open(url)
    await expect(page.get_by_text("No comments yet.")).to_be_visible()
    async with blog.connection.transaction():
        await accounts.close_page(blog.connection, blog.secrets, "blog", url)
    await write(page, "Hours of writing stand here.")
    await expect(page.get_by_text("Comments are closed.")).to_be_visible()
    await expect(page.get_by_text("Hours of writing stand here.")).to_be_visible()
    await expect(page.get_by_role("button", name="Post comment")).to_have_count(0)
    assert blog.errors == []


async def test_a_script_shows_another_article_in_the_same_place(blog: Blog, tmp_path: Path) -> None:
    """A comment goes to the article that is shown, also where the address changes alone."""
    url, other = blog.publish("one"), blog.files.address("other")
    await imported(blog, tmp_path, url, 1)
    page = await blog.open(url)
    await expect(page.get_by_role("article")).to_have_count(1)
    await page.evaluate("history.pushState({}, '', '/nowhere')")
    await write(page, "This is about the first article.")
    await expect(page.get_by_role("article")).to_have_count(2)
    element = page.locator("comment-thread")
    await element.evaluate("(node, page) => node.setAttribute('page', page)", other)
    await expect(page.get_by_text("No comments yet.")).to_be_visible()
    await expect(page.get_by_role("article")).to_have_count(0)
    await write(page, "This is about the other article.")
    await expect(page.get_by_role("article")).to_have_count(1)
    sql = "select page from comment where body like 'This is about the%' order by id"
    pages = [row["page"] for row in await blog.connection.fetch(sql)]
    assert pages == [url, other]
    assert blog.errors == []


async def test_what_is_sent_while_another_article_comes_stays_with_its_own(blog: Blog) -> None:
    lines, answered = asyncio.Event(), asyncio.Event()
    url, other = blog.publish("left"), blog.files.address("come-to")
    page = await blog.open(url)
    await expect(page.get_by_text("No comments yet.")).to_be_visible()

    async def later(route: Route) -> None:
        await lines.wait()
        await route.continue_()

    await page.route(re.compile(r"/v1/comments\?$"), later, times=1)
    page.on("requestfinished", lambda sent: answered.set() if sent.method == "POST" else None)
    await write(page, "Sent from the first article.")
    await expect(page.get_by_text("Sending…")).to_be_visible()
    element = page.locator("comment-thread")
    await element.evaluate("(node, page) => node.setAttribute('page', page)", other)
    await expect(page.get_by_text("No comments yet.")).to_be_visible()
    await page.get_by_label("Comment *").fill("Begun under the other.")
    lines.set()
    await answered.wait()
    await write(page, "Sent from the other article.")
    await expect(page.get_by_role("article")).to_contain_text(["Sent from the other article."])
    sql = "select body, page from comment where body like 'Sent from%' order by body"
    whole = [("Sent from the first article.", url), ("Sent from the other article.", other)]

    async def both_are_kept() -> bool:  # each waits until its form is old enough, in any order
        return [tuple(row) for row in await blog.connection.fetch(sql)] == whole

    await until(both_are_kept, 30)
    assert blog.errors == []


async def test_on_a_slow_line_nothing_is_lost_and_what_failed_can_be_tried_again(
    blog: Blog,
) -> None:
    lines = asyncio.Event()
    url = blog.publish("slow")
    page = await blog.reader()
    await page.route(re.compile(r"/v1/comments\?page="), lambda route: route.abort(), times=1)
    await page.goto(url)
    await expect(page.get_by_text("Comments cannot be shown just now.")).to_be_visible()
    await page.get_by_role("button", name="More comments").click()
    await expect(page.get_by_text("No comments yet.")).to_be_visible()

    async def later(route: Route) -> None:
        await lines.wait()
        await route.continue_()

    await page.route(re.compile(r"/v1/comments\?$"), later)
    await write(page, "The first of two.")
    await expect(page.get_by_text("Sending…")).to_be_visible()
    await page.get_by_label("Comment *").fill("The second, begun meanwhile.")
    lines.set()
    await expect(page.get_by_role("article")).to_contain_text("The first of two.")
    await expect(page.get_by_label("Comment *")).to_have_value("The second, begun meanwhile.")
    await page.get_by_label("Comment *").fill("The first of two.")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_text("Please check: Comment")).to_be_visible()  # said already
    await expect(page.get_by_role("article")).to_have_count(1)


async def imported(blog: Blog, folder: Path, url: str, count: int) -> list[str]:
    """Bring so many comments of years ago to a page; return their ids in order."""
    path = folder / "comments.jsonl"
    since = datetime(2015, 1, 1, tzinfo=UTC)
    path.write_text(
        "".join(
            json.dumps(
                {
                    "id": f"{url} {number}",
                    "page": url,
                    "name": "Kim",
                    "body": f"Number {number}.",
                    "submitted_at": (since + timedelta(hours=number)).isoformat(),
                }
            )
            + "\n"
            for number in range(1, count + 1)
        ),
        encoding="utf-8",
    )
    site = await accounts.find_site(blog.connection, "blog")
    work = Import(Source(path, "jsonl", ""), site, blog.secrets, lambda *_: None)
    await work.run(blog.connection, dry=False)
    sql = "select id from comment where page = $1 order by id"
    return [str(row["id"]) for row in await blog.connection.fetch(sql, url)]


async def test_each_language_says_every_word_of_the_widget() -> None:
    text = (files("service.web.readers") / "comments.js").read_text()
    english = text[text.index("const ENGLISH") : text.index("};")]
    names = re.findall(r"(\w+): \"", english)
    assert len(names) > 30
    for name, file in WORDS.items():
        words = json.loads(file.decode().removeprefix("export default").rstrip(";\n"))
        assert list(words) == names, name
        assert all(words.values()), name
    assert json.loads(text[text.index("FURTHER = ") + 10 : text.index("];") + 1]) == [
        name[6:8] for name in WORDS
    ]


async def test_a_site_that_hugo_builds_shows_its_comments(blog: Blog, tmp_path: Path) -> None:
    """The address that Hugo gives a page is the one that its comments are kept and linked under."""
    files = hugo.built(tmp_path, blog.files.address(""), blog.service, blog.key)
    (article,) = files.values()
    (url,) = re.findall(r'page="([^"]+)"', article.decode())
    blog.files.files[url.removeprefix(blog.files.address(""))] = article
    page = await blog.open(url)
    await page.get_by_label("Comment *").fill("Thanks, this was a helpful article.")
    await page.get_by_label("Name *").fill("Kim")
    await page.get_by_label("Email *").fill("kim@mail.example")
    await page.get_by_role("button", name="Post comment").click()
    await expect(page.get_by_role("article")).to_contain_text("a helpful article", timeout=30_000)
    link = re.search(rb'<noscript><a href="?([^" >]+)', article)
    assert link
    threads = await page.context.new_page()
    await threads.goto(link[1].decode().replace("&amp;", "&"))
    await expect(threads.get_by_text("a helpful article")).to_be_visible()
    assert blog.errors == []
