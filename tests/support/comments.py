"""Made-up comments for a queue: kinds, lengths, languages and scripts that moderators meet."""

from typing import Any, Final

PAGES: Final = (
    "https://news.example/2026/city-council-votes-on-the-harbour-bridge",
    "https://news.example/2026/why-the-trams-were-late-this-winter",
    "https://blog.example/recipes/sourdough-without-the-fuss",
)

QUEUE: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "Mikkel",
        "body": "You are an idiot and everyone who voted for it is a moron.",
    },
    {
        "name": "best-deals-24",
        "website": "https://cheap-watches.example/sale",
        "body": "Best replica watches, 90% off!!! Click here http://cheap-watches.example/sale and "
        "www.cheap-pills.example now. Free shipping, limited offer, buy now.",
    },
    {
        "name": "Ingrid Solberg",
        "body": "I walk across that bridge every morning. The council has promised new railings "
        "since 2019, and the only thing that changed is the sign that says they are coming. "
        "Could the paper ask what the money was spent on?\n\nThe minutes of the meeting are "
        "public, and they do not say.",
    },
    {
        "name": "ناصر الحربي",
        "body": "هذا المقال كاذب تماما، والكاتب أحمق. See https://news.example/proof",
    },
    {"name": "Zoë", "body": "What a stupid, pathetic article. The author should be ashamed."},
    {
        "name": "Павел",
        "body": "Автор ничего не понимает в трамваях. Это не статья, это полный бред.",
    },
    {
        "name": "k\u202eelgoog",
        "body": "Read this \u202egnp.exe\u202c now, it is\u200b totally safe. "
        "<script>alert(1)</script> & <b>bold</b>",
    },
    {"name": "田中", "body": "記事を読みましたが、橋の写真が古いようです。更新してください。"},
    {
        "name": "Old Harbour Pete",
        "body": "I will find out where you live. You will regret it.",
    },
    {
        "name": "Ana",
        "body": "Gracias, pero los datos del segundo gráfico no coinciden.",
    },
    {"name": "M.", "body": "Nice."},
    {
        "name": "A very long name of somebody who likes very long names indeed, thank you",
        "body": "A"
        + "a" * 90
        + " "
        + "and then it goes on for a while about the trams and the snow. " * 12,
    },
)


def waiting(count: int) -> list[dict[str, Any]]:
    """So many comments, each by a reader and with a text of its own."""
    return [
        {
            **(one := QUEUE[number % len(QUEUE)]),
            "body": one["body"] if number < len(QUEUE) else f"{one['body']} ({number})",
            "email": f"hidden.reader{number}@mail.example",
            "page": PAGES[number % len(PAGES)],
        }
        for number in range(count)
    ]
