"""`annotations export` as a program calls it."""

import json
from pathlib import Path

from tests.support.commands import RunBeside, answer, told
from tests.support.service import Service


async def test_annotations_go_to_standard_output_or_to_a_file(
    service: Service, run_beside: RunBeside, tmp_path: Path
) -> None:
    published = (await service.post()).json()
    done = await run_beside("annotations", "export", "--silence-days", "0")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["text"] == published["body"]
    out = tmp_path / "annotations.ndjson"
    written = await run_beside(
        "annotations", "export", "--silence-days", "0", "--out", str(out), "--json"
    )
    assert answer(written) == {"annotations": 1}
    assert out.read_text().splitlines() == [line]
    assert out.stat().st_mode & 0o777 == 0o600
    assert (await run_beside("annotations", "export", "--no-silence")).stdout == ""
    assert "no site" in told(await run_beside("annotations", "export", "--site", "nowhere"), 1)
