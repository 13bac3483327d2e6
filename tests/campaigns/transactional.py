"""Makers for tests of transactional mails."""

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.services.messages import To, request_message
from campaigns.services.transactional import create_template, publish

DATA = {
    "order_number": "1001",
    "total": 4200,
    "lines": [{"title": "Red tulips", "quantity": 2, "total": 4200}],
}
KEY = "order-confirmation"


def template(brand: Brand, key: str = KEY, *, is_published: bool = True) -> TransactionalTemplate:
    """The order confirmation that a new template begins as."""
    with brand_scope(brand):
        made = create_template(name="Order confirmation", key=key, intent="thank")
        if is_published:
            publish(made, brand)
    return made


def request(email: str = "rae@example.com", **more) -> dict:
    """The body of POST /messages."""
    return {"template": KEY, "to": {"email": email}, "data": DATA, **more}


def asked(brand: Brand, email: str = "rae@example.com") -> TransactionalMessage:
    """A message that waits to be sent."""
    with brand_scope(brand):
        return request_message(brand=brand, template_key=KEY, to=To(email=email), data=DATA)


def kept(brand: Brand) -> list[TransactionalMessage]:
    with brand_scope(brand):
        rows = TransactionalMessage.objects.select_related("template", "customer")
        return list(rows.order_by("pk"))
