"""`learn` and `adaptations` as people and programs call them."""

import json

from tests.support.commands import Run, answer, told


def test_learn_and_adaptations_say_what_there_is(run: Run) -> None:
    """Exit status 1 where a named site has too little to learn from, 0 where all are asked."""
    assert run("sites", "add", "blog").returncode == 0
    (lesson,) = answer(run("learn", "--json"))
    assert (lesson["site"], lesson["version"], lesson["is_active"]) == ("blog", None, False)
    one = run("learn", "--site", "blog", "--json")
    assert (one.returncode, json.loads(one.stdout)) == (1, [lesson])
    assert one.stderr == "error: blog: 0 annotations; 50 are a beginning\n"
    assert answer(run("adaptations", "list", "--site", "blog", "--json")) == []
    assert "nothing before that" in told(run("adaptations", "rollback", "--site", "blog"), 1)
    assert "no such adaptation" in told(run("adaptations", "show", "--site", "blog", "a+1"), 1)
    assert "no site with this name" in told(run("learn", "--site", "other"), 1)
