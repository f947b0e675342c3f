"""The Perspective API: answers, spans, languages, refusals letter for letter, what is kept."""

from typing import Any

import httpx
import pytest

from service.accounts import accounts, throttle
from tests.support.perspective import PATH, TWO, ask
from tests.support.service import Service

BOTH = (
    "Context can have either entries or article_and_parent_comment, but both fields were populated."
)
ARMENIAN = (
    "\u0532\u0561\u0580\u0565\u0582 \u0571\u0565\u0566, \u056c\u0561\u057e "
    "\u0570\u0578\u0564\u057e\u0561\u056e"
)


async def refusal(service: Service, text: str = TWO, **fields: Any) -> tuple[str, str]:
    answer = await ask(service, text, **fields)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    return error["message"], error["details"][0].get("errorType", "")


async def test_scores_come_under_the_names_that_were_asked_for(service: Service) -> None:
    names = ["TOXICITY@6", "INSULT", "PROFANITY", "OBSCENE", "SPAM", "LIKELY_TO_REJECT"]
    names += ["SEVERE_TOXICITY_EXPERIMENTAL", "THREAT", "IDENTITY_ATTACK"]
    got = (await ask(service, requestedAttributes={name: {} for name in names})).json()
    scores = {n: s["summaryScore"]["value"] for n, s in got["attributeScores"].items()}
    assert list(scores) == names
    assert scores["PROFANITY"] == scores["OBSCENE"]
    assert scores["LIKELY_TO_REJECT"] == pytest.approx(
        1 - (1 - scores["SPAM"]) * (1 - scores["TOXICITY@6"])
    )
    assert got["languages"] == got["detectedLanguages"] == ["en"]


