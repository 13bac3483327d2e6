from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

KINDS = [
    ("pending", "Earned, still held"),
    ("available", "Can be spent"),
    ("reserved", "Held for a purchase"),
    ("issued", "Handed out, not yet redeemed"),
    ("payable", "To be paid out"),
    ("debt", "Owed by its owner"),
    ("expense", "What rewards cost"),
    ("income", "Earned from partners"),
    ("breakage", "Expired unspent"),
    ("settled", "Redeemed or paid out"),
]
CHECKS = ("ledger_account_kind_known", "ledger_account_is_summed")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_ledger")]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="partnership_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="ledgeraccount",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        AddConstraintNotValid(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", [kind for kind, _ in KINDS]),
                    ("owner_kind__in", ["brand", "programme", "customer", "partner"]),
                ),
                name=CHECKS[0],
            ),
        ),
        AddConstraintNotValid(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance_minor", 0),
                    models.Q(
                        ("kind__in", ("expense", "income", "breakage", "settled")),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name=CHECKS[1],
            ),
        ),
        migrations.RemoveConstraint(
            model_name="ledgeraccount", name="ledger_account_of_known_kind"
        ),
        migrations.RemoveConstraint(model_name="ledgeraccount", name="ledger_account_summed"),
    ]
