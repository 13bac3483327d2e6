"""The first words of mails about gift packs: to who bought one, and, once, to who is given it."""

from typing import Any

PACK_BOUGHT: dict[str, Any] = {
    "subject": "Your {{ data.pack }}: what comes with it",
    "preheader": "Keep it, or have it sent to somebody on a day you choose.",
    "blocks": [
        {"kind": "heading", "text": 'Thank you, {{ first_name | default: "and enjoy" }}'},
        {
            "kind": "text",
            "html": "<p>With your <strong>{{ data.pack }}</strong> comes {{ data.parts }}. The "
            "vouchers are on a page of yours. Is it a gift? Say there who gets it and on which "
            "day, and we send it for you.</p>",
        },
        {"kind": "button", "text": "See my vouchers", "href": "{{ data.link }}"},
        {"kind": "footer", "reason": "You get this e-mail because you bought this pack."},
    ],
    "example": {
        "pack": "Valentine pack",
        "parts": "a dinner for two at Trattoria Lucia",
        "link": "https://example.com/gift",
    },
}

PACK_GIVEN: dict[str, Any] = {
    "subject": "{{ data.giver }} has a gift for you",
    "preheader": "A {{ data.pack }}, with all that comes with it.",
    "blocks": [
        {"kind": "heading", "text": "{{ data.giver }} has a gift for you"},
        {
            "kind": "text",
            "html": "<p>{% if data.words %}“{{ data.words }}”{% endif %}</p>"
            "<p>It is {{ data.parts }}. Press the button to see it, and show it when "
            "you go.</p>",
        },
        {"kind": "button", "text": "Open my gift", "href": "{{ data.link }}"},
        {
            "kind": "footer",
            "reason": "You get this one e-mail because somebody gave you this. We have not kept "
            "your address; you will not hear from us again.",
        },
    ],
    "example": {
        "giver": "Rae",
        "pack": "Valentine pack",
        "parts": "a dinner for two at Trattoria Lucia",
        "words": "Happy Valentine's Day",
        "link": "https://example.com/gift",
    },
}

PACK_STRANDED: dict[str, Any] = {
    "subject": "About your {{ data.pack }}: a voucher that ends",
    "preheader": "You lose nothing, and need not do anything.",
    "blocks": [
        {"kind": "heading", "text": "A voucher of yours ends"},
        {
            "kind": "text",
            "html": "<p>We are sorry: {{ data.parts }}, which came with your "
            "<strong>{{ data.pack }}</strong>, can no longer be used. We no longer work with "
            "them.</p><p>You need not do anything. You get back what you paid for it, or another "
            "voucher, and hear from us once it is there. All else in your pack holds.</p>",
        },
        {"kind": "button", "text": "See my pack", "href": "{{ data.link }}"},
        {"kind": "footer", "reason": "You get this e-mail because you bought this pack."},
    ],
    "example": {
        "pack": "Valentine pack",
        "parts": "a dinner for two at Trattoria Lucia",
        "link": "https://example.com/gift",
    },
}
