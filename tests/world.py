"""One object of every kind in Floral, to try routes with."""

import io
from datetime import UTC, datetime
from typing import Any

from accounts.models.api_keys import ApiKey
from accounts.models.members import Membership
from accounts.scope import brand_scope
from accounts.services.api_keys import create_api_key
from campaigns.services.coupons import add_codes, create_batch
from campaigns.services.domains import add_domain
from campaigns.services.drafts import create_campaign
from campaigns.services.lists import create_list
from campaigns.services.shops import add_shop
from campaigns.services.templates import create_template
from campaigns.services.variants import add_variant
from config.kit import ids
from customers.services.attributes import define_attribute
from customers.services.bulk_actions import request_bulk_action
from customers.services.feeds import save_feed
from customers.services.imports import create_import
from customers.services.jobs import create_job
from customers.services.merges import merge_customers
from customers.services.notes import write_note
from customers.services.orders import record_order
from customers.services.permissions import set_permission_rule
from customers.services.privacy import request_copy
from customers.services.products import ProductDetails, describe_product
from customers.services.saved_views import save_view
from customers.services.segments import create_segment
from customers.services.suppressions import suppress_address
from partners.models.packs import PackItem
from partners.models.partnerships import OfferCategory, Partnership
from partners.models.settlements import Statement
from partners.models.vouchers import Redemption
from partners.selectors.packs import parts_of
from partners.services.pack_sales import follow_orders
from partners.services.replies import save_reply
from partners.services.sisters import propose_pact
from referrals.services.programmes import create_programme, go_live
from tests import factories
from tests.campaigns import transactional
from tests.conftest import Cast
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.keys import system_of
from tests.partners.packing import sell, valentine
from tests.partners.services.offering import submitted
from tests.partners.settling import settlements_of
from tests.partners.vouchers import pool_of
from tests.referrals.services import rewarding

RULE = {"all": [{"kind": "rung", "op": "at_least", "value": 1}]}
BLOCKS = [{"kind": "heading", "text": "Hello"}, {"kind": "footer"}]


