"""Do lines, statements, payouts and the ledger say the same, to the minor unit?"""

from accounts.scope import current_brand_id
from accounts.selectors.brands import currency_in_scope
from accounts.selectors.ledger_checks import Finding
from config.kit import sql


def check_settlements() -> list[Finding]:
    """Made with each check of the ledger: every partnership, line and statement that is off."""
    brand_id, unit = current_brand_id(), currency_in_scope()
    with sql.joined_by_hashing() as cursor:
        cursor.execute(
            sql.load("partners", "settlements_check"), {"brand_id": brand_id, "unit": unit}
        )
        return [Finding(*row) for row in cursor.fetchall()]
