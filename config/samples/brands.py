"""The three sample brands of one agency, and how their orders get in: by the import's own door."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.events import BrandCreated
from accounts.models.brands import Brand
from accounts.models.members import Grant, Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.scope import brand_scope
from accounts.services.events import record
from config.kit.clock import day_in
from config.samples.orders import (
    SampleOrder,
    floral_orders,
    grocer_orders,
    music_orders,
    write_orders,
)
from customers.imports.mapping import Mapping
from customers.imports.registry import GENERIC
from customers.models.imports import Import
from customers.services import imports

AGENCY = "Northlight"
# Known to everybody on purpose: the demo listens on this machine only and holds no real person.
PASSWORD = "flowers-in-february"  # noqa: S105
ANA = ("ana@northlight.example", "Ana Okafor")
BEN = ("ben@northlight.example", "Ben Hale")
# Of a partner of Floral's; she sees that business's own pages only.
LUCIA = ("lucia@trattoria-lucia.example", "Lucia Bianchi")

_PEOPLE_NOTE = "Names, addresses and permissions are simulated."


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample brand. `orders(today)` yields its real orders."""

    slug: str
    name: str
    orders: Callable[[date], Iterable[SampleOrder]]
    note: str
    colour: str
    as_of: date | None = None


FLORAL = Sample(
    slug="floral",
    name="Floral",
    orders=floral_orders,
    note="Real orders of one florist's year, 2017, laid on the last twelve months with the "
    "calendar kept: 14 February is still 14 February. Names, addresses and permissions are "
    "simulated, and so are the mails of past campaigns, what came back of them, and who brought "
    "whom.",
    colour="#0b6e4f",
)
GROCER = Sample(
    slug="grocer",
    name="Grocer",
    orders=grocer_orders,
    note="Real orders of the florist's regulars at the grocer next door, 2017, laid on the last "
    f"twelve months with the calendar kept. {_PEOPLE_NOTE}",
    colour="#8a4b08",
)
MUSIC = Sample(
    slug="music",
    name="Music",
    orders=lambda today: music_orders(),
    note="Real orders of CDNOW, an online music shop, 1997 and 1998, shown as of 30 September 1997 "
    f"so that a forecast can be held against what came after. {_PEOPLE_NOTE}",
    colour="#5b3fa8",
    as_of=date(1997, 9, 30),
)
SAMPLES = (FLORAL, GROCER, MUSIC)


@transaction.atomic
def make_agency() -> Organisation:
    """The agency and its two people, once."""
    agency, _ = Organisation.objects.get_or_create(kind=Organisation.Kind.AGENCY, name=AGENCY)
    Membership.objects.get_or_create(
        user=owner(), organisation=agency, defaults={"role": Role.OWNER}
    )
    return agency


def marketer() -> User:
    """Who writes the campaigns of the sample brands."""
    return _person(*BEN)


def owner() -> User:
    """Who decides about partners of the sample brands."""
    return _person(*ANA)


def partner() -> User:
    return _person(*LUCIA)


def _person(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    return user


@transaction.atomic
def make_brand(sample: Sample, agency: Organisation) -> Brand:
    """The brand without its orders, once."""
    brand, is_new = Brand.objects.get_or_create(
        slug=sample.slug,
        defaults={
            "organisation": agency,
            "name": sample.name,
            "currency": "USD",
            "time_zone": "America/New_York",
            "locale": "en-us",
            "country": "US",
            "postal_address": f"{sample.name}, 12 Sample Street, Columbus, OH 43004, USA",
            "sender_name": sample.name,
            "sender_email": f"hello@{sample.slug}.example",
            "theme": {"colour": sample.colour},
            "is_sample": True,
            "as_of": sample.as_of,
            "sample_note": sample.note,
        },
    )
    if is_new:
        Grant.objects.create(brand=brand, organisation=agency)
        with brand_scope(brand):
            record(BrandCreated(subject_id=brand.pk))
    if sample is FLORAL:
        Membership.objects.get_or_create(
            user=_person(*BEN), organisation=agency, brand=brand, defaults={"role": Role.MARKETER}
        )
    return brand


def upload_orders(sample: Sample, brand: Brand) -> Import:
    """Hand the sample's orders to the import, as a person would, and confirm its columns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{sample.slug}-orders.csv"
        write_orders(sample.orders(day_in(brand.time_zone)), path)
        with path.open("rb") as file, brand_scope(brand):
            imported = imports.create_import(
                brand=brand, file=file, file_name=path.name, user_id=None, simulated=True
            )
            mapping = Mapping.from_json(imported.mapping)
            imports.map_columns(imported=imported, kind=GENERIC, mapping=mapping)
    return imported


def check_and_start(brand: Brand, imported: Import) -> None:
    """The dry run, here and now, then the real one in the background."""
    imports.check_import(brand_id=brand.pk, import_id=imported.pk)
    with brand_scope(brand):
        imported.refresh_from_db()
        if imported.state == Import.State.CHECKED:
            imports.request_import(imported=imported)
