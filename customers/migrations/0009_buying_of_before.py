"""What was bought before the facts held categories and full-price orders is counted by itself."""

from django.db import migrations

# As `judge_again` and its event do, for every brand that stands already: the orders are walked
# through in the background, as after a change of the order rule.
STATEMENT = """
DO $$
DECLARE
    of_brand bigint;
    rule_id bigint;
BEGIN
    FOR of_brand IN SELECT id FROM accounts_brand ORDER BY id LOOP
        PERFORM set_config('app.brands', of_brand::text, true);
        INSERT INTO customers_orderrule AS rule (brand_id, judged_up_to)
        VALUES (of_brand, 0)
        ON CONFLICT (brand_id) DO UPDATE SET judged_up_to = 0
        RETURNING rule.id INTO rule_id;
        INSERT INTO accounts_workitem AS item (brand_id, kind, ref_id)
        VALUES (of_brand, 'customers.tasks.judge_all_orders', rule_id)
        ON CONFLICT (brand_id, kind, ref_id) DO UPDATE
        SET due_at = least(item.due_at, now()), attempts = 0, failed_at = NULL;
    END LOOP;
    PERFORM set_config('app.brands', '', true);
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_answer"),
        ("customers", "0008_what_was_chosen"),
    ]

    operations = [migrations.RunSQL(STATEMENT, migrations.RunSQL.noop)]
