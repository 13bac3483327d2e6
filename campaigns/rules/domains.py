"""The records a sending domain needs, and what the published ones are worth.

SPF (RFC 7208) names the servers that may send, DKIM (RFC 6376) holds the key of the signature,
DMARC (RFC 7489) says that one of both must fit the sender's address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_LONGEST_DOMAIN = 253
NO_SENDER = "Your brand has no sender address yet. Add it in the brand's settings."


class Verdict(StrEnum):
    OK = "ok"
    WEAK = "weak"  # works, but could be better
    WRONG = "wrong"
    MISSING = "missing"
    UNKNOWN = "unknown"  # nobody answered


@dataclass(frozen=True, slots=True)
class Record:
    """A TXT record to publish. `kind` is spf, dkim or dmarc."""

    kind: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a record's place, in words that say what to do."""

    verdict: Verdict
    words: str
    found: str = ""


def domain_key(text: str) -> str:
    """A domain in its normal form, IDNA and lower case; raises ValueError for what is none."""
    bare = text.strip().rstrip(".").rpartition("@")[2].lower()
    try:
        name = bare.encode("idna").decode() if bare else ""
    except UnicodeError:
        name = ""
    if len(name) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(name):
        raise ValueError("This is not a domain. Write it like example.com.")
    return name


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].lower()


def records_for(
    *, domain: str, selector: str, algorithm: str, public_key: str, spf: str
) -> list[Record]:
    """`spf` is what allows our servers, such as include:spf.example.net; "" when it is not known.

    `public_key` is the base64 of the key as DKIM wants it."""
    allowed = spf or "ip4:<the address of your mail server>"
    return [
        Record("spf", domain, f"v=spf1 {allowed} ~all"),
        Record(
            "dkim",
            f"{selector}._domainkey.{domain}",
            f"v=DKIM1; k={algorithm}; p={public_key}",
        ),
        Record("dmarc", f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"),
    ]


def judge_spf(texts: Sequence[str] | None, *, spf: str) -> Finding:
    """`texts` are the TXT records found; None: nobody answered."""
    if texts is None:
        return _unanswered()
    found = [text for text in texts if re.match(r"v=spf1(?: |$)", text, re.IGNORECASE)]
    if not found:
        return Finding(Verdict.MISSING, "There is no SPF record. Add the one shown.")
    if len(found) > 1:
        words = "There are several SPF records; receivers then use none. Make them one."
        return Finding(Verdict.WRONG, words, found[0])
    terms = found[0].lower().split()
    if any(term in {"+all", "all"} for term in terms):
        words = "The record lets everybody send in your name. End it with ~all or -all."
        return Finding(Verdict.WRONG, words, found[0])
    if spf and not set(spf.lower().split()) <= {term.removeprefix("+") for term in terms}:
        return Finding(Verdict.WRONG, f"The record does not allow us. Add {spf} to it.", found[0])
    return Finding(Verdict.OK, "Our servers may send for this domain.", found[0])


def judge_dkim(texts: Sequence[str] | None, *, public_key: str) -> Finding:
    if texts is None:
        return _unanswered()
    keys = [text for text in texts if "p=" in text.replace(" ", "")]
    if not keys:
        return Finding(Verdict.MISSING, "There is no key under this name. Add the one shown.")
    if any(_tags(text).get("p") == public_key for text in keys):
        return Finding(Verdict.OK, "The key fits our signature.", keys[0])
    words = "There is another key under this name. Copy the whole value, without line breaks."
    return Finding(Verdict.WRONG, words, keys[0])


def judge_dmarc(texts: Sequence[str] | None) -> Finding:
    if texts is None:
        return _unanswered()
    found = [text for text in texts if text.replace(" ", "").lower().startswith("v=dmarc1")]
    if not found:
        words = "There is no DMARC record. Large mailbox providers ask for one."
        return Finding(Verdict.MISSING, words)
    policy = _tags(found[0]).get("p", "").lower()
    if len(found) > 1 or policy not in {"none", "quarantine", "reject"}:
        words = "The record cannot be read. There has to be one, with p=none or stricter."
        return Finding(Verdict.WRONG, words, found[0])
    if policy == "none":
        words = "It watches only. When all your mail passes, change p=none to p=quarantine."
        return Finding(Verdict.WEAK, words, found[0])
    return Finding(Verdict.OK, "Mail that is not yours is turned away.", found[0])


def is_verified(findings: Mapping[str, Finding]) -> bool:
    """All three stand: what mailbox providers ask of who sends much."""
    fine = {Verdict.OK, Verdict.WEAK}
    return all(
        kind in findings and findings[kind].verdict in fine for kind in ("spf", "dkim", "dmarc")
    )


def is_unanswered(findings: Mapping[str, Finding]) -> bool:
    """Whether the look said nothing about some record; then what held before goes on."""
    return any(each.verdict == Verdict.UNKNOWN for each in findings.values())


def is_within(address: str, domain: str) -> bool:
    """Whether a sender's address lies in the domain or below it, as relaxed alignment asks."""
    host = domain_of(address)
    return host == domain or host.endswith(f".{domain}")


def _tags(text: str) -> dict[str, str]:
    """`a=b; c=d`, whitespace within values taken out (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}


def _unanswered() -> Finding:
    return Finding(Verdict.UNKNOWN, "The name servers did not answer. We ask again tonight.")
