"""One name for a country, however it is written."""

import pytest

from config.kit.countries import NAMES, country_code, country_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("GB", "United Kingdom"),
        ("gb", "United Kingdom"),
        ("GBR", "United Kingdom"),
        ("UK", "United Kingdom"),
        ("U.K.", "United Kingdom"),
        ("Great Britain", "United Kingdom"),
        ("Vereinigtes Königreich", "United Kingdom"),
        ("United Kingdom", "United Kingdom"),
        ("  united   kingdom ", "United Kingdom"),
        ("USA", "United States"),
        ("United States of America", "United States"),
        ("Deutschland", "Germany"),
        ("Allemagne", "Germany"),
        ("Osterreich", "Austria"),
        ("The Netherlands", "Netherlands"),
        ("EIRE", "Ireland"),
        ("RSA", "South Africa"),
        ("Korea, Republic of", "South Korea"),
        ("Trinidad & Tobago", "Trinidad and Tobago"),
        ("Czech Republic", "Czechia"),
        ("Ελλάδα", "Greece"),
        ("日本", "Japan"),
    ],
)
def test_a_country_has_one_name_however_it_is_written(written: str, name: str) -> None:
    assert country_name(written) == name


@pytest.mark.parametrize(
    "written", ["", "Atlantis", "Channel Islands", "Fran", "Unspecified", "-", "the"]
)
def test_what_is_no_country_stays_as_it_was_written(written: str) -> None:
    assert (country_name(written), country_code(written)) == (written, "")


def test_every_name_and_code_leads_back_to_itself() -> None:
    assert len(NAMES) == 249
    assert {code: country_code(code) for code in NAMES} == {code: code for code in NAMES}
    assert {name: country_name(name) for name in NAMES.values()} == {n: n for n in NAMES.values()}
    # Neighbours in the alphabet that share a word.
    assert [country_code(name) for name in ("Niger", "Nigeria", "Dominica")] == ["NE", "NG", "DM"]
