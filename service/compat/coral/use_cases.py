"""Who may speak as a site's Coral."""

from service.compat.coral.words import is_signed
from service.compat.parts import CompatApis
from service.db import compat as db
from service.domain.accounts import Site, is_site_name
from service.errors import Unauthorised


async def signer(apis: CompatApis, name: str, body: bytes, signature: str) -> Site:
    """Return the site whose secret signed the body; an unknown one costs what a wrong one does."""
    found = await db.coral_phase(apis.pool, name) if is_site_name(name) else None
    secret = apis.secrets.unseal(found[1], found[0].id.bytes) if found else ""
    if not is_signed(secret, body, signature) or found is None:
        raise Unauthorised("The signature is not made with this site's Coral secret.")
    return found[0]
