"""What earlier versions wrote comes through the landed migrations: nobody loses a row, a right or a choice."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group as Duty
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from catalog.curation.suggestion import SuggestionVote
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from catalog.sources.source_alias import SourceAlias
from groups.members.ban import Ban
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from notes.draft import Draft
from notes.revision import Revision
from readlist_site.base.accounts.models import User
from readlist_site.base.notifications.email_preference import EmailPreference
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.unsubscribe import unsubscribe_token
from tests.upgrade import old_rows
from tests.upgrade.old_rows import ASIDE, NOW, typed_in

pytestmark = pytest.mark.usefixtures("upgraded")


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


# While several people owned a group


def test_of_several_owners_the_first_stays_one_and_what_nobody_is_in_is_archived():
    group = Group.objects.get(name="Several")
    assert group.owner.display_name == "first"
    assert group.archived_at is None
    roles = dict(group.memberships.values_list("person__display_name", "role"))
    assert roles == {"late": "moderator", "first": "moderator", "moderator": "moderator", "member": "member"}
    assert Group.objects.get(name="Ownerless").owner.display_name == "moderator"
    assert Group.objects.get(name="Empty").owner is None
    assert Group.objects.get(name="Empty").archived_at


def test_facts_from_before_there_were_link_issues_open_one_each():
    found = LinkIssue.objects.filter(source__canonical_url__startswith="facts-").order_by("pk")
    assert list(found.values_list("kind", "note", "better_url")) == [
        ("elsewhere", "A shop", ""),
        ("unconfirmed", "", "https://b.org/new"),
    ]


# While a revision said itself why it came


def test_each_group_keeps_the_reason_that_it_was_told():
    rounds = ReviewRound.objects.filter(submission__group__name__startswith="Reasons").order_by("pk")
    assert [each.why for each in rounds] == ["", "Named it."] * 2
    assert all(each.shown_at == max(each.submitted_at, each.revision.created_at) for each in rounds)
    assert not hasattr(Revision, "why")


def test_what_ended_as_its_reviewer_left_or_went_away_was_not_withdrawn():
    reviews = Review.objects.filter(round__submission__group__name="Ended").select_related("reviewer")
    assert {each.reviewer.display_name: each.change_request_ended_because for each in reviews} == {
        "ended-away": "reviewer_paused",
        "ended-left": "reviewer_left",
        "ended-willing": "withdrawn",
    }


# In the last version before the renames


def test_rounds_have_the_figures_of_before_and_say_when_time_accepts_them():
    rounds = {each.submission.group.name: each for each in ReviewRound.objects.all()}
    assert {(each.claim_days, each.single_approval_days) for each in rounds.values()} == {(3, 7)}
    figures = Group.objects.values_list("required_reviews", "claim_days", "single_approval_days")
    assert set(figures) == {(2, 3, 7)}
    assert rounds["waits"].accepts_at == rounds["waits"].shown_at + timedelta(days=7)
    assert rounds["nobody"].accepts_at is rounds["blocked"].accepts_at is rounds["archived"].accepts_at is None
    # It was migrated nine days after it was shown.
    assert rounds["late"].accepts_at >= rounds["late"].shown_at + timedelta(days=9)


def test_every_row_of_the_catalogue_is_there_under_its_new_name():
    alpha = Source.objects.get(canonical_url="a.org")
    assert (alpha.last_imported, alpha.link_issue.note) == ({"year": 1}, "404")
    resolved = LinkIssue.objects.resolved().get()
    assert (resolved.resolution, resolved.resolved_by, resolved.resolved_at) == ("dismissed", person("cora"), NOW)
    assert LinkSchedule.objects.get(source=alpha).leased_until == NOW
    assert SourceAlias.objects.get(canonical_url="old.org").merged_source_id == 77
    assert SuggestionVote.objects.get().person == person("ada")
    assert Section.objects.get(title="Topic").last_imported == {"title": "Topic"}
    assert ReadingList.objects.default().last_imported_method == {"steps": ["Read"]}
    draft = Draft.objects.get()
    assert (draft.base_number, draft.extra) == (2, {"why": "So."})
    assert draft.alternatives == [{"at": ASIDE["at"], "answers": {}, "based_on": [], "extra": ASIDE["beside"]}]


def test_every_row_of_a_review_is_there_under_its_new_name():
    group = Group.objects.get(name="A")
    reviews = Review.objects.filter(round__submission__group=group).select_related("reviewer")
    assert {each.decision for each in reviews} == {"request_changes"}
    assert {each.reviewer.display_name: each.change_request_ended_because for each in reviews} == {
        "author": "", "willing": "withdrawn", "left": "reviewer_left", "paused": "reviewer_paused",
        "lost": "slot_taken", "back": "reviewer_paused",
    }  # fmt: skip
    assert set(Verdict.objects.values_list("value", flat=True)) == {"not_sure"}
    version = reviews.get(reviewer=person("author")).versions.get()
    assert version.decision == "request_changes"
    [verdict] = version.verdicts
    assert (verdict["value"], verdict["comment"], "word" in verdict) == ("not_sure", "cant_tell", False)
    draft, typed = ReviewDraft.objects.get(), typed_in(Prompt.objects.get(text="Why?").pk, "not_sure")
    assert (draft.typed, [other["typed"] for other in draft.alternatives]) == (typed, [typed])
    assert reviews[0].round.required_reviews == 2
    assert CommentReply.objects.get().response == "later"
    assert Invitation.objects.get().uses.count() == 1
    assert Invitation.objects.get().max_uses == 3
    assert group.membership_log.get().event == "left"
    assert Ban.objects.get().unbanned_at
    assert Acceptance.objects.get().removed_from_playbook_at
    assert Skip.objects.get().explanation == "Until Monday"
    assert Post.objects.get().deleted_as == "author"
    assert sorted(group.memberships.values_list("role", flat=True)) == ["member", "member", "moderator"]


def test_nobody_is_notified_twice_and_an_unsubscribe_link_of_before_still_works():
    ada = person("ada")
    assert list(Notification.objects.order_by("pk").values_list("kind", "key")) == [
        ("wanted", "wanted-1"),
        ("revised", "revised-2"),
    ]
    assert Notification.objects.unread().get().key == "wanted-1"
    Notification.objects.notify([ada], kind="wanted", key="wanted-1", about="groups/1", facts={}, url="/")
    assert Notification.objects.count() == 2
    # A person keeps their number, and a kind its name: so does the link.
    assert Client().post(f"/notices/end/{unsubscribe_token(ada, 'reviewed')}/").status_code == 200
    assert dict(EmailPreference.objects.values_list("kind", "mail")) == {"wanted": "never", "reviewed": "never"}


def test_a_link_to_an_entry_opens_the_part_of_its_shelf():
    urls = dict(Notification.objects.values_list("key", "url"))
    assert (urls["wanted-1"], urls["revised-2"]) == ("/", "/topics/7/?from=12#entry-12")


def test_a_curator_of_before_still_resolves_link_issues():
    cora = person("cora")
    client = Client()
    client.force_login(cora)
    assert cora.has_perms(["catalog.view_linkissue", "catalog.change_linkissue", "catalog.view_suggestionvote"])
    assert person("ada").has_perm("catalog.view_linkschedule")
    assert "404" in client.get("/admin/catalog/linkissue/").content.decode()
    issue = LinkIssue.objects.open().get(source__canonical_url="a.org")
    answer = client.post(
        f"/admin/catalog/linkissue/{issue.pk}/settlement/", {"how": "dismissed", "reason": "It answers here."}
    )
    assert answer.status_code == 302
    assert not LinkIssue.objects.open().filter(pk=issue.pk).exists()


def test_no_permission_is_left_over_or_was_made_twice():
    ours = Permission.objects.filter(content_type__app_label__in=["catalog", "notices", "groups"])
    names = list(ours.values_list("codename", "content_type__model"))
    assert len(names) == len(set(names))
    assert all(name.endswith(f"_{model}") for name, model in names)
    gone = {
        "doubt",
        "second",
        "nextcheck",
        "notice",
        "choice",
        "round",
        "reply",
        "formerreview",
        "departure",
        "arrival",
    }
    assert not gone & {model for _, model in names}
    assert not ContentType.objects.filter(app_label__in=["catalog", "notices", "groups"], model__in=gone).exists()
    assert ours.get(codename="view_linkissue").name == "Can view link problem"


def test_rights_come_together_where_both_names_were_made():
    assert person("cora").has_perm("catalog.view_suggestionvote")
    assert Permission.objects.filter(codename__in=["view_second", "view_suggestionvote"]).count() == 1


@pytest.mark.parametrize(
    ("model", "words"), [("reviewround", "review round"), ("commentreply", "comment reply")], ids=["alone", "both made"]
)
def test_who_had_a_permission_has_it_under_the_new_name(model, words):
    duty = Duty.objects.get(name="Moderators").permissions.filter(content_type__model=model)
    assert set(duty.values_list("codename", flat=True)) == {f"add_{model}", f"view_{model}"}
    theirs = person("holder").user_permissions.filter(content_type__model=model)
    assert list(theirs.values_list("codename", "name")) == [(f"view_{model}", f"Can view {words}")]
    found = Permission.objects.filter(content_type__app_label="groups", content_type__model=model)
    assert sorted(found.values_list("codename", flat=True)) == [f"{action}_{model}" for action in old_rows.ACTIONS]
    models = set(ContentType.objects.filter(app_label="groups").values_list("model", flat=True))
    assert models >= {"reviewround", "commentreply", "reviewversion", "membershiplogentry", "invitationuse"}
