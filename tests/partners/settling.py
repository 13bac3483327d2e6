"""Short words for tests of commissions: an offer with a deal, and vouchers of it that are used."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import msgspec

from config.kit.clock import now
from customers.models.customers import Customer
from partners.models.offers import Offer, OfferClaim, OfferVersion
from partners.models.partnerships import BankDetails, Partnership
from partners.models.settlements import CommissionLine, Statement
from partners.models.vouchers import Redemption, Voucher, VoucherPool
from partners.rules.content import OfferContent
from partners.rules.revenue_share import Deal
from partners.rules.terms import hash_of
from partners.selectors.partnerships import public_id as partnership_id
from partners.selectors.payouts import public_id as payout_id
from partners.selectors.statements import public_id as statement_id
from partners.selectors.statements import settling_day
from partners.services.bank_details import save_bank_details
from partners.services.commissions import accrue_for_redemptions
from partners.services.payouts import export_payout
from partners.services.statements import agree, issue_statement
from tests import factories

_numbers = count(1)


def offer_of(partnership: Partnership, **deal: Any) -> Offer:
    """A live offer whose approved version has this deal."""
    content = OfferContent(
        headline="Two for one",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        category_id=partnership.category_id or 0,
        deal=Deal(**deal),
    )
    digest = hash_of(content)
    offer = Offer.objects.create(
        partnership=partnership,
        name=f"Offer {next(_numbers)}",
        state=Offer.State.LIVE,
        saved=1,
        submitted=1,
        approved=1,
        brand_hash=digest,
        partner_hash=digest,
        category=partnership.category,
        starts_on=content.starts_on,
        ends_on=content.ends_on,
    )
    OfferVersion.objects.create(
        offer=offer,
        number=1,
        content=msgspec.to_builtins(content),
        content_hash=digest,
        by_kind="partner",
    )
    VoucherPool.objects.create(
        partnership=offer.partnership, offer=offer, name=offer.name, kind="amount", value=1_000
    )
    return offer


def redemption_of(
    offer: Offer, paid_minor: int | None = None, *, customer: Customer | None = None, **said: Any
) -> Redemption:
    """A voucher of the offer, given and used just now; nothing reacted to it yet."""
    number = next(_numbers)
    at = said.pop("at", now())
    voucher = Voucher.objects.create(
        pool=offer.pools.get(),
        code=f"CODE-{number}",
        code_norm=f"CODE{number}",
        state=Voucher.State.REDEEMED,
        customer=customer or factories.customer(),
        cause_kind="offer",
        cause_id=offer.pk,
        drawn_at=said.pop("drawn_at", at),
        redeemed_at=at,
    )
    return Redemption.objects.create(
        voucher=voucher,
        key=f"test-{number}",
        via="till",
        paid_minor=paid_minor,
        by_kind="partner",
        at=at,
        **said,
    )


def earned(offer: Offer, paid_minor: int, **said: Any) -> CommissionLine:
    """The one line that a redemption of so much comes to."""
    (line,) = accrue_for_redemptions([redemption_of(offer, paid_minor, **said).pk])
    return line


def due(offer: Offer, paid_minor: int, *, days_ago: int = 0) -> CommissionLine:
    """A line of so long ago; where nothing is waited for, the next clearing makes it due."""
    return earned(offer, paid_minor, at=now() - timedelta(days=days_ago, minutes=5))


def claim_of(offer: Offer, customer: Customer, **said: Any) -> OfferClaim:
    return OfferClaim.objects.create(offer=offer, customer=customer, place="mail", **said)


def amounts(*lines: CommissionLine) -> list[tuple[str, int]]:
    return [(line.part, line.amount_minor) for line in lines]


def usable_account(partnership: Partnership, holder: str = "Lucia Roth") -> BankDetails:
    """Bank details that money may be sent to by now."""
    details = save_bank_details(partnership, holder=holder, iban="GB33BUKB20201555555555")
    BankDetails.objects.filter(pk=details.pk).update(usable_from=now())
    return details


def stated(offer: Offer, *paid: int) -> Statement:
    """Today's statement over lines that are due, one for each redemption of so much."""
    for amount in paid:
        due(offer, amount)
    return issue_statement(offer.partnership, until=settling_day())


def settlements_of(partnership: Partnership) -> dict[str, dict[str, str]]:
    """A statement and a payout of it, by what their addresses say."""
    usable_account(partnership)
    statement = stated(offer_of(partnership, payer="brand", lock_days=0), 45_000)
    agree(statement)
    payout = export_payout([statement]).batch
    return {
        "statement": {
            "statement_id": statement_id(statement),
            "partnership_id": partnership_id(partnership),
        },
        "payout": {"payout_id": payout_id(payout)},
    }
