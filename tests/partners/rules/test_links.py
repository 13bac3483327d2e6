"""Where a partner's link may lead."""

import pytest

from partners.rules.links import addresses_in, belongs_to, host_of, problem, site_of


@pytest.mark.parametrize(
    "url",
    [
        "https://lucia.example/valentine?from=floral#menu",
        "https://www.lucia.example",
        "https://täfelchen.example/menü",
        "https://lucia.example:443/",
    ],
)
def test_a_page_of_a_public_website_is_fine(url: str) -> None:
    assert problem(url, ours={"rapport.example"}) == ""


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://lucia.example/", "https://"),
        ("javascript:alert(1)", "https://"),
        ("//lucia.example/", "https://"),
        ("https://", "public internet"),
        ("https://lucia", "public internet"),
        ("https://till.local/", "public internet"),
        ("https://printer.home.arpa/", "public internet"),
        ("https://lucia..example/", "address we can read"),
        ("https://pia@lucia.example/", "user name"),
        ("https://lucia.example:8443/", "port"),
        ("https://lucia.example:99999/", "address we can read"),
        ("https://lucia.example\\@evil.example/", "not an address"),
        ("https://lucia.example/a b", "not an address"),
        ("https://lucia.example/\u202emenu", "not an address"),
        ("https://192.0.2.7/", "number of a computer"),
        ("https://[2001:db8::1]/", "number of a computer"),
        ("https://2130706433/", "number of a computer"),
        ("https://0x7f.1/", "number of a computer"),
        ("https://lucia.0177/", "number of a computer"),
        ("https://\u2460\u2461\u2466.0.0.1/", "number of a computer"),
        ("https://bit.ly/3abc", "hides"),
        ("https://www.TinyURL.com./3abc", "hides"),
        ("https://rapport.example/b/other/", "another brand"),
        ("https://go.rapport.example/", "another brand"),
    ],
)
def test_other_links_are_refused_with_what_to_do(url: str, says: str) -> None:
    assert says in problem(url, ours={"rapport.example"})


def test_hosts_are_compared_as_they_are_resolved() -> None:
    assert host_of("https://LUCIA.Example./x") == "lucia.example"
    assert site_of("www.lucia.example/menu") == site_of("https://lucia.example") == "lucia.example"
    assert site_of("") == site_of("we have none") == ""
    assert belongs_to("book.lucia.example", "lucia.example")
    assert not belongs_to("notlucia.example", "lucia.example")
    assert not belongs_to("lucia.example", "")


def test_addresses_in_running_words_are_seen() -> None:
    assert addresses_in("Book at www.lucia.example or bit.ly/3abc today.") == [
        "www.lucia.example",
        "bit.ly/3abc",
    ]
    assert addresses_in("Two courses, 7 to 9 p.m., for two.") == []
