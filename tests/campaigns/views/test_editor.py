"""The editor saves in small steps, tells refusals in place, and shows the true mail safely."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.templates import EmailTemplate
from campaigns.selectors import preflight as look
from campaigns.services import drafts, templates
from campaigns.views import editor
from customers.models.customers import Customer
from customers.models.segments import Segment
from tests import factories
from tests.conftest import Cast

BLOCKS = [
    {"kind": "heading", "id": "h1", "text": 'Hello {{ first_name | default: "there" }}'},
    {"kind": "text", "id": "t1", "html": "<p>Tulips</p>"},
    {"kind": "footer", "id": "f1"},
]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    with brand_scope(cast.floral):
        return drafts.create_campaign(name="May", subject="Hi", blocks=BLOCKS)


def _url(name: str, *args: object) -> str:
    return reverse(name, args=["floral", *args])


def _reread(campaign: Campaign) -> Campaign:
    with brand_scope(campaign.brand_id):
        return Campaign.objects.get(pk=campaign.pk)


def test_only_the_words_that_were_sent_change(ben: Client, campaign: Campaign) -> None:
    answer = ben.post(_url("campaign_save", campaign.pk), {"subject": "Good morning"}, headers=HTMX)
    assert "Saved" in answer.content.decode()
    assert answer["HX-Trigger-After-Settle"] == '{"mail-saved": {}}'
    saved = _reread(campaign)
    assert (saved.name, saved.subject) == ("May", "Good morning")


def test_the_audience_is_saved_like_the_words(cast: Cast, ben: Client, campaign: Campaign) -> None:
    with brand_scope(cast.floral):
        segment = Segment.objects.create(name="All", rule={"all": []})
    ben.post(
        _url("campaign_save", campaign.pk), {"name": "May", "segment": segment.pk}, headers=HTMX
    )
    assert _reread(campaign).segment_id == segment.pk


def test_another_brands_segment_cannot_be_chosen(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    with brand_scope(cast.grocer):
        foreign = Segment.objects.create(name="Grocer's", rule={"all": []})
    answer = ben.post(_url("campaign_save", campaign.pk), {"segment": foreign.pk}, headers=HTMX)
    assert "Not saved" in answer.content.decode()
    assert _reread(campaign).segment_id is None


@pytest.mark.parametrize("words", [{"name": ""}, {"subject": "x" * 201}])
def test_words_that_do_not_fit_are_refused_in_place(
    ben: Client, campaign: Campaign, words: dict[str, str]
) -> None:
    answer = ben.post(_url("campaign_save", campaign.pk), words, headers=HTMX)
    assert "Not saved" in answer.content.decode()
    assert answer["HX-Retarget"] == "#save-state"
    assert "HX-Trigger-After-Settle" not in answer
    saved = _reread(campaign)
    assert (saved.name, saved.subject) == ("May", "Hi")


def test_a_launched_campaign_answers_that_it_can_no_longer_change(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    with brand_scope(cast.floral):
        Campaign.objects.update(state=Campaign.State.SENDING)
    answer = ben.post(_url("campaign_save", campaign.pk), {"subject": "Late"}, headers=HTMX)
    assert "can no longer change" in answer.content.decode()
    assert _reread(campaign).subject == "Hi"


def test_a_block_is_added_open_and_above_the_footer(ben: Client, campaign: Campaign) -> None:
    answer = ben.post(_url("campaign_blocks", campaign.pk), {"kind": "button"}, headers=HTMX)
    assert answer.content.decode().count("<details") == 4
    assert answer.content.decode().count(" open>") == 1
    assert [block["kind"] for block in _reread(campaign).blocks] == [
        *("heading", "text", "button", "footer")
    ]


@pytest.mark.parametrize(
    ("block", "data", "order"),
    [
        ("t1", {"do": "up"}, ["t1", "h1", "f1"]),
        ("h1", {"do": "down"}, ["t1", "h1", "f1"]),
        ("h1", {"do": "up"}, ["h1", "t1", "f1"]),
        ("t1", {"place": "0"}, ["t1", "h1", "f1"]),
        ("t1", {"do": "remove"}, ["h1", "f1"]),
    ],
)
def test_blocks_are_moved_and_removed(
    ben: Client, campaign: Campaign, block: str, data: dict[str, str], order: list[str]
) -> None:
    answer = ben.post(_url("campaign_block", campaign.pk, block), data, headers=HTMX)
    assert answer.status_code == 200
    assert [row["id"] for row in _reread(campaign).blocks] == order


@pytest.mark.parametrize("data", [{"do": "explode"}, {"place": "-1"}, {"place": "x"}])
def test_a_wrong_move_changes_nothing(
    ben: Client, campaign: Campaign, data: dict[str, str]
) -> None:
    answer = ben.post(_url("campaign_block", campaign.pk, "t1"), data, headers=HTMX)
    assert "Not saved" in answer.content.decode()
    assert _reread(campaign).blocks == campaign.blocks


def test_a_block_saves_its_form_and_shows_its_first_words(ben: Client, campaign: Campaign) -> None:
    answer = ben.post(
        _url("campaign_block", campaign.pk, "h1"),
        {"do": "save", "text": "Tulips are in", "level": "2", "align": "center"},
        headers=HTMX,
    )
    assert "Tulips are in" in answer.content.decode()
    assert _reread(campaign).blocks[0] == {
        "kind": "heading",
        "id": "h1",
        "text": "Tulips are in",
        "level": 2,
        "align": "center",
    }


def test_an_empty_heading_is_refused_and_the_old_one_kept(ben: Client, campaign: Campaign) -> None:
    answer = ben.post(
        _url("campaign_block", campaign.pk, "h1"),
        {"do": "save", "text": "", "level": "1", "align": "left"},
        headers=HTMX,
    )
    assert "Not saved. Heading: This field is required." in answer.content.decode()
    assert _reread(campaign).blocks == campaign.blocks


def test_without_scripts_the_editor_is_shown_again(ben: Client, campaign: Campaign) -> None:
    answer = ben.post(_url("campaign_blocks", campaign.pk), {"kind": "divider"})
    assert answer["Location"] == _url("campaign_edit", campaign.pk)
    assert len(_reread(campaign).blocks) == 4


def test_the_mail_is_shown_as_the_chosen_person_reads_it(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    html = ben.get(_url("campaign_mail", campaign.pk), {"as": cast.rae.pk})
    assert "Hello Rae" in html.content.decode()
    text = ben.get(_url("campaign_mail", campaign.pk), {"as": cast.rae.pk, "view": "text"})
    assert "Hello Rae" in text.content.decode()
    for answer in (html, text):
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert policy.endswith("sandbox")


def test_another_brands_customer_is_never_shown(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    with brand_scope(cast.grocer):
        foreign = factories.customer(email="x@example.com", first_name="Xaver")
    answer = ben.get(_url("campaign_mail", campaign.pk), {"as": foreign.pk})
    assert "Xaver" not in answer.content.decode()
    found = ben.get(_url("campaign_people", campaign.pk), {"q": "x@ex"})
    assert "x@example.com" not in found.content.decode()


def test_people_are_found_by_the_first_letters_of_address_or_name(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    for letters in ("rae@", "RAE w", "rae"):
        found = ben.get(_url("campaign_people", campaign.pk), {"q": letters})
        assert "rae@example.com" in found.content.decode(), letters
    assert "Nobody" in ben.get(_url("campaign_people", campaign.pk), {"q": "100%"}).content.decode()


def test_markup_in_a_customers_name_stays_text(cast: Cast, ben: Client, campaign: Campaign) -> None:
    with brand_scope(cast.floral):
        Customer.objects.filter(pk=cast.rae.pk).update(first_name="<script>alert(1)</script>")
    for name in ("campaign_mail", "campaign_preview"):
        answer = ben.get(_url(name, campaign.pk), {"as": cast.rae.pk})
        assert b"<script>alert" not in answer.content


def test_a_new_mail_is_shown_before_it_has_a_subject(ben: Client, cast: Cast) -> None:
    with brand_scope(cast.floral):
        new = drafts.create_campaign(name="June", subject="", blocks=BLOCKS)
    page = ben.get(_url("campaign_edit", new.pk)).content.decode()
    assert "Not saved" not in page
    assert "No subject yet" in page
    assert "Tulips" in ben.get(_url("campaign_mail", new.pk)).content.decode()


def test_a_brand_without_addresses_sees_its_mail_and_both_gaps(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    Brand.objects.filter(pk=cast.floral.pk).update(postal_address="", sender_email="")
    shown = ben.get(_url("campaign_mail", campaign.pk)).content.decode()
    assert "Tulips" in shown
    assert "No postal address yet" in shown
    found = ben.get(_url("campaign_checks", campaign.pk)).content.decode()
    assert "no postal address" in found
    assert "no sender address" in found


def test_the_keyboard_goes_to_a_block_that_was_added(ben: Client, campaign: Campaign) -> None:
    added = ben.post(_url("campaign_blocks", campaign.pk), {"kind": "text"}, headers=HTMX)
    assert added.content.decode().count("autofocus") == 1
    assert "autofocus" not in ben.get(_url("campaign_edit", campaign.pk)).content.decode()


def test_a_mail_that_cannot_be_shown_says_why(ben: Client, campaign: Campaign) -> None:
    ben.post(_url("campaign_save", campaign.pk), {"subject": "{{ nobody }}"}, headers=HTMX)
    answer = ben.get(_url("campaign_mail", campaign.pk))
    assert "there is no personal field" in answer.content.decode()


def test_the_checks_say_who_gets_it_and_what_is_wrong(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        factories.customer(email="no@example.com")
        segment = Segment.objects.create(name="All", rule={"all": []})
        Campaign.objects.update(segment=segment)
    words = " ".join(ben.get(_url("campaign_checks", campaign.pk)).content.decode().split())
    assert '<span class="figure">1</span> <span class="soft">of 2' in words
    assert "Has not agreed to news and offers" in words
    assert "goes to <strong>1 person</strong>" in words


def test_a_test_is_sent_with_no_transaction_open(
    cast: Cast, ben: Client, campaign: Campaign, mailoutbox: list[Any]
) -> None:
    answer = ben.post(
        _url("campaign_test", campaign.pk),
        {"address": "me@northlight.example", "as": cast.rae.pk},
        headers=HTMX,
    )
    assert "on its way to me@northlight.example" in answer.content.decode()
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["me@northlight.example"], "[Test] Hi")
    assert mail.from_email == '"Floral" <hello@floral.example>'
    assert "Hello Rae" in mail.body
    assert "Hello Rae" in mail.alternatives[0].content


@pytest.mark.parametrize("address", ["", "nobody", "a@b.example\r\nBcc: x@y.example"])
def test_a_test_to_no_address_sends_nothing(
    ben: Client, campaign: Campaign, mailoutbox: list[Any], address: str
) -> None:
    answer = ben.post(_url("campaign_test", campaign.pk), {"address": address}, headers=HTMX)
    assert "Write an e-mail address" in answer.content.decode()
    assert not mailoutbox


def test_templates_share_the_editor(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        templates.add_starters()
        template = EmailTemplate.objects.earliest("id")
    assert ben.get(_url("template_edit", template.pk)).status_code == 200
    ben.post(_url("template_save", template.pk), {"name": "Welcome"}, headers=HTMX)
    ben.post(_url("template_blocks", template.pk), {"kind": "divider"}, headers=HTMX)
    with brand_scope(cast.floral):
        template.refresh_from_db()
    assert template.name == "Welcome"
    assert [block["kind"] for block in template.blocks] == [
        *("heading", "text", "button", "divider", "footer")
    ]


def test_tests_are_limited_by_the_hour(
    ben: Client, campaign: Campaign, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "TESTS_PER_HOUR", 1)
    url = _url("campaign_test", campaign.pk)
    for _ in range(2):
        answer = ben.post(url, {"address": "me@northlight.example"}, headers=HTMX)

    assert "enough tests for this hour" in answer.content.decode()
    assert len(mailoutbox) == 1


def test_a_segment_without_permissions_says_where_they_come_from(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    with brand_scope(cast.floral):
        Campaign.objects.update(segment=Segment.objects.create(name="All", rule={"all": []}))
    found = ben.get(_url("campaign_checks", campaign.pk)).content.decode()
    link = f'<a class="link" href="{_url("import_new")}">the consent column of an import</a>'
    beside_audience, launch = found.partition('id="audience"')[2].split('id="launch-line"')
    assert found.partition('id="audience"')[0].count(link) == 1
    assert beside_audience.count(link) == 1
    assert launch.count(link) == 1


def test_what_the_brand_lacks_leads_to_its_settings_for_those_who_may(
    cast: Cast, ana: Client, ben: Client, campaign: Campaign
) -> None:
    Brand.objects.filter(pk=cast.floral.pk).update(sender_email="")
    link = f'<a class="link" href="{_url("brand_settings")}">the brand\'s settings</a>'
    test = {"address": "me@northlight.example"}
    for client, count in ((ana, 1), (ben, 0)):
        checks = client.get(_url("campaign_checks", campaign.pk)).content.decode()
        assert checks.partition('id="audience"')[0].count(link) == count
        answer = client.post(_url("campaign_test", campaign.pk), test, headers=HTMX)
        assert answer.content.decode().count(link) == count
        assert "Add it in" in answer.content.decode()


def test_the_launch_dialog_shows_the_subject_as_the_person_in_the_preview_reads_it(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        tom = factories.customer(email="tom@example.com", first_name="Tom")
        segment = Segment.objects.create(name="All", rule={"all": []})
        Campaign.objects.update(segment=segment, subject="Hi {{ first_name }}")
    first = ben.get(_url("campaign_checks", campaign.pk)).content.decode()
    assert '<dd>Hi Rae <span class="muted">as Rae Winter reads it</span></dd>' in first
    chosen = ben.get(_url("campaign_checks", campaign.pk), {"as": tom.pk}).content.decode()
    assert '<dd>Hi Tom <span class="muted">as Tom reads it</span></dd>' in chosen


@pytest.mark.parametrize("link", ["not a link", "javascript:alert(1)", "//x.example"])
@pytest.mark.parametrize(
    ("block", "name"), [("b1", "href"), ("i1", "href"), ("i1", "src"), ("t1", "html")]
)
def test_a_bad_link_is_refused_beside_its_field(
    cast: Cast, ben: Client, block: str, name: str, link: str
) -> None:
    blocks = [
        {"kind": "button", "id": "b1", "text": "Go", "href": "https://floral.example/"},
        {"kind": "image", "id": "i1", "src": "https://floral.example/a.png", "alt": "Tulips"},
        {"kind": "text", "id": "t1", "html": "<p>Hi</p>"},
        {"kind": "footer", "id": "f1"},
    ]
    with brand_scope(cast.floral):
        draft = drafts.create_campaign(name="June", blocks=blocks)
    stored = next(row for row in draft.blocks if row["id"] == block)
    typed = f'<p><a href="{link}">x</a></p>' if name == "html" else link
    answer = ben.post(
        _url("campaign_block", draft.pk, block),
        {**stored, name: typed, "do": "save"},
        headers=HTMX,
    )
    words = answer.content.decode()
    beside = words.partition(f'id="{block}-{name}-problem"')[2].partition("</div>")[0]
    assert "starts with https://" in beside or "start with https://" in beside
    assert words.count("field-error") == 1
    assert "Not saved" in words
    assert "HX-Trigger-After-Settle" not in answer
    assert _reread(draft).blocks == draft.blocks


def test_a_good_link_clears_what_was_said_beside_it(
    cast: Cast, ben: Client, campaign: Campaign
) -> None:
    typed = '<p><a href="https://b.example/?n={{ first_name }}">x</a><a href="mailto:a@b">y</a></p>'
    answer = ben.post(
        _url("campaign_block", campaign.pk, "t1"),
        {"do": "save", "html": typed, "align": "left"},
        headers=HTMX,
    )
    words = answer.content.decode()
    assert 'id="t1-html-problem" role="alert" hx-swap-oob="true"></div>' in words
    assert "Not saved" not in words
    assert _reread(campaign).blocks[1]["html"] == typed


def test_everybody_is_looked_at_without_being_asked_once_for_each_wording(
    cast: Cast, ben: Client, campaign: Campaign, run_due_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "AT_ONCE", 1)

    def begins_by_itself() -> bool:
        checks = ben.get(_url("campaign_checks", campaign.pk)).content.decode()
        return 'hx-trigger="load delay' in checks

    with brand_scope(cast.floral):
        for person in (cast.rae, factories.customer(email="tom@example.com")):
            factories.consent(person)
        segment = Segment.objects.create(name="All", rule={"all": []})
        drafts.update_campaign(campaign, segment=segment)
    assert begins_by_itself()
    begun = ben.post(_url("campaign_preflight", campaign.pk), headers=HTMX)
    assert "Rendering it for everybody" in begun.content.decode()
    assert not begins_by_itself()
    run_due_work()
    assert not begins_by_itself()
    ben.post(_url("campaign_save", campaign.pk), {"subject": "Other words"}, headers=HTMX)
    assert begins_by_itself()