async def test_without_annotations_one_span_is_the_whole_text_in_utf16(service: Service) -> None:
    (span,) = (await ask(service)).json()["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, len(TWO.encode("utf-16-le")) // 2)


async def test_a_sentences_score_is_what_its_own_words_give(service: Service) -> None:
    got = (await ask(service, spanAnnotations=True)).json()["attributeScores"]["TOXICITY"]
    units = TWO.encode("utf-16-le")
    rude, kind = got["spanScores"]
    stretches = [units[2 * s["begin"] : 2 * s["end"]].decode("utf-16-le") for s in (rude, kind)]
    assert stretches == ["You are a stupid idiot 😀!", "Thanks for the helpful article."]
    assert rude["score"]["value"] > 0.5 > kind["score"]["value"]
    one = (await ask(service, "You are an idiot.", spanAnnotations=True)).json()
    (span,) = one["attributeScores"]["TOXICITY"]["spanScores"]
    assert span["score"]["value"] == one["attributeScores"]["TOXICITY"]["summaryScore"]["value"]


async def test_scores_under_the_threshold_are_left_out_and_the_token_comes_back(
    service: Service,
) -> None:
    asked = {"TOXICITY": {"scoreThreshold": 0.5}, "SPAM": {"scoreThreshold": 0.5}}
    got = (await ask(service, requestedAttributes=asked, clientToken="t-1")).json()
    assert list(got["attributeScores"]) == ["TOXICITY"]
    assert got["clientToken"] == "t-1"


async def test_thresholds_are_read_as_protobufs_json(service: Service) -> None:
    for threshold in (None, 0, "0", "1e-3", "-0.5", -1):
        asked = {"TOXICITY": {"scoreThreshold": threshold}}
        answer = await ask(service, requestedAttributes=asked, languages=["en_US"])
        assert list(answer.json()["attributeScores"]) == ["TOXICITY"], threshold
        assert answer.json()["languages"] == ["en_US"]


async def test_flags_and_enums_are_read_as_protobufs_json(service: Service) -> None:
    for flag, spans in ((None, 1), (False, 1), ("false", 1), (True, 2), ("true", 2)):
        got = (await ask(service, spanAnnotations=flag, doNotStore=flag)).json()
        assert len(got["attributeScores"]["TOXICITY"]["spanScores"]) == spans, flag
    for kind in (None, 0, 1, "PLAIN_TEXT"):
        comment = {"text": TWO, "type": kind}
        asked = {"TOXICITY": {"scoreType": kind if isinstance(kind, int) else None}}
        answer = await ask(service, comment=comment, requestedAttributes=asked)
        assert answer.status_code == 200, kind


NO_FLAGS: list[Any] = ["yes", "", 1, 0, 1.0, [], [True], {}, "TRUE"]


async def test_what_is_no_flag_is_named(service: Service) -> None:
    for name in ("spanAnnotations", "doNotStore", "do_not_store"):
        field = "doNotStore" if "_" in name else name
        told = f"Invalid JSON payload received. Invalid value at '{field}'"
        for flag in NO_FLAGS:
            assert (await refusal(service, **{name: flag}))[0] == told, (name, flag)


async def test_a_packed_body_is_told_so_as_the_callers_mistake(service: Service) -> None:
    answer = await service.http.post(
        PATH,
        params={"key": service.site_key},
        content=b"{}",
        headers={"Content-Encoding": "gzip"},
    )
    error = answer.json()["error"]
    assert (answer.status_code, error["status"]) == (415, "INVALID_ARGUMENT")
    assert error["details"][0]["errorType"] == "INVALID_REQUEST"


async def test_the_names_of_the_proto_file_are_taken_too(service: Service) -> None:
    asked = {"TOXICITY": {"score_type": "PROBABILITY"}, "SPAM": {"score_threshold": 0.99}}
    got = (await ask(service, requested_attributes=asked, requestedAttributes=None)).json()
    assert list(got["attributeScores"]) == ["TOXICITY"]
    more = {"requested_attributes": asked, "client_token": "x", "span_annotations": True}
    got = (await ask(service, TWO, requestedAttributes=None, **more)).json()
    assert (got["clientToken"], len(got["attributeScores"]["TOXICITY"]["spanScores"])) == ("x", 2)


async def test_half_an_emoji_is_scored_and_counts_one_unit(service: Service) -> None:
    raw = b'{"comment":{"text":"you idiot \\ud83d"},"requestedAttributes":{"TOXICITY":{}}}'
    got = await service.http.post(PATH, params={"key": service.site_key}, content=raw)
    (span,) = got.json()["attributeScores"]["TOXICITY"]["spanScores"]
    assert span["end"] == 11


REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("", {}, "Comment must be non-empty.", "COMMENT_EMPTY"),
    ("é" * 10_241, {}, "Comment text too long.", "COMMENT_TOO_LONG"),
    (
        TWO,
        {"requestedAttributes": {}},
        "Missing requested_attributes",
        "NO_REQUESTED_ATTRIBUTES",
    ),
    (
        TWO,
        {"requestedAttributes": {"NUANCE": {}}},
        "Unknown requested attribute: NUANCE",
        "INVALID_REQUEST",
    ),
    (
        TWO,
        {"languages": ["sw"]},
        "Attribute TOXICITY does not support request languages: sw",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
    ),
    (
        ARMENIAN,
        {},
        "Unable to detect language",
        "LANGUAGE_DETECTION_FAILED",
    ),
    (
        TWO,
        {"requestedAttributes": {"TOXICITY": {"scoreType": "PERCENTILE"}}},
        "Requested score type PERCENTILE is not supported by attribute TOXICITY",
        "INVALID_REQUEST",
    ),
    (
        TWO,
        {"comment": {"text": "x", "type": "HTML"}},
        "Currently, only 'PLAIN_TEXT' comments are supported",
        "INVALID_REQUEST",
    ),
    (
        TWO,
        {"comment": {"text": "x", "type": 2}},
        "Currently, only 'PLAIN_TEXT' comments are supported",
        "INVALID_REQUEST",
    ),
    (
        TWO,
        {"requestedAttributes": {"TOXICITY": {"scoreType": 4}}},
        "Requested score type RAW is not supported by attribute TOXICITY",
        "INVALID_REQUEST",
    ),
    (TWO, {"comment": {"text": "x", "type": 3}}, "Unknown text type", "INVALID_REQUEST"),
    (TWO, {"comment": {"text": "x", "type": True}}, "Unknown text type", "INVALID_REQUEST"),
    (TWO, {"comment": {"text": "x", "type": "RTF"}}, "Unknown text type", "INVALID_REQUEST"),
    (
        TWO,
        {"context": {"entries": [{"text": "x"}], "articleAndParentComment": {"article": {}}}},
        BOTH,
        "INVALID_REQUEST",
    ),
]
MISSHAPEN = [
    b"[]",
    b"{",
    b'{"comment": 3}',
    b'{"comment":{"text":"x"},"requestedAttributes":[]}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":3}}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreThreshold":"a"}}}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreThreshold":1e999}}}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreThreshold":"1e999"}}}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreThreshold":"NaN"}}}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreThreshold":" 1"}}}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreThreshold":true}}}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreThreshold":1'
    + b"0" * 400
    + b"}}}",
    b'{"comment":{"text":"x"},"requestedAttributes":{'
    + b",".join(b'"TOXICITY@%d":{}' % number for number in range(101))
    + b"}}",
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{}},"languages":"en"}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{}},"languages":[[]]}',
    b'{"comment":{"text":"x"},"requestedAttributes":{"TOXICITY":{"scoreType":[]}}}',
    b'{"comment":{"text":"x","type":[]},"requestedAttributes":{"TOXICITY":{}}}',
]


