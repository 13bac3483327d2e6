"""How long the server takes for a partner's own pages, with a long past behind them.

    python benchmarks/partners_pages.py            100,000 redemptions and lines, 100 turns
    python benchmarks/partners_pages.py --quick    10,000, 30 turns
    python benchmarks/partners_pages.py --json     the same as one JSON object

One partner with 40 offers that were all sent: each recipient took the offer, used the voucher, and
brought a commission line; half of the lines stand in 12 statements. Every page is asked for through
all of Django, signed in, template included. The yardstick is /readyz, which asks the database and
both other engines whether they answer, in the same turns.
"""

import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.test import Client

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from benchmarks.asking import timed
from benchmarks.people import brand_with, load_average, without_upkeep
from benchmarks.telling import options, tell
from campaigns.services.drafts import create_campaign
from config.kit import ids
from config.roles import as_migrate_role
from customers.services.segments import create_segment
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, Partnership
from partners.models.settlements import Statement
from partners.rules.revenue_share import Deal
from partners.selectors.names import OFFER
from partners.selectors.statements import public_id as statement_id
from partners.services.commissions import snapshot
from tests.partners.conftest import make_partner, make_partnership, partner_path
from tests.partners.settling import offer_of

OFFERS = 40
STATEMENTS = 12
WARM_UP = 5
TARGET_MS = 50

# Every customer is the recipient of one offer, in turn.
_SENT = """
INSERT INTO campaigns_delivery (brand_id, campaign_id, customer_id, outcome, reason, detail, at)
SELECT brand_id, (%(campaigns)s::bigint[])[1 + id %% %(offers_count)s], id, 'sent', '', '',
       now() - interval '60 days'
FROM customers_customer WHERE brand_id = %(brand_id)s
"""
_CLICKS = """
INSERT INTO campaigns_feedback (
    brand_id, campaign_id, customer_id, kind, link, user_agent, at
)
SELECT brand_id, campaign_id, customer_id, 'click', 1, '', at + interval '1 hour'
FROM campaigns_delivery WHERE brand_id = %(brand_id)s
"""
_CLAIMS = """
INSERT INTO partners_offerclaim (brand_id, offer_id, customer_id, place, at)
SELECT brand_id, (%(offers)s::bigint[])[1 + id %% %(offers_count)s], id, 'mail',
       now() - interval '59 days'
FROM customers_customer WHERE brand_id = %(brand_id)s
"""
_VOUCHERS = """
INSERT INTO partners_voucher (
    brand_id, pool_id, code, code_norm, state, customer_id, cause_kind, cause_id, drawn_at,
    redeemed_at
)
SELECT c.brand_id, p.id, 'CODE-' || c.id, 'CODE' || c.id, 'redeemed', c.customer_id, 'offer',
       c.offer_id, c.at, c.at + interval '5 days'
FROM partners_offerclaim AS c
JOIN partners_voucherpool AS p ON p.brand_id = c.brand_id AND p.offer_id = c.offer_id
WHERE c.brand_id = %(brand_id)s
"""
_REDEMPTIONS = """
INSERT INTO partners_redemption (brand_id, voucher_id, key, via, paid_minor, by_kind, at)
SELECT brand_id, id, id::text, 'till', 4735, 'partner', redeemed_at
FROM partners_voucher WHERE brand_id = %(brand_id)s
"""
_LINES = """
INSERT INTO partners_commissionline (
    brand_id, partnership_id, offer_id, rule_id, statement_id, cause_kind, cause_id, part,
    basis_minor, amount_minor, state, words, happened_at, locked_until
)
SELECT r.brand_id, %(partnership_id)s, v.cause_id, %(rule_id)s,
       CASE WHEN r.id %% 2 = 0
            THEN (%(statements)s::bigint[])[1 + r.id / 2 %% %(statements_count)s] END,
       'redemption', r.id, 'share', 4735, 474,
       (ARRAY['stated', 'pending'])[1 + r.id %% 2], 'Voucher ' || v.code, r.at,
       r.at + interval '14 days'
FROM partners_redemption AS r JOIN partners_voucher AS v ON v.id = r.voucher_id
WHERE r.brand_id = %(brand_id)s
"""
_TABLES = (
    *("campaigns_delivery", "campaigns_feedback", "partners_offerclaim", "partners_voucher"),
    *("partners_redemption", "partners_commissionline"),
)


