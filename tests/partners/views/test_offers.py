"""The brand's pages of partners' offers: the calendar, and one offer's run."""

from django.test import Client
from django.urls import reverse

from accounts.scope import Actor, acting
from config.kit import ids
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.selectors.names import OFFER
from partners.selectors.partnerships import public_id
from partners.services.offers import save_offer
from partners.services.running import pause_offer
from tests.conftest import Cast
from tests.partners.conftest import partner_path
from tests.partners.services.offering import content, days, live, submitted

State = Offer.State


def at(name: str, offer: Offer | None = None) -> str:
    return reverse(name, args=["floral"] + ([ids.encode(OFFER, offer.uid)] if offer else []))


def test_who_runs_when_stands_by_category_with_exclusive_days_marked(
    dinner: Partnership, wines: Partnership, ana: Client
) -> None:
    live(dinner, is_exclusive=True)
    live(wines, **days(5, 20))
    draft = save_offer(dinner, content(dinner.category, headline="Not told yet"))
    page = ana.get(at("offers")).content.decode()
    assert page.count("runs-lane") == 2
    assert page.count("runs-exclusive") == 1
    assert "Not told yet" not in page
    assert ana.get(at("offer", draft)).status_code == 404


def test_the_list_shows_what_is_asked_for(dinner: Partnership, ana: Client) -> None:
    submitted(dinner, headline="Waits for us")
    live(dinner, headline="Runs by now")
    page = ana.get(at("offers"), {"show": "open"}).content.decode()
    assert "Waits for us" in page
    assert "<a" in page
    rows = ana.get(at("offers"), {"show": "running"}).context["rows"]
    assert [offer.name for offer, _ in rows] == ["Runs by now"]


def test_the_list_goes_on_page_by_page_of_one_partner_with_exact_counts(
    dinner: Partnership, wines: Partnership, ana: Client, pia_client: Client
) -> None:
    rows = [Offer(partnership=dinner, name=f"Dinner {n}", state="ended") for n in range(51)]
    Offer.objects.bulk_create([*rows, Offer(partnership=wines, name="Wine", state="declined")])
    save_offer(dinner, content(dinner.category, headline="A draft"))
    own = {"show": "over", "partner": public_id(dinner)}
    first = ana.get(at("offers"), own)
    assert [label for label, _ in first.context["page"].views] == [
        *("All · 51", "In review · 0", "Running · 0", "Over · 51", "Came to nothing · 0")
    ]
    second = ana.get(first.context["page"].next_url)
    names = [offer.name for page in (first, second) for offer, _ in page.context["rows"]]
    assert names == [f"Dinner {n}" for n in reversed(range(51))]
    assert (len(second.context["rows"]), second.context["page"].next_url) == (1, "")
    everybodys = ana.get(at("offers"), {"partner": "prt_nobody"}).context["page"]
    assert everybodys.active == "All · 52"

    mine = pia_client.get(partner_path(dinner, "offers/"))
    assert mine.context["page"].active == "All · 52"
    drafts = pia_client.get(partner_path(dinner, "offers/"), {"show": "draft"})
    assert [row.offer.name for row in drafts.context["rows"]] == ["A draft"]
    assert len(pia_client.get(mine.context["page"].next_url).context["rows"]) == 2


def test_a_run_is_paused_resumed_and_ended(dinner: Partnership, ana: Client) -> None:
    offer = live(dinner)
    states = []
    for name in ("offer_pause", "offer_resume", "offer_resume", "offer_end", "offer_pause"):
        ana.post(at(name, offer), {"note": "Kitchen"})
        offer.refresh_from_db()
        states.append(offer.state)
    assert states == [State.PAUSED, State.LIVE, State.LIVE, State.ENDED, State.ENDED]
    page = ana.get(at("offer", offer)).content.decode()
    assert page.count("Kitchen") == 2
    assert "Ana Okafor" in page


def test_what_a_program_of_the_brands_did_is_nobodys_by_name(
    dinner: Partnership, ana: Client, cast: Cast
) -> None:
    offer = live(dinner)
    with acting(Actor("api_key", cast.ben.pk)):
        pause_offer(offer)
    page = ana.get(at("offer", offer)).content.decode()
    assert "Paused" in page
    assert "Ben Hale" not in page
