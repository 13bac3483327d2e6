"""Whether an offer is worth the attention of the brand's customers, and who has shown none."""

from dataclasses import dataclass

from django.db import connection

from accounts.scope import current_brand_id
from config.kit.sql import load
from customers.selectors.audience import Reason
from partners.models.offers import OfferRules
from partners.rules.content import OfferContent
from partners.rules.relevance import Past, expected_minor

# Who got so many of partners' offers by mail, and clicked in none of these last ones, gets no more;
# what somebody got and clicked who was merged into them counts as theirs.
SILENT = Reason(
    code="silent",
    words="Clicked in none of the last offers of partners",
    when="%(purpose)s = 'partner_offers'",
    ids="SELECT judged.customer_id FROM (SELECT coalesce((SELECT chosen.silent_after"
    " FROM partners_offerrules AS chosen WHERE chosen.brand_id = %(brand_id)s), 5) AS most)"
    " AS rule WHERE rule.most > 0 AND (SELECT count(*) = rule.most AND NOT bool_or(past.clicked)"
    " FROM (SELECT EXISTS (SELECT FROM campaigns_feedback AS click"
    " WHERE click.brand_id = %(brand_id)s AND click.customer_id = delivery.customer_id"
    " AND click.campaign_id = delivery.campaign_id AND click.kind = 'click'"
    " AND NOT click.is_machine) AS clicked"
    " FROM campaigns_delivery AS delivery JOIN campaigns_campaign AS campaign"
    " ON campaign.brand_id = delivery.brand_id AND campaign.id = delivery.campaign_id"
    " AND campaign.contact_kind = 'partner'"
    " WHERE delivery.brand_id = %(brand_id)s AND delivery.customer_id = ANY(ARRAY("
    " SELECT judged.customer_id UNION ALL SELECT gone.id FROM customers_customer AS gone"
    " WHERE gone.brand_id = %(brand_id)s AND gone.merged_into_id = judged.customer_id))"
    " AND delivery.outcome = 'sent' ORDER BY delivery.at DESC LIMIT rule.most) AS past)",
)


@dataclass(frozen=True, slots=True)
class Relevance:
    """Minor units for 1,000 recipients; `expected_minor` is None where the brand pays."""

    past: Past
    expected_minor: int | None
    floor_minor: int

    @property
    def is_enough(self) -> bool:
        return self.expected_minor is None or self.expected_minor >= self.floor_minor


def offer_rules() -> OfferRules:
    """What the brand chose; the defaults when it never did."""
    return OfferRules.objects.first() or OfferRules()


def relevance_of(content: OfferContent) -> Relevance:
    """What to expect of it, by what offers of its category have brought."""
    with connection.cursor() as cursor:
        keys = {"brand_id": current_brand_id(), "category_id": content.category_id}
        cursor.execute(load("partners", "offer_past"), keys)
        past = Past(*cursor.fetchone())
    return Relevance(past, expected_minor(past, content.deal), offer_rules().floor_minor)
