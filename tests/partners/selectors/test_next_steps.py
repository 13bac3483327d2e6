"""What a partner's own page asks for next."""

from accounts.models.users import User
from accounts.scope import Actor, acting
from partners.models.offers import Offer
from partners.models.partnerships import PartnerMessage, Partnership
from partners.rules.revenue_share import Deal
from partners.rules.terms import PartnershipTerms
from partners.selectors.next_steps import next_steps
from partners.services.agreements import propose_terms
from tests.conftest import Cast
from tests.partners.conftest import partner_path


def _titles(partnership: Partnership) -> list[str]:
    partnership.refresh_from_db()
    return [step.title for step in next_steps(partnership)]


def test_each_state_says_what_comes_next(dinner: Partnership) -> None:
    said = {}
    for state in ("applied", "approved", "active", "suspended", "ended", "rejected"):
        Partnership.objects.update(state=state)
        said[state] = _titles(dinner)
    assert said == {
        "applied": ["Waiting for an answer"],
        "approved": ["Waiting for terms"],
        "active": ["Write your first offer"],
        "suspended": [],
        "ended": [],
        "rejected": [],
    }


def test_what_waits_for_the_partner_comes_with_its_page(
    dinner: Partnership, wines: Partnership, cast: Cast, pia: User
) -> None:
    with acting(Actor("user", cast.ben.pk)):
        propose_terms(dinner, PartnershipTerms(deal=Deal(share=50)))
    for state in ("draft", "changes_requested"):
        Offer.objects.create(partnership=dinner, name=state, state=state)
    Offer.objects.create(partnership=wines, name="Theirs", state="draft")
    for kind, row in (("user", dinner), ("partner", dinner), ("user", wines)):
        PartnerMessage.objects.create(partnership=row, text="Hello", by_kind=kind)
    found = [(step.title, step.url) for step in next_steps(dinner)]
    assert found == [
        ("Terms to agree to", partner_path(dinner, "agreement/")),
        ("1 offer to change", partner_path(dinner, "offers/")),
        ("1 offer not submitted yet", partner_path(dinner, "offers/")),
        ("1 message to read", partner_path(dinner, "messages/")),
    ]
