"""Copies of what segments ask most; those who were there before get them from the walk that 0009
asks for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_buying_of_before"),
    ]

    operations = [
        migrations.AddField(
            model_name="customerfacts",
            name="country",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="customerfacts",
            name="is_living",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="customerfacts",
            name="mail_permission",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
    ]
