"""Who may do what with a submission: the author, who holds its review, another member, a stranger, anybody."""

import pytest

from groups.leaving.leave import leave_group
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from tests.groups.reviewing import days, show, take

SIGN_IN, NOT_FOUND = "sign in", 404
BACK, FORM, QUEUE = "submission", "review", "reviews"  # where one is led

# method, address, then the answer for: author, holder, member
TABLE = [
    ("get", "/groups/{group}/reviews/", 200, 200, 200),
    ("post", "/groups/{group}/reviews/next/", QUEUE, FORM, FORM),
    ("get", "/groups/{group}/playbook/", 200, 200, 200),
    ("get", "/submissions/{submission}/", 200, 200, 200),
    ("post", "/submissions/{submission}/claim/", BACK, FORM, FORM),
    ("get", "/submissions/{submission}/review/", BACK, 200, 200),
    ("post", "/submissions/{submission}/review/", BACK, BACK, 409),
    ("post", "/submissions/{submission}/claim/cancel/", QUEUE, QUEUE, QUEUE),
    ("post", "/submissions/{submission}/withdrawal/", BACK, NOT_FOUND, NOT_FOUND),
]


@pytest.fixture
def round(group, ada, jonas, tomas):
    """Ada's summary, which Jonas is reviewing."""
    round = show(ada, group, at=days(0))
    take(round, jonas)
    return round


def answer(client, round, method: str, address: str):
    url = address.format(group=round.submission.group_id, submission=round.submission_id)
    response = getattr(client, method)(url, {"round": round.pk, "decision": "approve", "confirmed": "yes"})
    if response.status_code != 302:
        return response.status_code
    place = response["Location"].split("#")[0].split("?")[0]
    return {
        "/accounts/login/": SIGN_IN,
        f"/submissions/{round.submission_id}/": BACK,
        f"/submissions/{round.submission_id}/review/": FORM,
        f"/groups/{round.submission.group_id}/reviews/": QUEUE,
    }[place]


@pytest.mark.parametrize(("method", "address", "author", "holder", "member"), TABLE, ids=lambda value: str(value))
def test_everyone_is_answered_as_the_table_says(
    group, round, ada, jonas, tomas, stranger, signed_in, client, method, address, author, holder, member
):
    assert answer(client, round, method, address) == SIGN_IN
    assert answer(signed_in(stranger), round, method, address) == NOT_FOUND
    assert answer(signed_in(tomas), round, method, address) == member
    assert answer(signed_in(jonas), round, method, address) == holder
    assert answer(signed_in(ada), round, method, address) == author
    assert not Claim.objects.filter(reviewer=ada).exists()
    assert not Review.objects.filter(reviewer__in=[ada, stranger, tomas]).exists()


@pytest.mark.parametrize("address", [row[1] for row in TABLE if row[0] == "post" and "/review/" not in row[1]])
def test_an_address_that_only_takes_forms_leads_to_their_page(round, jonas, signed_in, address):
    """For who types it, or comes from signing in anew."""
    page = signed_in(jonas).get(address.format(group=round.submission.group_id, submission=round.submission_id))
    assert page.status_code == 302
    assert page.url in (f"/submissions/{round.submission_id}/", f"/groups/{round.submission.group_id}/reviews/")
    assert Claim.objects.live().get().reviewer == jonas


def test_who_has_left_is_a_stranger(group, round, jonas, signed_in):
    leave_group(group.memberships.get(person=jonas))
    for method, address, *_ in TABLE:
        assert answer(signed_in(jonas), round, method, address) == NOT_FOUND


@pytest.mark.parametrize("pk", [0, 999999, 2**63])
def test_what_is_not_there_is_not_found(round, jonas, signed_in, pk):
    for method, address, *_ in TABLE:
        url = address.format(group=pk, submission=pk)
        assert getattr(signed_in(jonas), method)(url).status_code == 404
