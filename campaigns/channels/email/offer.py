"""One mail over a connection of its own."""

import platform

from campaigns.channels.email.endpoint import Endpoint
from campaigns.channels.email.smtp import Connection, Outcome, SmtpUnavailable, Verdict
from campaigns.rules.program import Mail

# Other mails wait for this worker, so a slow server has less time than with a campaign.
REPLY_SECONDS = 20.0


def offer(endpoint: Endpoint, sender: str, mail: Mail) -> Outcome:
    """What the server says to the mail; call it with no transaction open. A server that cannot be
    used says "later", with no code."""
    with Connection(endpoint, hello=platform.node(), reply_seconds=REPLY_SECONDS) as connection:
        try:
            ((_, outcome),) = connection.send(sender, [mail], before=lambda _: None)
        except SmtpUnavailable as error:
            return Outcome(Verdict.LATER, text=str(error))
    return outcome
