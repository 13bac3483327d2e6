"""Tags: figures in the brand's locale, components that say what they mean, nothing unescaped."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines

from config.templatetags.ui import icon

ICON_APPS = ("accounts", "customers", "campaigns", "config")
FLORAL = SimpleNamespace(currency="GBP", locale="en-gb", time_zone="Europe/London", theme={})


def written(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render({"brand": FLORAL, **context}).strip()


def test_money_is_the_brands_and_none_is_a_dash():
    assert written("{% money 123450 %}") == "£1,234.50"
    assert written("{% money 123450 whole=True %}") == "£1,235"
    assert written("{% money none %}", none=None) == "\N{EM DASH}"


def test_percent_of_nothing_is_a_dash():
    assert written("{% percent 3 0 %}") == "\N{EM DASH}"
    assert written("{% percent 702 4633 places=1 %}") == "15.2%"


def test_a_phrase_in_a_sentence_becomes_a_link_and_nothing_else_does():
    source = '{% linked text "the brand\'s settings" url "an import" "/imports/" %}'
    link = '<a class="link" href="/s/?a=1&amp;b">the brand\'s settings</a>'
    said = "<b> see the brand's settings."
    assert written(source, text=said, url="/s/?a=1&b") == f"&lt;b&gt; see {link}."
    assert written(source, text=said, url="") == "&lt;b&gt; see the brand&#x27;s settings."
    assert written(source, text="an import", url="") == (
        '<a class="link" href="/imports/">an import</a>'
    )


@pytest.mark.parametrize(
    ("now", "before", "kind", "words"),
    [
        (112, 100, "up", "12.0%"),
        (94, 100, "down", "6.0%"),
        (100, 100, "flat", "0.0%"),
    ],
)
def test_a_change_is_said_in_colour_sign_and_words(now, before, kind, words):
    html = written("{% delta now before since='last week' %}", now=now, before=before)

    assert f'class="delta delta-{kind}"' in html
    assert words in html
    assert "last week</span>" in html


def test_a_change_from_nothing_is_left_out():
    assert written("{% delta 5 0 %}") == ""


@pytest.mark.parametrize(
    ("theme", "style"),
    [
        ({"colour": "#ffd166"}, "--brand:#ffd166;--brand-ink:#000"),
        ({"colour": "#2b6cb0"}, "--brand:#2b6cb0;--brand-ink:#fff"),
        ({"colour": "red;background:url(//evil.example)"}, ""),
        ({}, ""),
    ],
)
def test_a_brand_colour_gets_a_readable_ink_and_nothing_else_gets_through(theme, style):
    brand = SimpleNamespace(theme=theme)
    assert written("{% brand_style shown %}", shown=brand) == style


def test_a_button_is_a_link_when_it_leads_somewhere():
    html = written("{% button 'Export' href='/x/' kind='primary small' hx_get='/x/' %}")

    assert html == (
        '<a class="button button-primary button-small" href="/x/" hx-get="/x/">Export</a>'
    )
    assert written("{% button 'Save' %}") == '<button class="button" type="submit">Save</button>'


def test_a_field_ties_help_and_errors_to_its_control():
    class Form(forms.Form):
        email = forms.EmailField(help_text="Only your team sees it.")

    html = written("{% field form.email %}", form=Form({"email": "nonsense"}))

    assert 'aria-describedby="id_email_help id_email_errors"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_email">Email</label>' in html


def test_components_escape_what_they_are_given():
    evil = "<script>x</script>"
    html = written(
        "{% card evil note=evil %}{{ evil }}{% endcard %}{% badge evil %}"
        "{% button evil href=evil %}"
        "{% stat evil evil %}{% notice evil %}{{ evil }}{% endnotice %}{% simulated evil %}"
        "{% empty_state title=evil text=evil %}{% endempty_state %}"
        "{% define evil id=evil %}{{ evil }}{% enddefine %}",
        evil=evil,
    )

    assert "<script" not in html


def test_an_icon_is_hidden_from_screen_readers():
    html = written("{% icon 'mail' %}")

    assert html.startswith("<svg")
    assert 'aria-hidden="true"' in html


def test_every_icon_that_is_named_can_be_drawn():
    """A wrong name fails only on the page that draws it, which may be shown rarely."""
    sources = [
        path
        for folder, pattern in (("templates", "*.html"), *((app, "*.py") for app in ICON_APPS))
        for path in Path(folder).rglob(pattern)
    ]
    named = {
        name
        for path in sources
        for name in re.findall(r'(?:{% icon |icon=)"([a-z0-9-]+)"', path.read_text())
    }
    assert len(named) > 20
    for name in named:
        assert icon(name)
