"""What stands behind a link that lets a partner in."""

from dataclasses import dataclass

from django.http import Http404

from accounts.models.brands import Brand
from config.kit.clock import now
from partners.models.partnerships import PartnerInvite, Partnership


@dataclass(frozen=True, slots=True)
class Invite:
    """`state` is open, used or closed (too old, taken back, or another came after it)."""

    brand: Brand
    row: PartnerInvite
    name: str
    state: str

    @property
    def is_application(self) -> bool:
        return bool(self.row.application)


def invite_behind(invite_id: int) -> Invite:
    """Raises Http404 for one that is gone, and for a banned partner's."""
    rows = PartnerInvite.objects.select_related("partnership__brand")
    row = rows.filter(pk=invite_id).exclude(partnership__state=Partnership.State.BANNED).first()
    if row is None:
        raise Http404
    state = "open"
    if row.used_at is not None:
        state = "used"
    elif row.withdrawn_at is not None or row.expires_at <= now():
        state = "closed"
    name = str(row.application.get("name") or row.partnership.name)
    return Invite(row.partnership.brand, row, name, state)
