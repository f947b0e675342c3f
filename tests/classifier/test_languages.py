"""What a text is written in: its own evidence, and what somebody said or a site is used to."""

import tomllib
from pathlib import Path
from typing import Final

import pytest

import classifier
from classifier import Prior, shipped_bundle

TEXT: Final = Path(classifier.__file__).parent / "text"
BUNDLE = shipped_bundle()
ENGLISH = Prior(usual=("en",))

REACTIONS = (
    *("lol", "Bravo!", "👍", "haha", "hahaha", "LMAO", "omg", "Wow!", "Nice", "nice one", "Cool"),
    *("Great!", "great article", "Thanks", "thx", "Thank you!", "ty", "Well said", "Amen!"),
    *("This", "this.", "+1", "Same", "same here", "Agreed", "I agree", "So true", "Exactly", "Yes"),
    *("No", "nope", "OK", "Hmm", "Interesting", "Love it", "Beautiful", "Congrats!", "RIP"),
    *("Good luck", "Good point", "Hello", "hi", "Perfect", "Awesome", "Brilliant", "Excellent!"),
    *("Super", "Bingo", "Fantastic", "What?", "why?", "Really?", "Seriously?", "Ha!", "Yay"),
    *("btw", "fake news", "Sad", "Boring", "Shame", "🔥🔥🔥", "😂", "100%", "...", "?!", "❤️ ❤️"),
    *("Touché", "Voilà, problem solved", "Adios", "meh", "Ditto", "Bon appetit!", "Mamma mia"),
    *("smh", "Hear, hear!", "Kudos to the team", "Still waiting...", "Love from Brazil"),
    *("@ann lol", "https://x.example/a", "Angela Merkel", "foo_bar() == 3;", "•••@•••"),
)

SLANG = (
    *(
        "FYI",
        "ymmv",
        "kk",
        "yw",
        "idk tbh",
        "brb",
        "ngl this is good",
        "dunno",
        "kinda agree",
        "smh",
    ),
    *("sus", "yum", "Yuck!", "duh", "huh?", "Mwah", "zzz", "tldr", "pls fix", "ETA: typo", "gonna"),
    *(
        "bahaha",
        "Muahaha!",
        "LOLOL",
        "niiiice",
        "whaaat?",
        "sooo good",
        "yesss",
        "pleeease",
        "W",
        "/s",
    ),
    *(
        "blah blah blah",
        "yada yada",
        "okie dokie",
        "kthx",
        "moar",
        "Wowza",
        "bleh",
        "psst",
        "QED",
        "FOMO",
    ),
    *("bullseye", "propaganda", "rubbish", "imma try", "slay", "epic", "props to the team", "dang"),
    *("innit", "Howdy", "Aloha", "tsk tsk", "welp", "oof", "hbu?", "thx ppl", "lmk", "wdym?"),
)
FOREIGN = {
    "es": ("hijo de puta", "vete a la mierda", "eres un idiota", "me encanta este artículo"),
    "it": ("vaffanculo stronzo", "che schifo di articolo", "sei un idiota", "grazie mille a tutti"),
    "de": ("halt die Fresse", "du dummes Arschloch", "das ist sehr gut geschrieben"),
    "fr": ("ta gueule connard", "merci beaucoup pour cet article", "quel con celui-là"),
    "tr": ("orospu çocuğu", "çok güzel bir yazı olmuş", "siktir git aptal herif"),
    "nl": ("wat een idioot ben jij", "heel mooi geschreven artikel", "rot toch op man"),
    "pl": ("spierdalaj stąd", "bardzo dobrze napisane", "ty jesteś idiotą"),
    "pt": ("vai se foder seu lixo", "muito bom este artigo", "filho da puta do caralho"),
    "sv": ("håll käften din jävla idiot", "tack så mycket för artikeln"),
    "hu": ("köszönöm szépen a cikket", "menj a francba te hülye"),
    "vi": ("cảm ơn bạn rất nhiều", "đồ ngu ngốc"),
}
PAIRS = [(code, text) for code, texts in FOREIGN.items() for text in texts]


