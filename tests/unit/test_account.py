import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from waihu.telephony.account import account_for


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_root_gives_up_its_rights_where_everybody_can_reach_what_is_needed(open_folder: Path) -> None:
    account = account_for((open_folder / "exchange", open_folder / "sounds" / "any"))
    if os.geteuid() == 0:
        assert account is not None
        assert account.uid != 0
    else:
        assert account is None, "who is not root has nothing to give up"


def test_it_keeps_them_where_one_folder_on_the_way_is_closed(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    assert account_for((open_folder / "exchange", closed / "exchange")) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_are_given_but_not_what_a_link_points_to(open_folder: Path) -> None:
    account = account_for((open_folder / "a",))
    assert account is not None
    (open_folder / "file").touch()
    (open_folder / "link").symlink_to(open_folder / "file")
    account.own([open_folder / "link"])
    assert (open_folder / "file").stat().st_uid == 0
    account.own([open_folder / "file"])
    assert (open_folder / "file").stat().st_uid == account.uid
