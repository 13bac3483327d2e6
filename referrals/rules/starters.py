"""The first words of the mails that a referral programme sends. They answer what their reader did,
and sell nothing."""

from typing import Any

_FOOTER = "You get this e-mail because you take part in our referral programme."

REWARD_READY: dict[str, Any] = {
    "subject": "Your reward is here: {{ data.reward }}",
    "preheader": "Thank you for bringing a friend.",
    "blocks": [
        {"kind": "heading", "text": 'Thank you, {{ first_name | default: "and well done" }}'},
        {
            "kind": "text",
            "html": '<p>{{ data.friend | default: "A friend of yours" }} ordered through your '
            "link, so <strong>{{ data.reward }}</strong> is yours."
            "{% if data.until %} You can use it until {{ data.until }}.{% endif %}</p>",
        },
        {"kind": "button", "text": "Get my reward", "href": "{{ data.link }}"},
        {
            "kind": "text",
            "html": '<p><a href="{{ data.portal }}">See all your friends and rewards</a></p>',
        },
        {"kind": "footer", "reason": _FOOTER},
    ],
    "example": {
        "reward": "£10 off",
        "friend": "Ben H.",
        "until": "3 May 2027",
        "link": "https://example.com/reward",
        "portal": "https://example.com/me",
    },
}

FRIEND_REWARD: dict[str, Any] = {
    "subject": "{{ data.reward }} for you, as promised",
    "preheader": "A friend of ours brought you here. This is yours.",
    "blocks": [
        {"kind": "heading", "text": "Here is your {{ data.reward }}"},
        {
            "kind": "text",
            "html": '<p>{{ data.friend | default: "A friend" }} sent you to us, and you asked '
            "for your reward. Press the button to get it."
            "{% if data.until %} You can use it until {{ data.until }}.{% endif %}</p>",
        },
        {"kind": "button", "text": "Get my reward", "href": "{{ data.link }}"},
        {
            "kind": "footer",
            "reason": "You get this one e-mail because this address was given on our page. It "
            "was not you? Then do nothing; you will not hear from us again.",
        },
    ],
    "example": {
        "reward": "£10 off",
        "friend": "Rae",
        "until": "3 May 2027",
        "link": "https://example.com/reward",
    },
}

REFERRAL_LINK: dict[str, Any] = {
    "subject": "Your link for friends",
    "preheader": "Your own page, with your link, your friends and your rewards.",
    "blocks": [
        {"kind": "heading", "text": 'Hello {{ first_name | default: "there" }}'},
        {
            "kind": "text",
            "html": "<p>You asked for your link. It stands on a page of your own, where you also "
            "see which friends came and what you get for it. Nobody else has this address, so "
            "please keep it to yourself.</p>",
        },
        {"kind": "button", "text": "Open my page", "href": "{{ data.portal }}"},
        {
            "kind": "footer",
            "reason": "You get this e-mail because this address was given on our page. It was not "
            "you? Then do nothing.",
        },
    ],
    "example": {"portal": "https://example.com/me"},
}

PORTAL_CODE: dict[str, Any] = {
    "subject": "Your code: {{ data.code }}",
    "preheader": "Type it on the page where you asked for it.",
    "blocks": [
        {"kind": "heading", "text": "Your code is {{ data.code }}"},
        {
            "kind": "text",
            "html": "<p>Type it on the page where you asked for it. It works once, in the next "
            "{{ data.minutes }} minutes.</p><p>You did not ask for it? Then do nothing, and tell "
            "nobody the code: whoever has it can claim your rewards.</p>",
        },
        {"kind": "footer", "reason": _FOOTER},
    ],
    "example": {"code": "ABCD-EFGH", "minutes": 15},
}
