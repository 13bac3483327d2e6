"""A test mail: the preview of one person, sent to one address outside of any campaign.

It is built inside the brand's scope and sent outside of it, by channels/email/outgoing. Links lead
straight to their targets and the unsubscribe link leads nowhere, so that a test counts nothing and
unsubscribes nobody."""

from django.core.mail import EmailMultiAlternatives

from campaigns.rules.encoding import safe_address
from campaigns.rules.merge import clean_header
from campaigns.rules.program import Recipient
from campaigns.selectors.content import Content
from campaigns.selectors.domains import check_sender
from campaigns.selectors.preview import preview_of


def build_test(
    content: Content, *, recipient: Recipient | None, address: str
) -> EmailMultiAlternatives:
    """The test mail; raises a DomainError when the mail cannot be rendered, or its sender's domain
    is not verified and this installation asks for it."""
    check_sender(content.sender_email)
    shown = preview_of(content, recipient)
    name = clean_header(content.sender_name).replace('"', "")
    mail = EmailMultiAlternatives(
        subject=f"[Test] {shown.subject}",
        body=shown.text,
        from_email=f'"{name}" <{safe_address(content.sender_email)}>',
        to=[safe_address(address)],
        reply_to=[content.reply_to] if content.reply_to else None,
    )
    mail.attach_alternative(shown.html, "text/html")
    return mail
