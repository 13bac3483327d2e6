"""Making a brand, and changing what it is called, where it is and how it looks."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from accounts.events import BrandChanged, BrandCreated
from accounts.models.brands import Brand, BrandSlug
from accounts.models.members import Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.scope import brand_scope
from accounts.services.events import record
from config.kit.errors import Conflict

# Says that amounts are stored in the brand's currency, so that it can no longer be changed.
HasMoney = Callable[[], bool]

_has_money: list[HasMoney] = []


def lock_currency_when(has_money: HasMoney) -> None:
    """Ask this, in the brand's scope, before its currency is changed; from the wiring only."""
    _has_money.append(has_money)


def is_currency_locked() -> bool:
    """True once the brand in scope has amounts in its currency."""
    return any(has_money() for has_money in _has_money)


def create_brand(*, by: User, **values: Any) -> Brand:
    """A new brand in the organisation that `by` owns; without one, in a new one of its name.

    `values` are fields of Brand. Raises Conflict when the slug is taken."""
    with transaction.atomic():
        organisation = _owned_by(by) or _new_organisation(by, values["name"])
        brand = _save(Brand(organisation=organisation, **values))
        with brand_scope(brand):
            record(BrandCreated(subject_id=brand.pk))
    return brand


def update_brand(*, brand: Brand, **values: Any) -> Brand:
    """Change fields of a brand. A new slug leaves a redirect behind.

    Raises Conflict when the slug is taken or the currency can no longer be changed."""
    with transaction.atomic():
        stored = Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        if values.get("currency", stored.currency) != stored.currency and is_currency_locked():
            raise Conflict(
                f"{stored.name} has orders in {stored.currency}, so its currency stays.",
                code="currency_locked",
            )
        slug = values.get("slug", stored.slug)
        if slug != stored.slug:
            _keep_redirect(stored, slug)
        for name, value in values.items():
            setattr(stored, name, value)
        _save(stored)
        record(BrandChanged(subject_id=stored.pk))
    return stored


def _owned_by(user: User) -> Organisation | None:
    """The organisation the person owns with all its brands; the first they joined of several."""
    membership = (
        Membership.objects.select_related("organisation")
        .filter(user=user, role=Role.OWNER, brand__isnull=True)
        .exclude(organisation__kind=Organisation.Kind.PARTNER)
        .order_by("id")
        .first()
    )
    return membership.organisation if membership else None


def _new_organisation(owner: User, name: str) -> Organisation:
    organisation = Organisation.objects.create(kind=Organisation.Kind.BRAND, name=name)
    Membership.objects.create(user=owner, organisation=organisation, role=Role.OWNER)
    return organisation


def _keep_redirect(brand: Brand, slug: str) -> None:
    # Back to a name it had before: that redirect would lead to itself.
    BrandSlug.objects.filter(brand=brand, slug=slug).delete()
    BrandSlug.objects.create(brand=brand, slug=brand.slug)


def _save(brand: Brand) -> Brand:
    """Slugs are unique over all brands and over the redirects of others."""
    taken = Conflict("This address is taken; please choose another.", code="slug_taken")
    if BrandSlug.objects.filter(slug=brand.slug).exclude(brand_id=brand.pk).exists():
        raise taken
    try:
        with transaction.atomic():
            brand.save()
    except IntegrityError as error:
        raise taken from error
    return brand
