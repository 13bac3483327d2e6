"""One supervisor per instance, and the next one finds what it left."""

import os
import stat

import pytest

from config.engines import processes
from config.supervisor.runfolder import AlreadyRunning, RunFolder


def test_a_second_supervisor_is_told_where_the_first_one_answers(tmp_path):
    first = RunFolder(tmp_path)
    first.take()
    first.write_state(address="http://localhost:8000/", children={})
    with pytest.raises(AlreadyRunning) as refused:
        RunFolder(tmp_path).take()
    assert str(refused.value) == (
        f"Rapport is already running at http://localhost:8000/ (process {os.getpid()}). "
        f"`manage.py stop` stops it."
    )
    assert first.supervisor() == processes.mark(os.getpid())
    first.release()
    second = RunFolder(tmp_path)
    second.take()
    second.release()


def test_the_programs_of_a_killed_supervisor_are_found_again(tmp_path):
    child = processes.mark(os.getpid())
    RunFolder(tmp_path).take()
    RunFolder(tmp_path).write_state(address="http://localhost:8000/", children={"web": child})
    assert RunFolder(tmp_path).children() == {"web": child}


def test_a_torn_state_file_is_no_state(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "state.json").write_text('{"children": {"web"')
    assert RunFolder(tmp_path).children() == {}
    assert RunFolder(tmp_path).supervisor() is None


def test_addresses_with_passwords_are_readable_by_their_owner_only(tmp_path):
    folder = RunFolder(tmp_path)
    folder.take()
    folder.write_environment({"DATABASE_URL": "postgresql://a:b=c@%2Fs/rapport", "DEMO": "1"})
    assert stat.S_IMODE(folder.environment_file.stat().st_mode) == 0o600
    assert folder.environment_file.read_text() == (
        "DATABASE_URL=postgresql://a:b=c@%2Fs/rapport\nDEMO=1\n"
    )
    assert folder.environment()["DATABASE_URL"] == "postgresql://a:b=c@%2Fs/rapport"
    folder.release()
    assert folder.environment() == {}
