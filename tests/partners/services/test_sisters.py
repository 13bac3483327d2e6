"""Sister brands: two written grants, one law, two journals, and no customer that crosses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.models.brands import Brand
from accounts.models.ledger import Cause, Journal
from accounts.scope import Actor, acting, brand_scope, current_brand_id
from accounts.selectors.ledger_checks import check_ledger
from accounts.work import drain
from campaigns.models.campaigns import Campaign
from campaigns.services.drafts import create_campaign
from config.kit import ids
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from config.roles import as_migrate_role
from customers.services.segments import create_segment
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, Partnership
from partners.models.settlements import Statement
from partners.models.sisters import SisterGrant, SisterPact, SisterSettlement
from partners.models.vouchers import Redemption
from partners.rules.terms import PartnershipTerms
from partners.selectors.readers import shelf
from partners.selectors.sisters import pact_stands, reference_of
from partners.services.agreements import agree_terms, propose_terms
from partners.services.commissions import add_line, clear_due
from partners.services.partnerships import set_category
from partners.services.redemptions import redeem
from partners.services.sisters import (
    follow_pact,
    grant_pact,
    mirror_settlement,
    propose_pact,
    settle_with_sister,
    withdraw_grant,
)
from partners.services.statements import agree, issue_statement
from tests.conftest import Cast
from tests.partners.settling import offer_of
from tests.partners.vouchers import given, pool_of


def _granted(cast: Cast, *brands: Brand) -> SisterPact:
    """Floral's customers, Grocer's offers: these brands have granted it, and work is done."""
    with brand_scope(cast.floral):
        pact = propose_pact(host=cast.floral, guest=cast.grocer)
    for brand in brands:
        with brand_scope(brand):
            grant_pact(pact, by_id=cast.ana.pk)
    drain()
    pact.refresh_from_db()
    return pact


def _active(cast: Cast) -> Partnership:
    """Their partnership on agreed terms; Floral's scope is open."""
    partnership = Partnership.objects.select_related("brand").get(sister_brand=cast.grocer)
    terms = propose_terms(partnership, PartnershipTerms())
    with acting(Actor("partner", cast.ana.pk)):
        agree_terms(partnership, number=terms.number, terms_hash=terms.terms_hash)
    partnership.refresh_from_db()
    assert partnership.state == Partnership.State.ACTIVE
    return partnership


def _mailing() -> Campaign:
    rule = {"all": [{"kind": "rung", "op": "at_least", "value": 1}]}
    segment = create_segment(name="Buyers", rule=rule)
    blocks = [{"kind": "heading", "text": "Hello"}, {"kind": "footer"}]
    return create_campaign(name="May", segment=segment, subject="May", blocks=blocks)


def _shown() -> list[int]:
    """Offers that customers of the brand in scope may be shown."""
    with connection.cursor() as cursor:
        return [each.offer_id for each in shelf(cursor, current_brand_id()).offers]


def test_one_agency_is_no_consent_both_brands_grant_it(cast: Cast) -> None:
    for only in (cast.floral, cast.grocer):
        pact = _granted(cast, only)
        assert not pact.stands
        with brand_scope(cast.floral):
            assert not Partnership.objects.exists()
        with brand_scope(only):
            assert withdraw_grant(pact, by_id=cast.ana.pk)
    pact = _granted(cast, cast.grocer, cast.floral)
    assert pact.stands
    with brand_scope(cast.floral):
        partnership = Partnership.objects.get()
        assert (partnership.name, partnership.state) == ("Grocer", "approved")
        assert SisterGrant.objects.filter(withdrawn_at=None).get().side == "host"
    with brand_scope(cast.grocer):
        assert not Partnership.objects.exists()
        grant = SisterGrant.objects.get(withdrawn_at=None)
        assert "Grocer offers something to Floral's customers" in grant.words


def test_brands_of_different_agencies_are_no_sisters(cast: Cast) -> None:
    with brand_scope(cast.floral), pytest.raises(Invalid):
        propose_pact(host=cast.floral, guest=cast.other_brand)
    with brand_scope(cast.other_brand), pytest.raises(Invalid):
        propose_pact(host=cast.floral, guest=cast.grocer)
    assert not SisterPact.objects.exists()


