"""Several connections side by side: each mail once, whatever becomes of one of them."""

import socket

import pytest

from campaigns.channels.email.endpoint import Endpoint, parse_endpoint
from campaigns.channels.email.lanes import Lanes
from campaigns.channels.email.smtp import SmtpUnavailable
from campaigns.rules.program import Mail
from tests.campaigns.sink import Sink

SENDER = "shop@floral.example"


def mails(count):
    return [
        Mail(n, f"c{n}@example.com", b"Message-ID: <%d@x>\r\n\r\nhello\r\n" % n)
        for n in range(count)
    ]


def send(sink, batch, *, count=4, before=lambda mail: None):
    with Lanes(parse_endpoint(sink.url), count=count) as lanes:
        return {
            mail.customer_id: outcome.verdict.value
            for mail, outcome in lanes.send(SENDER, batch, before=before)
        }


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "plain"])
@pytest.mark.parametrize("count", [1, 4])
def test_every_mail_arrives_once(pipelining, count):
    with Sink(pipelining=pipelining) as sink:
        assert send(sink, mails(103), count=count) == dict.fromkeys(range(103), "accepted")
        assert sink.connections == count
        assert len(sink.accepted) == 103
        assert set(sink.accepted.values()) == {1}
        assert set(sink.message_ids.values()) == {1}


def test_few_mails_open_few_connections():
    with Sink() as sink:
        assert send(sink, []) == {}
        assert sink.connections == 0
        assert send(sink, mails(2)) == {0: "accepted", 1: "accepted"}
        assert sink.connections == 2


def test_connections_are_kept_from_one_batch_to_the_next():
    with Sink() as sink, Lanes(parse_endpoint(sink.url), count=3) as lanes:
        for _ in range(3):
            assert len(list(lanes.send(SENDER, mails(10), before=lambda mail: None))) == 10
        assert sink.connections == 3


def test_what_happens_on_one_connection_is_no_matter_to_the_others():
    faults = {
        "c3": "rcpt:550 who?",
        "c4": "drop:rcpt",
        "c9": "drop:body",
        "c10": "drop:after",
        "c15": "data:451 later",
    }
    with Sink(lambda address: faults.get(address.partition("@")[0])) as sink:
        found = send(sink, mails(40))
        assert {n: verdict for n, verdict in found.items() if verdict != "accepted"} == {
            3: "refused",
            4: "later",
            9: "unknown",
            10: "unknown",
            15: "later",
        }
        assert len(found) == 40
        assert set(sink.accepted) == {
            f"c{n}@example.com" for n in range(40) if n not in {3, 4, 9, 15}
        }
        assert set(sink.accepted.values()) == {1}


def test_whoever_stops_early_leaves_at_most_one_mail_in_doubt_on_each_connection():
    with Sink() as sink, Lanes(parse_endpoint(sink.url), count=4) as lanes:
        handed_over: list[Mail] = []
        stream = lanes.send(SENDER, mails(40), before=handed_over.append)
        told = [next(stream)[0] for _ in range(6)]
        stream.close()
        assert told == handed_over[:6]
        assert len(handed_over) - len(told) <= 4
        again = {mail.customer_id for mail, _ in lanes.send(SENDER, mails(3), before=print)}
        assert again == {0, 1, 2}


def test_a_server_that_allows_fewer_connections_gets_fewer():
    class Narrow(Sink):
        async def _serve(self, reader, writer):
            if self.connections >= 2:
                writer.write(b"421 too many\r\n")
                writer.close()
                return
            await super()._serve(reader, writer)

    with Narrow() as sink, Lanes(parse_endpoint(sink.url), count=4) as lanes:
        for _ in range(2):
            outcomes = [o.code for _, o in lanes.send(SENDER, mails(30), before=lambda mail: None)]
            assert outcomes == [250] * 30
        assert sink.connections == 2
        assert set(sink.accepted.values()) == {2}


def test_no_server_is_said_so_and_nothing_is_sent():
    handed_over: list[Mail] = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = Endpoint("127.0.0.1", free.getsockname()[1], "none")
    with Lanes(endpoint, count=4) as lanes, pytest.raises(SmtpUnavailable, match="cannot be used"):
        list(lanes.send(SENDER, mails(5), before=handed_over.append))
    assert handed_over == []
