"""The templates a new brand begins with: three mails a small shop really sends."""

from typing import Any, TypedDict


class Starter(TypedDict):
    """The arguments of `create_template`."""

    name: str
    subject: str
    preheader: str
    blocks: list[dict[str, Any]]


_FOOTER = {"kind": "footer"}

# What a transactional template begins with: the arguments that are its words.
TRANSACTIONAL: dict[str, Any] = {
    "subject": "Your order {{ data.order_number }}",
    "preheader": "Thank you. This is what we are packing for you.",
    "blocks": [
        {"kind": "heading", "text": 'Thank you, {{ first_name | default: "and welcome" }}'},
        {
            "kind": "text",
            "html": "<p>We have your order <strong>{{ data.order_number }}</strong>:</p>"
            "<p>{% for item in data.lines %}{{ item.quantity }} of {{ item.title }}: "
            "{{ item.total | money }}<br>{% endfor %}</p>"
            "<p>Together: <strong>{{ data.total | money }}</strong></p>"
            "<p>If something is not right, just reply to this e-mail.</p>",
        },
        {"kind": "footer", "reason": "You get this e-mail because you ordered from us."},
    ],
    "example": {
        "order_number": "1001",
        "total": 4200,
        "lines": [
            {"title": "Red tulips", "quantity": 2, "total": 2400},
            {"title": "A vase", "quantity": 1, "total": 1800},
        ],
    },
}

STARTERS: tuple[Starter, ...] = (
    {
        "name": "Thank you for your first order",
        "subject": 'Thank you, {{ first_name | default: "and welcome" }}',
        "preheader": "A few words from the people behind your order.",
        "blocks": [
            {"kind": "heading", "text": 'Thank you, {{ first_name | default: "and welcome" }}'},
            {
                "kind": "text",
                "html": "<p>Your order meant a lot to us. We are a small team, and each one is "
                "packed by somebody who hopes you will like it.</p>"
                "<p>If anything was not right, just reply to this e-mail. A person reads it, "
                "and that person can put things right.</p>",
            },
            {"kind": "button", "text": "See what others enjoy", "href": "https://example.com/"},
            _FOOTER,
        ],
    },
    {
        "name": "Time for a second order",
        "subject": '{{ first_name | default: "Hello" }}, shall we do that again?',
        "preheader": "A few ideas that go well with what you chose.",
        "blocks": [
            {"kind": "heading", "text": "Shall we do that again?"},
            {
                "kind": "text",
                "html": '<p>Hello {{ first_name | default: "there" }},</p>'
                "<p>it has been a while since your first order. We picked a few things that "
                "go well with it, and everything is ready to leave tomorrow.</p>",
            },
            {"kind": "button", "text": "Show me", "href": "https://example.com/"},
            {"kind": "divider"},
            {
                "kind": "text",
                "html": "<p><strong>Not this time?</strong> No hurry. We would rather write "
                "seldom and be welcome.</p>",
            },
            _FOOTER,
        ],
    },
    {
        "name": "The season is here",
        "subject": "The season is here, and so are the first arrivals",
        "preheader": "The best of the season, while there is plenty.",
        "blocks": [
            {"kind": "heading", "text": "The season is here"},
            {
                "kind": "text",
                "html": '<p>Dear {{ first_name | default: "friend" }},</p>'
                "<p>some things are only good for a few weeks a year. These are in now:</p>"
                "<ul><li>The first one you are proud of</li>"
                "<li>The one customers ask for by name</li>"
                "<li>The one that is gone soonest</li></ul>",
            },
            {"kind": "button", "text": "See the season", "href": "https://example.com/"},
            {"kind": "spacer", "height": 16},
            {
                "kind": "text",
                "html": "<p>Order by Thursday and it is with you for the weekend.</p>",
            },
            _FOOTER,
        ],
    },
)