@pytest.mark.parametrize("who", ["floral", "grocer"])
def test_a_withdrawn_grant_stops_redemptions_at_once_and_the_partnership_with_it(
    cast: Cast, who: str
) -> None:
    pact = _granted(cast, cast.floral, cast.grocer)
    with brand_scope(cast.floral):
        partnership = _active(cast)
        voucher = given(pool_of(partnership, "APPLES-1"), cast.rae)
        set_category(partnership, category=OfferCategory.objects.create(name="Food"))
        offer = offer_of(partnership)
        Offer.objects.filter(pk=offer.pk).update(campaign=_mailing())
        assert _shown() == [offer.pk]
    with brand_scope(getattr(cast, who)):
        withdraw_grant(pact, by_id=cast.ana.pk)
    with brand_scope(cast.floral):
        # By the pact alone, before the partnership has followed.
        Partnership.objects.update(state=Partnership.State.ACTIVE)
        Offer.objects.update(state=Offer.State.LIVE)
        assert _shown() == []
        with pytest.raises(Conflict):
            redeem(partnership, code=voucher.code, key="1", via="till")
        assert not Redemption.objects.exists()
    drain()
    with brand_scope(cast.floral):
        partnership.refresh_from_db()
        assert partnership.state == Partnership.State.SUSPENDED
    with brand_scope(getattr(cast, who)):
        grant_pact(pact, by_id=cast.ana.pk)
    drain()
    with brand_scope(cast.floral):
        partnership.refresh_from_db()
        assert partnership.state == Partnership.State.ACTIVE
        redeem(partnership, code=voucher.code, key="1", via="till")


def test_a_settlement_is_two_journals_with_one_reference_and_a_lost_twin_is_found(
    cast: Cast,
) -> None:
    _granted(cast, cast.floral, cast.grocer)
    with brand_scope(cast.floral):
        statement = _agreed(_active(cast), 4_250)
        settlement = settle_with_sister(statement)
        with pytest.raises(Conflict):
            settle_with_sister(statement)
    reference = reference_of(settlement)
    with brand_scope(cast.grocer):
        assert not Journal.objects.exists()
        SisterSettlement.objects.update(at=now() - timedelta(hours=2))
        (missing,) = check_ledger()
        assert (missing.row_id, missing.expected, missing.found) == (settlement.pk, 4_250, 0)
    drain()
    with brand_scope(cast.grocer):
        mirror_settlement(settlement.pk)
        assert [j.reason for j in Journal.objects.all()] == [reference]
        assert check_ledger() == []
    with brand_scope(cast.floral):
        assert [j.kind for j in Journal.objects.filter(reason=reference)] == ["commission_settled"]
        assert check_ledger() == []
    settlement.refresh_from_db()
    assert settlement.mirrored_at is not None


def _agreed(partnership: Partnership, minor: int) -> Statement:
    add_line(
        partnership,
        cause=Cause("test", 1),
        part="flat",
        amount_minor=minor,
        rule=PartnershipTerms(),
        happened_at=now() - timedelta(days=2),
        words="A test",
        lock_days=0,
    )
    clear_due(limit=None)
    statement = issue_statement(partnership, until=partnership.brand.today)
    agree(statement)
    statement.refresh_from_db()
    return statement


@pytest.mark.django_db(transaction=True)
def test_no_row_about_a_customer_crosses(cast: Cast) -> None:
    """Whatever two brands do together, nothing of Floral's customers stands with Grocer."""
    pact = _granted(cast, cast.floral, cast.grocer)
    with brand_scope(cast.floral):
        partnership = _active(cast)
        voucher = given(pool_of(partnership, "APPLES-1"), cast.rae)
        redeem(partnership, code=voucher.code, key="1", via="till")
        settle_with_sister(_agreed(partnership, 100))
    drain()
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name FROM information_schema.columns AS c"
            " JOIN information_schema.columns AS b USING (table_schema, table_name)"
            " JOIN information_schema.tables AS t USING (table_schema, table_name)"
            " WHERE c.column_name = 'customer_id' AND b.column_name = 'brand_id'"
            " AND table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert "customers_order" in tables
        for table in tables:
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE brand_id = %s",
                [cast.grocer.pk],
            )
            assert cursor.fetchone() == (0,), table
    assert connection.in_atomic_block is False
    assert pact.stands


def test_people_of_the_sister_brand_open_its_pages_only_while_both_grants_stand(
    cast: Cast,
) -> None:
    pact = _granted(cast, cast.floral, cast.grocer)
    clients = {user.email: Client() for user in (cast.ana, cast.ben, cast.cleo)}
    for user in (cast.ana, cast.ben, cast.cleo):
        clients[user.email].force_login(user)
    assert pact.partnership_uid is not None
    path = f"/partner/{ids.encode('prt', pact.partnership_uid)}/"
    found = [client.get(path).status_code for client in clients.values()]
    # Ben works for Floral alone, Cleo for another agency.
    assert found == [200, 404, 404]
    with brand_scope(cast.grocer):
        withdraw_grant(pact, by_id=cast.ana.pk)
    assert clients[cast.ana.email].get(path).status_code == 404
    page = clients[cast.ana.email].get("/b/grocer/partners/sisters/")
    assert "You offer something to customers of Floral" in page.content.decode()
    assert (
        clients[cast.ben.email].post(f"/b/floral/partners/sisters/{pact.pk}/withdraw/").status_code
        == 404
    )
    with brand_scope(cast.floral):
        assert SisterGrant.objects.filter(withdrawn_at=None).exists()
        follow_pact(pact.pk)
        assert not pact_stands(Partnership.objects.get())
