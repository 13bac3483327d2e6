from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_customer_base")]

    operations = [
        migrations.AddField(
            model_name="customerevent",
            name="waiting_for",
            field=models.BinaryField(editable=False, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="bulkjob",
            name="offset",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]
