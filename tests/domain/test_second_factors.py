"""Codes of a second factor: which are taken when, and how people may write them."""

from datetime import UTC, datetime
from itertools import product

import pyotp
import pytest

from service.domain.second_factors import (
    RECOVERY_CODES,
    address_of,
    new_recovery_codes,
    new_secret,
    read_code,
    step_of,
)

AT = datetime(2026, 11, 26, 12, 0, 15, tzinfo=UTC)
STEP = int(AT.timestamp()) // 30
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("beside", range(-3, 4))
def test_codes_of_this_step_and_its_neighbours_are_taken(beside: int) -> None:
    code = pyotp.TOTP(SECRET).generate_otp(STEP + beside)
    assert step_of(SECRET, code, AT) == (STEP + beside if abs(beside) <= 1 else None)


def test_no_step_is_taken_again_nor_one_before_it() -> None:
    codes = {beside: pyotp.TOTP(SECRET).generate_otp(STEP + beside) for beside in (-1, 0, 1)}
    for (beside, code), last in product(codes.items(), (-1, 0, 1)):
        found = step_of(SECRET, code, AT, STEP + last)
        assert found == (STEP + beside if beside > last else None)


def test_a_code_of_another_secret_is_wrong() -> None:
    assert step_of(new_secret(), pyotp.TOTP(SECRET).generate_otp(STEP), AT) is None


@pytest.mark.parametrize(
    "text", ["K7MWD-3XQ9F", " k7mwd 3xq9f ", "k7mwd\u20113xq9f", "k7mwd3xq9f\n"]
)
def test_a_recovery_code_may_be_written_as_people_do(text: str) -> None:
    assert read_code(text) == "k7mwd3xq9f"


@pytest.mark.parametrize("text", ["123 456", "123-456", "１２３４５６", "123456"])  # noqa: RUF001 - wide digits
def test_digits_may_be_wide_or_divided(text: str) -> None:
    assert read_code(text) == "123456"


def test_recovery_codes_are_ten_and_never_alike() -> None:
    made = [code for _ in range(20) for code in new_recovery_codes()]
    assert len(set(made)) == 20 * RECOVERY_CODES


def test_an_app_reads_name_and_issuer_whatever_they_hold() -> None:
    name, issuer = "Ann & <b>: 'Ö'", "Moderation at news.example:8000"
    read = pyotp.parse_uri(address_of(SECRET, name, issuer))
    assert (read.secret, read.issuer, read.name) == (SECRET, issuer, name)
