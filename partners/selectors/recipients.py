"""Who of a partner's business is mailed: its contact and its owners, unless people chose."""

from accounts.models.members import Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.selectors.brands import reachable_brands
from partners.models.partnerships import PartnerMailChoice, Partnership

# For mails that are nobody's to leave out: where the money goes.
ALWAYS = "always"


def recipients_of(partnership: Partnership, topic: str = "") -> list[str]:
    """Addresses, each once: for a topic of PartnerMailChoice by what people chose, for ALWAYS the
    contact and the owners, and without either the contact alone."""
    if not topic:
        return [partnership.email]
    choices = {} if topic == ALWAYS else _choices(partnership)
    owners = _owners(partnership)
    wanted = [user for user in owners if topic in choices.get(user.pk, [topic])]
    others = set(choices) - {user.pk for user in owners}
    chose = User.objects.filter(pk__in=others, is_active=True).order_by("pk")
    wanted += [u for u in chose if topic in choices[u.pk] and works_for(u, partnership)]
    by_address = {user.email.casefold(): user.email for user in wanted}
    if not _declined(partnership, topic, choices):
        by_address = {partnership.email.casefold(): partnership.email} | by_address
    return list(by_address.values())


def topics_of(partnership: Partnership, user: User) -> list[str]:
    """What this person gets as things stand."""
    chosen = PartnerMailChoice.objects.filter(partnership=partnership, user_id=user.pk).first()
    if chosen is not None:
        return [topic for topic in PartnerMailChoice.Topic.values if topic in chosen.topics]
    is_contact = user.email.casefold() == partnership.email.casefold()
    is_owner = any(owner.pk == user.pk for owner in _owners(partnership))
    return list(PartnerMailChoice.Topic.values) if is_contact or is_owner else []


def _choices(partnership: Partnership) -> dict[int, list[str]]:
    rows = PartnerMailChoice.objects.filter(partnership=partnership)
    return dict(rows.values_list("user_id", "topics"))


def _owners(partnership: Partnership) -> list[User]:
    """Of a business of its own; a sister brand's organisation is its agency, with much else."""
    rows = Membership.objects.filter(
        organisation=partnership.organisation_id,
        organisation__kind=Organisation.Kind.PARTNER,
        role=Role.OWNER,
        user__is_active=True,
    )
    return [row.user for row in rows.select_related("user").order_by("user_id")]


def _declined(partnership: Partnership, topic: str, choices: dict[int, list[str]]) -> bool:
    """Whether the contact is somebody who chose, and not this."""
    people = User.objects.filter(pk__in=choices, email__iexact=partnership.email)
    return any(topic not in choices[user.pk] for user in people)


def works_for(user: User, partnership: Partnership) -> bool:
    """Whether this person of the partner's may open its pages; see partners.access."""
    if not user.is_active:
        return False
    if partnership.sister_brand_id is not None:
        reached = {each.brand.pk: each.permissions for each in reachable_brands(user)}
        return "partners.edit" in reached.get(partnership.sister_brand_id, ())
    rows = Membership.objects.filter(user=user, organisation=partnership.organisation_id)
    return rows.filter(organisation__kind=Organisation.Kind.PARTNER).exists()
