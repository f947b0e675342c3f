"""The second opinion: small sentence encoders in the bundle, asked where words leave doubt.

Each reads some languages. What it says of every label is stacked with what the linear model says,
by a logistic regression a label and language, fitted on sources that were left out. onnxruntime
runs them; without it there is no second opinion, and what is in doubt goes to people.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import util
from math import exp
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from classifier import policy, runtime
from classifier.inside import with_numbers
from classifier.payload import without_payload
from classifier.signature import with_signature
from classifier.text.reading import Reader, reader
from classifier.text.wordless import leads_somewhere, wordless
from classifier.types import LABELS, Band, BundleError, Scored

WINDOW: Final = 126
"""Pieces of a text that the encoder reads at once, besides its two marks."""

WINDOWS: Final = 4
"""So many windows are read; a longer text gets no second opinion, since its end would go unread."""

SURE: Final = 1e-6
"""Probabilities of the linear model nearer to 0 or 1 are as good as certain to the stack."""

INPUTS: Final = 2 * len(LABELS) + 2
"""What a stack weighs: both models' log-odds of every label, the log of the words, and one."""

FAR: Final = 40.0
"""Log-odds beyond this are 0 or 1 in any case."""

Read = tuple[NDArray[np.float32], NDArray[np.float32] | None]
"""An encoder's log-odds per label, and its numbers before the last layers where it has them."""


class Session(Protocol):
    """An encoder that is open: what onnxruntime gives, or one in another process."""

    def run(
        self, wanted: Sequence[str], given: Mapping[str, NDArray[np.int64]], /
    ) -> Sequence[NDArray[np.float32]]:
        """Return the outputs that are wanted, of inputs by their names."""
        ...


Starts = Callable[[bytes], Session]
"""What opens an encoder: `runtime.open_session`, or what has another process do so."""


class Encoder:
    """One encoder: texts to log-odds of every label. Safe to use from many threads.

    `stacks` are the weights of the stack's inputs in each language that it reads, shape
    (labels, `INPUTS`). `heads` are weights of its numbers and of one, by label: they judge a label
    that it was not tuned on in place of its own last layers.
    """

    __slots__ = ("_lock", "_numbers", "_onnx", "_reader", "_session", "digest", "heads", "stacks")

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._reader: Final[Reader] = reader(str(content["pieces"]))
        self.stacks: Final[Mapping[str, NDArray[np.float64]]] = MappingProxyType(
            {
                str(language): np.asarray(stack, dtype=np.float64).reshape(len(LABELS), INPUTS)
                for language, stack in dict(content["stacks"]).items()
            }
        )
        self.heads: Final[Mapping[str, NDArray[np.float32]]] = MappingProxyType(
            {
                str(label): np.asarray(head, dtype=np.float32).reshape(-1)
                for label, head in dict(content.get("heads", {})).items()
                if label in LABELS
            }
        )
        onnx = memoryview(content["onnx"]).tobytes()  # of a number: refused
        self.digest: Final = hashlib.sha256(onnx).hexdigest()
        self._onnx = onnx
        self._session: Session | None = None
        self._numbers: str | None = None
        self._lock: Final = Lock()

    @property
    def is_open(self) -> bool:
        """Whether it can answer at once."""
        return self._session is not None

    def open(self, start: Starts = runtime.open_session) -> Session:
        """Make it ready, and return what runs it; once it is open, `start` makes no difference.

        Raises:
            BundleError: onnxruntime is not installed, or refuses the encoder.
        """
        if self._session is None:
            with self._lock:
                if self._session is None:
                    session, self._numbers = _opened(self._onnx, start)
                    self._session, self._onnx = session, b""  # it has what it needs of that
        return self._session

    def raw(self, text: str) -> NDArray[np.float32] | None:
        """Return log-odds per label, the greatest of all windows; None for a text too long."""
        found = self.read(text)
        return None if found is None else found[0]

    def read(self, text: str) -> Read | None:
        """Return what `raw` does, and the mean of the windows' numbers before the last layers.

        A graph that joins nothing has no such numbers.
        """
        session = self.open()
        pieces = self._reader.numbers(text)
        if len(pieces) > WINDOW * WINDOWS:
            return None
        found = [
            self._run(session, pieces[at : at + WINDOW])
            for at in range(0, len(pieces) or 1, WINDOW)
        ]
        raw: NDArray[np.float32] = np.max([each[0] for each in found], axis=0)
        if not self._numbers:
            return raw, None
        numbers: NDArray[np.float32] = np.mean([each[1] for each in found], axis=0)
        for label, head in self.heads.items():
            raw[LABELS.index(label)] = numbers @ head[:-1] + head[-1]
        return raw, numbers

    def _run(self, session: Session, pieces: Sequence[int]) -> list[NDArray[np.float32]]:
        begin, end = self._reader.marks
        ids = np.array([[begin, *pieces, end]], dtype=np.int64)
        wanted = ["odds", self._numbers] if self._numbers else ["odds"]
        return [found[0] for found in session.run(wanted, {"ids": ids})]


Reading = Callable[[Encoder, str], Read | None]


