"""A curator at the desk."""

import pytest
from django.contrib.auth.models import Group

from tests import factories


@pytest.fixture
def curator(db):
    person = factories.make_user("Cora Curator", is_staff=True)
    person.groups.add(Group.objects.get(name="Curators"))
    return person


@pytest.fixture
def desk(curator, signed_in):
    return signed_in(curator)
