"""A new owner, through HTTP alone: from the sign-up to the first check-ins of 25 invited people."""

from pathlib import Path

from local.folder import Folder
from tools.running import running
from tools.walkthrough import FIRST_CHECK_INS, walk


def test_a_company_comes_from_nothing_to_its_first_check_ins(tmp_path: Path) -> None:
    said: list[str] = []
    with running(tmp_path / "data", "--empty") as url:
        told = Folder(tmp_path / "data").require_running().variables
        came = walk(url, told["SUPABASE_ANON_KEY"], told["SCHEDULER_SECRET"], said.append)

    assert (came.invited, came.joined, came.confirmed) == (25, 25, 25)
    assert came.ways == {"dashboard"}
    assert sum(came.scheduled.values()) == 26  # theirs, and the owner's own
    assert came.check_ins == came.dots == FIRST_CHECK_INS
    assert len(said) == 13
