"""Changes of who is held out, as facts in the past tense."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class BrandControlChanged(Event):
    """From now on this share of the brand's customers gets no campaigns; 0 means nobody."""

    type = "brand_control.changed"
    subject = "brand_control"
    percent: int
