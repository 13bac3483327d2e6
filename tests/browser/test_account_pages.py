"""Signing up, in and back in: every step holds in the browser and is kind when it goes wrong."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import page_checks, violations
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["login/", "login/code/", "signup/", "password/reset/"])
def test_the_door_holds_in_every_width_and_theme(page, live_server, path):
    page_checks(page, f"{live_server.url}/accounts/{path}", pictures=path.replace("/", "-"))


def test_fields_tell_password_managers_what_they_are(page, live_server):
    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.get_by_label("Email")).to_have_attribute("autocomplete", "email")
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")

    page.goto(f"{live_server.url}/accounts/signup/")
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "new-password")


def test_a_wrong_password_is_refused_in_words_and_signs_nobody_in(page, live_server, cast):
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(cast.ana.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("not correct")
    assert "sessionid" not in {cookie["name"] for cookie in page.context.cookies()}
    assert violations(page) == []


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(
    page, live_server, cast, mailoutbox
):
    page.goto(f"{live_server.url}/accounts/password/reset/")
    page.get_by_label("Email").fill(cast.ana.email)
    page.get_by_role("button", name="Send me an e-mail").click()
    expect(page.get_by_role("heading", name="Look in your inbox")).to_be_visible()

    assert [mail.to for mail in mailoutbox] == [[cast.ana.email]]
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mailoutbox[0].body)
    assert link is not None
    page.goto(live_server.url + link[1])
    for box in page.get_by_label("New password").all():
        box.fill("quite another password")
    assert violations(page) == []
    page.get_by_role("button", name="Save the new password").click()

    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    cast.ana.refresh_from_db()
    assert cast.ana.check_password("quite another password")
    assert not cast.ana.check_password(PASSWORD)


def test_a_new_account_is_confirmed_by_the_code_in_the_mail(page, live_server, mailoutbox):
    page.goto(f"{live_server.url}/accounts/signup/")
    page.get_by_label("Email").fill("nia@example.com")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Make an account").click()

    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    assert violations(page) == []
    assert [mail.to for mail in mailoutbox] == [["nia@example.com"]]
    code = mailoutbox[0].subject.split()[0]
    assert code in mailoutbox[0].body
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_role("heading", name="Enter the code")).to_be_hidden()
    assert "sessionid" in {cookie["name"] for cookie in page.context.cookies()}
