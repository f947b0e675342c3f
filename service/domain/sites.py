"""What a site may set: bands, what it holds, floods, its webhook; lists of words are apart."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from classifier.types import LABELS, NEVER, Band, Witness
from service.domain.addresses import read_url
from service.domain.audits import A_DAY
from service.domain.fields import FieldError, Refused, integer_field, text
from service.domain.languages import read_language
from service.domain.origins import read_origin
from service.domain.pages import Tracking
from service.domain.words import ListName

_PREFIXES = 20
_LANGUAGES = 20
_PARAMETERS = 100
_ORIGINS = 50
_PARAMETER: Final = re.compile(r"[^\s&=#*]+\*?")
_read_parameter: Final = text(1, 60, one_line=True)
_ENDS: Final = ("approve_below", "reject_at")
WORD_LISTS: Final[Mapping[str, ListName]] = MappingProxyType(
    {"blocked_words": "blocked", "held_words": "held"}
)
"""The settings that may have thousands of entries, and so a table of their own."""

SecondOpinion = Literal["off", "borderline", "all"]
"""Who gets a second opinion: nobody, borderline comments, or the Perspective API's scores too."""

Learning = Literal["off", "propose", "automatic"]
"""What the service does with what a site's people decide: nothing, fit, or fit and switch on."""


@dataclass(frozen=True, slots=True)
class OwnBand:
    """What a site sets of a label's band: one end of it or both; None is as the model has it."""

    approve_below: float | None = None
    reject_at: float | None = None

    def over(self, band: Band) -> Band:
        """Return the band in force: an end of the model's that would cross the site's gives way."""
        low = band.approve_below if self.approve_below is None else self.approve_below
        high = band.reject_at if self.reject_at is None else self.reject_at
        if self.reject_at is None:
            return Band(low, max(low, high))
        return Band(min(low, high), high)

    def as_witness(self, told: Witness) -> Witness:
        """Return what the linear model's score counts for: what the site calls clear is clear."""
        return Witness(
            told.clears_below if self.approve_below is None else NEVER,
            told.agrees_from if self.reject_at is None else self.reject_at,
        )


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What a site may set; everything has a default, so a new site needs nothing."""

    bands: Mapping[str, OwnBand] = field(default_factory=lambda: MappingProxyType({}))
    hold_everything: bool = False
    second_opinion: SecondOpinion = "borderline"
    learning: Learning | None = None  # none proposes until a person switched an adaptation on
    audit: float | None = None  # share of automatic decisions; none is by how many were answered
    audits_a_day: int = A_DAY
    max_links: int = 2
    author_per_minute: int = 30
    origin_per_minute: int = 120
    hold_new_authors: bool = False  # of whom no comment was approved yet
    trusted_after: int = 0  # so many approved and none rejected earn trust; 0 is never
    close_after_days: int = 0  # so long after its first comment a page takes no more; 0 is never
    refuse_repeats: bool = False  # not taken at all, instead of held
    refuse_floods: bool = False
    reports_to_hold: int = 3  # so many readers' reports send a comment to people; 0 is never
    longest_wait_minutes: int = 0  # what waits longer raises an alarm at the desk; 0 is never
    edit_minutes: int = 10  # so long after posting a comment may be edited; 0 is never
    keep_rejected_days: int = 0  # so long after its rejection a comment is erased; 0 is never
    keep_contacts_days: int = 0  # so long after an author's last comment; 0 is as long as it stays
    keep_addresses_days: int = 30  # so long floods are counted by an address's digest; 0 is always
    checks_per_minute: int | None = None  # of the compatibility APIs; none is without limit
    languages: tuple[str, ...] = ()  # that the site writes in: where a comment's is in doubt
    tracking_parameters: tuple[str, ...] = ()  # of pages' addresses, beside the usual ones
    keep_tracking: bool = False
    webhook_url: str | None = None
    callback_prefixes: tuple[str, ...] = ()  # where an Akismet client's `callback` may point
    mail_readers: bool = False  # they are told by e-mail what they ask to be told
    origins: tuple[str, ...] = ()  # whose pages may call with the site's public key

    @staticmethod
    def read(raw: Mapping[str, Any]) -> tuple["SiteSettings", list[FieldError]]:
        """The settings in a JSON object, defaults for what is absent, and every error in it."""
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        for name, reader in _READERS.items():
            if raw.get(name) is None:
                continue
            try:
                values[name] = reader(raw[name])
            except Refused as refusal:
                errors.append(FieldError(name, str(refusal)))
        errors += [FieldError(name, "is not a setting") for name in raw if name not in _READERS]
        return SiteSettings(**values), errors

    @property
    def tracking(self) -> Tracking:
        """Which parameters of an address tell no page apart."""
        return Tracking(self.tracking_parameters, self.keep_tracking)

    def to_json(self) -> dict[str, Any]:
        """The object that `read` reads; only what differs from the defaults."""
        default = SiteSettings()
        plain = {name: getattr(self, name) for name in _READERS if name != "bands"}
        changed = {name: value for name, value in plain.items() if value != getattr(default, name)}
        if self.bands:
            changed["bands"] = own_bands(self)
        return changed


def own_bands(settings: SiteSettings) -> dict[str, dict[str, float]]:
    """Return the bands that a site sets itself, as its settings are kept."""
    return {
        label: {end: value for end in _ENDS if (value := getattr(band, end)) is not None}
        for label, band in settings.bands.items()
    }


def _read_bands(raw: object) -> Mapping[str, OwnBand]:
    if not isinstance(raw, Mapping):
        raise Refused("must be an object of labels")
    unknown = [label for label in raw if label not in LABELS]
    if unknown:
        raise Refused(f"knows the labels {', '.join(LABELS)}")
    return MappingProxyType({str(label): _read_band(band) for label, band in raw.items()})


def _read_band(raw: object) -> OwnBand:
    ends = {end: raw.get(end) for end in _ENDS} if isinstance(raw, Mapping) else {}
    given = [value for value in ends.values() if value is not None]
    numbers = [float(value) for value in given if type(value) in {int, float}]
    in_order = all(0 <= value <= 1 for value in numbers) and numbers == sorted(numbers)
    if not given or len(numbers) != len(given) or not in_order:
        raise Refused("each band needs 0 ≤ approve_below ≤ reject_at ≤ 1, or one of the two")
    return OwnBand(**{end: float(value) for end, value in ends.items() if value is not None})


def _read_prefixes(raw: object) -> tuple[str, ...]:
    """Addresses with a path, so that no other host's name begins like them."""
    if not isinstance(raw, list | tuple) or len(raw) > _PREFIXES:
        raise Refused(f"must be a list of at most {_PREFIXES} addresses")
    found = tuple(read_url(each) for each in raw)
    if not all(urlsplit(each).path for each in found):
        raise Refused("must be addresses that end with a slash or a path")
    return found


