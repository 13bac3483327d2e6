"""The do-not-mail list: found, added to by hand and by file, lifted with a reason."""

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from customers.models.consents import Suppression

PAGE = "/b/floral/settings/do-not-mail/"


def listed(cast, address: str, reason: str = "manual") -> Suppression:
    with brand_scope(cast.floral):
        return Suppression.objects.create(channel="email", address=address, reason=reason)


def test_an_empty_list_teaches_what_comes_here(ben):
    assert "come here by themselves" in ben.get(PAGE).content.decode()


def test_the_list_is_searched_by_how_an_address_begins_and_hashes_are_not_shown(cast, ben):
    listed(cast, "jo@example.com")
    listed(cast, "bo@example.com", "complaint")
    listed(cast, "f" * 64, "erased")
    page = ben.get(PAGE).content.decode()
    assert "2 addresses, and 1 of people who were erased" in page
    assert "f" * 64 not in page
    assert page.count("/lift/") == 1
    found = ben.get(PAGE, {"q": "JO@"}).content.decode()
    assert "jo@example.com" in found
    assert "bo@example.com" not in found
    assert ben.get(PAGE, {"q": "\0", "after": "x"}).status_code == 200


def test_an_address_is_added_by_hand(cast, ben):
    ben.post(PAGE + "add/", {"address": "Jo@Example.com", "detail": "Called us"})
    with brand_scope(cast.floral):
        row = Suppression.objects.get()
        assert (row.address, row.reason, row.detail) == ("jo@example.com", "manual", "Called us")
    answer = ben.post(PAGE + "add/", {"address": "nobody"})
    assert "valid email address" in answer.content.decode()


def test_a_file_is_added_with_what_became_of_its_lines(cast, ben):
    listed(cast, "a@example.com")
    file = SimpleUploadedFile("stop.csv", b"email\na@example.com\nb@example.com\nno@\n")
    page = ben.post(PAGE + "file/", {"file": file}, follow=True).content.decode()
    assert "1 added, 1 there already, 1 that are no addresses" in page
    answer = ben.post(PAGE + "file/", {"file": SimpleUploadedFile("x.csv", b"nothing")})
    assert "No e-mail address was found" in answer.content.decode()


def test_an_address_is_lifted_with_a_reason_and_a_complaint_is_not(cast, ben):
    row = listed(cast, "jo@example.com")
    assert "Why may they be written to again?" in ben.get(f"{PAGE}{row.pk}/lift/").content.decode()
    ben.post(f"{PAGE}{row.pk}/lift/", {"reason": ""})
    with brand_scope(cast.floral):
        assert Suppression.objects.count() == 1
    ben.post(f"{PAGE}{row.pk}/lift/", {"reason": "They asked for it"})
    complaint = listed(cast, "bo@example.com", "complaint")
    assert ben.post(f"{PAGE}{complaint.pk}/lift/", {"reason": "x"}).status_code == 404
    with brand_scope(cast.floral):
        assert Suppression.objects.get() == complaint
        event = DomainEvent.objects.get(type="suppression.lifted")
        assert (event.actor_id, event.reason) == (cast.ben.pk, "They asked for it")
