"""Which texts say the same, for the rule about repeated comments."""

import pytest

from service.domain.repeats import fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$5", "£5"),
        ("C", "C++"),
        ("C", "C#"),
        ("👍", "👎"),
        ("I am in 🇫🇷", "I am in 🇩🇪"),
        ("It is 3.5", "It is 35"),
        ("It ended 2:1", "It ended 21"),
        ("-5 degrees", "5 degrees"),
        ("50% agree", "50 agree"),
        ("They won?", "They won"),
        ("A+", "A-"),
        ("का", "की"),
        ("ya", "yä"),
        ("R&D", "RD"),
        ("1/2", "12"),
        ("x = y", "x ≠ y"),
        ("♥", "♦"),
        ("5 \u00d7 3", "5 \u00f7 3"),
        ("ไม่", "ไม้"),
        ("§ 5", "5"),
        ("we're", "were"),
        ("Thanks a lot :)", "Thanks a lot :("),
        ("Nice ;-)", "Nice ;-("),
        ("x != y", "x = y"),
        ("So it goes :]", "So it goes :["),
        ("(: hello", "): hello"),
        ("I lost -$5 today", "I lost $5 today"),
        ("\u20135 degrees here", "5 degrees here"),
        ("It costs $.50", "It costs $50"),
        ("a chance of .5", "a chance of 5"),
        ("She got an A-", "She got an A"),
        ("My blood is AB-", "My blood is AB"),
        ("they won 5 - 3", "they won 5 3"),
        ("\u22125 degrees", "5 degrees"),
    ],
)
def test_what_says_something_else_is_no_repetition(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I agree.", "i  AGREE!!"),
        ("First, thanks", "first thanks"),
        ("Free\u200b money", "free money"),
        ("\uff26\uff52\uff45\uff45 money", "free money"),
        ("So what?", "so what ???"),
        ("It costs 5 €", "It costs 5€"),
        ("Nice :)", "Nice (:"),
        ("Nice =]", "Nice ☺"),
        ("Sad :(", "Sad ☹"),
        ("-5 degrees", "\u22125 degrees"),
        ("5 € [sic]", "5 € sic"),
        ("caf\u00e9", "cafe\u0301"),
        ("“Well-known” words", "well known words"),
        ("**Great** post", "great post"),
        ("…", "…"),
        ("Nice :)", "Nice :-) "),
        ("(as I said: yes)", "as I said yes"),
        ("it ended 2 : 1", "it ended 2:1"),
        ("a chance of .5", "a chance of 0.5"),
        ("wait ...5 of them", "wait 5 of them"),
        ("बहुत अच्छा।", "बहुत अच्छा"),
        ("سلام، كيف الحال", "سلام كيف الحال"),
        ("بہت خوب\u06d4", "بہت خوب"),
        ("• first • second", "first second"),
    ],
)
def test_what_says_the_same_in_another_spelling_is_a_repetition(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)