def build(cast: Cast) -> dict[str, dict[str, Any]]:
    """Route name prefix -> the path's arguments (without the brand's slug)."""
    with brand_scope(cast.floral):
        segment = create_segment(name="Buyers", rule=RULE)
        campaign = create_campaign(name="May", segment=segment, subject="May", blocks=BLOCKS)
        variant = add_variant(campaign)
        listed_campaign = create_list(name="Catalogue", channel="post", segment=segment)
        listed_campaign.refresh_from_db(fields=["uid"])
        batch = create_batch(name="Ten off", kind="percent", value=10)
        batch.refresh_from_db(fields=["uid"])
        add_codes(batch, ["FLORAL-1"])
        shop = add_shop(address="floral", token="shpat_secret")
        shop.refresh_from_db(fields=["uid"])
        template = create_template(name="Plain", subject="Plain", blocks=BLOCKS)
        answer = transactional.template(cast.floral)
        message = transactional.asked(cast.floral)
        key, _ = create_api_key(
            brand=cast.floral, name="Shop", scopes=["orders:write"], by=cast.ana
        )
        imported = create_import(
            brand=cast.floral,
            file=io.BytesIO(b"Order,Date,Email,Total\nA1,2026-01-05,ann@example.com,5.00\n"),
            file_name="orders.csv",
            user_id=cast.ben.pk,
        )
        twin = factories.customer(email="rae@example.org", first_name="Rae")
        twin.refresh_from_db(fields=["uid"])
        merge = merge_customers(kept=twin, gone=factories.customer(email="r.w@example.org"))
        copy = request_copy(customer=cast.rae)
        rule = set_permission_rule(country="GB", bases=["consent"])
        listed = suppress_address(address="stop@example.com", reason="manual")
        rose = ProductDetails(title="Roses")
        product = describe_product(source="shop", source_id="rose", details=rose).product
        feed = save_feed(name="Shop", kind="shopify_products")
        member = Membership.objects.get(user=cast.ben)
        recorded = record_order(
            source="api",
            source_id="W-1",
            placed_at=datetime(2026, 1, 5, tzinfo=UTC),
            customer=cast.rae,
            gross_minor=500,
        )
        job = create_job(kind="events", format_="ndjson", path="brand/none", size=1)
        view = save_view(
            owner_id=cast.ana.pk, name="All", query={}, columns=[], sort="", is_shared=True
        )
        action = request_bulk_action(
            kind="add_tag", params={"tag": "tea"}, picked=[cast.rae.pk], by_id=cast.ana.pk
        )
        note = write_note(customer=cast.rae, text="Likes tulips", author_id=cast.ana.pk)
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        advocate = rewarding.advocate_in(programme, cast.rae)
        reward = rewarding.granted(advocate)
        held = rewarding.reserved(cast.rae, key="cart-1")
        for row in (advocate, reward, reward.referral):
            row.refresh_from_db(fields=["uid"])
        return {
            **_of_partners(cast),
            "referral": {
                "referral_id": ids.encode("ref", reward.referral.uid),
                "public_id": ids.encode("ref", reward.referral.uid),
            },
            "programme": {"public_id": ids.encode("prp", programme.uid), "act": "pause"},
            "advocate": {"public_id": ids.encode("adv", advocate.uid)},
            "reward": {"public_id": ids.encode("rwd", reward.uid)},
            "key": {"public_id": held.key},
            "referral_advocate": {"advocate_id": ids.encode("adv", advocate.uid)},
            "referral_reward": {"reward_id": ids.encode("rwd", reward.uid)},
            "referral_programme": {
                "programme_id": ids.encode("prp", programme.uid),
                "name": "offer",
                "side": "friend",
            },
            "job": {"public_id": ids.encode("blk", job.uid)},
            "order": {"public_id": ids.encode("ord", recorded.order.uid)},
            "customer": {"public_id": ids.encode("cus", cast.rae.uid)},
            "attribute": {"pk": define_attribute(name="size").pk, "public_id": "size"},
            "duplicate": {
                "public_id": ids.encode("cus", cast.rae.uid),
                "other_id": ids.encode("cus", twin.uid),
            },
            "merge": {
                "merge_id": ids.encode("mrg", merge.uid),
                "public_id": ids.encode("mrg", merge.uid),
            },
            "view": {"view_uid": view.uid},
            "bulk": {"action_uid": action.uid},
            "note": {"public_id": ids.encode("cus", cast.rae.uid), "pk": note.pk},
            "identity": {
                "public_id": ids.encode("cus", cast.rae.uid),
                "pk": cast.rae.identities.get().pk,
            },
            "segment": {"public_id": ids.encode("seg", segment.uid)},
            "campaign": {
                "pk": campaign.pk,
                "public_id": ids.encode("cmp", campaign.uid),
                "letter": "B",
                "block_id": campaign.blocks[0]["id"],
            },
            "list": {
                "pk": listed_campaign.pk,
                "public_id": ids.encode("cmp", listed_campaign.uid),
            },
            "shop": {"shop_id": ids.encode("shp", shop.uid)},
            "code": {"public_id": "FLORAL-1"},
            "batch": {"public_id": ids.encode("cpb", batch.uid)},
            "domain": {"public_id": "floral.example"},
            "coupon": {"batch_id": ids.encode("cpb", batch.uid), "code": "FLORAL-1"},
            "variant": {"pk": variant.pk, "block_id": variant.blocks[0]["id"]},
            "template": {"pk": template.pk, "block_id": template.blocks[0]["id"]},
            "transactional": {"pk": answer.pk, "block_id": answer.blocks[0]["id"]},
            "message": {"public_id": ids.encode("msg", message.uid)},
            "import": {"import_id": ids.encode("imp", imported.uid)},
            "permission_rule": {"pk": rule.pk},
            "suppression_lift": {"pk": listed.pk},
            "privacy_request": {
                "request_id": ids.encode("prv", copy.uid),
                "public_id": ids.encode("prv", copy.uid),
            },
            "privacy_copy": {"request_id": ids.encode("prv", copy.uid)},
            "product": {
                "product_id": ids.encode("prd", product.uid),
                "public_id": ids.encode("prd", product.uid),
            },
            "product_feed": {"feed_id": ids.encode("fed", feed.uid)},
            "sending_domain": {"pk": add_domain(domain="floral.example").pk},
            "api_key": {"pk": key.pk},
            "member": {"pk": member.pk},
        }


