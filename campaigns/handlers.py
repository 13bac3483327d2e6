"""How campaigns react to what happens elsewhere."""

from accounts.events import BrandCreated
from campaigns.services import coupons, templates
from customers.events.imports import ImportCompleted
from customers.events.orders import OrderChanged, OrderRecorded, OrdersRecorded


def give_starter_templates(event: BrandCreated) -> None:
    templates.add_starters()


def redeem_coupons_of_order(event: OrderRecorded | OrderChanged) -> None:
    coupons.redeem_by_orders([event.subject_id])


def redeem_coupons_of_orders(event: OrdersRecorded) -> None:
    coupons.redeem_by_orders([*event.created_ids, *event.changed_ids])


def redeem_coupons_of_import(event: ImportCompleted) -> None:
    coupons.redeem_by_orders(import_id=event.subject_id)
