"""Comments for load: English of natural length and word frequencies, each one different."""

import random
from collections.abc import Iterator
from pydoc_data.topics import topics

import msgspec

_PAGES = 200


def bodies(count: int, seed: int) -> Iterator[str]:
    """Texts of about 200 characters, cut from the words of Python's own manual."""
    words = [word for text in topics.values() for word in text.split() if word.isalpha()]
    chance = random.Random(seed)
    for number in range(count):
        at = chance.randrange(len(words) - 60)
        yield f"{' '.join(words[at : at + chance.randint(15, 50)])} {number}{seed:04}"


def comments(count: int, seed: int) -> Iterator[bytes]:
    """JSON of comments by as many readers, on pages of `page(number)`."""
    for number, body in enumerate(bodies(count, seed)):
        comment = {
            "name": "Reader",
            "email": f"reader{seed}.{number}@example.org",
            "body": body,
            "page": page(number % _PAGES),
        }
        yield msgspec.json.encode(comment)


def page(number: int) -> str:
    """The address of an article."""
    return f"https://news.example/articles/{number}"