def _read_origins(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > _ORIGINS:
        raise Refused(f"must be a list of at most {_ORIGINS} origins")
    return tuple(dict.fromkeys(map(read_origin, raw)))


def _read_languages(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > _LANGUAGES:
        raise Refused(f"must be a list of at most {_LANGUAGES} codes of languages, such as en")
    return tuple(dict.fromkeys(map(read_language, raw)))


def _read_parameters(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > _PARAMETERS:
        raise Refused(f"must be a list of at most {_PARAMETERS} names of parameters")
    found = tuple(dict.fromkeys(map(_read_parameter, raw)))
    if not all(map(_PARAMETER.fullmatch, found)):
        raise Refused("must be names of parameters, such as ref or mc_*")
    return found


def _read_flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise Refused("must be true or false")
    return raw


def _read_share(raw: object) -> float:
    """Read a share from 0 to 1, as a number or as it is typed; `off` is none."""
    if raw == "off":
        return 0.0
    try:
        share = float(raw) if isinstance(raw, str | int | float) else math.nan
    except ValueError:
        share = math.nan
    if isinstance(raw, bool) or not 0 <= share <= 1:
        raise Refused("must be `off` or a share from 0 to 1, such as 0.1")
    return share


def _one_of(choices: tuple[str, ...]) -> Callable[[object], object]:
    def read(raw: object) -> object:
        if raw not in choices:
            raise Refused(f"must be one of {', '.join(choices)}")
        return raw

    return read


_READERS: Final[Mapping[str, Callable[[object], Any]]] = MappingProxyType(
    {
        "bands": _read_bands,
        "hold_everything": _read_flag,
        "second_opinion": _one_of(get_args(SecondOpinion)),
        "learning": _one_of(get_args(Learning)),
        "audit": _read_share,
        "audits_a_day": integer_field(0, 10_000).read,
        "max_links": integer_field(0, 100).read,
        "author_per_minute": integer_field(1, 10_000).read,
        "origin_per_minute": integer_field(1, 100_000).read,
        "hold_new_authors": _read_flag,
        "trusted_after": integer_field(0, 200).read,
        "close_after_days": integer_field(0, 36_500).read,
        "refuse_repeats": _read_flag,
        "refuse_floods": _read_flag,
        "reports_to_hold": integer_field(0, 1_000).read,
        "longest_wait_minutes": integer_field(0, 525_600).read,
        "edit_minutes": integer_field(0, 43_200).read,
        "keep_rejected_days": integer_field(0, 36_500).read,
        "keep_contacts_days": integer_field(0, 36_500).read,
        "keep_addresses_days": integer_field(0, 36_500).read,
        "checks_per_minute": integer_field(1, 1_000_000).read,
        "languages": _read_languages,
        "tracking_parameters": _read_parameters,
        "keep_tracking": _read_flag,
        "webhook_url": read_url,
        "callback_prefixes": _read_prefixes,
        "mail_readers": _read_flag,
        "origins": _read_origins,
    }
)

SETTING_NAMES: Final = (*_READERS, *WORD_LISTS)
"""What a site may set, by name."""
