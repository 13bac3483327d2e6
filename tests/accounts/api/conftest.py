"""A program of Floral's that may do everything."""

import pytest

from tests.api import Api, new_key
from tests.conftest import Cast


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(new_key(cast.floral, cast.ana))
