"""Counting of the dashboard: every day of the span, the queue backwards, reasons with outcomes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from service.domain.dashboard import (
    Arrivals,
    Movement,
    Outcome,
    Reason,
    Wait,
    figures,
    last_days,
)
from service.web.pages.plots import Series, bars, ceiling, lines

FIRST, MIDDLE, LAST = date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)


def test_a_span_has_every_day_and_the_queue_is_counted_back_from_now() -> None:
    found = figures(
        last_days(3, datetime(2026, 3, 1, 13, tzinfo=UTC), UTC),
        5,
        arrivals=[
            Arrivals(FIRST, "pending", "classifier", ["spam", "links"], 4),
            Arrivals(LAST, "approved", "classifier", ["clear"], 7),
            Arrivals(LAST, "rejected", "rule", ["trap"], 2),
            Arrivals(LAST, "pending", "rule", ["links"], 3),
        ],
        movements=[Movement(FIRST, 4, 0), Movement(LAST, 1, 3)],
        waits=[Wait(LAST, 60.0, 90.0), Wait(None, 61.0, 91.0)],
        outcomes=[
            Outcome(LAST, "pending", ["spam", "links"], "rejected", 2),
            Outcome(LAST, "approved", ["clear"], "rejected", 1),
        ],
    )
    assert [(day.day, day.arrived, day.queue) for day in found.days] == [
        (FIRST, 4, 4),
        (MIDDLE, 0, 4),
        (LAST, 12, 5),
    ]
    assert (found.arrived, found.automatic, found.reversed) == (16, 9, 1)
    assert (found.days[-1].median, found.wait.median) == (60.0, 61.0)
    assert found.reasons == [
        Reason("clear", 7, 0, 0, 0, 0, 1),
        Reason("spam", 0, 0, 4, 0, 2, 0),
        Reason("trap", 0, 2, 0, 0, 0, 0),
        Reason("links", 0, 0, 7, 0, 2, 0),
    ]


def test_the_axis_ends_at_a_round_number() -> None:
    assert [ceiling(most) for most in (0, 1, 3, 9, 10, 11, 41, 99, 1200)] == [
        *(2, 2, 4, 10, 10, 20, 60, 100, 2000)
    ]


def test_plots_say_their_title_and_break_lines_at_days_without_a_value() -> None:
    plot = lines("x", "Wait <b>", "about", [Series("w", "k", [1.0, None, 4.0, 2.0])])
    assert "Wait &lt;b&gt;" in plot.svg
    assert ' d="M0.50 75.00M2.50 0.00L3.50 50.00"' in plot.svg
    assert ' lone" d="M0.50 75.00h0"' in plot.svg
    stacked = bars("y", "t", "a", [Series("a", "k1", [1, 0]), Series("b", "k2", [3, None])])
    assert stacked.svg.count("<rect") == 2
    assert 'aria-labelledby="y-title y-about"' in stacked.svg


def test_days_are_those_of_a_zone_however_long_its_clocks_make_them() -> None:
    night = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # in Oslo the 30th, after a day of 23 hours
    span = last_days(3, night, ZoneInfo("Europe/Oslo"))
    assert (span.first, span.last) == (date(2026, 3, 28), date(2026, 3, 30))
    assert [each.astimezone(UTC).isoformat()[5:16] for each in span.begins] == [
        "03-27T23:00",
        "03-28T23:00",
        "03-29T22:00",
    ]
    assert last_days(1, night, ZoneInfo("America/Lima")).first == date(2026, 3, 29)
