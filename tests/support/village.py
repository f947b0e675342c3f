"""A month of a small town's comments, made up, to look at and to try the pages on."""

import random
from datetime import timedelta
from typing import Final
from uuid import UUID

from tests.support.rows import Rows

_SAID: Final = (
    ("Marta", "Thank you for this. I never knew that it is still the first movement.", "clear"),
    ("Jonas K.", "Ninety-one steps, twice a week, at her age. Hats off.", "clear"),
    ("נועה", "כתבה יפה מאוד. סבא שלי תיקן שעונים, והוא היה מתרגש לקרוא את זה.", "language"),
    ("Cheap lights", "BEST lamps -80% http://lamps.example http://lamps.example/2 www.x", "spam"),
    ("angry_at_all", "You people are idiots, all of you, and so is the mayor.", "toxicity"),
    ("Aylin", "Bence belediye haks\u0131z: elle kurmak daha güzel.", "language"),
    ("Old Tom", "Rubbish. In '87 Karl wound it, not her. Check your facts.", "toxicity"),
    ("Ines", "Is the tower open on the holiday as well? We would come with children.", "clear"),
    ("p\u202egnp.exe", "See this: invoice\u202efdp.exe, it opens by itself\u200b.", "repeated"),
    ("Uwe", "Kill the lights in the tower at ten, or the idiots will never sleep.", "asked"),
    ("Lê Thị Hoa", "Một câu chuyện rất hay, cảm ơn toà soạn.", "language"),
)
_SCORES: Final = {
    "clear": {"spam": 0.01, "toxicity": 0.02, "insult": 0.01},
    "language": {"spam": 0.01, "toxicity": 0.03, "insult": 0.01},
    "spam": {"spam": 0.97, "toxicity": 0.02, "insult": 0.01},
    "toxicity": {"spam": 0.02, "toxicity": 0.45, "insult": 0.04},
    "asked": {"spam": 0.01, "toxicity": 0.07, "insult": 0.05},
    "repeated": {"spam": 0.41, "toxicity": 0.05, "insult": 0.02},
}
_VERDICTS: Final = {"clear": "approved", "spam": "rejected", "asked": "approved"}
_REASONS: Final = {"asked": ["clear", "second_opinion"]}
_BY_WORDS: Final = {"asked": {"spam": 0.02, "toxicity": 0.58, "insult": 0.44}}


async def fill(rows: Rows, people: tuple[str, ...], days: int = 30) -> list[UUID]:
    """Comments with decisions of these people; the newest of them first."""
    chance = random.Random(7)
    made: list[UUID] = []
    for day in range(days):
        for number in range(chance.randint(6, 14) if day % 7 < 5 else 3):
            name, body, reason = _SAID[(day * 3 + number) % len(_SAID)]
            ago = timedelta(days=day, hours=2, minutes=chance.randint(0, 1200))
            status = _VERDICTS.get(reason, "pending")
            id_ = await rows.comment(
                status,
                ago=ago,
                name=name,
                body=body,
                reasons=_REASONS.get(reason, [reason]),
                scores=_SCORES[reason],
                linear_scores=_BY_WORDS.get(reason),
                site="harbour-post" if number % 3 else "town-hall",
                language={"נועה": "he", "Aylin": "tr", "Lê Thị Hoa": "vi"}.get(name, "en"),
                page=f"https://post.example/town/clock-{day}",
            )
            made.append(id_)
            later = timedelta(minutes=chance.randint(3, 100))
            who = chance.choice(people)
            if status == "pending" and (day > 1 or number % 2):
                spoken = ("rejected", "harassment") if reason == "toxicity" else ("approved", "")
                await rows.decide(id_, spoken[0], who, ago=ago - later, reason=spoken[1])
            elif status == "rejected" and chance.random() < 0.2:
                await rows.decide(id_, "approved", who, ago=ago - later)
        await _audited(rows, people[0], day, chance)
    return made


async def _audited(rows: Rows, who: str, day: int, chance: random.Random) -> None:
    """An approval of the day that was audited: one of eight is found wrong."""
    ago, wrong = timedelta(days=day, hours=1), chance.random() < 0.125
    body = "Great read! My cousin sells the best clocks, ask him." if wrong else "Well told."
    id_ = await rows.comment(
        "approved", ago=ago, body=body, reasons=["clear"], scores=_SCORES["clear"],
        site="harbour-post",
    )  # fmt: skip
    answer = ("rejected", "spam") if wrong else ("approved", "")
    await rows.decide(id_, answer[0], who, ago=ago, reason=answer[1])
    await rows.connection.execute(
        "insert into audit (comment_id, site_id, version, propensity, answered_version)"
        " select id, site_id, 1, 0.1, 2 from comment where id = $1",
        id_,
    )
