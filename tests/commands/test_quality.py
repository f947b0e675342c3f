"""`quality` as people and programs call it."""

from tests.support.commands import Run, answer, told


def test_quality_says_what_there_is(run: Run) -> None:
    assert run("sites", "add", "blog").returncode == 0
    settings = answer(
        run("sites", "set", "blog", "--audit", "off", "--audits-a-day", "5", "--json")
    )
    assert settings["settings"] == {"audit": 0.0, "audits_a_day": 5}
    found = answer(run("quality", "--site", "blog", "--days", "7", "--json"))
    assert found == {"days": 7, "confidence": 0.9, "sites": []}
    assert "no site with this name" in told(run("quality", "--site", "other"), 1)
    assert "such as 0.1" in told(run("sites", "set", "blog", "--audit", "much"), 2)
