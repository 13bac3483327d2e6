"""Error pages and the style guide: kind, whole, and only where they belong."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


def test_a_missing_page_says_what_to_do(client, db):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "This page is not here" in answer.text
    assert "Go to the home page" in answer.text


@pytest.mark.parametrize("path", ["/c/cut-short", "/u/cut-short", "/u/cut/short", "/c/"])
def test_a_broken_link_of_a_mail_leads_to_a_page_for_customers(client, db, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert "This link does not work" in answer.text
    assert "Rapport:" not in answer.text
    assert "brand you do not work for" not in answer.text
    assert 'href="/"' not in answer.text


def test_a_program_with_a_wrong_address_gets_a_problem_document(client, db):
    answer = client.get("/api/v1/customers/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"
    assert answer.json()["instance"] == "/api/v1/customers/"


def test_a_form_without_its_token_is_refused_in_words(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.com"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


def test_the_server_error_page_stands_without_any_context():
    html = render_to_string("500.html")

    assert "Something went wrong on our side" in html
    assert "{{" not in html


def test_the_style_guide_is_shown_in_a_demo_only(client, settings):
    assert client.get("/styleguide/").status_code == 200

    settings.DEMO = settings.DEBUG = False
    assert client.get("/styleguide/").status_code == 404


def test_the_style_guide_is_read_only(client):
    assert client.post("/styleguide/").status_code == 405


@pytest.mark.parametrize("path", ["/styleguide/", "/accounts/login/"])
def test_pages_carry_the_strict_content_policy(client, db, path):
    policy = client.get(path).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert "'unsafe-inline'" not in directives["script-src"] + directives["style-src"]
