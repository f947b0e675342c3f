"""A site that Hugo builds with what the guide of static sites gives for it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.support.commands import ROOT

_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SITE: Final = """baseURL = "{base}"
title = "A blog"
disableKinds = ["taxonomy", "term", "rss", "sitemap", "404", "home", "section"]
{params}"""
PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>
<body><main><h1>{{ .Title }}</h1>{{ partial "comments.html" . }}</main></body></html>"""


def built(folder: Path, base: str, service: str, key: str) -> dict[str, bytes]:
    """The files of a site that Hugo makes with the guide's template and settings."""
    guide = (ROOT / "service/web/readers/README.md").read_text(encoding="utf-8")
    blocks = _BLOCK.findall(guide)
    (partial,) = (code for kind, code in blocks if kind == "html" and "site.Params" in code)
    (params,) = (code for kind, code in blocks if kind == "toml")
    params = params.replace("https://comments.example.org", service)
    given = {
        "hugo.toml": SITE.format(base=base, params=params.replace("cmpublic_…", key)),
        "layouts/_default/single.html": PAGE,
        "layouts/partials/comments.html": partial,
        "content/größe & more.md": "+++\ntitle = 'Größe & more'\n+++\nText",
    }
    for name, text in given.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    hugo = Path(sys.executable).with_name("hugo")
    subprocess.run([hugo, "--source", folder, "--quiet"], check=True, timeout=300)
    made = folder / "public"
    return {str(each.relative_to(made)): each.read_bytes() for each in made.rglob("*.html")}
