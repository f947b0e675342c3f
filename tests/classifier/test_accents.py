"""Letters that English lacks tell of another language, but not in names and borrowed words."""

from typing import Final

import pytest

from classifier import Prior, shipped_bundle

BUNDLE: Final = shipped_bundle()
ENGLISH: Final = Prior(usual=("en",))
AROUND: Final = (
    "Great article, thanks. {}",
    "{} Thanks for the great article, I learned a lot from it.",
)
SPELT = (
    *("mày chết đi", "tao sẽ giết mày", "cút đi", "știu unde stai", "te găsim noi", "žinau, užmuš"),
    *(
        "seni bulaca\u011f\u0131z",
        "b\u0131rak bizi",
        "naći ćemo ga",
        "wiem, że tam był",
        "vím kde bydlíš, pojď",
    ),
    *("ég drep þig, já", "må du då dö", "où es-tu, là-bas", "já não há pão", "səni tapacağam"),
    *("ma tapan su ära, türa", "väga õige", "mēs tevi atradīsim", "je to můj dům"),
)


@pytest.mark.parametrize("text", SPELT)
@pytest.mark.parametrize("prior", [Prior(), ENGLISH, Prior(told="en")])
def test_words_spelt_as_english_has_none_are_a_part_in_another_language(
    text: str, prior: Prior
) -> None:
    assert all(BUNDLE.score(around.format(text), prior).language != "en" for around in AROUND)


@pytest.mark.parametrize(
    "text",
    [
        "The café on the corner has a naïve but charming façade, and it is still open on Sundays.",
        "We saw Łódź, Plzeň, Čačak and Đà Nẵng; Škoda, Dvořák and Erdoğan were mentioned there.",
        "My résumé got me the job, don\u2019t worry: 5 µg at 20°C, that\u2019s all I can say",
        "The kids broke the piñata at the party, and everybody had a good time there.",
        "You wrote pâté, and one word such as smörgås does not make the sentence Swedish at all.",
    ],
)
def test_borrowed_words_and_names_keep_their_accents_in_english(text: str) -> None:
    assert (
        BUNDLE.score(text, ENGLISH).language
        == BUNDLE.score(text, Prior(told="en")).language
        == "en"
    )
