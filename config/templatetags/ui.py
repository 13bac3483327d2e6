"""The words pages are written in: icons, figures in the brand's locale, and components.

A block tag wraps what stands between it and its end: `{% card "Title" %}...{% endcard %}`."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide as draw_icon

from config.kit import formats
from config.kit.clock import day_in
from config.kit.colours import WHITE, contrast, is_hex

register = template.Library()

_DEFAULT_LOCALE = "en-gb"
_NOTICE_ICONS = {
    "positive": "circle-check",
    "warning": "triangle-alert",
    "negative": "circle-alert",
}


# --- Icons and figures -------------------------------------------------------------------


@lru_cache(maxsize=256)
def _icon(name: str) -> SafeString:
    attributes = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    return cast(SafeString, draw_icon(name, size=16, **attributes))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A lucide icon by name, drawn inline and hidden from screen readers."""
    return _icon(str(name))


def _locale(context: Context) -> str:
    brand = context.get("brand")
    return brand.locale if brand else _DEFAULT_LOCALE


@register.simple_tag(takes_context=True)
def money(context: Context, minor: int | None, currency: str = "", whole: bool = False) -> str:
    """Minor units as money of the brand, or of `currency`; a dash for None."""
    if minor is None:
        return "\N{EM DASH}"
    return formats.money(
        minor, currency or context["brand"].currency, _locale(context), whole=whole
    )


@register.simple_tag(takes_context=True)
def number(context: Context, value: float | None, places: int = 0) -> str:
    """A count with the brand's separators; a dash for None."""
    return (
        "\N{EM DASH}" if value is None else formats.number(value, _locale(context), places=places)
    )


@register.simple_tag(takes_context=True)
def percent(
    context: Context, part: float | None, whole: float | None = None, places: int = 0
) -> str:
    """`{% percent 0.47 %}`, or `{% percent clicked sent %}`; a dash where nothing divides."""
    if part is None or whole == 0:
        return "\N{EM DASH}"
    share = part if whole is None else part / whole
    return formats.percent(share, _locale(context), places=places)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None, year: bool = True) -> SafeString | str:
    """A calendar day in a `<time>`; of an instant that by the brand's clock, and nothing closer."""
    if value is None:
        return "\N{EM DASH}"
    if isinstance(value, datetime):
        brand = context.get("brand")
        value = day_in(brand.time_zone if brand else "UTC", value)
    words = formats.day(value, _locale(context), year=year)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None) -> SafeString | str:
    """An instant on the brand's clock, in a `<time>`."""
    if value is None:
        return "\N{EM DASH}"
    brand = context.get("brand")
    words = formats.moment(value, brand.time_zone if brand else "UTC", _locale(context))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag(takes_context=True)
def delta(
    context: Context, now: float | None, before: float | None, since: str = "the time before"
) -> SafeString | str:
    """How much `now` is above or below `before`, in colour, sign and words."""
    if not before or now is None:
        return ""
    change = now / before - 1
    words = formats.percent(abs(change), _locale(context), places=1)
    kind, mark, said = "flat", "\N{EM DASH}", "level with"
    if round(change, 3) > 0:
        kind, mark, said = "up", "\N{BLACK UP-POINTING TRIANGLE}", "above"
    elif round(change, 3) < 0:
        kind, mark, said = "down", "\N{BLACK DOWN-POINTING TRIANGLE}", "below"
    return format_html(
        '<span class="delta delta-{}"><span aria-hidden="true">{}</span>{}'
        '<span class="visually-hidden"> {} {}</span></span>',
        kind,
        mark,
        words,
        said,
        since,
    )


@register.simple_tag
def brand_style(brand: Any) -> SafeString | str:
    """The brand's colour and a readable ink on it, as custom properties for a `style`."""
    colour = (getattr(brand, "theme", None) or {}).get("colour", "")
    if not is_hex(str(colour)):
        return ""
    return format_html("--brand:{};--brand-ink:{}", colour, _ink_on(colour))


def _ink_on(colour: str) -> str:
    """Black or white, whichever can be read better."""
    return "#000" if contrast(colour, "#000000") > contrast(colour, WHITE) else "#fff"


# --- Small components --------------------------------------------------------------------


@register.simple_tag
def badge(label: str, tone: str = "") -> SafeString:
    """A small state: tone is empty, positive, warning or negative."""
    return format_html('<span class="badge{}">{}</span>', f" badge-{tone}" if tone else "", label)


@register.simple_tag
def simulated(what: str = "") -> SafeString:
    """The mark beside every figure that contains made-up facts; `what` says which."""
    return format_html(
        '<span class="badge badge-simulated" title="{}">simulated</span>',
        what or "Contains made-up facts: this is a sample brand.",
    )


@register.simple_tag
def linked(text: str, *places: str) -> SafeString | str:
    """`{% linked problem "the brand's settings" settings_url %}`: the first of these phrases that
    stands in the text leads to the address after it; one without an address stays words."""
    for phrase, url in zip(places[::2], places[1::2], strict=True):
        before, found, after = text.partition(phrase)
        if found and url:
            return format_html('{}<a class="link" href="{}">{}</a>{}', before, url, found, after)
    return text


@register.inclusion_tag("components/button.html")
def button(
    label: str, href: str = "", icon: str = "", kind: str = "", **attrs: str
) -> dict[str, Any]:
    """A link when it has an href, else a submit button. kind: primary, danger, ghost, small.

    Other attributes are written with underscores: `hx_post=url popovertarget="menu"`."""
    return {
        "label": label,
        "href": href,
        "icon": icon,
        "kinds": kind.split(),
        "attrs": _attributes(attrs if href else {"type": "submit", **attrs}),
    }


