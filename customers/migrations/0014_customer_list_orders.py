import datetime

import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0013_bulk_actions")]

    operations = [
        AddIndexConcurrently(
            model_name='customerfacts',
            index=models.Index(models.F('brand'), models.OrderBy(django.db.models.functions.comparison.Coalesce('last_order_on', models.Value(datetime.date(1, 1, 1))), descending=True), models.OrderBy(models.F('customer'), descending=True), name='customer_facts_by_last_order'),
        ),
        AddIndexConcurrently(
            model_name='customerfacts',
            index=models.Index(fields=['brand', '-orders_count', '-customer'], name='customer_facts_by_orders'),
        ),
        AddIndexConcurrently(
            model_name='customerfacts',
            index=models.Index(fields=['brand', '-net_minor', '-customer'], name='customer_facts_by_net'),
        ),
    ]
