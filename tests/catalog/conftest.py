"""A curator at the desk."""

import pytest


@pytest.fixture
def desk(curator, signed_in):
    return signed_in(curator)
