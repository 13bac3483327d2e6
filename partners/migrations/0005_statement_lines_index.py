from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("partners", "0004_decided_statements")]

    operations = [
        AddIndexConcurrently(
            model_name="commissionline",
            index=models.Index(
                condition=models.Q(("statement__isnull", False)),
                fields=["brand", "statement", "id"],
                name="commission_line_of_statement",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="commissionline",
            name="commission_line_statement",
        ),
    ]
