"""One mail, now: through Django's mail backend, which speaks to EMAIL_URL, or a brand's own way."""

from smtplib import SMTPException

from django.core.mail import EmailMessage

from campaigns.channels.email.trial import send_trial
from campaigns.channels.ways import Target
from config.kit.errors import DomainError


class NotDelivered(DomainError):
    """The mail server did not take the mail."""

    code = "not_delivered"
    status = 502


def send_now(mail: EmailMessage, *, through: Target | None = None) -> None:
    """Hand it over; call it with no transaction open. Raises NotDelivered."""
    if through is not None:
        trial = send_trial(through, mail)
        if not trial.is_good:
            raise NotDelivered(trial.words)
        return
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        raise NotDelivered(
            "The mail server did not take the mail. Try again in a minute; if it stays like this, "
            "EMAIL_URL may need a look."
        ) from error
