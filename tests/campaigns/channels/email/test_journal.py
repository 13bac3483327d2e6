"""The file journal: what is read back after a kill, at whatever byte the file ends."""

import os
import signal
import subprocess
import sys

import pytest

from campaigns.channels.email.journal import (
    JournalBusy,
    drop_journal,
    open_journal,
    path_of,
    read_journal,
)
from campaigns.channels.email.smtp import Outcome, Verdict

TAKEN = Outcome(Verdict.ACCEPTED, 250, "taken")
NO_USER = Outcome(Verdict.REFUSED, 550, "no such user")


def write_three(folder):
    with open_journal(folder, 5) as journal:
        journal.intend(1)
        journal.answer(1, TAKEN)
        journal.intend(2)
        journal.answer(2, NO_USER)
        journal.intend(3)


def test_answers_and_the_undecided_are_read_back(tmp_path):
    write_three(tmp_path)
    account = read_journal(tmp_path, 5)
    assert account.answered == {1: TAKEN, 2: NO_USER}
    assert account.undecided == {3}


def test_no_journal_means_nothing_was_about_to_leave(tmp_path):
    account = read_journal(tmp_path, 5)
    assert (account.answered, account.undecided) == ({}, set())


def test_every_torn_end_leaves_each_customer_answered_or_undecided_but_never_forgotten(tmp_path):
    write_three(tmp_path)
    whole = path_of(tmp_path, 5).read_bytes()
    for length in range(len(whole)):
        path_of(tmp_path, 5).write_bytes(whole[:length])
        account = read_journal(tmp_path, 5)
        for customer_id in (1, 2, 3):
            intended = whole.find(b"I %d\n" % customer_id) + len(b"I %d\n" % customer_id)
            known = customer_id in account.undecided or customer_id in account.answered
            assert known == (length >= intended)
        assert set(account.answered) <= {1, 2}


def test_writing_goes_on_after_a_torn_line(tmp_path):
    write_three(tmp_path)
    path = path_of(tmp_path, 5)
    path.write_bytes(path.read_bytes() + b"A 3 acc")
    with open_journal(tmp_path, 5) as journal:
        journal.intend(4)
    account = read_journal(tmp_path, 5)
    assert account.undecided == {3, 4}
    assert account.answered == {1: TAKEN, 2: NO_USER}


def test_a_torn_number_never_stands_for_another_customer(tmp_path):
    path_of(tmp_path, 5).write_bytes(b"I 12\nI 1")
    with open_journal(tmp_path, 5) as journal:
        journal.intend(4)
    assert read_journal(tmp_path, 5).undecided == {12, 4}


def test_a_server_text_with_line_breaks_stays_one_line(tmp_path):
    with open_journal(tmp_path, 5) as journal:
        journal.intend(1)
        journal.answer(1, Outcome(Verdict.REFUSED, 550, "no\nI 99\r\nuser " + "x" * 999))
    account = read_journal(tmp_path, 5)
    assert account.undecided == set()
    assert account.answered[1].text.startswith("no I 99 user xxx")
    assert len(account.answered[1].text) == 300


def test_two_living_processes_never_write_the_same_journal(tmp_path):
    with open_journal(tmp_path, 5), pytest.raises(JournalBusy), open_journal(tmp_path, 5):
        pass


def test_a_killed_process_leaves_its_lines_and_no_lock(tmp_path):
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from campaigns.channels.email.journal import open_journal\n"
        "with open_journal(Path(sys.argv[1]), 5) as journal:\n"
        "    journal.intend(1)\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "ready\n"
    with pytest.raises(JournalBusy), open_journal(tmp_path, 5):
        pass
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    with open_journal(tmp_path, 5):
        assert read_journal(tmp_path, 5).undecided == {1}


def test_a_finished_journal_is_dropped(tmp_path):
    write_three(tmp_path)
    drop_journal(tmp_path, 5)
    drop_journal(tmp_path, 5)
    assert read_journal(tmp_path, 5).undecided == set()


def test_an_answer_is_on_disk_before_the_next_mail_leaves_and_at_the_end(tmp_path):
    with open_journal(tmp_path, 5) as journal:
        journal.intend(1)
        journal.answer(1, TAKEN)
        assert read_journal(tmp_path, 5).undecided == {1}
        journal.intend(2)
        account = read_journal(tmp_path, 5)
        assert (set(account.answered), account.undecided) == ({1}, {2})
        journal.answer(2, TAKEN)
        journal.flush()
        assert read_journal(tmp_path, 5).undecided == set()
