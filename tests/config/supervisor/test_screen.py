"""Plain lines in a log, one tidy table on a terminal."""

import io

from config.supervisor.screen import Screen


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_in_a_log_each_change_is_one_plain_line():
    out = io.StringIO()
    times = iter([0.0, 1.26])
    screen = Screen(out, clock=lambda: next(times))
    screen.step("tables")
    screen.progress("Applying accounts.0001_initial... OK\n")
    screen.progress("Applying accounts.0001_initial... OK\n")
    screen.head(["Rapport is running at http://localhost:8000/"])
    screen.show({"web": "starting"})
    screen.show({"web": "starting"})
    screen.show({"web": "running"})
    assert out.getvalue() == (
        "  tables: Applying accounts.0001_initial... OK\n"
        "  ok  tables (1.3 s)\n"
        "Rapport is running at http://localhost:8000/\n"
        "web: starting\n"
        "web: running\n"
    )


def test_on_a_terminal_the_table_is_drawn_over_the_one_before():
    out = Terminal()
    screen = Screen(out)
    screen.head(["Rapport is running at http://localhost:8000/"])
    screen.show({"web": "starting", "worker": "running"})
    first = out.getvalue()
    screen.show({"web": "running", "worker": "running"})
    assert first.count("\n") == 5
    assert out.getvalue()[len(first) :].startswith("\033[5F\033[K")
