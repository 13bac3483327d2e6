"""How campaigns react to what happens elsewhere."""

from accounts.events import BrandCreated
from campaigns.services import templates


def give_starter_templates(event: BrandCreated) -> None:
    templates.add_starters()
