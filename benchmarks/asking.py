"""A page asked for through all of Django, template included, on two clocks."""

import time

from django.test import Client


def timed(client: Client, path: str) -> tuple[float, float]:
    """Milliseconds on the wall, and of this process's CPU, which other work on the machine
    lengthens less."""
    began, spent = time.perf_counter(), time.process_time()
    answer = client.get(path)
    took = time.perf_counter() - began, time.process_time() - spent
    assert answer.status_code == 200, f"{path} answers {answer.status_code}"
    return 1000 * took[0], 1000 * took[1]
