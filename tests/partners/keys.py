"""Partners' own systems, which talk to the API with a key of their partnership."""

from accounts.models.users import User
from accounts.permissions import PARTNER_SCOPES
from accounts.services.api_keys import create_api_key
from partners.models.partnerships import Partnership
from tests.api import Api


def system_of(partnership: Partnership, by: User, *scopes: str) -> Api:
    """The brand's scope is open. No scopes named: all of them."""
    _, text = create_api_key(
        brand=partnership.brand,
        name="Till",
        scopes=scopes or PARTNER_SCOPES,
        by=by,
        partnership_id=partnership.pk,
    )
    return Api(text)
