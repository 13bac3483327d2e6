import datetime
import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('customers', '0002_customer_base'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='customer',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['brand', 'merged_into'], name='customer_merged_into'),
        ),
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
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(fields=['brand', 'order'], name='refund_order'),
        ),
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(condition=models.Q(models.Q(('order_ref', ''), _negated=True), ('order', None)), fields=['brand', 'source', 'order_ref'], name='refund_waiting'),
        ),
    ]
