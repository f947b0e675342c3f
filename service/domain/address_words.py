"""Words that e-mail addresses are read aloud with, and hosts known without their ending."""

from typing import Final

AT: Final = (
    *(
        "at",
        "commercial at",
        "ät",
        "et",
        "эт",
        "arroba",
        "arobase",
        "chiocciola",
        "kukac",
        "собака",
        "равлик",
    ),
    *("apenstaartje", "apenstaart", "małpa", "malpa", "klammeraffe", "snabel-a", "snabela"),
    *("@rroba", "kissanhäntä", "apestaart", "kanelbulle", "маймунско"),
    *("chiocciolina", "alfa-snigill", "majmunče", "majmunsko", "majmunsko a", "coquille"),
    *("krøllalfa", "zavináč", "zavinac", "παπάκι", "miukumauku", "arond", "кльомба"),
    *("собачка", "a còng", "kuyruklu a", "krulle a", "alfakrøll", "ludo a", "maimuță"),
    *("آت", "ات", "ایت", "إيت", "שטרודל", "כרוכית", "एट", "ऐट", "แอท"),
    *("एट द रेट", "ऐट द रेट", "at the rate", "at the rate of"),
)
DOT: Final = (
    *("dot", "punkt", "punto", "point", "ponto", "punt", "punct", "pont", "kropka", "nokta"),
    *("точка", "крапка", "tečka", "tecka", "bodka", "piste", "τελεία", "period", "full stop"),
    *("punktum", "prik", "pikk", "pika", "pica", "točka", "tačka", "tocka", "пункт", "stop"),
    *("prikk", "prick", "bod", "stip", "chấm", "titik", "tuldok", "taškas", "punkts", "кропка"),
    *("نقطة", "نقطه", "دوت", "נקודה", "דוט", "डॉट", "बिंदु", "ดอท", "จุด"),
)
AT_ANYWHERE: Final = (
    *("アットマーク", "アット", "あっとまーく", "あっと", "艾特", "圈a", "小老鼠"),
    *("골뱅이", "앳"),
)
DOT_ANYWHERE: Final = ("ドット", "どっと", "点", "點", "닷", "점")
"""Of scripts that put no blanks between words, and of one that puts none before endings."""
LINE: Final = (
    *("dash", "hyphen", "minus", "underscore", "bindestrich", "unterstrich", "guion", "guión"),
    *(
        "guion bajo",
        "guión bajo",
        "trattino",
        "trattino basso",
        "tiret",
        "tiret bas",
        "hífen",
        "hifen",
    ),
    *("low line", "underline", "under score", "understroke", "trait d'union", "alsó vonal"),
    *("tankstrek", "understreg", "bindestreg", "شرطة سفلية", "शिरोरेखा", "subtraço", "guion medio"),
    *("sublinhado", "streepje", "koppelteken", "myślnik", "podkreślnik", "podkreślenie", "pomlčka"),
    *("podtržítko", "spojovník", "crtica", "kötőjel", "alulvonás", "liniuță", "liniuta", "cratimă"),
    *("viiva", "yhdysmerkki", "bindestreck", "understreck", "bindestrek", "understrek", "tire"),
    *(
        "alt çizgi",
        "k\u0131sa çizgi",
        "gạch",
        "gạch ngang",
        "gạch dưới",
        "strip",
        "дефис",
        "дефіс",
        "тире",
    ),
    *(
        "нижнее подчёркивание",
        "нижнее подчеркивание",
        "подчёркивание",
        "подчеркивание",
        "підкреслення",
    ),
    *("παύλα", "κάτω παύλα", "شرطة", "شرطه", "خط", "מקף", "קו תחתון", "डैश", "हाइफ़न", "ขีด"),
)
LINE_ANYWHERE: Final = (
    "ハイフン",
    "밑줄",
    "アンダーバー",
    "横杠",
    "下划线",
    "底線",
    "하이픈",
    "언더바",
)
"""Of dashes and what stands for a blank: nothing in an address that is read aloud."""

KNOWN_HOSTS: Final = frozenset(
    (
        *("gmail", "googlemail", "hotmail", "outlook", "yahoo", "icloud", "protonmail", "yandex"),
        *("gmx", "aol", "hanmail", "naver", "rambler", "seznam", "fastmail", "tutanota", "zoho"),
    )
)
