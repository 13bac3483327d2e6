"""Transactional mails: the list, one template, its editor and the mails that left."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.transactional import TransactionalMessage
from tests.browser.conftest import page_checks
from tests.campaigns.transactional import template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.full]


def test_pages_of_transactional_mails_hold_in_every_width_and_theme(live_server, signed_in, cast):
    made = template(cast.floral)
    with brand_scope(cast.floral):
        for state, detail in (
            ("sent", "250 2.0.0 queued as 4f1"),
            ("failed", "550 5.7.1 this server takes no mail from you"),
            ("queued", ""),
        ):
            TransactionalMessage.objects.create(
                template=made,
                version=1,
                address="rae@example.com",
                address_norm="rae@example.com",
                customer=cast.rae if state == "sent" else None,
                state=state,
                detail=detail,
            )
    page = signed_in(cast.ana)
    base = f"{live_server.url}/b/floral/transactional"
    page_checks(page, f"{base}/", pictures="transactional")
    page_checks(page, f"{base}/{made.pk}/", pictures="transactional-one")
    page_checks(page, f"{base}/{made.pk}/edit/", pictures="transactional-edit")
    page_checks(page, f"{base}/messages/", pictures="transactional-log")
