"""The personal fields of a mail that are known of every customer."""

from dataclasses import dataclass

from campaigns.rules.program import Recipient


@dataclass(frozen=True, slots=True)
class Tag:
    """A merge tag: its name, what it means, an example, and how it is best written."""

    name: str
    label: str
    example: str
    written: str = ""

    @property
    def text(self) -> str:
        return self.written or f"{{{{ {self.name} }}}}"


# In the order of the columns of campaigns/sql/recipients.sql.
TAGS = (
    Tag("first_name", "First name", "Rae", '{{ first_name | default: "there" }}'),
    Tag("last_name", "Last name", "Winter", '{{ last_name | default: "" }}'),
    Tag("name", "Full name", "Rae Winter", '{{ name | default: "you" }}'),
    Tag("email", "E-mail address", "rae@example.com"),
    Tag("city", "City", "London", '{{ city | default: "your town" }}'),
    Tag("country", "Country", "United Kingdom", '{{ country | default: "your country" }}'),
    Tag("orders_count", "Number of orders", "3"),
    Tag("total_spent", "Spent so far", "12450", "{{ total_spent | money }}"),
    Tag("first_order_on", "Day of the first order", "2026-02-14", "{{ first_order_on | date }}"),
    Tag("last_order_on", "Day of the last order", "2026-08-31", "{{ last_order_on | date }}"),
    Tag("coupon", "Coupon code", "YOUR-CODE"),
)
# Lists a mail can loop over, with the fields of a row in the order of last_orders.sql.
LISTS = {"last_order": ("title", "quantity", "total", "category")}
TAG_NAMES = frozenset(
    {*(tag.name for tag in TAGS), *(f"{name}.{each}" for name in LISTS for each in LISTS[name])}
)
EXAMPLE = Recipient(
    0,
    "rae@example.com",
    {tag.name: tag.example for tag in TAGS},
    {"last_order": ({"item.title": "Red tulips", "item.quantity": "2", "item.total": "2400"},)},
)
