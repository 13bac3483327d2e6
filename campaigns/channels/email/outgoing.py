"""One mail, now: through Django's mail backend, which speaks to EMAIL_URL."""

from smtplib import SMTPException

from django.core.mail import EmailMessage

from config.kit.errors import DomainError


class NotDelivered(DomainError):
    """The mail server did not take the mail."""

    code = "not_delivered"
    status = 502


def send_now(mail: EmailMessage) -> None:
    """Hand it over; call it with no transaction open. Raises NotDelivered."""
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        raise NotDelivered(
            "The mail server did not take the mail. Try again in a minute; if it stays like this, "
            "EMAIL_URL may need a look."
        ) from error
