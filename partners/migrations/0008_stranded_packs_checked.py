from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("partners", "0007_stranded_packs")]

    operations = [
        ValidateConstraint("packitem", "pack_item_of_known_state"),
        AddIndexConcurrently(
            model_name="packitem",
            index=models.Index(
                condition=models.Q(("state", "stranded")),
                fields=["brand", "id"],
                name="pack_item_stranded",
            ),
        ),
    ]
