"""A queue for the review calls."""

from tests.support.service import Service


async def held(service: Service, count: int) -> list[str]:
    """So many comments in the queue, oldest first."""
    await service.hold()
    answers = [await service.post(body=f"A plain remark, number {n}.") for n in range(count)]
    assert {answer.json()["status"] for answer in answers} <= {"pending"}
    return [answer.json()["id"] for answer in answers]
