"""The form of a site's settings: its fields as people type them, to and from SiteSettings."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from classifier.types import LABELS
from service.domain.fields import FieldError
from service.domain.sites import SiteSettings

LISTS: Final = (
    "blocked_words",
    "held_words",
    "callback_prefixes",
    "tracking_parameters",
    "languages",
)
NUMBERS: Final = ("max_links", "author_per_minute", "origin_per_minute", "checks_per_minute")


SECOND: Final = MappingProxyType(
    {
        "off": "Ask nobody",
        "borderline": "Ask about borderline comments",
        "all": "Ask about those, and for every Perspective score",
    }
)
"""The choices of `second_opinion`, in words."""


def to_form(settings: SiteSettings) -> dict[str, str]:
    """Return what stands in the form's fields."""
    fields = {name: _typed(getattr(settings, name)) for name in (*NUMBERS, "webhook_url")}
    fields |= {name: "\n".join(getattr(settings, name)) for name in LISTS}
    fields["hold_everything"] = "yes" if settings.hold_everything else ""
    fields["keep_tracking"] = "yes" if settings.keep_tracking else ""
    fields["second_opinion"] = settings.second_opinion
    for label in LABELS:
        band = settings.bands.get(label)
        fields[f"low.{label}"] = f"{band.approve_below:g}" if band else ""
        fields[f"high.{label}"] = f"{band.reject_at:g}" if band else ""
    return fields


def from_form(form: Mapping[str, str]) -> tuple[SiteSettings, list[FieldError]]:
    """Return the settings that a form asks for, and every error in it."""
    raw: dict[str, Any] = {
        name: form[name].strip() for name in (*NUMBERS, "webhook_url") if form.get(name, "").strip()
    }
    raw |= {name: _lines(form.get(name, "")) for name in LISTS}
    raw["hold_everything"] = form.get("hold_everything") == "yes"
    raw["keep_tracking"] = form.get("keep_tracking") == "yes"
    raw["second_opinion"] = form.get("second_opinion") or None
    raw["bands"], errors = _bands(form)
    settings, others = SiteSettings.read(raw)
    return settings, [*errors, *others]


def _typed(value: object) -> str:
    return "" if value is None else str(value)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _bands(form: Mapping[str, str]) -> tuple[dict[str, Any], list[FieldError]]:
    """The bands that are given; a label left empty keeps the model's."""
    bands: dict[str, Any] = {}
    errors: list[FieldError] = []
    for label in LABELS:
        low, high = (form.get(f"{end}.{label}", "").strip() for end in ("low", "high"))
        if not low and not high:
            continue
        band = {"approve_below": _number(low), "reject_at": _number(high)}
        if SiteSettings.read({"bands": {label: band}})[1]:
            message = "needs both numbers from 0 to 1, the first not above the second; or neither"
            errors.append(FieldError(f"bands.{label}", message))
        else:
            bands[label] = band
    return bands, errors


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".", 1))
    except ValueError:
        return None