NEIGHBOURS = (
    *("Ти просто брехун і зрадник, геть звідси.", "У нас у селі таке саме було"),
    *("Він завжди так робить", "Пішов геть, дурень", "Мені подобається ваш сайт"),
    *("Я не згоден з автором", "Нарешті хоч хтось сказав правду", "Сором таким людям", "Маячня"),
    *("Това е глупост, авторът не знае нищо", "Много хубава статия, благодаря"),
    *("Срам за такива хора", "Брука и срамота за државу", "Иди у пакао будало"),
    *("Дзякуй вялікі за артыкул", "Гэта няпраўда", "Жыве Беларусь", "Рахмет, жақсы мақала екен"),
    *("سلام دوست من، مقاله خوبی بود", "این حرفها دروغ است", "دستت درد نکند"),
)
SWORN = {
    "es": ("puta madre", "¡Cabrón!", "hijueputa", "gilipollas"),
    "pt": ("caralho", "Filho da puta", "arrombado"),
    "fr": ("connard", "Salope.", "ta gueule"),
    "it": ("Vaffanculo", "stronza", "coglione!"),
    "de": ("Drecksau", "Wichser!", "Fotze", "du Opfer"),
    "tr": ("amk", "orospu"),
    "fi": ("perkele", "haista vittu"),
    "hu": ("geci", "Barom!"),
    "ro": ("futu-ti", "du-te dracului"),
    "hr": ("glup si", "kretenu"),
    "id": ("Bodoh!",),
    None: ("chutiya", "madarchod", "pidor", "suka blyat", "dirsa", "jou poes", "Ahmoq!", "malaka"),
}
SWEARING = [(code, text) for code, texts in SWORN.items() for text in texts]
FACES = ("¯\\_(ツ)_/¯", "ಠ_ಠ", "ლ(ಠ益ಠლ)", "(づ｡◕‿‿◕｡)づ", "\\(^ω^)/", "(ಥ﹏ಥ)", "R.I.P.", "U.S.A.")

NAMES = (
    *(
        "Matsushita",
        "Yokohama",
        "Giovanni Rossi",
        "Palazzo Vecchio",
        "Katarzyna Nowak",
        "Bydgoszcz",
    ),
    *("Erdoğan", "Beşiktaş", "Frank-Walter Steinmeier", "Jean-Luc Mélenchon", "Aix-en-Provence"),
    *("Pedro Sánchez", "Extremadura", "Lula da Silva", "Florianópolis", "Räikkönen", "Jyväskylä"),
    *("Szoboszlai", "Székesfehérvár", "Václav Havel", "Nikola Jokić", "Kragujevac", "Ho Chi Minh"),
    *("Joko Widodo", "Uhuru Kenyatta", "Thiruvananthapuram", "Abdulrahman", "Geert Wilders"),
    *("Mette Frederiksen", "Ceaușescu", "Thessaloniki", "Son Heung-min", "Dún Laoghaire"),
    *("Ursula von der Leyen", "Virgil van Dijk", "Oscar de la Renta", "Leonardo da Vinci"),
)
ABOUT = (
    *("{}, {} and {} all spoke at the summit.", "{} scored twice against {}.", "{} was right."),
    *("We met {} in {} last summer.", "Great photo of {}!", "Was {} there too?", "Thanks, {}."),
    *("Why did {} leave {}?", "{} deserved better than this.", "Please ask {}", "{} is the new {}"),
)
NAMED = [said.format(*NAMES[at:], *NAMES[:2]) for at, _ in enumerate(NAMES) for said in ABOUT]
AND_NAMES = {
    "de": (
        "Schade für Steinmeier und die Berliner",
        "Der Erdoğan ist ein Lügner",
        "Danke, Herr Merz",
    ),
    "fr": ("Monsieur Mélenchon est nul", "Vive la Bretagne et Saint-Étienne", "Bravo à Kylian"),
    "it": ("Forza Napoli, abbasso la Juventus", "La Meloni ha ragione", "Povera Roma, che schifo"),
    "es": (
        "Viva España y el Real Madrid",
        "Pedro Sánchez es un mentiroso",
        "Fuera la Guardia Civil",
    ),
    "pl": ("Tusk do dymisji razem z Kaczyńskim", "Kocham Wrocław i Gdańsk", "Brawo Lewandowski"),
    "pt": ("Fora Bolsonaro e viva o Brasil", "Lula é ladrão", "Parabéns ao Cristiano Ronaldo"),
    "tr": ("Erdoğan istifa etsin", "Beşiktaş bu yıl şampiyon olur", "Yaşasın Türkiye"),
    "nl": ("Wat een onzin, Rutte moet weg", "Hup Oranje, weg met Wilders", "Den Haag slaapt weer"),
}


