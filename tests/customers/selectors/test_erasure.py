"""Knowing an erased address again, one by one and in SQL."""

from django.db import connection

from customers.models.consents import Suppression
from customers.selectors.erasure import hash_of, hash_params, is_erased


def test_an_erased_address_is_known_by_its_hash_alone(floral):
    Suppression.objects.create(
        channel="email", address=hash_of("jo@example.com"), reason=Suppression.Reason.ERASED
    )
    assert is_erased("jo@example.com")
    assert not is_erased("rae@example.com")
    assert not is_erased("")
    assert "jo" not in Suppression.objects.get().address


def test_the_database_hashes_as_python_does(floral):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(sha256(%(erased_outer)s::bytea || sha256(%(erased_inner)s::bytea"
            " || convert_to('jö@example.com', 'UTF8'))), 'hex')",
            hash_params(),
        )
        assert cursor.fetchone() == (hash_of("jö@example.com"),)
