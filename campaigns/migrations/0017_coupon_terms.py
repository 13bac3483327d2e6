"""What is said of one code alone: its worth, its last day, and that it was taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0016_no_reservations"),
    ]

    operations = [
        migrations.AddField(
            model_name="coupon",
            name="worth_minor",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="coupon",
            name="expires_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="coupon",
            name="voided_at",
            field=models.DateTimeField(null=True),
        ),
    ]