def language(text: str, prior: Prior) -> str | None:
    return BUNDLE.score(text, prior).language


def test_usual_reactions_on_an_english_site_are_english() -> None:
    others = [each for each in REACTIONS if language(each, ENGLISH) != "en"]
    assert len(others) <= 5, others


def test_usual_reactions_are_english_where_nothing_is_known_of_a_site() -> None:
    others = [each for each in REACTIONS if BUNDLE.score(each).language != "en"]
    assert len(others) <= 6, others


@pytest.mark.parametrize("prior", [Prior(), ENGLISH, Prior(told="en"), Prior(usual=("fr", "en"))])
def test_what_people_shorten_on_the_net_is_english(prior: Prior) -> None:
    others = [each for each in SLANG if language(each, prior) != "en"]
    assert not others


@pytest.mark.parametrize(
    "text",
    [
        *("Great tutorial, du Opfer", "Excellent, puta", "lol 死", "haha, Підар", "Nice chutiya"),
        *(
            "Si",
            "Oj",
            "Super Artikel",
            "me ve",
            "no",
            "Bravo malaka",
            "Perfect idiootti",
            "top görgülü hahaha",
        ),
        *("Mega cringe Leute", "Super Job Jungs", "Epic Fail Kinder", "Bruh Alter", "cringe Typen"),
    ],
)
def test_a_reaction_with_a_word_of_another_language_is_not_taken_for_english(text: str) -> None:
    assert BUNDLE.score(text).language != "en"


@pytest.mark.parametrize("text", ["Excellent point!", "Super", "lol", "Perfect!"])
@pytest.mark.parametrize("code", ["fr", "nl", "ro"])
def test_a_reaction_is_in_the_language_that_somebody_said(text: str, code: str) -> None:
    assert language(text, Prior(told=code)) in {code, None}
    assert language(text, Prior(usual=(code,))) != "en"


@pytest.mark.parametrize(
    ("prior", "least"), [(Prior(), 0.9), (ENGLISH, 0.98), (Prior(told="en"), 0.98)]
)
def test_names_of_people_and_places_speak_for_no_language(prior: Prior, least: float) -> None:
    others = [each for each in NAMED if language(each, prior) != "en"]
    assert len(others) <= (1 - least) * len(NAMED), others


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in AND_NAMES.items() for text in texts]
)
def test_what_is_said_of_names_in_another_language_is_not_taken_for_english(
    code: str, text: str
) -> None:
    for prior in (Prior(), ENGLISH, Prior(told="en"), Prior(usual=("en", code))):
        assert language(text, prior) != "en", prior
    assert language(text, Prior(usual=(code,))) == code


def test_stretches_are_of_the_language_that_scores_are_of() -> None:
    text = "Matsushita, Fukuda and Takeshita are idiots."
    assert BUNDLE.score(text).language == "en"
    marked = [text[each.begin : each.end] for each in BUNDLE.explain(text)]
    assert any("idiots" in each for each in marked)


def test_no_word_that_counts_as_a_reaction_is_sworn_with() -> None:
    def words(name: str) -> set[str]:
        parts = tomllib.loads((TEXT / name).read_text("utf-8")).values()
        return {word for part in parts for word in part.split()}

    assert not words("reactions.toml") & words("swearing.toml")


