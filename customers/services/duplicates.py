"""Look for two records of one person, and remember what people decided about them."""

import json
from dataclasses import dataclass

from django.db import connection

from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict
from config.kit.sql import load
from customers.events.customers import DuplicatesSearched
from customers.models.merges import DuplicatePair
from customers.selectors.attributes import definitions

# How telling it is to share this, 0 to 1; reasons add up as independent ones do.
WEIGHTS = {"email": 0.8, "birthday": 0.8, "postcode": 0.7, "phone": 0.5, "city": 0.3}
LARGEST_GROUP = 20
_BIRTHDAYS = frozenset({"birthday", "birthdate", "birth date", "date of birth", "dob"})
_POSTCODES = frozenset({"postcode", "post code", "zip", "zip code", "postal code", "zipcode"})


@dataclass(frozen=True, slots=True)
class Search:
    """What a search came to; `left_out` is how many groups were too large to say anything."""

    found: int
    left_out: int


def find_duplicates() -> Search:
    """Compare everybody of the brand in scope, in one statement; the queue then holds the pairs."""
    known = definitions()
    with connection.cursor() as cursor:
        # What everybody shares is sorted once; on disk it takes several times as long.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(
            load("customers", "duplicates"),
            {
                "brand_id": current_brand_id(),
                "largest": LARGEST_GROUP,
                "weights": json.dumps(WEIGHTS),
                "birthday_names": [name for name in known if _means(name, _BIRTHDAYS)],
                "postcode_names": [name for name in known if _means(name, _POSTCODES)],
                "at": now(),
            },
        )
        found, left_out = cursor.fetchone()
        cursor.execute("RESET work_mem")
    record(DuplicatesSearched(subject_id=current_brand_id(), found=found, left_out=left_out))
    return Search(found, left_out)


def dismiss_pair(*, pair: DuplicatePair) -> None:
    """They are two people; the queue does not ask again. Raises Conflict when it is merged."""
    claimed = DuplicatePair.objects.filter(pk=pair.pk).exclude(state=DuplicatePair.State.MERGED)
    if not claimed.update(state=DuplicatePair.State.DISMISSED):
        raise Conflict("These two were merged meanwhile.", code="merged")


def _means(name: str, names: frozenset[str]) -> bool:
    return name.casefold().replace("_", " ").replace("-", " ").strip() in names