def _attributes(attrs: dict[str, str]) -> SafeString:
    pairs = ((name.replace("_", "-"), value) for name, value in attrs.items())
    return format_html_join("", ' {}="{}"', pairs)


@register.inclusion_tag("components/stat.html", takes_context=True)
def stat(context: Context, label: str, figure: str, note: str = "", **extra: Any) -> dict[str, Any]:
    """A labelled figure. extra: now and before (for the delta), tone, large, simulated."""
    return {"brand": context.get("brand"), "label": label, "figure": figure, "note": note, **extra}


@register.inclusion_tag("components/progress.html", takes_context=True)
def progress(
    context: Context, label: str, *, done: int, total: int, rate: float | None = None, of: str = ""
) -> dict[str, Any]:
    """How far a background job is; `rate` is per second, `of` names what is counted."""
    share = min(done / total, 1.0) if total else 0.0
    return {
        "brand": context.get("brand"),
        "label": label,
        "done": done,
        "total": total,
        "rate": rate,
        "of": of,
        "share": f"{share:.1%}",
        "remaining": (total - done) / rate if rate and total > done else None,
    }


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: Context, items: list[tuple[Any, ...]], label: str = "Views") -> dict[str, Any]:
    """Tabs that are links: (label, url) or (label, url, count); the present path is current."""
    request = context.get("request")
    here = request.get_full_path() if request else ""
    return {
        "brand": context.get("brand"),
        "label": label,
        "tabs": [
            {"label": item[0], "url": item[1], "count": item[2] if len(item) > 2 else None}
            for item in items
        ],
        "here": here,
        "path": here.partition("?")[0],
    }


@register.inclusion_tag("components/segmented.html")
def segmented(items: list[tuple[str, str]], active: str, label: str) -> dict[str, Any]:
    """A small choice between views of one page: (label, url); `active` is a label."""
    return {"items": items, "active": active, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(names: list[str], current: int) -> dict[str, Any]:
    """The steps of a longer task; `current` counts from 1."""
    return {"names": names, "current": current}


@register.inclusion_tag("components/pagination.html")
def pagination(previous_url: str = "", next_url: str = "", summary: str = "") -> dict[str, Any]:
    """Keyset paging: only where there is a way back or on."""
    return {"previous_url": previous_url, "next_url": next_url, "summary": summary}


# --- Forms -------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "") -> dict[str, Any]:
    """Label, control, help and errors of one form field, tied together for screen readers."""
    widget = bound.field.widget
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    described += [f"{bound.auto_id}_errors"] if bound.errors else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "label": label or bound.label,
        "control": bound.as_widget(attrs=attrs),
        "is_tick": getattr(widget, "input_type", "") == "checkbox"
        and not getattr(widget, "allow_multiple_selected", False),
        "is_group": bool(getattr(widget, "use_fieldset", False)),
    }


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """Every field of a form, after what is wrong with the form as a whole."""
    return {"form": form}


# --- Blocks ------------------------------------------------------------------------------


@register.simple_block_tag
def page_header(
    content: SafeString, title: str, subtitle: str = "", *, back: str = "", back_label: str = "Back"
) -> str:
    """The head of a page: its h1 and, inside the block, its actions."""
    return _component(
        "page_header",
        content,
        {"title": title, "subtitle": subtitle, "back": back, "back_label": back_label},
    )


@register.simple_block_tag
def card(
    content: SafeString, title: str = "", note: str = "", *, kind: str = "", level: int = 2
) -> str:
    """A card; kind `table` lets a table reach its edges."""
    return _component(
        "card", content, {"title": title, "note": note, "kind": kind, "heading": f"h{level}"}
    )


@register.simple_block_tag
def scroll(content: SafeString, label: str) -> SafeString:
    """A region that scrolls sideways on a phone instead of the page, reachable by keyboard."""
    return format_html(
        '<div class="scroll" role="region" aria-label="{}" tabindex="0">{}</div>', label, content
    )


@register.simple_block_tag
def notice(content: SafeString, tone: str = "", icon: str = "") -> SafeString:
    """Something to know before going on: tone is empty, positive, warning or negative."""
    return format_html(
        '<div class="note{}">{}<div>{}</div></div>',
        f" note-{tone}" if tone else "",
        _icon(str(icon or _NOTICE_ICONS.get(tone, "info"))),
        content,
    )


@register.simple_block_tag
def define(content: SafeString, term: str, id: str) -> str:
    """A small button after a term that opens its definition."""
    return _component("definition", content, {"term": term, "id": id})


@register.simple_block_tag
def empty_state(content: SafeString, title: str, text: str, **actions: str) -> str:
    """Never blank: what it does, a drawn sample (the block), one button, one sample link.

    actions: action and action_url, sample_url (loads sample data), icon."""
    return _component("empty_state", content, {"title": title, "text": text, **actions})


@register.simple_block_tag
def dialog(content: SafeString, id: str, title: str) -> str:
    """A modal dialog; any button with data-dialog="<id>" opens it."""
    return _component("dialog", content, {"id": id, "title": title})


def _component(name: str, content: SafeString, values: dict[str, Any]) -> str:
    return render_to_string(f"components/{name}.html", {"content": content, **values})


@register.filter
def concat(text: str, value: object) -> str:
    """`{{ "revoke-"|concat:key.pk }}`: the built-in `add` refuses text and numbers together."""
    return f"{text}{value}"


@register.filter
def notice_tone(tags: str) -> str:
    """The tone of a Django message, from its tags."""
    for level, tone in (("error", "negative"), ("warning", "warning"), ("success", "positive")):
        if level in tags:
            return tone
    return "info"


@register.filter
def notice_icon(tone: str) -> str:
    """The icon that goes with a tone."""
    return _NOTICE_ICONS.get(tone, "info")