async def test_refusals_are_perspectives_own_sentences(service: Service) -> None:
    for text, fields, message, kind in REFUSALS:
        assert await refusal(service, text, **fields) == (message, kind)


async def test_json_of_another_shape_is_refused_in_the_same_form(service: Service) -> None:
    for body in MISSHAPEN:
        answer = await service.http.post(PATH, params={"key": service.site_key}, content=body)
        assert answer.status_code == 400, body
        assert answer.json()["error"]["details"]


async def test_keys_in_the_address_or_a_header_count_and_others_are_refused(
    service: Service,
) -> None:
    bad = await service.http.post(PATH, params={"key": "nonsense"})
    assert bad.status_code == 400
    error = bad.json()["error"]
    assert error["message"] == "API key not valid. Please pass a valid API key."
    assert error["details"][0]["reason"] == "API_KEY_INVALID"
    assert (await service.http.post(PATH)).status_code == 403
    staff = await service.staff("Ada")
    assert (await service.http.post(PATH, headers=staff)).status_code == 400
    good = {"comment": {"text": TWO}, "requestedAttributes": {"TOXICITY": {}}}
    header = {"X-Goog-Api-Key": service.site_key}
    assert (await service.http.post(PATH, json=good, headers=header)).status_code == 200


async def test_a_bad_key_gets_the_same_sentence_however_often_it_comes(service: Service) -> None:
    for _ in range(throttle.KEYS.attempts + 2):
        bad = await service.http.post(PATH, params={"key": "nonsense"})
        assert bad.status_code == 400
    assert bad.json()["error"]["message"] == "API key not valid. Please pass a valid API key."


