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
    *("krøllalfa", "zavináč", "zavinac", "παπάκι", "miukumauku", "arond", "кльомба"),
    *("собачка", "a còng", "kuyruklu a", "krulle a", "alfakrøll", "ludo a", "maimuță"),
    *("آت", "ات", "ایت", "إيت", "שטרודל", "כרוכית", "एट", "ऐट", "แอท"),
)
DOT: Final = (
    *("dot", "punkt", "punto", "point", "ponto", "punt", "punct", "pont", "kropka", "nokta"),
    *("точка", "крапка", "tečka", "tecka", "bodka", "piste", "τελεία", "period", "full stop"),
    *("prikk", "prick", "bod", "stip", "chấm", "titik", "tuldok", "taškas", "punkts", "кропка"),
    *("نقطة", "نقطه", "دوت", "נקודה", "דוט", "डॉट", "बिंदु", "ดอท", "จุด"),
)
AT_ANYWHERE: Final = ("アットマーク", "アット", "艾特", "圈a", "골뱅이")
DOT_ANYWHERE: Final = ("ドット", "点", "點", "닷")
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
LINE_ANYWHERE: Final = ("ハイフン", "アンダーバー", "横杠", "下划线", "底線", "하이픈", "언더바")
"""Of dashes and what stands for a blank: nothing in an address that is read aloud."""

KNOWN_HOSTS: Final = frozenset(
    (
        *("gmail", "googlemail", "hotmail", "outlook", "yahoo", "icloud", "protonmail", "yandex"),
        *("gmx", "aol", "hanmail", "naver", "rambler", "seznam", "fastmail", "tutanota", "zoho"),
    )
)
