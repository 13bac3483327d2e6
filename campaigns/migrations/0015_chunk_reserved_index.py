from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0014_chunk_reserved")]

    operations = [
        AddIndexConcurrently(
            model_name="chunk",
            index=models.Index(
                condition=models.Q(("reserved_at__isnull", False)),
                fields=["brand"],
                name="chunk_reserved",
            ),
        ),
    ]
