"""Who else may be in the group of Ada and Jonas."""

import pytest

from tests import factories


@pytest.fixture
def tomas(group):
    """Tomás, who comes third."""
    person = factories.make_user("Tomás Herrera")
    group.memberships.create(person=person)
    return person


@pytest.fixture
def mei(group, tomas):
    """Mei-Ling, who comes fourth."""
    person = factories.make_user("Mei-Ling Chen")
    group.memberships.create(person=person)
    return person
