import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0019_refused_purposes")]

    operations = [
        migrations.AddField(
            model_name="transport",
            name="hook_keys",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()), default=dict
            ),
        ),
        migrations.AlterField(
            model_name="transport",
            name="kind",
            field=models.CharField(
                choices=[
                    ("house", "The mail server of this installation"),
                    ("smtp", "A mail server of your own"),
                    ("brevo", "Brevo"),
                    ("mailersend", "MailerSend"),
                    ("mailgun", "Mailgun (USA)"),
                    ("mailgun_eu", "Mailgun (EU)"),
                    ("mailjet", "Mailjet"),
                    ("mandrill", "Mandrill (Mailchimp Transactional)"),
                    ("postmark", "Postmark"),
                    ("resend", "Resend"),
                    ("sendgrid", "SendGrid"),
                    ("sparkpost", "SparkPost (USA)"),
                    ("spark_eu", "SparkPost (EU)"),
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
                    kind__in=[
                        "house",
                        "smtp",
                        "brevo",
                        "mailersend",
                        "mailgun",
                        "mailgun_eu",
                        "mailjet",
                        "mandrill",
                        "postmark",
                        "resend",
                        "sendgrid",
                        "sparkpost",
                        "spark_eu",
                    ]
                ),
                name="transport_kind_known",
            ),
        ),
    ]
