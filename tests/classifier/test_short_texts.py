"""What a few words are written in: reactions, and neighbours of Russian without own letters."""

import pytest

from classifier import Prior, shipped_bundle

BUNDLE = shipped_bundle()
RUSSIAN = (Prior(), Prior(usual=("ru",)), Prior(told="ru"))


def language(text: str, prior: Prior) -> str | None:
    return BUNDLE.score(text, prior).language


@pytest.mark.parametrize(
    "text",
    [
        *("Досить брехати народу", "Вони все вигадали", "Забирайся геть з країни", "Сонечко моє"),
        *("Смерть ворогам", "Де написано таке неподобство?", "Обурення зростає", "Продажний суддя"),
        *("Кохання всього життя", "П'яний водій", "Хлопець молодець", "Не варто так казати"),
        *("Українська мова", "Німецька машина", "Навчається погано", "Зрозумійте, будь ласка"),
        *(
            "Вітання з Одеси",
            "Кращий матч року",
            "Найшов чим хвалитись, йолопе",
            "Побачимося згодом",
        ),
        *("Тя е глупачка, махай се", "Стига лъжи", "Правителството краде", "Няма такова нещо"),
        *("Истината боли", "Хайде стига толкова", "Какви са тези глупости", "Нещастни боклуци"),
        *("Ово нема смисла", "Лажови и будале", "Сви сте исти", "Нашто такве речи, будало"),
        *("Гэта хлусня", "Памры, здраднік", "Вельмі шчыра", "Чаму так дрэнна"),
        *("Рахмет за статью", "Акымак екен", "Рахмат катта", "Баярлалаа"),
    ],
)
@pytest.mark.parametrize("prior", RUSSIAN)
def test_words_and_endings_that_russian_has_not_tell_a_neighbour(text: str, prior: Prior) -> None:
    assert language(text, prior) != "ru"
    assert BUNDLE.verdict(BUNDLE.score(text, prior)).status != "approved"


@pytest.mark.parametrize(
    "text",
    [
        *("Че за новости такие", "Та же песня опять", "Будь проще", "Хвала врачам", "шта?"),
        *("Кстати, на кровати и у печати", "Пяти минут хватит", "Прекрати ныть", "Письмо пришло"),
        *("Диета не поможет", "Против всех", "Вань, привет", "Улица и столица", "Обувал детей"),
        *(
            "Гаити, Таити и Москва-Сити",
            "Реалити для комьюнити",
            "Бульон и каньон",
            "Великий русский",
        ),
        *(
            "Жанна и Анна",
            "Сиськи-письки",
            "Третий поход",
            "Россию жалко",
            "Подъезд, объект, съёмка",
        ),
    ],
)
@pytest.mark.parametrize("prior", RUSSIAN)
def test_russian_and_its_slang_are_russian(text: str, prior: Prior) -> None:
    assert language(text, prior) == "ru"


ELSEWHERE = {
    "de": ("Oha", "Tja.", "Jup", "Gähn", "Alles klar!", "Typisch", "Nanu?", "Ja doch!", "Na klar"),
    "fr": ("Bof bof", "Zut !", "Quelle honte !", "C'est clair", "Mouais…", "Ah là là", "Pas mal"),
    "es": ("Obvio", "Nada que ver", "Tal cual.", "¡Qué golazo!", "Ojalá", "Ánimo", "Y punto"),
    "it": ("Boh!", "Infatti", "Magari…", "Ma dai!", "Auguri", "Che peccato", "Povera Italia"),
    "pt": ("Eita!", "Valeu", "Poxa, que pena", "Credo", "Isso mesmo!", "kkkkk", "Uai"),
    "pl": ("Żenada", "No nie!", "Racja", "Chyba nie", "Spoko", "Dramat", "Brawo wy"),
    "tr": ("Vay be", "Eyvallah", "Yok ya", "Maalesef", "Haklısın", "Yuh!", "Peki"),
    "id": ("Mantap!", "Waduh", "Setuju banget", "Wkwkwk", "Kok gitu?", "Asik", "Paham"),
}


@pytest.mark.parametrize("code", ELSEWHERE)
def test_what_a_sites_readers_react_with_is_in_its_language(code: str) -> None:
    for prior in (Prior(usual=(code,)), Prior(told=code), Prior(usual=("en", code))):
        others = [each for each in ELSEWHERE[code] if language(each, prior) not in {code, "en"}]
        assert not others, prior


def test_words_of_reactions_tell_nothing_where_their_language_is_not_expected() -> None:
    for text in ("Hammer, genau", "Quelle honte", "Che peccato", "Que pena, uai", "Kok gitu?"):
        for prior in (Prior(), Prior(usual=("en",)), Prior(told="en")):
            assert language(text, prior) != "en", text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Namaste!",
            "Ramadan Mubarak",
            "Eid Mubarak to all",
            "Mazel tov!",
            "Shalom",
            "Bon voyage!",
        ),
        *(
            "Kubernetes",
            "Ubuntu?",
            "Postgres ftw",
            "JavaScript :(",
            "Segfault again",
            "YouTube link?",
        ),
        *("Insane!", "Hypocrites", "Condolences", "Solved, thanks", "Broken link", "Masterpiece"),
    ],
)
def test_greetings_that_all_know_and_names_of_programs_tell_no_other_language(text: str) -> None:
    for prior in (Prior(usual=("en",)), Prior(told="en")):
        assert language(text, prior) == "en"