async def test_without_a_model_clients_are_told_when_to_come_back(without_model: Service) -> None:
    answer = await ask(without_model)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_the_key_in_an_address_is_in_no_log_line(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(service)
    await service.http.get(f"/$discovery/rest?version=v1alpha1&key={service.site_key}")
    await service.http.get(f"/v1alpha1/unknown?key={service.site_key}")
    captured = capsys.readouterr()
    assert "comments:analyze" in captured.out
    assert service.site_key not in captured.out + captured.err


async def test_a_site_over_its_quota_gets_the_quotas_sentence(service: Service) -> None:
    await accounts.change_site(service.connection, "first", {"checks_per_minute": 2})
    answers = [await ask(service) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    error = answers[2].json()["error"]
    assert error["message"].startswith("Quota exceeded for quota metric 'Analysis requests")
    assert error["details"][0]["metadata"]["quota_limit_value"] == "2"


async def test_the_discovery_document_names_this_services_own_address(service: Service) -> None:
    for path in ("/$discovery/rest", "/%24discovery/rest"):
        got = (await service.http.get(path, params={"version": "v1alpha1"})).json()
        assert got["rootUrl"] == got["baseUrl"] == "http://service.test/"
        assert got["resources"]["comments"]["methods"]["analyze"]["path"] == (
            "v1alpha1/comments:analyze"
        )
    other = {"Host": "moderation.example:8443"}
    got = (await service.http.get("/$discovery/rest", headers=other)).json()
    assert got["rootUrl"] == "http://moderation.example:8443/"


async def suggest(service: Service, text: str, scores: dict[str, Any]) -> httpx.Response:
    body = {
        "comment": {"text": text},
        "attributeScores": scores,
        "communityId": "Coral:t",
        "clientToken": "comment:1",
        "languages": ["en"],
    }
    path = PATH.replace("analyze", "suggestscore")
    return await service.http.post(path, params={"key": service.site_key}, json=body)


async def labels(service: Service) -> list[tuple[Any, ...]]:
    rows = await service.connection.fetch(
        "select text, label, value, provenance, language from label order by id"
    )
    return [tuple(row) for row in rows]


async def test_a_suggestion_becomes_labels_of_the_text_and_its_stretches(service: Service) -> None:
    text = "Well 😀. You idiot!"
    spans = [{"begin": 9, "end": 19, "score": {"value": 1}}]
    scores = {
        "TOXICITY": {"summaryScore": {"value": 1}, "spanScores": spans},
        "LIKELY_TO_REJECT": {"summaryScore": {"value": 0}},
    }
    got = (await suggest(service, text, scores)).json()
    assert got["clientToken"] == "comment:1"
    assert got["requestedLanguages"] == ["en"]
    assert await labels(service) == [
        (text, "toxicity", 1, "suggestscore", "en"),
        ("You idiot!", "toxicity", 1, "suggestscore", "en"),
        (text, "reject", 0, "suggestscore", "en"),
    ]


async def test_addresses_in_a_suggestion_are_masked_and_never_cut(service: Service) -> None:
    spans = [{"begin": 9, "end": 19, "score": {"value": 1}}]
    scores = {"SPAM": {"summaryScore": {"value": 1}, "spanScores": spans}}
    await suggest(service, "Write to me@example.org now", scores)
    (row,) = await labels(service)
    assert row[0] == "Write to •••@••• now"


def spans(*places: tuple[int, int], value: object = 1) -> dict[str, Any]:
    return {"spanScores": [{"begin": b, "end": e, "score": {"value": value}} for b, e in places]}


WRONG_SUGGESTIONS: list[dict[str, Any]] = [
    {},
    {"TOXICITY": {}},
    {"TOXICITY": {"spanScores": [{"score": {"value": 1}}]}},
    {"TOXICITY": {"spanScores": [{"begin": 0, "end": 4}]}},
    {"TOXICITY": {"spanScores": [{"begin": 0, "end": 4, "score": None}]}},
    {"TOXICITY": spans((0, 8))},
    {"TOXICITY": spans((0, 4), (0, 5))},
    {"TOXICITY": spans((0, 4), value="2")},
    {"TOXICITY": spans((0, 4), value=10**400)},
    {"TOXICITY@1": {"summaryScore": {"value": 1}}, "TOXICITY@2": {"summaryScore": {"value": 1}}},
]


async def test_a_suggestion_of_another_shape_is_refused(service: Service) -> None:
    for scores in WRONG_SUGGESTIONS:
        answer = await suggest(service, "text 😀", scores)
        assert answer.status_code == 400, scores
        assert answer.json()["error"]["details"]
    assert await labels(service) == []


async def test_a_span_counts_once_and_a_missing_value_is_0(service: Service) -> None:
    scores = {
        "TOXICITY": spans((0, 4), (0, 4), (5, 7), value=None),
        "SPAM": spans((0, 4), value="1"),
    }
    assert (await suggest(service, "text 😀", scores)).status_code == 200
    assert [row[:3] for row in await labels(service)] == [
        ("text", "toxicity", 0),
        ("😀", "toxicity", 0),
        ("text", "spam", 1),
    ]


PLACES: list[tuple[Any, Any]] = [(0, 4), (0.0, 4.0), ("0", "4"), ("0.0", "4e0")]
NO_PLACES: list[tuple[Any, Any]] = [
    *((0, 3.5), (0, "x"), (0, None)),
    *((False, True), (0, ""), (0, [4])),
]


async def test_places_are_read_as_protobufs_json(service: Service) -> None:
    for begin, end in PLACES:
        span = {"begin": begin, "end": end, "score": {"value": 1}}
        answer = await suggest(service, f"text {end}", {"SPAM": {"spanScores": [span]}})
        assert answer.status_code == 200, (begin, end, answer.text)
    assert {row[0] for row in await labels(service)} == {"text"}
    for begin, end in NO_PLACES:
        span = {"begin": begin, "end": end, "score": {"value": 1}}
        answer = await suggest(service, "text", {"SPAM": {"spanScores": [span]}})
        assert answer.status_code == 400, (begin, end)


async def test_corals_and_osmods_own_requests_are_answered(service: Service) -> None:
    coral = {
        "comment": {"text": "You are a stupid idiot"},
        "doNotStore": True,
        "languages": ["en"],
        "clientToken": "comment:1",
        "communityId": "Coral:tenant",
        "requestedAttributes": {"SEVERE_TOXICITY": {}},
    }
    answer = await service.http.post(PATH, params={"key": service.site_key}, json=coral)
    assert answer.json()["attributeScores"]["SEVERE_TOXICITY"]
    osmod: dict[str, Any] = {
        "context": {"articleAndParentComment": {"article": {"text": "a"}, "parentComment": None}},
        "requestedAttributes": {"TOXICITY@6": {}, "SPAM@1": {}},
        "spanAnnotations": True,
        "languages": ["en"],
    }
    got = (await ask(service, **osmod)).json()["attributeScores"]
    assert [len(scores["spanScores"]) for scores in got.values()] == [2, 2]


async def test_what_google_clients_add_to_the_address_changes_nothing(service: Service) -> None:
    body = {"comment": {"text": TWO}, "requestedAttributes": {"TOXICITY": {}}}
    more = {"alt": "json", "prettyPrint": "false", "fields": "x", "quotaUser": "u", "$.xgafv": "2"}
    query = {"key": service.site_key, "uploadType": "media", "callback": "f", **more}
    plain = (await ask(service)).json()
    assert (await service.http.post(PATH, params=query, json=body)).json() == plain
