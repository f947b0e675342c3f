"""Reads an uploaded bundle: multipart/form-data with the files `model` and `card`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.openapi.spec import OpenAPIMediaType, Operation, Reference, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from service.domain.fields import FieldError
from service.errors import BadRequest, InvalidFields, Problem, TooLarge, UnsupportedMedia
from service.models.registry import LARGEST_CARD, LARGEST_MODEL
from service.web.body import parse_json

MAX_UPLOAD: Final = LARGEST_MODEL + LARGEST_CARD + 64 * 1024
"""Bytes of a whole request, the two files and what is around them."""

_ABOUT: Final = {
    "model": "the parts of the bundle, its `.joblib` files, in one ZIP archive",
    "card": "its card, `card.json`",
}
_TOO_LARGE: Final = 413


@dataclass
class BundleUpload(Operation):
    """Describes the upload in /openapi.json; for a handler's `operation_class`."""

    def __post_init__(self) -> None:
        """Put the two files into the operation's schema."""
        files: dict[str, Reference | Schema] = {
            name: Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, description=about)
            for name, about in _ABOUT.items()
        }
        schema = Schema(type=OpenAPIType.OBJECT, properties=files, required=[*files])
        content = {"multipart/form-data": OpenAPIMediaType(schema=schema)}
        self.request_body = RequestBody(content=content, required=True)


async def read_bundle(request: Request[Any, Any, Any]) -> tuple[bytes, Mapping[str, Any]]:
    """Return the archive of parts and the card of an upload.

    Raises:
        UnsupportedMedia: another content type.
        TooLarge: a file is longer than is taken.
        BadRequest, InvalidFields: it cannot be read, or a file is missing.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise UnsupportedMedia("Send multipart/form-data with the files `model` and `card`.")
    form = await _form(request)
    given = {name: form.get(name) for name in _ABOUT}
    files = {name: file for name, file in given.items() if isinstance(file, UploadFile)}
    if len(files) < len(given):
        missing = sorted(given.keys() - files.keys())
        raise InvalidFields([FieldError(name, "must be one file") for name in missing])
    model = await _content(files["model"], LARGEST_MODEL)
    raw_card = await _content(files["card"], LARGEST_CARD)
    card = await asyncio.to_thread(parse_json, raw_card)
    if not isinstance(card, dict):
        raise InvalidFields([FieldError("card", "must be a JSON object")])
    return model, card


async def _form(request: Request[Any, Any, Any]) -> Mapping[str, Any]:
    try:
        return await request.form()
    except HTTPException as error:
        if error.status_code == _TOO_LARGE:
            raise TooLarge(f"Send at most {MAX_UPLOAD:,} bytes.") from None
        raise
    except (Problem, OSError, MemoryError):  # ours, and no fault of the body's
        raise
    except Exception:  # noqa: BLE001 - a multipart body may be wrong in any way
        raise BadRequest("The body is not valid multipart/form-data.") from None


async def _content(file: UploadFile, most: int) -> bytes:
    content = await file.read(most + 1)
    if len(content) > most:
        raise TooLarge(
            f"A model file has at most {LARGEST_MODEL:,} bytes, a card {LARGEST_CARD:,}."
        )
    return content
