"""DKIM: what we sign is verified by a check of its own, written from the RFC, line by line."""

import base64
import hashlib
import re

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.channels.email.dkim import Dkim
from campaigns.rules.encoding import quoted, quoted_value

# RFC 8463, appendix A: the keys, and the message with its Ed25519 signature.
RFC_RECORD = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
RFC_SECRET = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
RFC_MESSAGE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
""".replace(b"\n", b"\r\n")

HEAD = (
    b"Subject: Tulips\r\nTo: <ada@example.com>\r\nDate: Sat, 14 Feb 2026 09:30:00 +0000\r\n"
    b"Message-ID: <x@floral.example>\r\nList-Unsubscribe: <https://r.example/u/T>\r\n"
    b"From: Floral\r\n <shop@floral.example>\r\nList-Id: Floral\r\n <floral.example>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative;\r\n boundary="=_x"\r\n'
)
BODY = b"--=_x\r\n\r\nHello  there =\r\nAda\t.\r\n--=_x--\r\n"


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED = ed25519.Ed25519PrivateKey.generate()
KEYS = {"rsa": RSA, "ed25519": ED}


def record_of(key):
    """The TXT record that a domain publishes for a key."""
    if key is RSA:
        der = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
    raw = key.public_key().public_bytes_raw()
    return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"


def tags(text):
    pairs = (part.split("=", 1) for part in text.split(";") if part.strip())
    return {name.strip(): re.sub(r"\s", "", value) for name, value in pairs}


def relaxed(name, value):
    words = re.split("[ \t]+", value.replace("\r\n", ""))
    return f"{name.strip().lower()}:" + " ".join(words).strip()


def canonical(body):
    """RFC 6376 section 3.4.4, line by line."""
    lines = [re.sub("[ \t]+", " ", line).rstrip(" ") for line in body.decode().split("\r\n")]
    while lines and lines[-1] == "":
        lines.pop()
    return "".join(f"{line}\r\n" for line in lines).encode()


def body_hash(body):
    return base64.b64encode(hashlib.sha256(canonical(body)).digest()).decode()


def verify(message, record):
    """RFC 6376 section 6.1 for relaxed/relaxed; raises unless the first signature holds."""
    head, body = message.split(b"\r\n\r\n", 1)
    fields = [line.split(":", 1) for line in re.split(r"\r\n(?![ \t])", head.decode())]
    name, own = fields.pop(0)
    assert name == "DKIM-Signature"
    said = tags(own)
    assert (said["v"], said["c"]) == ("1", "relaxed/relaxed")
    if said["bh"] != body_hash(body):
        raise InvalidSignature("the body was changed")
    data, left = "", list(fields)
    for wanted in said["h"].split(":"):
        found = [field for field in left if field[0].lower() == wanted]
        if found:
            left.remove(found[-1])
            data += relaxed(*found[-1]) + "\r\n"
    data += relaxed(name, re.sub(r"(;\s*b=)[^;]*", r"\1", own))
    published, signature = tags(record), base64.b64decode(said["b"])
    assert said["a"] == f"{published['k']}-sha256"
    raw = base64.b64decode(published["p"])
    if published["k"] == "rsa":
        key = serialization.load_der_public_key(raw)
        key.verify(signature, data.encode(), padding.PKCS1v15(), hashes.SHA256())
    else:
        digest = hashlib.sha256(data.encode()).digest()
        ed25519.Ed25519PublicKey.from_public_bytes(raw).verify(signature, digest)
    return said


def signed(key, head=HEAD, body=BODY):
    dkim = Dkim("floral.example", "s1", pem(key))
    return dkim.sign(head, canonical(body), at=1_770_000_000) + head + b"\r\n" + body


def test_the_check_knows_the_message_of_the_rfc_and_our_signer_its_key():
    verify(RFC_MESSAGE, RFC_RECORD)
    head, body = RFC_MESSAGE.split(b"\r\n\r\n", 1)
    key = ed25519.Ed25519PrivateKey.from_private_bytes(RFC_SECRET)
    own = head[head.index(b"From:") :] + b"\r\n"
    ours = Dkim("football.example.com", "brisbane", pem(key)).sign(
        own, canonical(body), at=1528637909
    )
    verify(ours + own + b"\r\n" + body, RFC_RECORD)


@pytest.mark.parametrize("name", KEYS)
def test_a_signature_verifies_and_covers_every_field_of_ours(name):
    key = KEYS[name]
    said = verify(signed(key), record_of(key))
    assert (said["d"], said["s"], said["t"]) == ("floral.example", "s1", "1770000000")
    covered = said["h"].split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id"} <= set(covered)
    assert covered.count("from") == covered.count("subject") == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: Tulips", b"Subject: Roses"),
        (b"<https://r.example/u/T>", b"<https://evil.example/u/T>"),
        (b"One-Click", b"Two-Clicks"),
        (b"From: Floral", b"From: Mallory <m@evil.example>\r\nFrom: Floral"),
        (b"Hello", b"Hallo"),
        (b"t=1770000000", b"t=1770000001"),
    ],
)
@pytest.mark.parametrize("name", KEYS)
def test_what_is_changed_or_added_on_the_way_is_noticed(name, before, after):
    message = signed(KEYS[name])
    assert before in message
    with pytest.raises(InvalidSignature):
        verify(message.replace(before, after, 1), record_of(KEYS[name]))


def test_a_relay_may_fold_fields_and_squeeze_blanks():
    message = signed(ED)
    relayed = message.replace(b"Subject: Tulips", b"SUBJECT:\r\n\tTulips  ")
    relayed = relayed.replace(b"Hello  there =\r\n", b"Hello there =  \r\n") + b"\r\n\r\n"
    verify(relayed, record_of(ED))


@settings(max_examples=300)
@given(st.text(alphabet="ab \t\n.=é", max_size=200), st.text(alphabet="ab \t.=é", max_size=60))
def test_a_body_as_we_write_it_is_canonical_already(text, value):
    body = b"--=_x\r\n\r\n" + quoted(text) + quoted_value(value) + b"\r\n--=_x--\r\n"
    assert canonical(body) == body


def test_lines_stay_within_what_a_header_may_have():
    longest = max(len(line) for line in signed(RSA).split(b"\r\n"))
    assert longest <= 200


def test_another_kind_of_key_is_refused():
    with pytest.raises(ValueError, match="RSA or Ed25519"):
        Dkim("floral.example", "s1", pem(ec.generate_private_key(ec.SECP256R1())))