def _of_partners(cast: Cast) -> dict[str, dict[str, Any]]:
    category = OfferCategory.objects.create(name="Dinner")
    cook = make_partner("cook@lucia.example", name="Cook", business="Trattoria Lucia")
    partnership = make_partnership(cook, category=category)
    offer = submitted(partnership)
    system_of(partnership, cook)
    key = ApiKey.objects.get(partnership_id=partnership.pk)
    own = {"partnership_id": ids.encode("prt", partnership.uid)}
    return _named_publicly(
        {
            "partnership": own,
            "partnership_key": {**own, "pk": key.pk},
            "offer": {"offer_id": ids.encode("off", offer.uid)},
            "partner_review": {"offer_id": ids.encode("off", offer.uid)},
            "voucher_pool": {"pool_id": ids.encode("vpl", pool_of(partnership, "WORLD-1").uid)},
            "offer_reply": {"pk": save_reply(name="Days", text="Until when?").pk},
            "partner_category": {"pk": category.pk},
            **settlements_of(partnership),
            **_of_packs(partnership, cast),
            **_of_sisters(partnership, cast),
            "redemption": {"redemption_id": ids.encode("rdm", Redemption.objects.latest("pk").uid)},
        }
    )


def _named_publicly(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """With what addresses of the API name them by, and what is done to them there."""
    acts = {"partnership": "approve", "offer": "pause", "statement": "resolve", "pack": "end"}
    for name in ("partnership", "offer", "statement", "payout", "redemption", "pack"):
        found[name] |= {"public_id": found[name][f"{name}_id"], "act": acts.get(name, "")}
    found["pool"] = {"public_id": found["voucher_pool"]["pool_id"]}
    return found


def _of_packs(partnership: Partnership, cast: Cast) -> dict[str, dict[str, Any]]:
    pack = valentine(partnership)
    follow_orders([sell(cast.rae, number="pack").pk])
    item = PackItem.objects.latest("pk")
    return {
        "pack": {
            "pack_id": ids.encode("pck", pack.uid),
            "part_id": parts_of(pack)[0].pk,
            "sale_id": item.sale_id,
            "position": 0,
        },
        "pack_give_back": {"item_id": item.pk},
        "pack_replace": {"item_id": item.pk},
    }


def _of_sisters(partnership: Partnership, cast: Cast) -> dict[str, dict[str, Any]]:
    # Of the grocer, whom Floral's pages must not open to, it is not.
    third = factories.brand(organisation=cast.agency, name="Bakery", slug="bakery")
    pact = propose_pact(host=cast.floral, guest=third)
    pact.refresh_from_db()
    return {
        "sister": {"pact_id": pact.pk, "public_id": ids.encode("sis", pact.uid)},
        "sister_settle": {"statement_id": _statement(partnership)},
    }


def _statement(partnership: Partnership) -> str:
    sums = dict.fromkeys(("earned_minor", "owed_minor", "total_minor", "lines_count"), 0)
    day = datetime(2026, 1, 31, tzinfo=UTC)
    row = Statement.objects.create(
        partnership=partnership, number=99, until=day.date(), dispute_until=day, **sums
    )
    row.refresh_from_db(fields=["uid"])
    return ids.encode("stm", row.uid)
