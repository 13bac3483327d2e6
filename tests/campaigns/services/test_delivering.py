"""A transactional mail leaves at once, again when it must, and what comes back finds it."""

import email
from dataclasses import replace
from datetime import timedelta
from email import policy
from itertools import pairwise

import pytest

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.channels.email.reports import Report
from campaigns.channels.providers.accounts import PROVIDERS
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.models.transports import Pace
from campaigns.rules.rests import Rests
from campaigns.selectors.timeline import messages as timeline
from campaigns.services import delivering
from campaigns.services.delivering import deliver
from campaigns.services.inbound import take_mail, take_report
from campaigns.services.messages import To, request_message
from campaigns.services.transactional import publish
from campaigns.services.transports import Server, set_pace, use_provider, use_server
from config.kit.clock import now
from customers.models.consents import Suppression
from tests.campaigns.channels.email.test_dkim import ED, RSA, record_of, verify
from tests.campaigns.channels.email.test_reports import DSN, OURS, VERP
from tests.campaigns.provider import ProviderServer
from tests.campaigns.services.test_signing import give_key
from tests.campaigns.sink import Sink
from tests.campaigns.transactional import DATA, KEY, kept, template

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch):
    monkeypatch.setattr(delivering, "_rests", Rests(0.0, 0.0))


@pytest.fixture
def ask(cast):
    """Ask for one mail; its id."""
    made = template(cast.floral)

    def asked(address="rae@example.com", **more):
        with brand_scope(cast.floral):
            message = request_message(
                brand=cast.floral, template_key=made.key, to=To(email=address), data=DATA, **more
            )
        return message.pk

    return asked


def state(cast, at=0):
    message = kept(cast.floral)[at]
    return message.state, message.reason, message.attempts


def later(cast, **by):
    with brand_scope(cast.floral):
        TransactionalMessage.objects.update(send_at=now() - timedelta(**by))


def listed(cast):
    with brand_scope(cast.floral):
        return list(Suppression.objects.values_list("address", "reason"))


def read(sink, address="rae@example.com"):
    return email.message_from_bytes(sink.contents[address], policy=policy.default)


def test_the_whole_way_from_the_request_to_the_inbox(cast, ask, settings, run_due_work):
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        ask()
        run_due_work()
        assert run_due_work() == 0
        mail = read(sink)
    assert sink.accepted == {"rae@example.com": 1}
    assert mail["Subject"] == "Your order 1001"
    assert mail["From"] == "Floral <hello@floral.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    for part in ("plain", "html"):
        text = mail.get_body((part,)).get_content()
        assert "Thank you, Rae" in text
        assert "2 of Red tulips: £42.00" in text
        assert "1 High Street, London N1 1AA" in text
        assert "nsubscribe" not in text
        assert "/c/" not in text
        assert "/o/" not in text
    assert state(cast) == ("sent", "", 1)
    (message,) = kept(cast.floral)
    assert (message.data, message.detail) == ({}, "250 taken")
    with brand_scope(cast.floral):
        (entry,) = timeline(cast.rae, None, 10)
    assert entry.title == "Sent: Order confirmation"


def test_a_server_that_says_later_is_asked_again_with_the_same_message_id(cast, ask, settings):
    with Sink(_planned(["data:451 busy", "drop:after", None])) as sink:
        settings.EMAIL_URL = sink.url
        pk = ask()
        assert deliver(brand_id=cast.floral.pk, message_id=pk) == 15
        assert kept(cast.floral)[0].detail == "451 busy"
        # Taken, but nobody said so: it goes again, and a receiver can tell the twins.
        assert deliver(brand_id=cast.floral.pk, message_id=pk) == 60
        assert deliver(brand_id=cast.floral.pk, message_id=pk) is None
        assert deliver(brand_id=cast.floral.pk, message_id=pk) is None
    assert state(cast) == ("sent", "", 3)
    assert list(sink.message_ids.values()) == [2]


def _planned(faults):
    """One fault per mail, of which the sink asks at RCPT and at DATA; the sender never has any."""
    asked = [fault for fault in faults for _ in range(2)]
    return lambda address: asked.pop(0) if address == "rae@example.com" else None


def test_a_server_that_never_answers_to_what_it_took_gets_it_twice_and_no_more(cast, ask, settings):
    with Sink(_planned(["drop:after", "data:451 busy", "drop:after"])) as sink:
        settings.EMAIL_URL = sink.url
        pk = ask()
        waits = [deliver(brand_id=cast.floral.pk, message_id=pk) for _ in range(4)]
    assert waits == [15, 60, None, None]
    assert state(cast) == ("failed", "undecided", 3)
    assert list(sink.message_ids.values()) == [2]
    assert kept(cast.floral)[0].data == {}


