"""Names that are rude or sell, in many languages; and what people are called, which is neither."""

import pytest

from classifier import Bundle
from classifier.signature import NUMBER, parts
from classifier.text.signing import said_by

RUDE = (
    *("Puta_Madre99", "HijoDePuta", "hijodeputa", "Pedazo de Mierda", "Le Connard", "Fils de Pute"),
    *("Scheißkerl", "ScheissAutor", "DRECKSAU88", "Testa di Cazzo", "Kurwa_Maciej", "skurwysyny"),
    *("Arrombado", "Godverdomme", "orospu_cocugu", "S1ktir", "Haista Vittu", "Baszd Meg", "Kurva"),
    *("Пидарасы", "хуила", "Xуйло", "Tупая Пиздa", "п1дор пидор", "Σκατά", "ΜΑΛΑΚΑΣ", "Γαμώ το"),
    *(
        "القحبة",
        "كَلاب",
        "شـرموطة",
        "הזונה",
        "שַׁרְמוּטָה",
        "मादरचोद",
        "रंडी की",
        "Bhosdike",
        "bhenchod_99",
    ),
    *(
        "ไอ้ควาย",
        "ไอ้ เหี้ย",
        "狗日的",
        "他 妈 的",
        "腦殘粉",
        "クソ野郎",
        "しね",
        "미친놈",
        "ㅅㅂ",
        "씹새끼",
    ),
    *("Địt mẹ", "Óc Chó", "Goblok", "Putang Ina", "Mjinga", "𝓒𝓱𝓾𝓽𝓲𝔂𝓪", "ｓｔｒｏｎｚｏ"),
)
SELLING = (
    *("Азино777", "Онлайн займы", "проститутки Москвы", "καζίνο", "قمار", "קזינו", "सट्टा किंग"),
    *("Apuestas Deportivas", "Chwilówki24", "Schlüsseldienst Ulm", "Deneme Bonusu", "Bandar Togel"),
    *(
        "澳门赌场",
        "代 开 发票",
        "娛樂城",
        "出会い系",
        "オンラインカジノ",
        "토토사이트",
        "대출",
        "เว็บพนัน",
        "Xổ số",
    ),
)
PEOPLE = (
    *(
        "Dick Smith",
        "Alan Cummings",
        "Robert Fuks",
        "Wang Wei",
        "John Gay",
        "Sean O'Brien",
        "Verga",
    ),
    *(
        "Ludwig von Mises",
        "Omar al-Sayed",
        "Rafael Cerdá",
        "Gago",
        "Khara",
        "Munn",
        "Tomar",
        "Luder",
    ),
    *(
        "Лев Копелев",
        "Иван Хуторской",
        "Сукачёв",
        "Олена Пичкур",
        "Γιώργος Παπαδόπουλος",
        "محمد علي",
    ),
    *(
        "אברהם כהן",
        "हरीश कुमार",
        "สมชาย ใจดี",
        "王伟",
        "代文",
        "田中馬場",
        "김시우",
        "박보지",
        "Ngọc Bích",
    ),
    *("Phuc Dat", "Pornchai", "Kuntz", "Suka Singh", "Hall", "Paška", "Merda Jones", "J. T. 42"),
    *(
        "anna_1984",
        "McDonald",
        "DeLaCruz",
        "user1234567890",
        "12-05-1984",
        "",
        "👍",
        "Dr. med. Weiß",
    ),
)


@pytest.mark.parametrize("name", RUDE)
def test_a_rude_name_is_seen_in_many_languages_and_forms(name: str) -> None:
    assert said_by(name) == ["toxicity"]


@pytest.mark.parametrize("name", SELLING)
def test_a_name_that_sells_is_seen_in_many_languages(name: str) -> None:
    assert said_by(name) == ["spam"]


@pytest.mark.parametrize("name", PEOPLE)
def test_what_people_are_called_says_nothing_of_them(name: str) -> None:
    assert said_by(name) == []


@pytest.mark.parametrize(
    ("name", "label"),
    [
        *(("Puta_Madre99", "toxicity"), ("傻逼", "toxicity"), ("ไอ้ควาย", "toxicity")),
        *(("토토사이트", "spam"), ("Онлайн займы", "spam"), ("evilsite.top", "spam")),
        *(("+49 170 1234567", "spam"), ("Ann (0800) 123 45 67", "spam"), ("see t.me/x", "spam")),
    ],
)
def test_a_name_in_any_language_or_that_leads_somewhere_waits(
    bundle: Bundle, name: str, label: str
) -> None:
    thanks = "Thanks, this was a helpful article."
    scored = bundle.score(thanks, "en", name=name)
    verdict, _ = bundle.decide(thanks, scored)
    assert verdict.status != "approved"
    assert scored.scores[label] > 0.5
    told = [each for each in bundle.explain(thanks, name=name) if each.field == "name"]
    assert label in {each.label for each in told}


@pytest.mark.parametrize("name", ["Ann 12-05-1984", "Route 66", "user1234567890", "1984 (film)"])
def test_a_date_or_the_number_of_an_account_is_none_that_people_call(name: str) -> None:
    assert not any(NUMBER in each.tokens for each in parts((name, "")) if each.field == "name")
