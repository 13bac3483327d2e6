"""What a sample brand's shop may ask for: a mail that answers an order, ready to be called."""

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.models.transactional import TransactionalTemplate
from campaigns.services.transactional import create_template, publish

KEY = "order-confirmation"


def prepare_answers(brand: Brand) -> None:
    """Published, so that the call on its page works with a key of the brand; nothing is sent."""
    with brand_scope(brand):
        if TransactionalTemplate.objects.exists():
            return
        template = create_template(name="Order confirmation", key=KEY, intent="thank")
        publish(template, brand)
