"""A statement as a PDF: set without a network, the same each time, no words of people as markup."""

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
    floral.locale = "de-de"
    CommissionLine.objects.update(state="paid")
    assert statement_pdf(statement, floral) != pdf
