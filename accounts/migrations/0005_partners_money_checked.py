from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_partners_money")]

    operations = [
        ValidateConstraint("ledgeraccount", "ledger_account_kind_known"),
        ValidateConstraint("ledgeraccount", "ledger_account_is_summed"),
    ]