def partner_of(brand: Brand) -> Partnership:
    """Active since long, with its offers, each of them mailed, and its statements."""
    user = make_partner("pia@lucia.example", name="Pia", business="Lucia")
    partnership = make_partnership(user, category=OfferCategory.objects.create(name="Dinner"))
    segment = create_segment(name="All", rule={"all": []})
    for number in range(OFFERS):
        campaign = create_campaign(
            name=f"Offer {number}", segment=segment, subject="Dinner", blocks=[]
        )
        Offer.objects.filter(pk=offer_of(partnership).pk).update(campaign=campaign)
    for number in range(1, STATEMENTS + 1):
        Statement.objects.create(
            partnership=partnership,
            number=number,
            until=brand.today,
            earned_minor=0,
            owed_minor=0,
            total_minor=0,
            lines_count=0,
            dispute_until=f"{brand.today}T00:00Z",
            parties={
                **{name: "Lucia" for name in ("brand", "partner")},
                **{name: "" for name in ("brand_address", "partner_address")},
                "currency": brand.currency,
                "zone": brand.time_zone,
            },
        )
    return partnership


def fill(brand: Brand, partnership: Partnership) -> None:
    with brand_scope(brand):
        offers = list(Offer.objects.order_by("pk"))
        params = {
            "brand_id": brand.pk,
            "partnership_id": partnership.pk,
            "offers": [offer.pk for offer in offers],
            "campaigns": [offer.campaign_id for offer in offers],
            "offers_count": OFFERS,
            "statements": list(Statement.objects.values_list("pk", flat=True)),
            "statements_count": STATEMENTS,
            "rule_id": snapshot(Deal()).pk,
        }
    with as_migrate_role() as owner, owner.cursor() as cursor:
        with without_upkeep(cursor, *_TABLES):
            for step in (_SENT, _CLICKS, _CLAIMS, _VOUCHERS, _REDEMPTIONS, _LINES):
                cursor.execute(step, params)
                cursor.execute("ANALYZE partners_offerclaim, partners_voucher")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(_TABLES)}")


def paths(brand: Brand, partnership: Partnership) -> dict[str, str]:
    with brand_scope(brand):
        offer = ids.encode(OFFER, Offer.objects.order_by("pk")[0].uid)
        statement = statement_id(Statement.objects.order_by("pk")[0])
    pages = {
        "home": "",
        "offers": "offers/",
        "offer": f"offers/{offer}/",
        "results": "results/",
        "vouchers": "vouchers/",
        "redemptions": "redemptions/",
        "statements": "statements/",
        "statement": f"statements/{statement}/",
    }
    return {name: partner_path(partnership, page) for name, page in pages.items()}


def figures(times: list[tuple[float, float]], name: str) -> dict[str, float]:
    walls, cpus = (sorted(each) for each in zip(*times, strict=True))
    last = int(0.95 * (len(walls) - 1))
    return {
        f"{name}_p50_ms": round(statistics.median(walls), 1),
        f"{name}_p95_ms": round(walls[last], 1),
        f"{name}_cpu_p95_ms": round(cpus[last], 1),
    }


def measure(customers: int, turns: int) -> dict[str, Any]:
    brand = brand_with(customers)
    with brand_scope(brand):
        partnership = partner_of(brand)
    fill(brand, partnership)
    client = Client()
    client.force_login(partnership.organisation.memberships.get().user)
    asked = {**paths(brand, partnership), "readyz": "/readyz"}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for turn in range(WARM_UP + turns):
        for name, path in asked.items():
            took = timed(client, path)
            if turn >= WARM_UP:
                found[name].append(took)
    ready = figures(found.pop("readyz"), "readyz")
    pages = {name: figures(times, name) for name, times in found.items()}
    slowest = max(each[f"{name}_p95_ms"] for name, each in pages.items())
    return {
        "figures": {
            "redemptions": customers,
            **{key: value for each in pages.values() for key, value in each.items()},
            "load_average": load_average(),
        },
        "yardsticks": ready,
        "ratios": {"slowest_p95_to_target": round(slowest / TARGET_MS, 2)},
    }


def main() -> None:
    arguments = options(__doc__).parse_args()
    with test_database():
        result = measure(10_000, 30) if arguments.quick else measure(100_000, 100)
    tell(result, as_json=arguments.json)


if __name__ == "__main__":
    main()
