"""One payment of a statement stands; before, there was one ever. The new index is there before the
old key goes."""

from django.db import migrations, models

ONCE = models.UniqueConstraint(
    condition=models.Q(("failed_at__isnull", True)),
    fields=("brand", "statement"),
    name="payout_stands_once",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("partners", "0002_payment_failed")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddConstraint(model_name="payout", constraint=ONCE)],
            database_operations=[
                migrations.RunSQL(
                    'CREATE UNIQUE INDEX CONCURRENTLY "payout_stands_once" ON "partners_payout" '
                    '("brand_id", "statement_id") WHERE "failed_at" IS NULL',
                    'DROP INDEX CONCURRENTLY "payout_stands_once"',
                )
            ],
        ),
        migrations.RemoveConstraint(model_name="payout", name="payout_once"),
    ]
