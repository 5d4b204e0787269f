"""Who is told of comings and goings and of roles: once, never of what they did themselves, and who is removed of that
alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from groups.leaving.erasure import forget_in_notifications, leave_all_groups
from groups.leaving.leave import leave_group, remove_from_group
from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.threads.post import Post
from groups.threads.reaction import Reaction
from groups.threads.thread import Thread
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.notifications.templatetags.notification_text import sentence
from tests import factories
from tests.groups.reviewing import show

LATER = timedelta(minutes=5)


def told(person) -> list[str]:
    return [sentence(each) for each in Notification.objects.visible_to(person).unread().order_by("pk")]


def join(group, person, by):
    return group.invitations.create(invited_by=by).accept(person, hides_reading=False)


def choose(person, kind: str, mail: str) -> None:
    EmailPreference.objects.set_for(person, {kind: mail})


def test_the_owner_learns_who_joins_and_leaves_in_the_app_alone(group, ada, jonas, stranger):
    membership = join(group, stranger, ada)
    assert told(ada) == ["Sam joined Thursday post-training"]
    assert [told(jonas), told(stranger)] == [[], []]
    leave_group(membership)
    # Of two events that come to nothing, the last is told.
    assert told(ada) == ["Sam left Thursday post-training"]
    join(group, stranger, ada)
    assert told(ada) == ["Sam joined Thursday post-training"]
    send_due_emails(timezone.now() + LATER)
    send_due_emails(timezone.now() + timedelta(days=2))
    assert mail.outbox == []


def test_several_who_join_are_one_entry_under_the_bell(group, ada):
    for number in range(3):
        join(group, factories.make_user(f"New{number} Comer"), ada)
    choose(ada, "invitation_used", "at_once")
    assert Notification.objects.visible_to(ada).count_grouped() == 1
    assert send_due_emails(timezone.now() + LATER).mails == 1
    assert all(f"New{number} joined" in mail.outbox[0].body for number in range(3))


def test_who_made_the_link_learns_of_its_use_and_the_owner_of_who_joins(group, ada, jonas, stranger):
    join(group, stranger, jonas)
    assert [each.kind for each in Notification.objects.order_by("person")] == ["joined", "invitation_used"]
    assert told(ada) == told(jonas)


@pytest.mark.parametrize(("off", "kinds"), [((), ["invitation_used"]), (("invitation_used",), ["joined"])])
def test_an_owner_whose_link_it_was_is_told_once(group, ada, stranger, off, kinds):
    for kind in off:
        choose(ada, kind, "off")
    join(group, stranger, ada)
    assert [each.kind for each in Notification.objects.visible_to(ada)] == kinds


def test_who_made_the_link_and_has_left_is_not_told(group, ada, jonas, stranger):
    link = group.invitations.create(invited_by=jonas)
    leave_group(group.membership_of(jonas))
    link.accept(stranger, hides_reading=False)
    assert told(jonas) == []
    # Nor of coming back by a link of one's own.
    link.accept(jonas, hides_reading=False)
    assert told(jonas) == []
    assert "Jonas joined Thursday post-training" in told(ada)


@pytest.mark.parametrize(
    ("ban", "sentences"),
    [
        (False, ["You were removed from Thursday post-training"]),
        (True, ["You were removed from Thursday post-training and can’t join it again"]),
    ],
)
def test_who_is_removed_is_told_that_and_nothing_else(group, ada, jonas, tomas, ban, sentences):
    factories.join(group, moderator := factories.make_user("Mira Moderator"), "moderator")
    thread = Thread.objects.start(group=group, author=ada, title="T", body="B")
    Post.objects.reply(thread=thread, author=ada, body="@jonas?")
    show(tomas, group)
    remove_from_group(group.membership_of(jonas), by=moderator, why="Quarrels.", ban=ban)
    Post.objects.reply(thread=thread, author=ada, body="@jonas is gone.")
    assert told(jonas) == sentences
    assert "Mira removed Jonas from Thursday post-training" in told(ada)
    assert not [each for each in told(moderator) if "removed" in each]
    send_due_emails(timezone.now() + timedelta(days=2))
    (letter,) = [each for each in mail.outbox if each.to == [jonas.email]]
    assert sentences[0] in letter.body
    assert not [secret for secret in ("“T”", "Quarrels", "Mira", "summary") if secret in letter.body]


def test_what_one_was_told_of_a_removal_leads_where_one_may_go(signed_in, group, ada, jonas):
    remove_from_group(group.membership_of(jonas), by=ada)
    (notification,) = Notification.objects.visible_to(jonas)
    answer = signed_in(jonas).get(notification.get_absolute_url(), follow=True)
    assert answer.redirect_chain[-1] == (reverse("groups"), 302)
    assert notification.actor is None


def test_who_comes_back_is_no_longer_told_of_the_removal(group, ada, jonas):
    remove_from_group(group.membership_of(jonas), by=ada)
    join(group, jonas, ada)
    assert told(jonas) == []


def test_a_member_learns_of_each_role_until_the_next_one(group, ada, jonas):
    membership = group.membership_of(jonas)
    for role, said in (
        ("moderator", "Ada made you a moderator of Thursday post-training"),
        ("moderator", "Ada made you a moderator of Thursday post-training"),
        ("member", "You are no longer a moderator of Thursday post-training"),
    ):
        membership.set_role(role, by=ada)
        assert told(jonas) == [said]
    assert Notification.objects.visible_to(jonas).count() == 2
    with pytest.raises(RuleViolation):
        membership.set_role("moderator", by=jonas)
    assert Notification.objects.visible_to(jonas).count() == 2


def test_who_becomes_owner_learns_it_from_the_owner_and_an_administrator_tells_both(group, ada, jonas, admin_user):
    group.transfer_ownership(jonas, by=ada)
    assert (told(ada), told(jonas)) == ([], ["Ada made you the owner of Thursday post-training"])
    group.transfer_ownership(ada, administrator=admin_user)
    assert told(ada) == ["Admin made you the owner of Thursday post-training"]
    assert told(jonas) == ["Admin made you a moderator of Thursday post-training"]
    assert send_due_emails(timezone.now() + LATER).mails == 2


@pytest.fixture
def admin_user(db):
    return factories.make_user("Admin Strator", is_staff=True, is_superuser=True)


def test_roles_set_in_the_admin_are_told(client, group, ada, jonas, admin_user):
    factories.sign_in(client, admin_user)
    place, rows = reverse("admin:groups_group_change", args=[group.pk]), list(group.memberships.order_by("joined_at"))
    sent = {
        "name": group.name,
        "owner": group.owner_id,
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        theirs = {"id": row.pk, "group": group.pk, "role": "moderator" if row.person == jonas else row.role}
        sent |= {f"memberships-{number}-{name}": value for name, value in theirs.items()}
    assert client.post(place, sent).status_code == 302
    assert told(jonas) == ["Admin made you a moderator of Thursday post-training"]


def test_whose_account_is_deleted_is_named_no_more(group, ada, jonas, tomas):
    factories.join(group, moderator := factories.make_user("Mira Moderator"), "moderator")
    group.membership_of(tomas).set_role("moderator", by=ada)
    remove_from_group(group.membership_of(jonas), by=moderator)
    forget_in_notifications(ada)
    assert told(tomas) == ["You are now a moderator of Thursday post-training"]
    for person in (jonas, moderator):
        forget_in_notifications(person)
    assert told(ada) == ["A member left Thursday post-training"]
    leave_all_groups(ada, Group.objects.filter(pk=group.pk))
    forget_in_notifications(ada)
    assert told(ada) == []
    assert told(tomas) == [
        "You are now the owner of Thursday post-training", "A member left Thursday post-training",
    ]  # fmt: skip


def test_a_kind_that_is_off_is_told_nowhere(group, ada, jonas):
    for person, kind in ((jonas, "role"), (jonas, "removed"), (ada, "left")):
        choose(person, kind, "off")
    group.membership_of(jonas).set_role("moderator", by=ada)
    leave_group(group.membership_of(jonas))
    remove_from_group(factories.join(group, jonas).memberships.get(group=group), by=ada)
    assert told(jonas) == told(ada) == []


def test_the_mail_is_in_the_readers_language(group, ada, jonas):
    jonas.language = "de"
    jonas.save()
    group.membership_of(jonas).set_role("moderator", by=ada)
    assert send_due_emails(timezone.now() + LATER).mails == 1
    assert "Moderator" in mail.outbox[0].subject
    assert "made you" not in mail.outbox[0].subject


@pytest.mark.one_engine
def test_a_group_of_five_that_talks_daily_gets_at_most_one_mail_a_day_and_person(group, ada, jonas, tomas, mei):
    people = [ada, jonas, tomas, mei, factories.join(group, factories.make_user("Priya Nair"))]
    start = datetime(2027, 3, 1, 6, tzinfo=UTC)
    per_day: list[dict[str, int]] = []
    for day in range(3):
        for hour in range(24):
            now = start + timedelta(days=day, hours=hour)
            if 9 <= hour < 14:
                talk(group, people, hour, now)
            send_due_emails(now + timedelta(minutes=30))
        got = [letter.to[0] for letter in mail.outbox]
        per_day.append({person.email: got.count(person.email) for person in people})
        mail.outbox.clear()
    assert max(max(day.values()) for day in per_day) == 1
    assert all(min(day.values()) == 1 for day in per_day[1:])
    thread = Thread.objects.latest("pk")
    Post.objects.reply(thread=thread, author=ada, body="@jonas?", now=now)
    send_due_emails(now + LATER)
    assert [letter.to for letter in mail.outbox] == [[jonas.email]]


def talk(group, people, hour: int, now: datetime) -> None:
    """One starts a thread, all reply and quote, one reacts."""
    starter = people[hour % 5]
    thread = Thread.objects.start(group=group, author=starter, title=f"At {now}", body="Which knob?", now=now)
    for person in people:
        quotation = thread.posts.first().quotation if person != starter else ""
        Post.objects.reply(thread=thread, author=person, body=f"{quotation}More at {now}", now=now)
    Reaction.objects.react(thread.posts.first(), people[(hour + 1) % 5], "agree", now)
