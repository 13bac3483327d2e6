from django.db import migrations, models

import accounts.constraints

FAILED = ("failed_at", "failed_reason", "failed_by_id")


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_partner_base")]

    operations = [
        migrations.AddField(
            model_name="payout",
            name="failed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payout",
            name="failed_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="payout",
            name="failed_by_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RemoveConstraint(model_name="payout", name="payout_append_only"),
        migrations.AddConstraint(
            model_name="payout",
            constraint=accounts.constraints.AppendOnly(but=FAILED, name="payout_append_only"),
        ),
    ]
