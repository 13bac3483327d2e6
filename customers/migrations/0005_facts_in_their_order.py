from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("customers", "0004_permission")]

    operations = [
        RemoveIndexConcurrently(model_name="customerfacts", name="customer_facts_orders"),
        RemoveIndexConcurrently(model_name="customerfacts", name="customer_facts_last_order"),
    ]
