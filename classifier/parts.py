"""The parts of a bundle, each a file of its own: what changes with one of them is one file.

Over a network and in a database they travel as one archive, a ZIP file. Its card names every part
with its SHA-256, so an archive packed in any way by any tool is the same bundle.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, TypeGuard

from classifier.content import LARGEST, read_content
from classifier.types import SECOND_OPINION, BundleError

PARTS: Final = "parts"
"""Key of a card under which the SHA-256 of each part stands by its name."""

LINEAR: Final = "linear.joblib"
STACKS: Final = "stacks.joblib"
ENCODER: Final = "encoder-{}.joblib"
"""An encoder's part, by its place among the card's encoders, from 1."""

_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP file can say: the same parts make the same archive on any day."""


def named(card: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests that a card names.

    Raises:
        BundleError: it names none, or not by their names in a folder.
    """
    told = card.get(PARTS)
    if not isinstance(told, Mapping) or not told or not all(map(_is_name, told)):
        raise BundleError(f"The card lacks `{PARTS}`, the SHA-256 of each part by its name.")
    return {str(name): str(digest) for name, digest in told.items()}


def digests(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each part in hex, as a card names them."""
    return {name: hashlib.sha256(parts[name]).hexdigest() for name in sorted(parts)}


def digest(card: Mapping[str, Any]) -> str:
    """Return the SHA-256 that stands for all parts of a card together."""
    told = json.dumps(card[PARTS], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of the parts; they are compressed already, so it only holds them."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), parts[name])
    return stream.getvalue()


def unpack(archive: bytes, card: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the parts that a card names, each the one that it means.

    Raises:
        BundleError: the card names none, the archive cannot be read, has another part or one
            fewer, would inflate to more than `LARGEST`, or a part is another than the card's.
    """
    told = named(card)
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            found = _read(opened, told)
    except BundleError:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile archive may make its reader fail in any way
        raise BundleError(f"The archive cannot be read ({type(error).__name__}).") from None
    other = [name for name, here in digests(found).items() if told[name] != here]
    if other:
        raise BundleError(f"{other[0]} is not the one that its card names: SHA-256 differs.")
    return found


def _read(opened: zipfile.ZipFile, told: Mapping[str, str]) -> dict[str, bytes]:
    listed = opened.infolist()
    if sorted(each.filename for each in listed) != sorted(told):
        raise BundleError("The archive does not hold the parts that its card names.")
    if sum(each.file_size for each in listed) > LARGEST:
        raise BundleError(f"The archive inflates to more than {LARGEST:,} bytes.")
    return {each.filename: opened.read(each) for each in listed}


def read_parts(parts: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what all parts hold together: the linear model's content, encoders with their stacks.

    Raises:
        BundleError: a part is missing, or holds more than arrays and plain values.
    """
    if LINEAR not in parts:
        raise BundleError(f"The bundle lacks its part {LINEAR}.")
    content = _mapping(parts, LINEAR)
    if STACKS not in parts:
        return content
    held = _mapping(parts, STACKS)
    stacks = held.get("stacks")
    heads = held.get("heads", [{}] * (len(parts) - 2))
    names = [ENCODER.format(place + 1) for place in range(len(parts) - 2)]
    if not (_is_list(stacks, len(names)) and _is_list(heads, len(names))):
        raise BundleError("The bundle does not hold one encoder for each of its stacks.")
    encoders = [
        _mapping(parts, name) | {"stacks": stack, "heads": head}
        for name, stack, head in zip(names, stacks, heads, strict=True)
    ]
    return content | {SECOND_OPINION: {"encoders": encoders}}


def _is_list(found: object, size: int) -> TypeGuard[Sequence[Any]]:
    return isinstance(found, list | tuple) and len(found) == size


def _mapping(parts: Mapping[str, bytes], name: str) -> dict[str, Any]:
    if name not in parts:
        raise BundleError(f"The bundle lacks its part {name}.")
    found = read_content(parts[name])
    if not isinstance(found, dict):
        raise BundleError(f"The part {name} is of a wrong kind.")
    return found


def _is_name(name: object) -> bool:
    known = {LINEAR, STACKS, *(ENCODER.format(number) for number in range(1, 10))}
    return name in known
