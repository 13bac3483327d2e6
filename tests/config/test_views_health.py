"""What load balancers ask."""

import pytest


def test_a_living_process_says_ok_without_asking_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_process_that_can_serve_is_ready(db, client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "checks": {"database": True, "role": True, "migrations": True, "broker": True},
    }


def test_a_broker_that_evicts_is_not_ready_and_the_page_does_not_say_why(
    db, client, evicting_broker
):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": {"database": True, "role": True, "migrations": True, "broker": False},
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_pages_are_only_read(client, path):
    assert client.post(path).status_code == 405
