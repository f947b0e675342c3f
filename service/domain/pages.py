"""What a page is: its URL in one normal form, so that one page is one thread and two are two.

The URL is read as browsers read it (WHATWG URL). Browsers keep apart what RFC 3986, 6.2.2, holds
equal: `%7E` and `~`, `%c3` and `%C3`; and Unicode has two spellings of `ü`. Those become one here,
and so do `%28` and `(`, `%5B` and `[`: libraries encode the first by one standard and not by the
other, and forms the second, which no address may have in any other sense. Nothing else is touched:
scheme, `www.`, trailing slashes and the order of a query may all matter.
"""

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal
from urllib.parse import unquote

import ada_url

from service.domain.fields import Refused, clean_text

URL_LENGTH: Final = 2048
"""Characters of an address that are taken: the most that every browser and server passes on."""

TRACKING: Final = (
    *("utm_*", "itm_source", "itm_medium", "itm_campaign", "itm_content", "itm_term", "itm_id"),
    # Google, Microsoft, Yandex and Yahoo
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid"),
    *("_ga", "_gl", "_gac_*", "usqp", "amp_gsa", "amp_js_v", "msclkid", "yclid", "ysclid"),
    *("ymclid", "_openstat", "yadclid", "yadordid", "guccounter", "guce_referrer*"),
    # Social networks
    *("fbclid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref", "fb_comment_id"),
    *("mibextid", "igshid", "igsh", "twclid", "__twitter_impression", "ttclid", "li_fat_id"),
    *(
        "sfnsn",
        "oft_*",
        "sc_customer",
        "sc_eh",
        "sc_uid",
        "msockid",
        "epik",
        "rdt_cid",
        "sccid",
        "qclid",
        "ldtag_cl",
        "hss_channel",
        "_branch_*",
    ),
    # Newsletters
    *("mc_cid", "mc_eid", "mc_tc", "mkt_tok", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp"),
    *("hsctatracking", "hsa_*", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "__s"),
    *("ml_subscriber", "ml_subscriber_hash", "_kx", "_ke", "_bhlid", "bsft_*", "_bta_tid"),
    *("_bta_c", "elqtrack", "elqtrackid", "elqaid", "elqat", "elqcampaignid", "et_rid", "dm_i"),
    *("ck_subscriber_id", "ss_email_id", "trk_contact", "trk_msg", "trk_module", "trk_sid"),
    *("nr_email_referer", "bbeml", "mindbox-click-id", "sms_click", "sms_source", "sms_uph"),
    # Measuring and advertising
    *("pk_*", "piwik_*", "mtm_*", "matomo_*", "at_campaign*", "at_medium", "at_custom*"),
    *("at_recipient_id", "at_recipient_list", "cm_mmc*", "spmailingid", "spuserid", "spjobid"),
    *("at_link_*", "at_ptr_name", "at_bbc_team", "xtor", "wt_mc", "wt_zmc", "wt.mc_*"),
    *("ns_campaign", "ns_mchannel", "ns_source", "ns_linkname", "ns_fee", "s_cid", "s_kwcid"),
    *("ef_id", "adobe_mc*", "dicbo", "obclid", "tblci", "rb_clickid", "wickedid", "irclickid"),
    *("irgwc", "cjevent", "cjdata", "awclid", "tduid", "zanpid", "rtkcid", "unicorn_click_id"),
    *("vgo_ee", "gdfms", "gdftrk", "gdffi", "_ly_c", "_ly_r", "__cf_chl_*"),
    # Embedded posts, messengers, and what translates a page
    *("ref_src", "ref_url", "__cft__*", "__xts__*", "__tn__", "isappinstalled", "nsukey"),
    *("spm_id_from", "vd_source", "wprov", "_x_tr_*", "_sm_au_", "_sm_nck"),
    # A reader's own comment, as WordPress leads to it
    *("replytocom", "unapproved", "moderation-hash"),
)
"""Parameters that say how a reader came and never what is read; `*` ends a beginning."""

FORM: Final = 2
"""Counts the changes of this normal form, after which what is kept is brought to it."""

_KNOWN: Final = 1024
"""Addresses whose normal form is remembered: most calls are about pages of late."""

_FULL: Final = "must be a full http or https URL"
_SCHEMES: Final = frozenset({"http:", "https:"})
_ESCAPED_AGAIN: Final = re.compile("^(?:amp;)+")
_ESCAPED: Final = re.compile("(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED: Final = frozenset(string.ascii_letters + string.digits + "-._~")
_DELIMITERS: Final = frozenset(":/?#@$&+,;=%")  # encoded they may mean something else
_KEPT: Final = 0xDC00
"""A byte that stays encoded is a lone surrogate meanwhile: no normalisation joins it to others."""

Part = Literal["path", "query"]


@dataclass(frozen=True, slots=True)
class Tracking:
    """Which parameters of an address only track: the list above and a site's own, or none."""

    also: tuple[str, ...] = ()
    keep_all: bool = False

    def drops(self, parameter: str) -> bool:
        """Say whether a parameter, `name=value`, is left out of a page's address."""
        if self.keep_all:
            return False
        name = unquote(parameter.partition("=")[0]).lower()
        # A feed or a template may have escaped the `&` between two parameters once too often.
        return bool(_dropping(self.also).fullmatch(_ESCAPED_AGAIN.sub("", name)))


PLAIN: Final = Tracking()
"""The tracking parameters of a site that has set none."""


@cache
def _dropping(also: tuple[str, ...]) -> re.Pattern[str]:
    names = (re.escape(name.lower()).replace(r"\*", ".*") for name in TRACKING + also)
    return re.compile("|".join(names), re.DOTALL)


def read_page(value: object) -> str:
    """A page's address in normal form, with tracking parameters still in it and nothing masked.

    Raises:
        Refused: it is not an http or https URL, names a user, or is too long.
    """
    return _in_normal_form(clean_text(value).strip())


def read_place(value: object) -> str:
    """What addresses of pages begin with, up to a `/`, in their normal form and without that.

    Raises:
        Refused: it is no page's address, or says more than a host and a path.
    """
    place = read_page(value)
    if "?" in place:
        raise Refused("must be a host, or a host and a path, such as https://example.org/blog")
    return place.rstrip("/")


@lru_cache(_KNOWN)
def _in_normal_form(sent: str) -> str:
    url = _as_browsers_write(sent)
    origin, slashes, rest = url.partition("//")
    host, _, rest = rest.partition("/")
    path, mark, query = rest.partition("?")
    return f"{origin}{slashes}{host}/{_one_form(path, 'path')}{mark}{_one_form(query, 'query')}"


def _as_browsers_write(sent: str) -> str:
    if len(sent) > URL_LENGTH:
        raise Refused(f"must have at most {URL_LENGTH:,} characters")
    try:
        url = ada_url.URL(sent)
    except ValueError:
        raise Refused(_FULL) from None
    # Browsers add the slashes that `https:example.org` lacks: nobody means a page by it.
    if url.protocol not in _SCHEMES or not url.hostname or "//" not in sent[:9].replace("\\", "/"):
        raise Refused(_FULL)
    if url.username or url.password:
        raise Refused("must not contain a user name or password")
    return str(url.href).partition("#")[0]


def without_tracking(page: str, tracking: Tracking = PLAIN) -> str:
    """Return a page's normal form without the parameters that only track."""
    path, mark, query = page.partition("?")
    if not query:
        return page
    parameters = query.split("&")
    kept = [each for each in parameters if not tracking.drops(each)]
    if len(kept) == len(parameters):
        return page
    kept = [each for each in kept if each]  # what stood between two that go
    return f"{path}{mark}{'&'.join(kept)}" if kept else path


def _one_form(text: str, part: Part) -> str:
    """Return a part of an address with one spelling of each character, as a browser writes it."""
    if "%" not in text:
        return text
    plain = _plain(part)
    decoded = _ESCAPED.sub(lambda match: _decoded(match[0], plain), text)
    return "".join(map(_encoded, unicodedata.normalize("NFC", decoded)))


def _decoded(escapes: str, plain: frozenset[str]) -> str:
    raw = bytes.fromhex(escapes.replace("%", ""))
    return "".join(
        character if character in plain or not character.isascii() else chr(_KEPT + ord(character))
        for character in raw.decode("utf-8", "surrogateescape")
    )


def _encoded(character: str) -> str:
    if character.isascii():
        return character
    if _KEPT <= (code := ord(character)) <= _KEPT + 0xFF:
        return f"%{code - _KEPT:02X}"
    return "".join(f"%{byte:02X}" for byte in character.encode())


@cache
def _plain(part: Part) -> frozenset[str]:
    """Return what needs no encoding: what no standard reserves, and what browsers leave alone."""
    before = "https://example.org/" + ("?" if part == "query" else "")
    others = {chr(code) for code in range(0x21, 0x7F)} - _DELIMITERS
    left = {each for each in others if ada_url.URL(f"{before}{each}.").href == f"{before}{each}."}
    return _UNRESERVED | left
