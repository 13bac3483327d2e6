"""Django's own mails (sign-in, reset) leave through EMAIL_URL like everything else."""

from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from campaigns.channels.email.endpoint import parse_endpoint


class UrlBackend(EmailBackend):
    """The SMTP backend, set up from one URL."""

    def __init__(self, *, fail_silently: bool = False, **_options: Any) -> None:
        endpoint = parse_endpoint(settings.EMAIL_URL)
        super().__init__(
            host=endpoint.host,
            port=endpoint.port,
            username=endpoint.username,
            password=endpoint.password,
            use_tls=endpoint.security == "starttls",
            use_ssl=endpoint.security == "tls",
            timeout=15,
            fail_silently=fail_silently,
        )
