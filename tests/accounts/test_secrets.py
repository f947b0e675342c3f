"""Keys: made once with mode 0600, derived apart, and what is sealed opens only where it belongs."""

import threading
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.accounts.secrets import Secrets, SecretsError, keep, load_secrets
from service.settings import Settings

SECRETS = Secrets.derive(b"c" * 32, b"k" * 32)
SITE = UUID(int=7)


@given(st.text(max_size=60), st.binary(max_size=20))
def test_what_is_sealed_opens_with_the_same_data_only(email: str, aad: bytes) -> None:
    email = email.encode("utf-8", "ignore").decode()
    sealed = SECRETS.seal(email, aad)
    assert SECRETS.unseal(sealed, aad) == email
    with pytest.raises(SecretsError):
        SECRETS.unseal(sealed, aad + b"x")


def test_sealing_twice_gives_two_ciphertexts() -> None:
    assert SECRETS.seal("a@example.org", b"") != SECRETS.seal("a@example.org", b"")


@pytest.mark.parametrize("damage", [b"", b"short", bytes(60)])
def test_a_damaged_contact_is_an_error_without_content(damage: bytes) -> None:
    with pytest.raises(SecretsError, match="cannot be read"):
        SECRETS.unseal(damage, b"")


def test_an_author_is_one_under_every_case_and_another_on_every_site() -> None:
    known = SECRETS.author_id(SITE, "Jos\u00e9@Example.org")
    assert SECRETS.author_id(SITE, " jose\u0301@EXAMPLE.ORG") == known
    assert SECRETS.author_id(UUID(int=8), "Jos\u00e9@Example.org") != known
    assert Secrets.derive(b"d" * 32, b"k" * 32).author_id(SITE, "jos\u00e9@example.org") != known


def test_an_ipv6_household_is_one_origin_and_mapped_ipv4_is_ipv4() -> None:
    assert SECRETS.origin(SITE, "2001:db8::1") == SECRETS.origin(SITE, "2001:db8::ffff:2")
    assert SECRETS.origin(SITE, "2001:db8::1") != SECRETS.origin(SITE, "2001:db8:0:1::1")
    assert SECRETS.origin(SITE, "::ffff:192.0.2.1") == SECRETS.origin(SITE, "192.0.2.1")
    assert SECRETS.origin(SITE, "192.0.2.1") != SECRETS.origin(UUID(int=8), "192.0.2.1")


def test_each_purpose_has_a_key_of_its_own() -> None:
    hashes = [
        SECRETS.digest("x"),
        SECRETS.session_digest("x"),
        SECRETS.request_digest(b"x"),
        SECRETS.origin(SITE, "x"),
    ]
    assert len(set(hashes)) == len(hashes)
    assert SECRETS.sign("csrf", "x") != SECRETS.sign("cursor", "x")
    assert SECRETS.signed("csrf", "x", SECRETS.sign("csrf", "x"))
    assert not SECRETS.signed("csrf", "x", SECRETS.sign("csrf", "y"))
    assert not SECRETS.signed("csrf", "x", "\u0661")


def test_only_the_cookie_key_may_change_without_loss() -> None:
    other = Secrets.derive(b"c" * 32, b"l" * 32)
    assert other.author_id(SITE, "a@b.org") == SECRETS.author_id(SITE, "a@b.org")
    assert other.digest("x") == SECRETS.digest("x")
    assert other.webhook_secret(SITE) == SECRETS.webhook_secret(SITE)
    assert other.session_digest("x") != SECRETS.session_digest("x")


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    settings = Settings.read({"MODERATION_DATA_DIR": str(tmp_path)})
    first = load_secrets(settings)
    assert load_secrets(settings).contact_fingerprint == first.contact_fingerprint
    for name in ("contact.key", "cookie.key"):
        assert (tmp_path / "secrets" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    names = sorted(path.name for path in (tmp_path / "secrets").iterdir())
    assert names == ["contact.key", "cookie.key"]


def test_many_processes_at_once_agree_on_one_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    path = tmp_path / "secrets" / "contact.key"
    threads = [threading.Thread(target=lambda: keys.append(keep(path))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 16
    assert len(set(keys)) == 1


def test_a_key_file_that_is_open_damaged_or_unreachable_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "contact.key"
    keep(path)
    path.chmod(0o644)
    with pytest.raises(SecretsError, match="chmod 600"):
        keep(path)
    path.write_text("half a k")
    path.chmod(0o600)
    with pytest.raises(SecretsError, match="backup"):
        keep(path)
    with pytest.raises(SecretsError, match="cannot be used"):
        keep(path / "below")