def test_one_in_doubt_that_comes_back_waits_no_longer_and_leaves_nothing_behind(
    cast, ask, settings
):
    with Sink(_planned(["drop:after"])) as sink:
        settings.EMAIL_URL = sink.url
        pk = ask()
        assert deliver(brand_id=cast.floral.pk, message_id=pk) == 15
        token = next(iter(sink.message_ids)).strip("<>").partition("@")[0]
        take_report(Report(kind="bounce", message_token=token, status="5.1.1", words="unknown"))
        assert deliver(brand_id=cast.floral.pk, message_id=pk) is None
    assert state(cast) == ("bounced", "bounce", 1)
    (message,) = kept(cast.floral)
    assert (message.data, message.done_at is None) == ({}, False)


def test_after_a_day_it_is_given_up(cast, ask, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    pk = ask()
    assert deliver(brand_id=cast.floral.pk, message_id=pk) == 15
    later(cast, hours=24, minutes=1)
    assert deliver(brand_id=cast.floral.pk, message_id=pk) is None
    assert state(cast) == ("failed", "unreachable", 2)


def test_a_refusal_is_kept_with_the_servers_words_and_lists_who_is_not_there(cast, ask, settings):
    plan = {
        "rae@example.com": "rcpt:550 5.1.1 no such user",
        "jo@example.com": "rcpt:550 5.7.1 not from you",
    }
    with Sink(plan.get) as sink:
        settings.EMAIL_URL = sink.url
        for address in plan:
            deliver(brand_id=cast.floral.pk, message_id=ask(address))
    assert [each.detail for each in kept(cast.floral)] == [
        "550 5.1.1 no such user",
        "550 5.7.1 not from you",
    ]
    assert [state(cast, at) for at in (0, 1)] == [("failed", "refused", 1)] * 2
    assert listed(cast) == [("rae@example.com", "bounce")]
    assert not sink.accepted


def test_who_went_meanwhile_gets_nothing(cast, ask, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    pk = ask()
    with brand_scope(cast.floral):
        Suppression.objects.create(channel="email", address="rae@example.com", reason="bounce")
    assert deliver(brand_id=cast.floral.pk, message_id=pk) is None
    assert state(cast) == ("suppressed", "bounce", 0)


def test_a_mail_for_later_waits_in_the_books(cast, ask, settings, run_due_work):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    ask(send_at=now() + timedelta(hours=2))
    run_due_work()
    item = WorkItem.objects.get(kind="campaigns.tasks.send_message")
    assert now() + timedelta(hours=1) < item.due_at <= now() + timedelta(hours=2)
    assert state(cast) == ("queued", "", 0)


def test_what_comes_back_finds_its_message_by_the_message_id(cast, ask, settings):
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        deliver(brand_id=cast.floral.pk, message_id=ask())
        token = read(sink)["Message-ID"].strip("<>").partition("@")[0]
    bounce = Report(kind="bounce", message_token=token, status="5.1.1", words="user unknown")
    assert take_report(bounce) == "bounce"
    assert take_report(bounce) == "known"
    assert state(cast)[:2] == ("bounced", "bounce")
    assert listed(cast) == [("rae@example.com", "bounce")]


def test_a_complaint_ends_news_and_leaves_the_mail_as_sent(cast, ask, settings):
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        deliver(brand_id=cast.floral.pk, message_id=ask())
        token = read(sink)["Message-ID"].strip("<>").partition("@")[0]
    complaint = Report(kind="complaint", message_token=token, address="RAE@example.com")
    assert take_report(complaint) == "complaint"
    assert take_report(complaint) == "known"
    assert state(cast)[:2] == ("sent", "")
    assert listed(cast) == [("rae@example.com", "complaint")]
    assert ask() > 0  # the next order is answered all the same
    assert state(cast, 1)[0] == "queued"


def test_a_stranger_is_written_to_in_the_language_that_was_asked_for(cast, settings):
    made = template(cast.floral, is_published=False)
    with brand_scope(cast.floral):
        made.translations = {"de": {"subject": "Ihre Bestellung {{ data.order_number }}"}}
        made.save()
        publish(made, cast.floral)
        pk = request_message(
            brand=cast.floral,
            template_key=KEY,
            to=To(email="Nobody@example.com"),
            data=DATA,
            language="de-AT",
        ).pk
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        deliver(brand_id=cast.floral.pk, message_id=pk)
    assert read(sink, "Nobody@example.com")["Subject"] == "Ihre Bestellung 1001"
    assert kept(cast.floral)[0].customer is None


def test_it_leaves_by_the_brands_own_server(cast, ask, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    settings.TRANSPORT_PRIVATE_HOSTS = True
    with Sink() as sink:
        with brand_scope(cast.floral):
            use_server(Server(host="127.0.0.1", port=sink.port, security="none"))
        assert deliver(brand_id=cast.floral.pk, message_id=ask()) is None
    assert sink.accepted == {"rae@example.com": 1}


def test_a_provider_that_never_answers_gets_it_twice_and_no_more(cast, ask, monkeypatch):
    postmark = PROVIDERS["postmark"]
    with ProviderServer() as server:
        options = {**postmark.options, "api_url": server.url}
        monkeypatch.setitem(PROVIDERS, "postmark", replace(postmark, options=options))
        server.hangs_up = True
        with brand_scope(cast.floral):
            use_provider("postmark", key="key")
        pk = ask()
        waits = [deliver(brand_id=cast.floral.pk, message_id=pk) for _ in range(3)]
    assert waits == [15, None, None]
    assert state(cast) == ("failed", "undecided", 2)
    assert server.requests == [["rae@example.com"]] * 2


def test_a_server_that_does_not_answer_is_left_alone_for_a_while(cast, ask, settings, monkeypatch):
    monkeypatch.setattr(delivering, "_rests", Rests(3600.0, 3600.0))
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    first, second = ask(), ask("jo@example.com")
    assert deliver(brand_id=cast.floral.pk, message_id=first) == 15
    assert deliver(brand_id=cast.floral.pk, message_id=second) > 3000
    assert [state(cast, at) for at in (0, 1)] == [("queued", "", 1), ("queued", "", 0)]


@pytest.mark.parametrize("key", [RSA, ED], ids=["rsa", "ed25519"])
def test_it_is_signed_and_comes_back_to_an_address_that_names_it(cast, ask, settings, key):
    give_key(cast.floral, key, return_domain="bounce.floral.example")
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        deliver(brand_id=cast.floral.pk, message_id=ask())
    said = verify(sink.contents["rae@example.com"], record_of(key))
    assert (said["d"], said["s"]) == ("floral.example", "s1")
    [command] = [line.decode() for line in sink.commands if line.startswith(b"MAIL")]
    address = command.removeprefix("MAIL FROM:<").rstrip(">")
    report = DSN.replace(f"bounce+{VERP}@bounce.floral.example", address).replace(OURS, "other")
    assert take_mail(report.encode()) == "bounce"
    assert state(cast)[0] == "bounced"


def test_a_rest_lengthens_and_does_not_outlast_the_day(cast, ask, settings, monkeypatch):
    monkeypatch.setattr(delivering, "_rests", Rests(3600.0, 7200.0))
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    pk = ask()
    for expected in (3000, 6600):
        delivering._rests.until.clear()
        assert deliver(brand_id=cast.floral.pk, message_id=pk) in (15, 60)
        assert deliver(brand_id=cast.floral.pk, message_id=pk) > expected
    later(cast, hours=24, minutes=1)
    assert deliver(brand_id=cast.floral.pk, message_id=pk) is None
    assert state(cast) == ("failed", "unreachable", 2)
    assert kept(cast.floral)[0].data == {}


def test_words_that_were_published_since_and_ask_for_more_leave_no_gap(cast, ask, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    pk = ask()
    with brand_scope(cast.floral):
        made = TransactionalTemplate.objects.get(key=KEY)
        made.subject, made.example = "Your code {{ data.code }}", {**made.example, "code": "X"}
        made.save()
        publish(made, cast.floral)
    assert deliver(brand_id=cast.floral.pk, message_id=pk) is None
    assert state(cast) == ("failed", "unsendable", 0)
    assert kept(cast.floral)[0].detail == "Send these in data: code."


def test_the_brands_pace_holds_and_each_has_its_place(cast, ask, settings):
    with brand_scope(cast.floral):
        set_pace(per_minute=1, domains={"example.com": 1000})
    with Sink() as sink:
        settings.EMAIL_URL = sink.url
        ids = [ask() for _ in range(5)]
        waits = [deliver(brand_id=cast.floral.pk, message_id=pk) for pk in ids]
        # Two minutes' worth at once, and then one a minute, whoever asks again meanwhile.
        assert waits[:2] == [None, None]
        places = [message.slot_at for message in kept(cast.floral)]
        gaps = [(after - before).total_seconds() for before, after in pairwise(places[2:])]
        assert all(45 < gap < 75 for gap in gaps)
        again = deliver(brand_id=cast.floral.pk, message_id=ids[3])
        assert 60 < again <= waits[3]
        assert sink.accepted == {"rae@example.com": 2}
        with brand_scope(cast.floral):
            TransactionalMessage.objects.filter(pk=ids[3]).update(slot_at=now())
        assert deliver(brand_id=cast.floral.pk, message_id=ids[3]) is None
    assert [state(cast, at)[0] for at in range(5)] == ["sent", "sent", "queued", "sent", "queued"]


def test_a_mail_whose_place_lies_beyond_a_day_is_given_up_with_the_reason(cast, ask, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    with brand_scope(cast.floral):
        set_pace(per_minute=1, domains={})
        far = Pace.objects.create(domain="", ready_at=now() + timedelta(hours=25))
    assert deliver(brand_id=cast.floral.pk, message_id=ask()) is None
    assert state(cast) == ("failed", "over_pace", 0)
    with brand_scope(cast.floral):
        # It has taken no place from those behind it.
        assert Pace.objects.get().ready_at == far.ready_at
