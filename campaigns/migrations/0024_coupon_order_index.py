from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0023_lost_jobs")]

    operations = [
        AddIndexConcurrently(
            model_name="coupon",
            index=models.Index(
                condition=models.Q(("order__isnull", False)),
                fields=["brand", "order"],
                name="coupon_order",
            ),
        ),
    ]
