import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0013_validate_transport")]

    operations = [
        migrations.AddField(
            model_name="chunk",
            name="reserved",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="chunk", name="reserved_at", field=models.DateTimeField(null=True)
        ),
    ]
