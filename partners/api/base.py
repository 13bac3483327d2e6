"""Endpoints of a partner's own system: its key opens one partnership, and nothing of the brand."""

from accounts.access import get_or_404
from accounts.api.base import ApiView, request_id
from accounts.api.keys import key_of
from accounts.models.api_keys import ApiKey
from accounts.scope import Actor
from partners.models.partnerships import Partnership


class PartnerApiView(ApiView):
    """Base of these endpoints. Their `scopes` are of PARTNER_SCOPES; handlers use
    `self.partnership` and look every id up among its own rows."""

    partnership: Partnership

    def actor(self, key: ApiKey) -> Actor:
        return Actor("partner", key.created_by_id, request_id(), reason=f"key {key.hint}")

    def enter(self) -> None:
        """404 unless the key is of a partnership that is active."""
        rows = Partnership.objects.filter(state=Partnership.State.ACTIVE)
        partnership_id = key_of(self.request).partnership_id
        self.partnership = get_or_404(rows.select_related("brand"), pk=partnership_id)
