"""The one mail of a double opt-in: please confirm that you want our mails.

It is built inside the brand's scope and sent outside of it. It needs no permission, because it asks
for it; an address on the do-not-mail list gets none."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from campaigns.rules.encoding import safe_address
from campaigns.rules.merge import clean_header
from campaigns.selectors.domains import check_sender
from config.kit.clock import now
from customers.models.consents import OptInRequest, Suppression
from customers.selectors.customers import canonical
from customers.services.opt_in import token_of


def build_confirmation(request_id: int) -> EmailMultiAlternatives | None:
    """None when there is nothing to confirm any more, or no address to write to. Raises Unsendable
    while the sender's domain is not verified and this installation asks for it."""
    request = (
        OptInRequest.objects.select_related("brand", "customer__merged_into")
        .filter(pk=request_id, confirmed_at=None, expires_at__gt=now())
        .first()
    )
    if request is None:
        return None
    brand, customer = request.brand, canonical(request.customer)
    listed = Suppression.objects.filter(channel=request.channel, address=customer.email_norm)
    if not (customer.email and brand.sender_email) or customer.is_relay or listed.exists():
        return None
    check_sender(brand.sender_email)
    path = reverse("opt_in_confirm", args=[token_of(request)])
    context = {
        "brand": brand,
        "request": request,
        "url": settings.BASE_URL.rstrip("/") + path,
    }
    name = clean_header(brand.sender_name or brand.name).replace('"', "")
    mail = EmailMultiAlternatives(
        subject=clean_header(f"Please confirm: mails from {brand.name}"),
        body=render_to_string("campaigns/mail/confirm.txt", context),
        from_email=f'"{name}" <{safe_address(brand.sender_email)}>',
        to=[safe_address(customer.email)],
        reply_to=[brand.reply_to] if brand.reply_to else None,
    )
    mail.attach_alternative(render_to_string("campaigns/mail/confirm.html", context), "text/html")
    return mail
