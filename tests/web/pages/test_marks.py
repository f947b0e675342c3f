"""Which parts of a body are marked, how strong, and what their labels are called."""

from classifier import Span
from service.web.pages.marks import Piece, marked_words, pieces, telling


def texts(found: list[Piece]) -> list[tuple[str, int]]:
    return [(piece.text, piece.strength) for piece in found]


def test_a_body_without_spans_is_one_plain_piece() -> None:
    assert texts(pieces("all well", [])) == [("all well", 0)]
    assert texts(pieces("", [])) == []


def test_more_weight_is_a_stronger_mark() -> None:
    spans = [Span(0, 1, "spam", 0.2), Span(2, 3, "spam", 0.6), Span(4, 5, "spam", 3.0)]
    assert texts(pieces("a b c", spans)) == [("a", 1), (" ", 0), ("b", 2), (" ", 0), ("c", 3)]


def test_overlapping_spans_keep_the_text_whole_and_name_each_label_once() -> None:
    body = "you utter fool, you"
    found = pieces(body, [Span(0, 14, "toxicity", 1.0), Span(4, 14, "insult", 2.0)])
    assert "".join(piece.text for piece in found) == body
    assert [(piece.label, piece.tags) for piece in found] == [
        ("toxicity", ()),
        ("insult", ("insult", "toxic")),
        ("", ()),
    ]
    assert found[1].about == "insult +2.0, toxicity +1.0"


def test_white_space_around_a_span_is_not_marked() -> None:
    assert texts(pieces("a  b ", [Span(1, 5, "spam", 1.0)])) == [("a  ", 0), ("b", 2), (" ", 0)]


def test_each_field_has_its_own_spans() -> None:
    spans = [Span(0, 6, "spam", 2.0, "name"), Span(0, 5, "insult", 2.0)]
    assert texts(pieces("Casino King", spans, field="name")) == [("Casino", 3), (" King", 0)]
    assert texts(pieces("idiot!", spans)) == [("idiot", 3), ("!", 0)]
    told = marked_words({"name": "Casino King", "body": "idiot!", "website": ""}, spans)
    assert told == {"spam": ["Casino"], "insult": ["idiot"]}


def test_code_points_beyond_the_first_plane_count_as_one() -> None:
    assert texts(pieces("😀😀 bad", [Span(3, 6, "spam", 1.0)])) == [("😀😀 ", 0), ("bad", 2)]


def test_spans_past_the_end_of_an_erased_body_are_left_out() -> None:
    assert texts(pieces("ab", [Span(0, 9, "spam", 1.0)])) == [("ab", 0)]


def test_the_labels_a_comment_was_held_for_are_marked_and_no_others() -> None:
    spans = [Span(0, 1, "spam", 0.1), Span(0, 1, "threat", 5.0)]
    assert telling(spans, ["links", "spam"]) == spans[:1]
    assert telling(spans, ["links"]) == spans[1:]
