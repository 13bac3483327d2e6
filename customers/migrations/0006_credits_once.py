from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0005_refunds_that_wait")]

    operations = [
        AddIndexConcurrently(
            model_name="refund",
            index=models.Index(fields=["brand", "order"], name="refund_order"),
        ),
        AddIndexConcurrently(
            model_name="refund",
            index=models.Index(
                condition=models.Q(models.Q(("order_ref", ""), _negated=True), ("order", None)),
                fields=["brand", "source", "order_ref"],
                name="refund_waiting",
            ),
        ),
        # Django makes the index of a conditional unique constraint while it locks the table.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql="CREATE UNIQUE INDEX CONCURRENTLY credit_of_line_once"
                    " ON customers_credit (brand_id, order_id, line_position)"
                    " NULLS NOT DISTINCT WHERE refund_id IS NULL",
                    reverse_sql="DROP INDEX CONCURRENTLY credit_of_line_once",
                ),
                migrations.RunSQL(
                    sql="CREATE UNIQUE INDEX CONCURRENTLY credit_of_refund_once"
                    " ON customers_credit (brand_id, refund_id, source)"
                    " WHERE refund_id IS NOT NULL",
                    reverse_sql="DROP INDEX CONCURRENTLY credit_of_refund_once",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="credit",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("refund", None)),
                        fields=("brand", "order", "line_position"),
                        name="credit_of_line_once",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="credit",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("refund__isnull", False)),
                        fields=("brand", "refund", "source"),
                        name="credit_of_refund_once",
                    ),
                ),
            ],
        ),
    ]
