"""Records to publish, and a clear verdict on what is published."""

import pytest

from campaigns.rules.domains import (
    Finding,
    Record,
    Verdict,
    domain_key,
    is_unanswered,
    is_verified,
    is_within,
    judge_dkim,
    judge_dmarc,
    judge_spf,
    records_for,
)

SPF = "include:spf.rapport.example"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Example.com", "example.com"),
        (" shop@floral.example. ", "floral.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a-b.c.example", "a-b.c.example"),
    ],
)
def test_a_domain_is_kept_in_one_form(text, domain):
    assert domain_key(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example",
        "-a.example",
        "a..example",
        "1.2.3.4",
        "*.example.com",
        "a b.com",
        "a" * 300 + ".com",
    ],
)
def test_what_is_no_domain_is_refused(text):
    with pytest.raises(ValueError, match="not a domain"):
        domain_key(text)


def test_the_records_to_publish():
    records = records_for(
        domain="floral.example", selector="r1", algorithm="rsa", public_key="MIIB", spf=SPF
    )
    assert records == [
        Record("spf", "floral.example", f"v=spf1 {SPF} ~all"),
        Record("dkim", "r1._domainkey.floral.example", "v=DKIM1; k=rsa; p=MIIB"),
        Record(
            "dmarc", "_dmarc.floral.example", "v=DMARC1; p=none; rua=mailto:dmarc@floral.example"
        ),
    ]


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        ([f"v=spf1 {SPF} ~all"], Verdict.OK),
        (["google-site-verification=x", f"v=spf1 ip4:192.0.2.1 {SPF} -all"], Verdict.OK),
        ([f"V=SPF1 +{SPF.upper()} -all"], Verdict.OK),
        (["v=spf1 include:other.example -all"], Verdict.WRONG),
        ([f"v=spf1 {SPF} +all"], Verdict.WRONG),
        ([f"v=spf1 {SPF} -all", "v=spf1 -all"], Verdict.WRONG),
        (["v=spf10 x"], Verdict.MISSING),
        ([], Verdict.MISSING),
        (None, Verdict.UNKNOWN),
    ],
)
def test_spf(texts, verdict):
    assert judge_spf(texts, spf=SPF).verdict == verdict


def test_spf_of_an_installation_that_names_no_server_has_to_exist_only():
    assert judge_spf(["v=spf1 ip4:192.0.2.1 -all"], spf="").verdict == Verdict.OK


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["v=DKIM1; k=rsa; p=MIIB"], Verdict.OK),
        (["p=MI IB"], Verdict.OK),
        (["v=DKIM1; k=rsa; p=OTHER"], Verdict.WRONG),
        (["v=DKIM1; p="], Verdict.WRONG),
        (["hello"], Verdict.MISSING),
        ([], Verdict.MISSING),
        (None, Verdict.UNKNOWN),
    ],
)
def test_dkim(texts, verdict):
    assert judge_dkim(texts, public_key="MIIB").verdict == verdict


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["v=DMARC1; p=reject"], Verdict.OK),
        (["v=DMARC1;p=quarantine; pct=50"], Verdict.OK),
        (["v=DMARC1; p=none"], Verdict.WEAK),
        (["v=DMARC1; p=maybe"], Verdict.WRONG),
        (["v=DMARC1; p=none", "v=DMARC1; p=none"], Verdict.WRONG),
        (["x"], Verdict.MISSING),
        (None, Verdict.UNKNOWN),
    ],
)
def test_dmarc(texts, verdict):
    assert judge_dmarc(texts).verdict == verdict


def test_a_domain_is_verified_when_all_three_stand():
    ok, weak = Finding(Verdict.OK, ""), Finding(Verdict.WEAK, "")
    assert is_verified({"spf": ok, "dkim": ok, "dmarc": weak})
    assert not is_verified({"spf": ok, "dkim": ok})
    for verdict in (Verdict.MISSING, Verdict.WRONG, Verdict.UNKNOWN):
        findings = {"spf": ok, "dkim": Finding(verdict, ""), "dmarc": weak}
        assert not is_verified(findings)
        assert is_unanswered(findings) == (verdict == Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [
        ("shop@floral.example", True),
        ("shop@News.Floral.example", True),
        ("shop@evilfloral.example", False),
        ("shop@example", False),
        ("", False),
    ],
)
def test_alignment_is_relaxed_and_no_more(address, is_inside):
    assert is_within(address, "floral.example") == is_inside
