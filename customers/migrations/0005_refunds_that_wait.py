import django.db.models.deletion
from django.db import migrations, models

import accounts.constraints
import accounts.scope

SOURCES = [
    ("first", "First order"),
    ("repeat", "Repeat purchase"),
    ("cross_sell", "Cross-sell"),
    ("referral", "Referral"),
    ("joint_venture", "Joint venture"),
    ("unattributed", "Unattributed"),
]


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_waiting_events_index")]

    operations = [
        migrations.CreateModel(
            name="EarlyCancellation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        default=accounts.scope.current_brand_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.brand",
                    ),
                ),
                ("source", models.CharField(max_length=30)),
                ("source_id", models.CharField(max_length=120)),
                ("cancelled_at", models.DateTimeField()),
            ],
            options={"abstract": False, "default_manager_name": "objects"},
        ),
        migrations.AddField(
            model_name="credit",
            name="line_position",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="orderrule",
            name="judged_up_to",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="is_counted",
            field=models.BooleanField(db_default=True, default=True, editable=False),
        ),
        migrations.AddField(
            model_name="refund",
            name="order_ref",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="credit",
            name="source",
            field=models.CharField(choices=SOURCES, max_length=15),
        ),
        migrations.AlterField(
            model_name="creditclaim",
            name="source",
            field=models.CharField(choices=SOURCES, max_length=15),
        ),
        migrations.AddConstraint(
            model_name="earlycancellation",
            constraint=models.UniqueConstraint(
                fields=("brand", "id"), name="early_cancellation_brand_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="earlycancellation",
            constraint=accounts.constraints.RowSecurity(name="early_cancellation_row_security"),
        ),
        migrations.AddConstraint(
            model_name="earlycancellation",
            constraint=models.UniqueConstraint(
                fields=("brand", "source", "source_id"), name="early_cancellation_once"
            ),
        ),
    ]
