"""The design system holds in a real browser: widths, themes, keyboard, menus, dialogs."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import page_checks, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def styleguide(page: Page, live_server) -> Page:
    page.goto(f"{live_server.url}/styleguide/")
    return page


def test_every_component_holds_in_every_width_and_theme(page, live_server):
    page_checks(page, f"{live_server.url}/styleguide/", pictures="styleguide")


def test_form_errors_are_tied_to_their_fields(page, live_server):
    page.goto(f"{live_server.url}/styleguide/?wrong=1")

    assert violations(page, within="#forms") == []
    email = page.get_by_label("Reply to")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("Enter a valid email address.")


def test_chosen_theme_is_kept_and_set_before_the_page_is_drawn(styleguide):
    styleguide.get_by_role("button", name="Ada Okafor").click()
    styleguide.get_by_role("button", name="Dark").click()
    assert styleguide.evaluate("document.documentElement.dataset.theme") == "dark"

    styleguide.reload()

    assert styleguide.evaluate("document.documentElement.dataset.theme") == "dark"
    styleguide.get_by_role("button", name="Ada Okafor").click()
    expect(styleguide.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    styleguide.get_by_role("button", name="Auto").click()
    assert styleguide.evaluate("document.documentElement.dataset.theme") is None


def test_menus_open_beside_their_button_and_pass_axe(styleguide):
    button = styleguide.get_by_role("button", name="Fernhill Coffee")
    button.click()

    menu = styleguide.locator("#brand-menu")
    expect(menu).to_be_visible()
    assert violations(styleguide, within="#sidebar") == []
    below = menu.bounding_box()["y"] - button.bounding_box()["y"] - button.bounding_box()["height"]
    assert 0 <= below <= 12
    assert abs(menu.bounding_box()["x"] - button.bounding_box()["x"]) <= 4
    styleguide.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_a_phone_opens_the_sidebar_from_the_top_bar(styleguide):
    styleguide.set_viewport_size({"width": 360, "height": 800})
    expect(styleguide.get_by_role("link", name="Customers")).to_be_hidden()

    styleguide.get_by_role("button", name="Menu").click()

    expect(styleguide.get_by_role("link", name="Customers")).to_be_visible()
    assert violations(styleguide, within="#sidebar") == []


def test_dialog_takes_the_focus_and_gives_it_back(styleguide):
    opener = styleguide.get_by_role("button", name="Open a dialog")
    opener.focus()
    styleguide.keyboard.press("Enter")

    expect(styleguide.get_by_role("dialog", name="Cancel this campaign?")).to_be_visible()
    assert violations(styleguide, within="dialog") == []
    styleguide.keyboard.press("Escape")

    expect(opener).to_be_focused()


def test_the_first_tab_stop_skips_to_the_page(styleguide):
    styleguide.keyboard.press("Tab")
    expect(styleguide.get_by_role("link", name="Skip to the page")).to_be_focused()

    styleguide.keyboard.press("Enter")

    expect(styleguide.locator("#main")).to_be_focused()


def test_bars_can_be_read_as_a_table(styleguide):
    styleguide.get_by_text("Show as table").click()

    table = styleguide.get_by_role("table", name="Customer revenue by week and path")
    assert table.get_by_role("row").count() == 13
    cells = table.get_by_role("row").nth(1).get_by_role("cell").all_inner_texts()
    assert cells == ["£7,300", "£2,400", "£1,800", "£1,300", "£10,400", "£12,800"]
    assert violations(styleguide, within=".chart-table") == []


def test_a_secret_is_copied_by_its_button(styleguide):
    styleguide.context.grant_permissions(["clipboard-read", "clipboard-write"])

    styleguide.get_by_role("button", name="Copy").click()

    expect(styleguide.get_by_role("button", name="Copied")).to_be_visible()
    assert styleguide.evaluate("navigator.clipboard.readText()") == "rk_live_q7m2x4c8n1v6"