@pytest.mark.parametrize(("code", "text"), PAIRS)
def test_what_plainly_is_in_another_language_is_never_approved_as_the_declared_one(
    code: str, text: str
) -> None:
    scored = BUNDLE.score(text, "en")
    assert scored.language is None, code
    assert BUNDLE.verdict(scored).status != "approved"


def test_a_sites_languages_give_way_to_strong_evidence() -> None:
    found = [(code, language(text, ENGLISH)) for code, text in PAIRS]
    assert sum(there == code for code, there in found) >= 0.8 * len(found), found
    assert all(there != "en" for _, there in found)


@pytest.mark.parametrize(("code", "text"), SWEARING)
def test_a_word_that_people_swear_with_tells_the_language_of_a_short_text(
    code: str | None, text: str
) -> None:
    if code:
        assert language(text, ENGLISH) == language(text, Prior(usual=(code,))) == code
    assert language(text, ENGLISH) != "en"
    assert BUNDLE.score(text, "en").language is None


IN_TWO = (
    *("Great article, thanks for sharing, hijo de puta", "You are a gilipollas if you believe it"),
    *("I agree with the author of this piece. Geh sterben du Hurensohn", "Good job, pendejo"),
    *("Thanks for the update on the game. Va te faire foutre connard", "Nice try, suka blyat"),
    *("Interesting point about the economy, seni siktir git", "Thanks for this. Ty jsi kokot"),
    *("Great article. Тварь сдохни", "Great article about the history of our town 你去死吧"),
    *(
        "Great article. يا ابن الكلب",
        "What a lovely photo of the harbour at night. 씨발",
        "So true 死ね",
    ),
    *(
        "Nice photos of the old bridge. לך תמות",
        "A good summary of the match. ไปตายซะ",
        "Nice. Підар",
    ),
)
IN_ONE = (
    *("The angle θ between α and β", "The word 愛 means love", "Sigma (Σ) and delta (Δ) again"),
    *(
        "We met in Île-de-France, near the Champs-Élysées",
        "It costs 5 µg, not 5 mg",
        "ツ so good",
    ),
    *("Ein schönes Foto von der Brücke bei Nacht", "Que bonita foto del puente viejo"),
)


@pytest.mark.parametrize("text", IN_TWO)
@pytest.mark.parametrize("prior", [Prior(), ENGLISH, Prior(told="en")])
def test_a_part_in_another_language_is_not_covered_by_english_words(
    text: str, prior: Prior
) -> None:
    assert language(text, prior) != "en"


THREATS = (
    *("te voy a matar", "vou te matar", "je vais te tuer", "ich bringe dich um", "ti ammazzo"),
    *("ik maak je dood", "seni öldüreceğim", "zabiję cię", "jag ska döda dig", "tapan sinut"),
    *("zabiju tě", "te omor", "megöllek", "aku akan membunuhmu", "espero que te mueras pronto"),
    *("wir wissen wo du wohnst", "sappiamo dove abiti", "sabemos onde você mora"),
    *("on sait où tu habites", "wiem gdzie mieszkasz"),
)
AROUND = (
    "Great article, thanks. {}",
    "{} Thanks for the great article, I learned a lot from it.",
    "I think the author makes a good point about the new law and its effects on people. {}!",
)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("prior", [Prior(), ENGLISH, Prior(told="en")])
def test_a_threat_in_another_language_is_seldom_covered_by_english(
    around: str, prior: Prior
) -> None:
    covered = [each for each in THREATS if language(around.format(each), prior) == "en"]
    assert len(covered) <= len(THREATS) // 5, covered


