"""The table of programs, and what is prepared before they start."""

from pathlib import Path

from config.supervisor.programs import Options, programs, steps


def _names(**options):
    return [program.name for program in programs(Options(home=Path("/h"), port=8000, **options))]


def test_without_sample_data_there_is_no_inbox():
    assert _names() == ["web", "worker", "beat", "sender"]
    assert _names(smtp_port=2525) == ["web", "worker", "beat", "sender"]


def test_the_demo_has_an_inbox_that_is_up_before_anything_is_sent():
    assert _names(demo=True, smtp_port=2525) == ["inbox", "web", "worker", "beat", "sender"]


def test_a_mail_server_given_by_hand_takes_the_inboxs_place():
    assert _names(demo=True, smtp_port=0) == ["web", "worker", "beat", "sender"]


def test_nothing_is_sent_when_asked_not_to():
    assert _names(sender=False) == ["web", "worker", "beat"]


def test_the_web_server_listens_on_the_loopback_interface_only():
    web = programs(Options(home=Path("/h"), port=8123))[0]
    assert web.command[web.command.index("--host") + 1] == "127.0.0.1"
    assert web.command[web.command.index("--port") + 1] == "8123"


def test_tables_come_before_the_data_and_unchanged_files_are_not_collected_again():
    known = ["demo", "migrate"]
    first = steps(demo=True, static_changed=True, known_commands=known)
    assert [step.name for step in first] == ["tables", "static files", "sample data"]
    later = steps(demo=False, static_changed=False, known_commands=known)
    assert [step.name for step in later] == ["tables"]
