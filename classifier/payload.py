"""What sells nothing is no certain spam: praise alone is held, however often the same was spam.

Blogs get the same praise from readers and from spammers, whose payload is a link, a number to call
or who signs. Without one of these a text may be spam, and nothing is lost by asking a person.
"""

from math import exp, log
from typing import Final

from classifier.text.wordless import leads_somewhere

SLOPE: Final = 0.3
"""Share of the log-odds of spam above even chances that a text keeps which leads nowhere. The order
of such texts stays, so ranking loses nothing."""

EVEN: Final = 0.5


def without_payload(text: str, spam: float) -> float:
    """Return the probability that a body is spam, nearer to even chances if it leads nowhere.

    Who signs it is weighed after that, and may make it certain.
    """
    if spam <= EVEN or leads_somewhere(text):
        return spam
    kept = min(spam, 1 - 1e-12)
    return 1 / (1 + exp(-SLOPE * log(kept / (1 - kept))))
