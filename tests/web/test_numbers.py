"""A number in a query that is out of bounds is told them, what is no number that it is none."""

from tests.support.service import Service

BEYOND = ("-1", "0", "501", "-99999999999999999999", "9223372036854775808", "99999999999999999999")
NONE = ("1.0", "1e2", "+5", "abc", "\u0663", "0x10", " 5", "9" * 21, "--1", "1_0")


async def test_a_number_out_of_bounds_is_told_them(service: Service) -> None:
    async def told(value: str) -> str:
        answer = await service.http.get(
            "/v1/events", params={"limit": value}, headers=service.as_site
        )
        assert answer.status_code == 422, value
        (error,) = answer.json()["errors"]
        assert error["field"] == "limit"
        return str(error["message"])

    assert {await told(value) for value in BEYOND} == {"must be between 1 and 500"}
    assert {await told(value) for value in NONE} == {"must be a whole number"}
