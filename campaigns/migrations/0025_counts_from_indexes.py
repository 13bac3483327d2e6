from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0024_coupon_order_index")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("outcome", "sent"), _negated=True),
                fields=["brand", "campaign"],
                name="delivery_not_sent",
            ),
        ),
        AddIndexConcurrently(
            model_name="feedback",
            index=models.Index(
                condition=models.Q(("is_machine", False), ("kind", "click")),
                fields=["brand", "campaign", "customer"],
                name="feedback_clicked",
            ),
        ),
    ]
