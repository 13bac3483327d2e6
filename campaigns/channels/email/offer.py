"""One mail over a connection of its own, to a mail server or a provider."""

import platform
from contextlib import closing

from campaigns.channels.email.smtp import Outcome, SmtpUnavailable, Verdict
from campaigns.channels.ways import Target, way_to
from campaigns.rules.program import Mail

# Other mails wait for this worker, so a slow server has less time than with a campaign.
REPLY_SECONDS = 20.0


def offer(target: Target, sender: str, mail: Mail) -> Outcome:
    """What the other side says to the mail; call it with no transaction open. One that cannot be
    used says "later", with no code."""
    with closing(way_to(target, hello=platform.node(), seconds=REPLY_SECONDS)) as way:
        try:
            # What became of it, and no step further: a way that broke over it says so afterwards.
            _, outcome = next(way.send(sender, [mail], before=lambda _: None))
        except SmtpUnavailable as error:
            return Outcome(Verdict.LATER, text=str(error))
    return outcome
