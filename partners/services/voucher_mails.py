"""The mail that tells a partner that its vouchers run low."""

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models.vouchers import VoucherPool
from partners.selectors.partnerships import public_id
from partners.services.mails import Topic, tell_partner


def tell_of_low_stock(pool_id: int) -> None:
    """The brand has it among its suggestions. The partner reads no number, as on its own page: the
    next mail's less this one's would be the customers who came between."""
    pool = VoucherPool.objects.select_related("partnership__brand").get(pk=pool_id)
    partnership = pool.partnership
    brand = partnership.brand
    said = {"pool": pool.name, "brand": brand.name}
    tell_partner(
        partnership,
        _("Few vouchers are left: %(pool)s") % said,
        [
            _("Few vouchers of “%(pool)s” are left for customers of %(brand)s.") % said,
            _("Add the codes of your till, so that nobody has to go without."),
        ],
        reverse("partner_vouchers", args=[public_id(partnership)]),
        topic=Topic.VOUCHERS,
    )
