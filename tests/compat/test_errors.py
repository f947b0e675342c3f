"""Addresses that look like another system's and that nobody knows are refused in its words."""

from tests.support.service import Service

AKISMET = [
    ("POST", "/1.1/comment-chek", 404),
    ("POST", "/1.1/", 404),
    ("GET", "/1.1/comment-check", 405),
    ("PUT", "/1.2/usage-limit", 405),
    ("GET", "/1.2/nothing/below", 404),
    ("DELETE", "/1.1/verify-key", 405),
]
PERSPECTIVE = [
    ("POST", "/v1alpha1/comments:analyse", 404, "NOT_FOUND"),
    ("POST", "/v1alpha1", 404, "NOT_FOUND"),
    ("GET", "/v1alpha1/comments:analyze", 405, "INVALID_ARGUMENT"),
    ("PUT", "/v1alpha1/comments:suggestscore", 405, "INVALID_ARGUMENT"),
    ("GET", "/$discovery/rest/v2", 404, "NOT_FOUND"),
    ("POST", "/$discovery/rest", 405, "INVALID_ARGUMENT"),
]


async def test_what_has_no_handler_is_refused_in_the_words_of_the_system_that_it_is_of(
    service: Service,
) -> None:
    as_browser = {"Accept": "text/html"}
    for method, path, status in AKISMET:
        answer = await service.http.request(method, path, headers=as_browser)
        assert answer.status_code == status, path
        assert answer.headers["content-type"].startswith("text/plain"), path
        assert answer.headers["x-akismet-error"] == f"{status} {answer.text}"
        assert "address" in answer.headers["x-akismet-debug-help"]
        assert ("allow" in answer.headers) == (status == 405)
    for method, path, status, name in PERSPECTIVE:
        answer = await service.http.request(method, path, headers=as_browser)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["status"]) == (status, status, name), path
        assert "address" in error["message"]
        assert ("allow" in answer.headers) == (status == 405)
    for path, status in (("/v1/moderations", 405), ("/v1/moderations/x", 404)):
        answer = await service.http.get(path)
        assert answer.status_code == status, path
        assert answer.json()["error"]["type"] == "invalid_request_error"
    for path in ("/v1/comment", "/1.10/x", "/v1alpha10", "/v1/moderation"):
        answer = await service.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
