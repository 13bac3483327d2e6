from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0003_waiting_events")]

    operations = [
        AddIndexConcurrently(
            model_name="customerevent",
            index=models.Index(
                condition=models.Q(("waiting_for__isnull", False)),
                fields=["brand", "waiting_for"],
                name="customer_event_waiting",
            ),
        ),
    ]
