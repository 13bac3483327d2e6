"""The sample brand's list for the printer: made from its regulars, once, and nobody written to."""

from datetime import date

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.selectors.lists import check_list, making_of, parts_of, rows_of
from config.samples.letters import CARD, prepare_letters
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast


def test_the_list_holds_the_regulars_who_have_an_address_and_is_made_once(cast: Cast) -> None:
    with brand_scope(cast.floral):
        people = [factories.customer(email=f"p{number}@example.com") for number in range(30)]
        for person in people[:20]:
            for number in range(3):
                day = date(2026, 1 + number, 5)
                factories.order(person, source_id=f"{person.pk}-{number}", on=day)
        refresh_facts(customer_ids=None)
    for _ in range(2):
        prepare_letters(cast.floral, cast.ben)
    with brand_scope(cast.floral):
        card = Campaign.objects.get(name=CARD)
        people_on_it = making_of(card).people
        rows = [row for part in parts_of(card) for row in rows_of(card, part)]
        assert 10 <= people_on_it == len(rows) <= 20
        assert check_list(card).audience.members == 20  # type: ignore[union-attr]
        assert all(row[-2].startswith("CARD-") for row in rows)
        assert (card.state, Delivery.objects.filter(outcome="sent").exists()) == ("sending", False)
