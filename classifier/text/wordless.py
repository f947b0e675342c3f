"""Texts without a letter, such as +1, 10/10, a row of hearts or a number to call."""

from typing import Final

from classifier.text.chunks import chunks
from classifier.text.fold import undressed
from classifier.text.tokens import PHONE_DIGITS, tokens_of

LEADING: Final = ("<url", "<tld", "<email", "<handle", "<phone", "<money")
"""How classes begin of what leads somewhere, or is to be had for money."""


def wordless(text: str) -> bool:
    """Say whether a text has no letter, disguised ones included."""
    return not any(map(str.isalpha, text)) and not any(map(str.isalpha, undressed(text)))


def leads_somewhere(text: str) -> bool:
    """Say whether a text has a link, an address, a number to call or a sum of money."""
    if sum(map(str.isdigit, text)) >= PHONE_DIGITS:
        return True
    tokens = (token for chunk in chunks(text) for token in tokens_of(chunk))
    return any(token.startswith(LEADING) for token in tokens)
