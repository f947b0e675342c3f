"""The form of a site's settings: its fields as people type them, to and from SiteSettings."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from classifier.types import LABELS, Band
from service.domain.fields import FieldError
from service.domain.sites import SiteSettings

LISTS: Final = (
    "callback_prefixes",
    "origins",
    "tracking_parameters",
    "languages",
)
FLAGS: Final = (
    "hold_everything",
    "keep_tracking",
    "hold_new_authors",
    "refuse_repeats",
    "refuse_floods",
    "mail_readers",
)
NUMBERS: Final = (
    "audits_a_day",
    "max_links",
    "author_per_minute",
    "origin_per_minute",
    "trusted_after",
    "close_after_days",
    "reports_to_hold",
    "longest_wait_minutes",
    "edit_minutes",
    "keep_rejected_days",
    "keep_contacts_days",
    "keep_addresses_days",
    "checks_per_minute",
)


SECOND: Final = MappingProxyType(
    {
        "off": "Ask nobody",
        "borderline": "Ask about borderline comments",
        "all": "Ask about those, and for every Perspective score",
    }
)
"""The choices of `second_opinion`, in words."""

LEARNING: Final = MappingProxyType(
    {
        "": "Propose; once somebody switched one on, switch on what is better",
        "off": "Learn nothing",
        "propose": "Propose, and leave it to people to switch on",
        "automatic": "Switch on what is better",
    }
)
"""The choices of `learning`, in words; the first is the default."""


def to_form(settings: SiteSettings) -> dict[str, str]:
    """Return what stands in the form's fields."""
    fields = {name: _typed(getattr(settings, name)) for name in (*NUMBERS, "webhook_url")}
    fields |= {name: "\n".join(getattr(settings, name)) for name in LISTS}
    fields |= {name: "yes" if getattr(settings, name) else "" for name in FLAGS}
    fields["second_opinion"] = settings.second_opinion
    fields["learning"] = settings.learning or ""
    fields["audit"] = _typed(settings.audit)
    for label in LABELS:
        band = settings.bands.get(label)
        fields[f"low.{label}"] = _typed(band.approve_below if band else None)
        fields[f"high.{label}"] = _typed(band.reject_at if band else None)
    return fields


def one_sided(settings: SiteSettings, model: Mapping[str, Band]) -> dict[str, Band]:
    """Return the bands in force of which a site sets one end and the model the other."""
    return {
        label: own.over(model[label])
        for label, own in settings.bands.items()
        if label in model and None in (own.approve_below, own.reject_at)
    }


def from_form(form: Mapping[str, str]) -> tuple[SiteSettings, list[FieldError]]:
    """Return the settings that a form asks for, and every error in it."""
    raw: dict[str, Any] = {
        name: form[name].strip() for name in (*NUMBERS, "webhook_url") if form.get(name, "").strip()
    }
    raw |= {name: _lines(form.get(name, "")) for name in LISTS}
    raw |= {name: form.get(name) == "yes" for name in FLAGS}
    raw["second_opinion"] = form.get("second_opinion") or None
    raw["learning"] = form.get("learning") or None
    raw["audit"] = form.get("audit", "").strip().replace(",", ".", 1) or None
    raw["bands"], errors = _bands(form)
    settings, others = SiteSettings.read(raw)
    return settings, [*errors, *others]


def _typed(value: object) -> str:
    return "" if value is None else str(value)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _bands(form: Mapping[str, str]) -> tuple[dict[str, Any], list[FieldError]]:
    """The bands that are given; what is left empty keeps the model's."""
    bands: dict[str, Any] = {}
    errors: list[FieldError] = []
    for label in LABELS:
        low, high = (form.get(f"{end}.{label}", "").strip() for end in ("low", "high"))
        if not low and not high:
            continue
        given = {"approve_below": low, "reject_at": high}
        band = {end: _number(text) for end, text in given.items() if text}
        if None in band.values() or SiteSettings.read({"bands": {label: band}})[1]:
            message = "needs numbers from 0 to 1, the first not above the second; or none"
            errors.append(FieldError(f"bands.{label}", message))
        else:
            bands[label] = band
    return bands, errors


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".", 1))
    except ValueError:
        return None
