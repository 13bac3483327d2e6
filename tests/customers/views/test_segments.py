"""The segment pages as a browser without scripts uses them, and the parts scripts ask for."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from config.kit import ids
from customers.models.segments import Segment
from customers.services.segments import create_segment
from tests import factories
from tests.conftest import Cast

BASE = "/b/floral/segments"
FRENCH = {"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}
FORM = {
    "name": "French",
    "own": "",
    "op:r": "all",
    "subject:r-0": "attribute.country",
    "r-0:op": "is",
    "r-0:values": "France",
}


@pytest.fixture
def people(cast: Cast) -> None:
    with brand_scope(cast.floral):
        for number in range(3):
            factories.customer(email=f"p{number}@example.com", country="France")


@pytest.fixture
def french(cast: Cast) -> Segment:
    with brand_scope(cast.floral):
        return create_segment(name="French", rule={"all": [FRENCH]})


def url_of(segment: Segment) -> str:
    return f"{BASE}/{ids.encode('seg', segment.uid)}"


def segments(cast: Cast) -> list[tuple[str, Any]]:
    with brand_scope(cast.floral):
        return list(Segment.objects.values_list("name", "rule"))


def test_a_new_segment_is_built_counted_and_saved(cast: Cast, people: None, ben: Client) -> None:
    assert ben.get(f"{BASE}/new/").status_code == 200
    panel = ben.post(f"{BASE}/panel/", FORM).content.decode()
    assert '<span class="figure figure-large">3</span>' in panel
    assert "3 match; this rule removes 1" in panel
    saved = ben.post(f"{BASE}/save/", FORM, follow=True)
    assert "“French” is saved." in saved.content.decode()
    assert segments(cast) == [("French", {"all": [FRENCH]})]


def test_a_link_can_bring_the_rule(cast: Cast, ben: Client) -> None:
    rule = {"all": [{"kind": "rung", "op": "exactly", "value": 1}]}
    page = ben.get(f"{BASE}/new/", {"rule": json.dumps(rule), "name": "Once"}).content.decode()
    assert 'value="Once"' in page
    assert "Customers who bought exactly once." in page


@pytest.mark.parametrize("rule", ["{", "7", '{"all": [{"kind": "moon"}]}', "[" * 20_000, "\x00"])
def test_a_link_with_a_broken_rule_says_so(cast: Cast, ben: Client, rule: str) -> None:
    page = ben.get(f"{BASE}/new/", {"rule": rule})
    assert page.status_code == 200
    assert "The link did not bring a rule that can be used." in page.content.decode()


def test_rows_come_and_go_without_scripts(cast: Cast, ben: Client) -> None:
    page = ben.post(f"{BASE}/save/", {**FORM, "act": "add-group:r"}).content.decode()
    assert 'name="op:r-1"' in page
    assert 'name="subject:r-1-0"' in page
    page = ben.post(f"{BASE}/save/", {**FORM, "act": "remove:r-0"}).content.decode()
    assert 'name="subject:r-0"' not in page
    assert segments(cast) == []


def test_scripts_get_the_builder_which_asks_for_the_panel(cast: Cast, ben: Client) -> None:
    part = ben.post(f"{BASE}/rows/", {**FORM, "act": "add-rule:r"}).content.decode()
    assert "<html" not in part
    assert 'name="subject:r-1"' in part
    assert 'hx-trigger="load"' in part


def test_a_half_done_row_is_marked_and_not_saved(cast: Cast, ben: Client) -> None:
    half = {**FORM, "r-0:values": " "}
    panel = ben.post(f"{BASE}/panel/", half).content.decode()
    assert "Complete the marked rule" in panel
    assert "Fill in “Values, separated by commas”." in panel
    assert ben.post(f"{BASE}/save/", half).status_code == 422
    assert segments(cast) == []


def test_a_name_that_is_taken_is_refused_beside_the_name(
    cast: Cast, french: Segment, ben: Client
) -> None:
    page = ben.post(f"{BASE}/save/", FORM)
    assert page.status_code == 422
    assert "There is a segment “French” already." in page.content.decode()
    assert len(segments(cast)) == 1


def test_a_saved_segment_is_shown_and_changed(
    cast: Cast, french: Segment, people: None, ben: Client
) -> None:
    page = ben.get(f"{url_of(french)}/").content.decode()
    assert "Customers who live in France." in page
    assert page.count('data-label="Orders"') == 3
    assert 'value="France"' in ben.get(f"{url_of(french)}/edit/").content.decode()
    own = {**FORM, "own": ids.encode("seg", french.uid), "name": "Not French", "op:r": "none"}
    ben.post(f"{BASE}/save/", own)
    assert segments(cast) == [("Not French", {"none": [FRENCH]})]


def test_a_money_rule_keeps_its_minor_units(cast: Cast, ben: Client) -> None:
    form = {
        "name": "Spent",
        "op:r": "all",
        "subject:r-0": "orders.net",
        "r-0:op": "at_least",
        "r-0:value": "49.90",
        "r-0:days": "365",
    }
    ben.post(f"{BASE}/save/", form)
    rule = {"kind": "orders", "measure": "net", "op": "at_least", "value": 4990, "days": 365}
    assert segments(cast) == [("Spent", {"all": [rule]})]
    with brand_scope(cast.floral):
        url = url_of(Segment.objects.get())
    page = ben.get(f"{url}/edit/").content.decode()
    assert 'value="49.90"' in page
    assert "spent at least £49.90 (less refunds) in the last 365 days" in page


def test_a_rule_is_written_as_json(cast: Cast, people: None, ben: Client) -> None:
    written = {**FORM, "act": "use-json", "as_json": json.dumps({"none": [FRENCH]})}
    part = ben.post(f"{BASE}/rows/", written).content.decode()
    assert '<option value="none" selected>' in part
    assert 'value="France"' in part
    assert "<textarea" not in part
    page = ben.post(f"{BASE}/save/", written).content.decode()
    assert '<span class="figure figure-large">1</span>' in page
    assert segments(cast) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"all": [\n  oops', "It is not JSON: invalid character (line 2, column 3)."),
        ('{"all": [{"kind": "moon"}]}', "(at /all/0/kind)"),
        ("[" * 20_000, "It is not JSON"),
        ("\x00", "It is not JSON"),
    ],
)
def test_a_broken_rule_is_refused_where_it_was_written(
    cast: Cast, ben: Client, text: str, problem: str
) -> None:
    part = ben.post(f"{BASE}/rows/", {**FORM, "act": "use-json", "as_json": text})
    page = part.content.decode()
    assert problem in page
    assert 'value="France"' in page
    assert 'hx-trigger="load"' not in page


def test_the_builder_counts_as_of_a_day(cast: Cast, people: None, ben: Client) -> None:
    rule = {"subject:r-0": "attribute.created", "r-0:op": "over_days", "r-0:days": "0"}
    day = cast.floral.today - timedelta(days=3)
    form = {"name": "", "op:r": "none", **rule, "as_of": day.isoformat()}
    panel = ben.post(f"{BASE}/panel/", form).content.decode()
    assert f'<time datetime="{day.isoformat()}">' in panel
    for wrong in ("", "yesterday", "9999-12-31"):
        panel = ben.post(f"{BASE}/panel/", {**form, "as_of": wrong}).content.decode()
        assert f'<time datetime="{cast.floral.today.isoformat()}">' in panel


def test_a_segment_in_use_is_not_deleted(cast: Cast, french: Segment, ben: Client) -> None:
    with brand_scope(cast.floral):
        campaign = Campaign.objects.create(name="May", segment=french)
    refused = ben.post(f"{url_of(french)}/delete/")
    assert refused.status_code == 409
    assert len(segments(cast)) == 1
    with brand_scope(cast.floral):
        campaign.delete()
    assert ben.post(f"{url_of(french)}/delete/").status_code == 302
    assert segments(cast) == []


def test_the_list_counts_each_segment_by_itself(
    cast: Cast, french: Segment, people: None, ben: Client
) -> None:
    page = ben.get(f"{BASE}/").content.decode()
    assert "French" in page
    assert "Customers who live in France." in page
    row = ben.get(f"{url_of(french)}/count/").content.decode()
    assert '3<br><span class="small muted">0 by e-mail</span>' in row
    assert "hx-get" not in row


def test_the_list_costs_the_same_queries_for_one_and_for_ten(
    cast: Cast, ben: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for total in (1, 10):
        with brand_scope(cast.floral):
            for number in range(Segment.objects.count(), total):
                create_segment(name=f"S{number}", rule={"all": [FRENCH]})
        with django_assert_max_num_queries(30) as queries:
            ben.get(f"{BASE}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_somebody_else_sees_nothing_and_changes_nothing(
    cast: Cast, french: Segment, cleo: Client, ana: Client
) -> None:
    own_pages = [f"{url_of(french)}/{page}" for page in ("", "edit/", "count/", "export.csv")]
    for path in (f"{BASE}/", f"{BASE}/new/", *own_pages):
        assert cleo.get(path).status_code == 404
    for path in (f"{BASE}/save/", f"{BASE}/panel/", f"{BASE}/rows/", f"{url_of(french)}/delete/"):
        assert cleo.post(path, FORM).status_code == 404
    own = ids.encode("seg", french.uid)
    elsewhere = f"/b/grocer/segments/{own}/"
    assert ana.get(elsewhere).status_code == 404
    assert ana.post("/b/grocer/segments/save/", {**FORM, "own": own}).status_code == 404
    assert segments(cast) == [("French", {"all": [FRENCH]})]


def test_a_rule_is_written_as_text(cast: Cast, people: None, ben: Client) -> None:
    page = ben.post(f"{BASE}/save/", FORM, follow=True)
    edit = ben.get(f"{page.redirect_chain[-1][0]}edit/").content.decode()
    assert "all(\n  profile.country is &quot;France&quot;\n)" in edit
    written = {**FORM, "act": "use-text", "as_text": 'none(profile.country is "France")'}
    part = ben.post(f"{BASE}/rows/", written).content.decode()
    assert '<option value="none" selected>' in part
    broken = {**FORM, "act": "use-text", "as_text": "all(\n  moon >= 2\n)"}
    part = ben.post(f"{BASE}/rows/", broken).content.decode()
    assert "Line 2, column 3:" in part
    assert "moon &gt;= 2" in part
    assert 'value="France"' in part


@pytest.mark.parametrize(("depth", "is_fine"), [(8, True), (9, False)])
def test_groups_nest_eight_deep_and_no_deeper(
    cast: Cast, people: None, ben: Client, depth: int, is_fine: bool
) -> None:
    paths = ["r" + "-0" * level for level in range(depth)]
    form = {f"op:{path}": "all" for path in paths} | {
        f"subject:{paths[-1]}-0": "attribute.country",
        f"{paths[-1]}-0:op": "is",
        f"{paths[-1]}-0:values": "France",
    }
    panel = ben.post(f"{BASE}/panel/", form).content.decode()
    assert ('<span class="figure figure-large">3</span>' in panel) == is_fine
    page = ben.post(f"{BASE}/save/", {**form, "act": "refresh"}).content.decode()
    assert ("Groups may be nested 8 deep at most." in page) != is_fine


def test_the_builder_suggests_campaigns_by_name(cast: Cast, ana: Client) -> None:
    with brand_scope(cast.floral):
        autumn = Campaign.objects.create(name="Autumn bulbs")
        autumn.refresh_from_db()
    page = ana.get(f"{BASE}/new/").content.decode()
    option = f'<option value="{ids.encode("cmp", autumn.uid)}" label="Autumn bulbs">'
    assert option in page.partition('<datalist id="known-campaign">')[2].partition("</datalist>")[0]
