"""No word that is not data stays English on a page in another language, whatever rows there are."""

import re
from typing import Final

from classifier import shipped_files
from classifier.types import LABELS
from service.comments.importing.use_case import Report
from service.db import acts, import_runs
from service.domain.policy import REASONS
from service.domain.states import REJECTION_REASONS
from service.domain.wording import ACT_NAMES
from service.ids import new_id
from service.web.pages.carrying import CHANGED, PLACES
from service.web.pages.dashboard import OUTCOMES
from tests.support import refusals, words
from tests.support.english_left import LANGUAGE, english_left
from tests.support.pages import Browser, Site

IN_FILES: Final = words.ROOT / "service" / "comments" / "importing"


async def admin(site: Site) -> Browser:
    """An admin of a new website who reads Arabic."""
    root = await site.person("zzroot", "admin")
    await site.rows.site("zzpaper")
    root.http.headers["Accept-Language"] = LANGUAGE
    return root


async def test_every_act_with_its_details(site: Site) -> None:
    root = await admin(site)
    for name in ACT_NAMES:
        await acts.add(site.connection, None, name, "zz")
    await root.send("/sites/zzpaper/rename", name="zznew")
    for kind in ("bearer", "akismet", "sandbox", "public"):
        await root.send("/sites/zznew/keys", kind=kind)
        await root.send("/sites/zznew/keys", kind=kind, others="revoke")
    for which in ("held", "blocked"):
        await root.send("/sites/zznew/words", entries="zza\nzzb", list=which)
    given = {"minutes": "60", "reach": "all"}
    for role in ("moderator", "data", "admin"):
        await root.send("/staff/add", name=f"zz{role}, zz", role=role, **given)
    only = {"reach": "named", "site:zznew": "yes"}
    await root.send("/staff/role", name="zzdata, zz", role="moderator", **only)
    author = new_id()
    await site.connection.execute(
        "insert into standing_change (author, site_id, staff_id, version, from_standing, standing)"
        " select $1, site.id, staff.id, 1, 'normal', 'held' from site, staff"
        " where staff.name = 'zzroot' and site.name = 'zznew'",
        author,
    )
    shown = await root.get("/acts")
    assert english_left(shown) == []
    assert shown.count("<li><p><strong>") == len(ACT_NAMES) + 18
    assert f'href="/authors/{author}"' in shown
    root.http.headers["Accept-Language"] = "en"
    told = re.sub(r"<[^>]+>", "", await root.get("/acts"))
    assert "changed a role: zzdata, zz, moderator, zznew" in told
    assert "zznew, for our own calls" in told


async def test_what_came_of_files(site: Site) -> None:
    """Whatever an import says of a file or of a record, wherever in the file that stands."""
    root = await admin(site)
    said = {
        text
        for path in IN_FILES.glob("*.py")
        for text in refusals.sentences(path)
        if text != "A file of this site is being imported; wait until that has ended."
    }
    whole = sorted(text for text in said if text[0].isupper() or text.startswith("isso "))
    parts = sorted(said.difference(whole))
    report = Report("wxr")
    report.read = report.bad = report.written = 1
    report.by_status.update(("approved", "pending", "rejected"))
    report.changed.update(list(CHANGED))
    report.left.update(filled(text) for text in parts)
    report.named += [filled(f"{PLACES[0]} {text}") for text in parts]
    report.named += [filled(f"{place} {parts[0]}") for place in PLACES]
    site_id, staff = site.rows.known["zzpaper"], site.rows.known["zzroot"]
    for problem in (None, *whole):
        id_ = new_id()
        await import_runs.begin(site.connection, id_, site_id, staff, "zz", dry_run=False)
        told = filled(problem) if problem else None
        await import_runs.ended(site.connection, id_, None if told else report.as_dict(), told)
        shown = await root.get("/sites/zzpaper/import")
        assert english_left(shown) == [], problem
    assert len(parts) > 20
    assert len(whole) > 5


def filled(message: str) -> str:
    """Return a message with data put in."""
    return re.sub(r"%\(\w\)s", "zz7", message)


async def test_comments_of_every_kind_and_what_was_made_of_them(site: Site) -> None:
    root = await admin(site)
    said = {"site": "zzpaper", "name": "zzname", "body": "zzbody", "page": "https://zz.example/"}
    scores = dict.fromkeys(LABELS, 0.5)
    ids = [
        await site.rows.comment(status, **said, reasons=[reason], scores=scores)
        for reason in REASONS
        for status in ("pending", "approved", "rejected")
    ]
    for id_, reason in zip(ids[::3], REJECTION_REASONS, strict=False):
        await site.rows.decide(id_, "rejected", "zzmo", reason=reason)
    await site.connection.execute(
        "insert into door_figure (site_id, day, door, outcome, count)"
        " select $1, current_date, 'akismet', outcome, 1 from unnest($2::text[]) outcome",
        site.rows.known["zzpaper"],
        list(OUTCOMES),
    )
    paths = [
        *("/sites", "/staff", "/account", "/password", "/author-rights", "/models", "/quality"),
        *("/dashboard", "/queue", "/decided", "/quality/bands?site=zzpaper&label=threat"),
        *(f"/sites/zzpaper{each}" for each in ("", "/keys", "/words", "/words/one", "/import")),
        f"/models/{shipped_files()[1]['version']}",
        *(f"/comments/{each}" for each in ids[:3]),
    ]
    for path in paths:
        assert english_left(await root.get(path)) == [], path
