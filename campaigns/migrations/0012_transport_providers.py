import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_shops")]

    operations = [
        migrations.AlterField(
            model_name="transport",
            name="kind",
            field=models.CharField(
                choices=[
                    ("house", "The mail server of this installation"),
                    ("smtp", "A mail server of your own"),
                    ("mailgun", "Mailgun (USA)"),
                    ("mailgun_eu", "Mailgun (EU)"),
                    ("postmark", "Postmark"),
                ],
                default="house",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint("transport", "transport_kind_known"),
        django.contrib.postgres.operations.AddConstraintNotValid(
            "transport",
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["house", "smtp", "mailgun", "mailgun_eu", "postmark"]
                ),
                name="transport_kind_known",
            ),
        ),
    ]
