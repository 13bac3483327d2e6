from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

STATES = [
    ("waiting", "Waits for a voucher"),
    ("issued", "Given"),
    ("redeemed", "Redeemed"),
    ("expired", "Expired"),
    ("refunded", "Refunded"),
    ("void", "Order cancelled"),
    ("stranded", "Its partner is gone"),
]


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_mail_choices")]

    operations = [
        migrations.AlterField(
            model_name="packitem",
            name="state",
            field=models.CharField(choices=STATES, default="waiting", max_length=8),
        ),
        AddConstraintNotValid(
            model_name="packitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _ in STATES])),
                name="pack_item_of_known_state",
            ),
        ),
        migrations.RemoveConstraint(model_name="packitem", name="pack_item_state_known"),
    ]
