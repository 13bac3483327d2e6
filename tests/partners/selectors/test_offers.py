"""What has happened to an offer, in words."""

import re
from pathlib import Path

from partners import services
from partners.models.offers import OfferStep
from partners.selectors.offers import history
from tests.partners.services.offering import submitted

_ACTS = re.compile(r'note_step\(\s*(?:row|offer), "(\w+)"')


def test_each_step_of_an_offer_is_told_in_words(dinner) -> None:
    rooms = (Path(path) for path in services.__path__)
    files = [path.read_text() for room in rooms for path in room.glob("*.py")]
    acts = {act for text in files if "services.moves" in text for act in _ACTS.findall(text)}
    assert {"submitted", "settled", "reopened"} <= acts
    offer = submitted(dinner)
    OfferStep.objects.bulk_create(OfferStep(offer=offer, act=act) for act in acts)
    told = {each.words for each in history(offer, for_partner=False)}
    assert len(told) == len(acts) + 1
    assert not [words for words in told if words in acts]
