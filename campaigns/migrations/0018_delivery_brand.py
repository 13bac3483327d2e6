import django.db.models.deletion
from django.db import migrations, models

import accounts.scope


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0017_coupon_terms")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="brand",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                default=accounts.scope.current_brand_id,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.brand",
            ),
        ),
    ]
