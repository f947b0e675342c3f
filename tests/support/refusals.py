"""Finds the sentences with which the service refuses what people do on its pages."""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import grimp

_ROOT: Final = Path(__file__).resolve().parents[2]

_PLACES: Final[Mapping[str, int]] = {
    "FieldError": 1,
    **dict.fromkeys(("Refused", "BadRequest", "BundleRefused", "Conflict", "Forbidden"), 0),
    "WorseVersion": 0,
    **dict.fromkeys(("NotFound", "TooLarge", "TooMany", "Unauthorised", "Unavailable"), 0),
    **dict.fromkeys(("ImportRefused", "Unreadable"), 0),
    "Left": 1,
    **dict.fromkeys(("HeldByOther", "Internal", "NotPossible", "StaleVersion"), 0),
}
"""What is raised, and which of its arguments is the sentence."""

_CALLED: Final = tuple(
    f"service.web.{each}" for each in ("authors", "review", "review_bulk", "review_live")
)
"""What the pages' own scripts call."""

_IN_FILES: Final = "service.comments.importing"
"""What an import says of a file, which the page of imports shows afterwards."""

_ELSEWHERE: Final[Mapping[str, str]] = {
    "service.accounts.credentials": "keys and tokens of programs",
    "service.comments.browsers": "readers' comments, in the words of the widget",
    "service.comments.editing": "websites that have a comment edited",
    "service.comments.incoming": "websites that post, and the demo's English readers",
    "service.comments.open_pages": "readers' lists",
    "service.comments.reporting": "readers' reports, by their website",
    "service.comments.submission": "websites that post",
    "service.delivery.events": "websites that poll",
    "service.models.adaptations": "commands and calls of data staff",
    "service.models.rescoring": "a command, which names commands",
    "service.web.body": "JSON that no script of ours writes",
    "service.web.gate": "readers' browsers on a website's pages",
    "service.web.pages.assets": "addresses that no page has",
    "service.web.pages.demo": "an English newspaper",
    "service.web.pages.queue_fields": "ids in forms that nobody fills in",
    "service.web.review_fields": "places in lists, which pages write themselves",
}
"""Modules that pages bring along and whose refusals others get; and who."""


@cache
def files() -> Collection[Path]:
    """Return the modules that a form or a script of a page can meet a refusal of."""
    graph = grimp.build_graph("service", cache_dir=None)
    pages = graph.find_descendants("service.web.pages")
    told_later = {_IN_FILES, *graph.find_children(_IN_FILES)}
    found = pages.union(_CALLED, told_later, *map(graph.find_upstream_modules, (*pages, *_CALLED)))
    return {_path(each) for each in found - _ELSEWHERE.keys()}


def _path(module: str) -> Path:
    there = _ROOT.joinpath(*module.split("."))
    return there / "__init__.py" if there.is_dir() else there.with_suffix(".py")


def sentences(path: Path) -> Iterator[str]:
    """Return each sentence of a module, with `%(a)s`, `%(b)s` … where something is put in."""
    tree = ast.parse(path.read_text())
    known = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, known)
        elif isinstance(node, ast.Assign) and any(_is_told(each) for each in node.targets):
            yield from _texts(node.value, known)
        elif isinstance(node, ast.FunctionDef) and node.name == "_refusal":
            for each in ast.walk(node):
                if isinstance(each, ast.Return) and each.value is not None:
                    yield from _texts(each.value, known)


def _is_told(target: ast.expr) -> bool:
    """Say whether a variable is one that sentences are kept in before they are raised."""
    return isinstance(target, ast.Name) and target.id in {"told", "error", "message", "detail"}


def _of_call(call: ast.Call, known: Mapping[str, ast.expr]) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    is_super = name == "__init__" and isinstance(call.func, ast.Attribute)
    place = 0 if is_super else _PLACES.get(name)
    if place is not None and place < len(call.args):
        yield from _texts(call.args[place], known)


def _texts(node: ast.expr, known: Mapping[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield _with_places(node)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body, known), *_texts(node.orelse, known))
    elif isinstance(node, ast.Name) and node.id in known:
        yield from _texts(known[node.id], {})


def _with_places(node: ast.JoinedStr) -> str:
    places = iter("abcdefgh")
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"%({next(places)})s"
        for part in node.values
    )
