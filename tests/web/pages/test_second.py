"""The second opinion on the other pages: history, decided, a site's settings, model versions."""

import html as entities
import re
from typing import Any

from classifier import Scored, shipped_files
from classifier.shipped import shipped_bundle
from service.models import registry
from tests.support.pages import Site, listed
from tests.support.site_settings import LOW, VERSION, seen, setting

MODEL, CARD = shipped_files()
LINEAR = LOW | {"toxicity": 0.5}
REASONS = ["clear", "second_opinion"]
MOVED = "toxicity 0.50 by words, 0.00 with sentences"


async def asked(site: Site, status: str = "approved", **fields: Any) -> Any:
    """A comment that the linear model of the shipped bundle left in doubt, and the second not."""
    given = {"reasons": REASONS, "scores": LOW, "linear_scores": LINEAR} | fields
    id_ = await site.rows.comment(status, **given)
    await site.connection.execute(
        "update comment set model_version = $2 where id = $1", id_, VERSION
    )
    return id_


def words(html: str) -> str:
    """The text of a page, as one line."""
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def test_the_history_shows_both_scores_and_which_stage_decided(site: Site) -> None:
    mo = await site.person("Mo")
    told = words(await mo.get(f"/comments/{await asked(site)}"))
    assert "Clear of every label. By words alone it was in doubt" in told
    assert "by its scores the comment was approved" in told
    assert f"It changed most: {MOVED}." in told
    assert "Label By words With sentences Clear below Violation from" in told
    assert "Toxicity 0.500 0.000" in told
    held = await asked(site, "pending", reasons=["toxicity", "second_opinion"])
    assert "it left the comment to people" in words(await mo.get(f"/comments/{held}"))
    plain = await site.rows.comment("approved", scores=LOW, reasons=["clear"])
    told = words(await mo.get(f"/comments/{plain}"))
    assert "second" not in told
    assert "Label Score Clear below Violation from" in told


async def test_an_erased_comments_history_still_says_who_decided(site: Site) -> None:
    root = await site.person("Root", "admin")
    id_ = await asked(site, body="Nothing of this stays")
    told = words(await root.done(f"/comments/{id_}/erase", word="erase"))
    assert "Nothing of this" not in told
    assert "by its scores the comment was approved" in told


async def test_decided_comments_tell_both_scores_and_can_be_found_by_the_stage(site: Site) -> None:
    mo = await site.person("Mo")
    await asked(site, name="Asked")
    await site.rows.comment("approved", name="Plain", reasons=["clear"], scores=LOW)
    html = await mo.get("/decided", reason="second_opinion")
    assert listed(html) == ["Asked"]
    expected = f"clear of every label; a second model, which reads sentences, was asked: {MOVED}."
    assert f"First verdict: {expected}" in words(html)


async def test_a_site_chooses_who_is_asked(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    html = await root.get("/sites/first")
    assert '<option value="borderline" selected>' in html
    assert "Second opinion: clear below" in html
    assert "a second model that reads sentences." in words(html)
    assert "It reads: English, Russian." in words(html)
    saved = await root.done("/sites/first", do="save", seen=seen(html), second_opinion="off")
    assert await setting(site) == {"second_opinion": "off"}
    assert '<option value="off" selected>' in saved
    assert "<bdi>Root</bdi>: second opinion" in saved
    assert "Second opinion: clear below" not in saved
    wrong = await root.send("/sites/first", do="save", seen=seen(saved), second_opinion="always")
    assert wrong.status_code == 422
    assert 'id="wrong-second_opinion"' in wrong.text
    assert await setting(site) == {"second_opinion": "off"}


async def test_the_settings_say_when_nothing_is_asked(without_second: Site) -> None:
    root = await without_second.person("Root", "admin")
    await without_second.rows.site("first")
    told = words(await root.get("/sites/first"))
    assert "At the moment nothing is asked: MODERATION_SECOND_OPINION_MS is 0." in told


async def test_the_preview_judges_by_both_stages(site: Site) -> None:
    bundle = shipped_bundle()
    assert bundle.second is not None
    assert bundle.verdict(Scored(LINEAR, "en")).status == "pending"
    decided = int(bundle.verdict(Scored(LINEAR, "en"), Scored(LOW, "en")).status == "approved")
    root = await site.person("Root", "admin")
    for _ in range(3):
        await asked(site)
    await site.rows.site("first")
    same = words((await root.send("/sites/first", do="preview")).text)
    assert "0 of 3 comments" in same
    off = words((await root.send("/sites/first", do="preview", second_opinion="off")).text)
    assert f"{3 * decided} of 3 comments" in off
    assert "Held for people" in off


async def test_a_versions_page_tells_what_the_second_opinion_adds(site: Site) -> None:
    mix = {"approved": 0.8, "rejected": 0.1, "missed_violations": 0.0123, "asked": 0.25}
    told = CARD["second_opinion"]["encoders"]
    ours, others = sorted(told, key=lambda each: "en" not in each["languages"])
    languages = CARD["second_opinion"]["languages"]
    part = CARD["second_opinion"] | {
        "natural_mix": mix,
        "encoders": [ours | {"rounding": {"spam": 0.0011, "toxicity": 0.0007}}, others],
        "languages": languages | {"de": languages["de"] | {"asked": 0.5, "read_to_the_end": 0.875}},
    }
    await registry.add(site.connection, CARD | {"version": "new", "second_opinion": part}, MODEL)
    told = words(await (await site.person("Dana", "data")).get("/models/new"))
    assert "25.00% of it was asked about" in told
    assert "With the second opinion 80.00% 1.23% 10.00% \u2013 10.00%" in told
    assert re.search(r"German 50\.00% no nothing \d+\.\d\d% 87\.50%", told)
    said = f"English: {re.escape(ours['base'])} ?\\. 8-bit weights cost of the AUC: spam 0\\.0011"
    assert re.search(said, told)
    assert "Turkish, Ukrainian, Chinese: multilingual-e5-small" in told


async def test_a_card_without_its_figures_and_one_with_anything_are_shown(site: Site) -> None:
    dana = await site.person("Dana", "data")
    plain = {
        "bands": CARD["bands"],
        "asked_from": dict.fromkeys(CARD["bands"], 0.5),
        "languages": {},
        "encoders": [],
    }
    odd = plain | {
        "languages": {"<i>": 3},
        "natural_mix": {"approved": "<b>", "asked": "<b>"},
        "encoders": [{"languages": ["<i>"], "base": "<b>", "rounding": {"<b>": 1, "spam": "<b>"}}],
    }
    for version, part in (("plain", plain), ("odd", odd)):
        card = CARD | {"version": version, "second_opinion": part}
        await registry.add(site.connection, card, MODEL)
        html = await dana.get(f"/models/{version}")
        assert "<b>" not in html
        assert "<i>" not in html
        assert 'id="second-title"' in html