@pytest.mark.parametrize(
    "text",
    [
        "As my grandmother from Kraków would say, an article like this deserves a wider audience.",
        "We visited San Francisco, Los Angeles and Santa Barbara; the weather was wonderful there.",
        "The Schadenfreude in this debate is remarkable, vis-à-vis what was said before about it.",
        "Giovanni Rossi and Wolfgang Müller wrote to the editor of Le Monde about Real Madrid.",
        "Nooooo! Yessss, haha, lol, my favourite dish is lasagne, with a caffè latte",
        "On Ubuntu with jQuery and Node.js: install npm, run grunt and restart nginx.",
    ],
)
def test_names_and_borrowed_words_are_no_part_in_another_language(text: str) -> None:
    assert language(text, ENGLISH) == "en"


@pytest.mark.parametrize("text", IN_ONE)
def test_a_sign_a_name_or_a_formula_is_no_part_in_another_language(text: str) -> None:
    assert language(text, Prior()) is not None


@pytest.mark.parametrize("text", NEIGHBOURS)
def test_a_language_in_a_neighbours_script_is_not_taken_for_that(text: str) -> None:
    assert language(text, ENGLISH) not in {"ru", "ar", "en"}


@pytest.mark.parametrize("text", FACES)
def test_drawings_and_shortened_words_are_no_evidence(text: str) -> None:
    assert language(text, ENGLISH) == language(text, Prior()) == "en"


@pytest.mark.parametrize("text", ["(死)", "(人)(口)", "ツ", "_好_", "(Д) это так", "а.б.в."])
def test_what_only_looks_drawn_is_evidence(text: str) -> None:
    assert language(text, ENGLISH) != "en"


@pytest.mark.parametrize(
    ("text", "told", "found"),
    [
        ("Дуже добре, дякую", None, None),
        ("Слава Україні", None, None),
        ("Дуже добре, дякую", "uk", "uk"),
        ("Привіт усім", "uk", "uk"),
        ("Привіт усім", "ru", None),
        ("Много добре, благодаря", None, None),
        ("Спасибо, очень интересно", None, "ru"),
        ("Спасибо, очень интересно", "ru", "ru"),
        ("Спасибо, очень интересно", "en", None),
        ("谢谢分享", "en", None),
        ("東京", "ja", "ja"),
        ("東京", None, "zh"),
        ("ありがとう", "en", None),
        ("شكرا جزيلا", "en", None),
        ("خیلی ممنون", "fa", "fa"),
        ("Καλημέρα σας", "el", "el"),
        ("Καλημέρα σας", "en", None),
        ("שלום לכולם", "he", "he"),
        ("ขอบคุณมาก", "th", "th"),
        ("Moltes gràcies a tothom", "ca", "ca"),
        ("👍", "hu", "en"),
        ("👍", None, "en"),
        ("12:30, 100%", None, "en"),
        ("Thanks, this was helpful", "en", "en"),
        ("Thanks, this was really helpful", "de", None),
    ],
)
def test_scripts_and_declared_languages(text: str, told: str | None, found: str | None) -> None:
    assert language(text, Prior(told)) == found


@pytest.mark.parametrize(
    "text",
    [
        *("你们都是傻逼(=_=)好恶心", "看https://x.example/这个傻逼", "去死|垃圾", "#сдохнитетвари"),
        *("тупой_урод", "сдохни=тварь", "ηλίθιε=μαλάκα", "כלב_בן_זונה", "@ублюдок", "कुत्ता_साला"),
        *("シネ$バカ", "شرموطة_كلب", "ไอ้เหี้ย<สัตว์>", "병신=새끼", "`мразь`", "тварь@мразь"),
    ],
)
@pytest.mark.parametrize("prior", [Prior(), ENGLISH, Prior(told="en")])
def test_a_sign_an_address_or_a_tag_hides_no_other_script(text: str, prior: Prior) -> None:
    scored = BUNDLE.score(text, prior)
    assert scored.language != "en"


@pytest.mark.parametrize(
    "text",
    [
        "Read https://ru.wikipedia.org/wiki/Москва before you write about it",
        "I met @иван and the #москва crowd there last summer",
        "const имя = get_name(); that is how we wrote it there",
    ],
)
def test_an_english_comment_stays_english_around_a_foreign_address_or_tag(text: str) -> None:
    assert BUNDLE.score(text, ENGLISH).language == "en"
