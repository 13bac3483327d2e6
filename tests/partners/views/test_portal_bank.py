"""Bank details on a partner's pages: only with a second factor, only the last four signs."""

import pytest
from django.test import Client

from accounts.models.users import User
from partners.models.partnerships import BankDetails, PartnerMail, Partnership
from tests.partners.conftest import partner_path
from tests.second_factor import proven, set_up

IBAN = "DE89370400440532013000"


@pytest.fixture
def trusted(pia: User, pia_client: Client) -> Client:
    """Pia, who gave a code just now."""
    set_up(pia)
    return proven(pia_client)


def test_without_a_second_factor_the_page_leads_to_its_set_up(
    dinner: Partnership, pia_client: Client
) -> None:
    path = partner_path(dinner, "bank/")
    shown = pia_client.get(path)
    assert b'href="/accounts/2fa/totp/activate/"' in shown.content
    assert pia_client.session["second_factor_back"] == path
    said = {"holder": "Lucia", "sort_code": "200000", "account_number": "55779911"}
    assert pia_client.post(path, said).status_code == 403
    assert not BankDetails.objects.exists()


def test_a_brand_of_britain_is_told_a_sort_code_and_sees_its_end_alone(
    dinner: Partnership, trusted: Client, ana: Client
) -> None:
    path = partner_path(dinner, "bank/")
    said = {"holder": "Lucia", "sort_code": "20-00-00", "account_number": "55779911"}
    assert trusted.post(path, said)["Location"] == path

    page = trusted.get(path)
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    text = page.content.decode()
    assert "<code>9911</code>" in text
    assert "55779911" not in text
    assert "200000" not in text
    mail = PartnerMail.objects.get()
    assert (mail.email, mail.link) == ("pia@lucia.example", path)
    assert "9911" in " ".join(mail.lines)
    assert "55779911" not in f"{mail.subject} {mail.lines}"
    staff = ana.get(f"/b/floral/partners/partnerships/{path.split('/')[2]}/").content.decode()
    assert "ends with <code>9911</code>, used from" in staff
    assert "55779911" not in staff


def test_elsewhere_it_is_an_iban_and_a_wrong_one_is_refused_beside_the_field(
    dinner: Partnership, trusted: Client
) -> None:
    brand = dinner.brand
    brand.country = "DE"
    brand.save()
    path = partner_path(dinner, "bank/")
    refused = trusted.post(path, {"holder": "Lucia", "iban": IBAN[:-1] + "1"})
    assert "check digits" in str(refused.context["form"].errors["iban"])
    assert not BankDetails.objects.exists()
    assert not PartnerMail.objects.exists()

    trusted.post(path, {"holder": "Lucia", "iban": IBAN})
    assert BankDetails.objects.get().hint == "3000"


def test_an_old_proof_is_asked_for_again(
    dinner: Partnership, pia: User, pia_client: Client
) -> None:
    set_up(pia)
    path = partner_path(dinner, "bank/")
    said = {"holder": "Lucia", "sort_code": "200000", "account_number": "55779911"}
    asked = proven(pia_client, ago=700).post(path, said)
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fpartner%2Fprt_")
    assert not BankDetails.objects.exists()
