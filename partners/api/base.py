"""Endpoints of a partner's own system: its key opens one partnership, and nothing of the brand."""

from collections.abc import Collection
from typing import ClassVar

from django.http import Http404

from accounts.access import get_or_404
from accounts.api.base import ApiView, request_id
from accounts.api.keys import key_of
from accounts.models.api_keys import ApiKey
from accounts.scope import Actor
from partners.models.partnerships import Partnership
from partners.selectors.sisters import pact_stands


class PartnerApiView(ApiView):
    """Base of these endpoints. Their `scopes` are of PARTNER_SCOPES; handlers use
    `self.partnership` and look every id up among its own rows."""

    partnership: Partnership

    def actor(self, key: ApiKey) -> Actor:
        return Actor("partner", key.created_by_id, request_id(), reason=f"key {key.hint}")

    # In which states of the partnership its keys open this.
    opens_in: ClassVar[Collection[str]] = (Partnership.State.ACTIVE,)

    def enter(self) -> None:
        """404 unless the key is of such a partnership; of a sister brand's, while both grant it."""
        rows = Partnership.objects.filter(state__in=self.opens_in).select_related("brand")
        self.partnership = get_or_404(rows, pk=key_of(self.request).partnership_id)
        if not pact_stands(self.partnership):
            raise Http404
