from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0021_validate_provider")]

    operations = [
        migrations.AddField(
            model_name="transactionalmessage",
            name="slot_at",
            field=models.DateTimeField(null=True),
        ),
    ]