class SecondOpinion:
    """A bundle's encoders with their stacks. Safe to use from many threads once it is open.

    `card` is the part of the bundle's card about it, `bands` its thresholds per label.
    """

    __slots__ = ("_by_language", "bands", "card", "encoders")

    def __init__(self, content: Mapping[str, Any], card: Mapping[str, Any]) -> None:
        self.card: Final = MappingProxyType(dict(card))
        self.bands: Final[Mapping[str, Band]] = MappingProxyType(
            dict(zip(LABELS, map(policy.bands_of(card).__getitem__, LABELS), strict=True))
        )
        self.encoders: Final = tuple(Encoder(part) for part in content["encoders"])
        known = {language: each for each in self.encoders for language in each.stacks}
        self._by_language: Final = {
            language: each for language, each in known.items() if language in card["languages"]
        }

    @property
    def languages(self) -> frozenset[str]:
        """Languages that it may be asked in: an encoder reads them, and the card has evidence."""
        return frozenset(self._by_language)

    @property
    def is_open(self) -> bool:
        """Whether it can answer at once."""
        return all(encoder.is_open for encoder in self.encoders)

    @staticmethod
    def installed() -> bool:
        """Say whether what runs it is installed."""
        return util.find_spec(runtime.RUNTIME) is not None

    def open(self, start: Starts = runtime.open_session) -> None:
        """Make it ready, which takes a fifth of a second for each encoder.

        Raises:
            BundleError: onnxruntime is not installed, or refuses an encoder.
        """
        for encoder in self.encoders:
            encoder.open(start)

    def score(self, text: str, scored: Scored, reading: Reading = Encoder.read) -> Scored | None:
        """Return the stacked probabilities; None for another language or a text too long.

        Args:
            text: the comment.
            scored: what the linear model of the same bundle says of it.
            reading: has an encoder read a text.

        Raises:
            BundleError: as `open`.
        """
        encoder = self._by_language.get(scored.language) if scored.language else None
        read = reading(encoder, text) if encoder else None
        if read is None or scored.language is None:
            return None
        raw, numbers = read
        linear = np.array([[scored.of_body[label] for label in LABELS]])
        found = features(linear, raw[None, :], np.array([words_of(text)]))
        odds = stacked(self.stack_of(scored.language), found)[0]
        chances = dict(zip(LABELS, (1 / (1 + exp(-value)) for value in odds.tolist()), strict=True))
        chances["spam"] = without_payload(text, chances["spam"])
        if wordless(text):
            # an encoder knows no word of it, and what it says of abuse is said of every such text
            nothing = not leads_somewhere(text)
            chances |= {
                label: scored.of_body[label] for label in LABELS if label != "spam" or nothing
            }
        body = Scored(chances, scored.language)
        return replace(with_signature(body, scored.signature), numbers=numbers)

    def wide(self, text: str, scored: Scored, reading: Reading = Encoder.read) -> Scored | None:
        """Return what `score` does; in other languages the linear scores with an encoder's numbers.

        There the encoder of the most languages reads: what it finds is no opinion, and yet a site
        can teach what it means. None for a text too long.

        Raises:
            BundleError: as `open`.
        """
        if scored.language in self._by_language or not self.encoders:
            return self.score(text, scored, reading)
        read = reading(self.reader(scored.language), text)
        return None if read is None else replace(scored, numbers=read[1])

    def reader(self, language: str | None) -> Encoder:
        """Return the encoder that reads a language, else the one that reads the most."""
        known = self._by_language.get(language) if language else None
        return known or max(self.encoders, key=lambda each: len(each.stacks))

    def stack_of(self, language: str) -> NDArray[np.float64]:
        """Return the stack of one of its languages, shape (labels, `INPUTS`)."""
        return self._by_language[language].stacks[language]

    def encoder_of(self, language: str) -> Encoder:
        """Return the encoder that reads one of its languages."""
        return self._by_language[language]

    def raw(self, text: str, language: str | None) -> NDArray[np.float32] | None:
        """Return log-odds per label of the encoder of a language, as `Encoder.raw`; None if none.

        Raises:
            BundleError: as `open`.
        """
        encoder = self._by_language.get(language) if language else None
        return encoder.raw(text) if encoder else None


def words_of(text: str) -> int:
    """Return how many words a text has, as the stack counts them."""
    return len(text.split())


def features(
    linear: NDArray[np.float64], raw: NDArray[np.float32], words: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what the stack weighs, shape (texts, `INPUTS`).

    Args:
        linear: probabilities of the linear model, shape (texts, labels).
        raw: the encoder's log-odds, same shape.
        words: number of words of each text.
    """
    chance = np.clip(linear, SURE, 1 - SURE)
    odds = np.log(chance / (1 - chance))
    length = np.log1p(words)[:, None]
    return np.hstack([odds, raw.astype(np.float64), length, np.ones_like(length)])


def stacked(stack: NDArray[np.float64], found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log-odds, shape (texts, labels), of `features` under a stack of (labels, `INPUTS`).

    Where texts have a stack each its shape is (texts, labels, `INPUTS`).
    """
    odds: NDArray[np.float64] = np.clip((stack @ found[:, :, None])[:, :, 0], -FAR, FAR)
    return odds


def _opened(onnx: bytes, start: Starts) -> tuple[Session, str | None]:
    """Return a session and the name of the numbers in it."""
    try:
        told = with_numbers(onnx)
    except ValueError:
        told = None  # the runtime says what is wrong with it
    try:
        return (start(told[0]), told[1]) if told else (start(onnx), None)
    except ImportError as error:
        raise BundleError(
            f"The second opinion needs {runtime.RUNTIME}, which is not installed."
        ) from error
    except ValueError as error:
        raise BundleError(f"The encoder cannot be opened ({error}).") from None
