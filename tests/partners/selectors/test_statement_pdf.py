"""A statement as a PDF: set without a network, the same each time, no words of people as markup."""

from datetime import UTC, datetime

from partners.models.settlements import CommissionLine
from partners.selectors.statement_pdf import statement_pdf
from tests.partners.settling import offer_of, stated


def test_a_statement_is_set_as_a_pdf_whatever_its_words_hold(dinner, floral, tmp_path) -> None:
    dinner.address = '#panic("read as markup")\n*Via Roma* $x$ #import "@preview/x"'
    dinner.name = 'Lucia "#sys.inputs" \\ [ ] { } <b>'
    dinner.save()
    offer = offer_of(dinner, payer="brand", lock_days=0)
    statement = stated(offer, 45_000, 1_200)
    pdf = statement_pdf(statement, floral)
    assert pdf.startswith(b"%PDF-")
    assert statement_pdf(statement, floral) == pdf
    assert b"/FontFile" in pdf, "its fonts are in it"
    by_hour = []
    for hour in (9, 21):
        CommissionLine.objects.update(happened_at=datetime(2026, 7, 1, hour, tzinfo=UTC))
        by_hour.append(statement_pdf(statement, floral))
    assert by_hour[0] == by_hour[1], "a line tells its day, not the hour"
    floral.locale = "de-de"
    CommissionLine.objects.update(state="paid")
    assert statement_pdf(statement, floral) != by_hour[1]
