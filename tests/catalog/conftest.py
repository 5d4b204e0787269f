"""A curator at the desk."""

import pytest

from tests import factories


@pytest.fixture
def curator(db):
    return factories.make_curator()


@pytest.fixture
def desk(curator, signed_in):
    return signed_in(curator)
