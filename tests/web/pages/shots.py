"""Takes a picture of every page into .shots/, which git ignores.

Run it as `python -m tests.web.pages.shots`; names of pages narrow it.
"""

import asyncio
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final, get_args

from service.db.embedded import server as embedded
from tests.support.database import FAST, Databases
from tests.support.pages_stage import Scheme, stage

FOLDER: Final = Path(__file__).parents[3] / ".shots"
WIDTHS: Final = (360, 1280, 2560)


async def _take(dsn: str, folder: Path, only: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    async with stage(dsn, folder) as scene:
        for scheme in get_args(Scheme):
            page = await scene.window(scheme)
            await scene.signed_in(f"Root {scheme}", "admin", page)
            for name, path in scene.pages.items():
                if only and name not in only:
                    continue
                for width in WIDTHS:
                    await page.set_viewport_size({"width": width, "height": 900})
                    await page.goto(path)
                    shot = FOLDER / f"{name}-{width}-{scheme}.png"
                    await page.screenshot(path=shot, full_page=True)


def main() -> None:
    """Take the pictures, or only those of the pages named."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)  # as root, PostgreSQL runs as another user and must get in
        with (
            embedded.running(folder, FAST) as server,
            closing(Databases(server, "shots")) as databases,
        ):
            databases.build_template()
            with databases.clone() as dsn:
                asyncio.run(_take(dsn, folder, sys.argv[1:]))


if __name__ == "__main__":
    main()
