"""What one person of a partner's business wants to be mailed of."""

from collections.abc import Collection

from accounts.models.users import User
from config.kit.clock import now
from config.kit.errors import Invalid
from partners.models.partnerships import PartnerMailChoice, Partnership


def choose_mails(
    partnership: Partnership, user: User, topics: Collection[str]
) -> PartnerMailChoice:
    """From now on these, and no others. Raises Invalid for what is no topic."""
    known = PartnerMailChoice.Topic.values
    if not set(topics) <= set(known):
        raise Invalid.at("topics", "There is no such kind of mail.")
    wanted = [topic for topic in known if topic in topics]
    row, _ = PartnerMailChoice.objects.update_or_create(
        partnership=partnership,
        user_id=user.pk,
        defaults={"topics": wanted, "updated_at": now()},
    )
    return row
