"""Every address of Readlist, with what it takes and who may use it. A new one that isn't here fails the tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalog.curation.suggestion import Suggestion
from readlist_site.base.notifications.unsubscribe import unsubscribe_token
from tests.house.world import ROLES, World

# What is tested elsewhere: Django's admin by what each role sees in it, old addresses in tests/upgrade, accounts
# elsewhere in tests/base/accounts/providers.
FOREIGN = ("admin:", "old:", "github_", "openid_connect_", "socialaccount_signup")

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"anonymous"}
MEMBERS = frozenset({"member", "reviewer", "author", "owner"})
OWNER = frozenset({"owner"})
# Who started the world's thread, and who moderates it.
STARTER = frozenset({"author", "owner"})
ADMINISTRATORS = frozenset({"administrator"})
# Those who have a passkey, an authenticator app and recovery codes.
WITH_FACTORS = OWNER
# Those who gave a review of the accepted one.
REVIEWERS = frozenset({"member", "reviewer"})


@dataclass(frozen=True)
class Address:
    """`get` and `post` name the roles that are answered; nobody else is: the signed-out are asked to sign in, and for
    anyone else there is no such thing. None: the method isn't for this address at all."""

    args: Callable[[World], list | dict]
    get: frozenset[str] | None
    post: frozenset[str] | None = None
    # Statuses that are an answer here, too: what isn't ready says 503, what isn't set up 404.
    also: frozenset[int] = frozenset()

    def url(self, name: str, world: World) -> str:
        args = self.args(world)
        return reverse(name, kwargs=args) if isinstance(args, dict) else reverse(name, args=args)


def none(world: World) -> list:
    return []


def of_group(world: World) -> list:
    return [world.group.pk]


def of_submission(world: World) -> list:
    return [world.round.submission_id]


def of_comment(world: World) -> list:
    """The comment of the member's review of the accepted submission."""
    return [world.accepted.submission_id, f"r{world.accepted.reviews.get(reviewer=world.people['member']).pk}"]


def of_reported_comment(world: World) -> list:
    """The comment of that review on an answer, which has a text."""
    verdicts = world.accepted.reviews.get(reviewer=world.people["member"]).verdicts.exclude(comment="")
    return [world.accepted.submission_id, f"v{verdicts.first().pk}"]


def of_topic(world: World) -> list:
    return [world.topic.pk]


def of_job(world: World) -> list:
    return [world.job.pk]


def of_suggestion(world: World) -> list:
    return [Suggestion.objects.of(world.people["author"]).first().pk]


def of_image(world: World) -> dict:
    """An image in a post."""
    return {"token": world.image.token.hex, "width": world.image.width, "height": world.image.height}


def of_passkey(world: World) -> list:
    return [world.people["owner"].authenticator_set.get(type="webauthn").pk]


ADDRESSES: dict[str, Address] = {
    # Whoever comes
    "home": Address(none, EVERYBODY),
    "healthz": Address(none, EVERYBODY),
    "readyz": Address(none, EVERYBODY, also=frozenset({503})),
    "metrics": Address(none, EVERYBODY, also=frozenset({404})),
    "dismiss_announcement": Address(lambda world: ["1-00000000"], None, EVERYBODY),
    "csp_report": Address(none, None, EVERYBODY),
    "default_list": Address(none, EVERYBODY),
    "list": Address(lambda world: [world.list.slug], EVERYBODY),
    "list_markdown": Address(lambda world: [world.list.slug], EVERYBODY),
    "list_json": Address(lambda world: [world.list.slug], EVERYBODY),
    "topic": Address(of_topic, EVERYBODY),
    "source": Address(lambda world: [world.entry.source_id], EVERYBODY),
    "page": Address(lambda world: [world.page.pk], EVERYBODY),
    "suggestions": Address(of_topic, SIGNED_IN, SIGNED_IN),
    "my_suggestions": Address(none, SIGNED_IN),
    "vote_suggestion": Address(of_suggestion, None, SIGNED_IN),
    "withdraw_suggestion": Address(of_suggestion, None, frozenset({"author"})),
    "report": Address(lambda world: [world.entry.source_id], SIGNED_IN, SIGNED_IN),
    "join": Address(lambda world: [world.invitation.token], EVERYBODY, EVERYBODY),
    "set_language": Address(none, None, EVERYBODY),
    # Administrators
    "status": Address(none, ADMINISTRATORS),
    # Who is signed in, for themselves
    "settings": Address(none, SIGNED_IN, SIGNED_IN),
    "export_account": Address(none, SIGNED_IN, SIGNED_IN),
    "export_group": Address(of_group, None, OWNER),
    "delete_account": Address(none, SIGNED_IN, SIGNED_IN),
    "keep_account": Address(none, None, SIGNED_IN),
    "new_image": Address(none, SIGNED_IN, SIGNED_IN),
    "notifications": Address(none, SIGNED_IN),
    "notification": Address(lambda world: [world.people["owner"].notifications.first().pk], frozenset({"owner"})),
    "mark_notifications_read": Address(none, None, SIGNED_IN),
    "notification_settings": Address(none, SIGNED_IN, SIGNED_IN),
    "unsubscribe": Address(lambda world: [unsubscribe_token(world.people["owner"])], EVERYBODY, EVERYBODY),
    "reading": Address(lambda world: [world.entry.pk], None, SIGNED_IN),
    "summary": Address(of_topic, SIGNED_IN, SIGNED_IN),
    "summary_draft": Address(of_topic, None, SIGNED_IN),
    "summary_preview": Address(of_topic, None, SIGNED_IN),
    "preview": Address(none, None, SIGNED_IN),
    "submit": Address(of_topic, None, SIGNED_IN),
    "apply_suggested_edit": Address(of_topic, None, SIGNED_IN, also=frozenset({409})),
    "history": Address(of_topic, SIGNED_IN),
    "restore": Address(lambda world: [world.topic.pk, 1], None, frozenset({"author"})),
    "groups": Address(none, SIGNED_IN),
    "new_group": Address(none, SIGNED_IN, SIGNED_IN),
    "pause": Address(none, SIGNED_IN, SIGNED_IN),
    "resume": Address(none, None, SIGNED_IN),
    "job": Address(of_job, frozenset({"author"})),
    "cancel_job": Address(of_job, None, frozenset({"author"})),
    "job_file": Address(of_job, frozenset({"author"})),
    # A group, for its members
    "group": Address(of_group, MEMBERS),
    "members": Address(of_group, MEMBERS),
    "handle": Address(of_group, None, MEMBERS),
    "handles": Address(of_group, MEMBERS),
    "mute_member": Address(lambda world: [world.membership.pk], None, MEMBERS - {"member"}),
    "muted_people": Address(none, SIGNED_IN, SIGNED_IN),
    "membership": Address(of_group, None, MEMBERS),
    "leave": Address(of_group, MEMBERS, MEMBERS),
    "invitations": Address(of_group, None, frozenset({"owner"})),
    "revoke": Address(lambda world: [world.invitation.pk], None, frozenset({"owner"})),
    "set_role": Address(lambda world: [world.membership.pk], None, OWNER),
    "transfer_ownership": Address(lambda world: [world.membership.pk], OWNER, OWNER),
    "remove_member": Address(lambda world: [world.membership.pk], OWNER, OWNER),
    "unban": Address(lambda world: [world.ban.pk], None, OWNER),
    "group_settings": Address(of_group, OWNER, OWNER),
    "webhook": Address(of_group, OWNER, OWNER),
    "webhook_secret": Address(of_group, None, OWNER),
    "send_webhook_test": Address(of_group, None, OWNER),
    "resume_webhook": Address(of_group, None, OWNER),
    "remove_webhook": Address(of_group, None, OWNER),
    "archive": Address(of_group, OWNER, OWNER),
    "reopen": Address(of_group, None, OWNER),
    "reviews": Address(of_group, MEMBERS),
    "next_review": Address(of_group, None, MEMBERS),
    "playbook": Address(of_group, MEMBERS),
    "export_playbook": Address(of_group, MEMBERS),
    "submission": Address(of_submission, MEMBERS),
    "claim": Address(of_submission, None, MEMBERS),
    "release": Address(of_submission, None, MEMBERS),
    "review": Address(of_submission, MEMBERS, MEMBERS),
    "review_updates": Address(of_submission, MEMBERS),
    "selected_words": Address(
        lambda world: [world.round.submission_id, world.round.revision.answers.first().prompt_id],
        frozenset({"reviewer"}),
    ),
    "review_draft": Address(of_submission, None, frozenset({"reviewer"})),
    "skip": Address(of_submission, MEMBERS, MEMBERS),
    "edit_review": Address(lambda world: [world.accepted.submission_id], REVIEWERS, REVIEWERS),
    "withdraw_change_request": Address(of_submission, None, MEMBERS),
    "withdraw": Address(of_submission, None, frozenset({"author"})),
    "remove_from_playbook": Address(lambda world: [world.accepted.submission_id], None, frozenset({"owner"})),
    "request_review": Address(of_submission, None, frozenset({"author"})),
    "withdraw_review_request": Address(of_submission, None, frozenset({"author"})),
    "decline_review_request": Address(of_submission, None, MEMBERS),
    "reply_to_comment": Address(of_comment, None, MEMBERS),
    "resolve_comment": Address(of_comment, None, frozenset({"member", "owner"})),
    "reopen_comment": Address(of_comment, None, frozenset({"member", "owner"})),
    "delete_comment_message": Address(lambda world: [world.message.pk], None, frozenset({"author", "owner"})),
    "threads": Address(of_group, MEMBERS),
    # The form names the group.
    "ask": Address(none, None, SIGNED_IN, also=frozenset({404})),
    "ask_draft": Address(none, None, SIGNED_IN, also=frozenset({404})),
    "new_thread": Address(of_group, MEMBERS, MEMBERS),
    "thread": Address(lambda world: [world.thread.pk], MEMBERS),
    "posts": Address(lambda world: [world.thread.pk], MEMBERS, MEMBERS),
    "thread_settings": Address(lambda world: [world.thread.pk], STARTER, STARTER),
    "close_thread": Address(lambda world: [world.thread.pk], None, STARTER),
    "mark_answer": Address(lambda world: [world.thread.pk], None, STARTER),
    "pin_thread": Address(lambda world: [world.thread.pk], None, OWNER),
    "follow_thread": Address(lambda world: [world.thread.pk], None, MEMBERS),
    "follow_settings": Address(of_group, MEMBERS, MEMBERS),
    "group_activity": Address(of_group, MEMBERS),
    "moderation_log": Address(of_group, MEMBERS),
    "group_reports": Address(of_group, MEMBERS),
    "handle_report": Address(lambda world: [world.report.pk], OWNER, OWNER),
    "report_post": Address(lambda world: [world.post.pk], MEMBERS, MEMBERS),
    "report_comment": Address(of_reported_comment, MEMBERS, MEMBERS),
    "report_reply": Address(lambda world: [world.message.pk], MEMBERS, MEMBERS),
    "report_name": Address(lambda world: [world.membership.pk], MEMBERS, MEMBERS),
    "feed_address": Address(of_group, None, MEMBERS),
    "feed": Address(lambda world: [world.membership.feed_token], EVERYBODY),
    "mark_unread": Address(lambda world: [world.thread.pk], None, MEMBERS),
    "mark_all_read": Address(of_group, None, MEMBERS),
    "reply_draft": Address(lambda world: [world.thread.pk], None, MEMBERS),
    "thread_draft": Address(of_group, None, MEMBERS),
    "post": Address(lambda world: [world.post.pk], MEMBERS),
    "post_history": Address(lambda world: [world.post.pk], MEMBERS),
    "image": Address(of_image, MEMBERS),
    "edit_draft": Address(lambda world: [world.post.pk], None, frozenset({"author"})),
    "edit_post": Address(lambda world: [world.post.pk], frozenset({"author"}), frozenset({"author"})),
    "react": Address(lambda world: [world.post.pk], None, MEMBERS),
    "delete_post": Address(lambda world: [world.post.pk], None, frozenset({"author", "owner"})),
    # allauth's, with our templates
    "account_login": Address(none, EVERYBODY, EVERYBODY),
    "account_logout": Address(none, EVERYBODY, EVERYBODY),
    "account_signup": Address(none, EVERYBODY, EVERYBODY),
    "account_inactive": Address(none, EVERYBODY),
    "account_reset_password": Address(none, EVERYBODY, EVERYBODY),
    "account_reset_password_done": Address(none, EVERYBODY),
    "account_reset_password_from_key": Address(lambda world: {"uidb36": "1", "key": "abc"}, EVERYBODY, EVERYBODY),
    "account_reset_password_from_key_done": Address(none, EVERYBODY),
    "account_confirm_email": Address(lambda world: ["a-key"], EVERYBODY),
    "account_email_verification_sent": Address(none, EVERYBODY),
    "account_email": Address(none, SIGNED_IN, SIGNED_IN),
    "account_change_password": Address(none, SIGNED_IN, SIGNED_IN),
    "account_set_password": Address(none, SIGNED_IN, SIGNED_IN),
    "account_reauthenticate": Address(none, SIGNED_IN, SIGNED_IN),
    "account_confirm_login_code": Address(none, SIGNED_IN, SIGNED_IN),
    # Passkeys and codes, sessions, accounts elsewhere
    "mfa_index": Address(none, SIGNED_IN),
    "mfa_authenticate": Address(none, SIGNED_IN, SIGNED_IN),
    "mfa_reauthenticate": Address(none, SIGNED_IN, SIGNED_IN),
    "mfa_reauthenticate_webauthn": Address(none, SIGNED_IN, SIGNED_IN),
    "mfa_activate_totp": Address(none, SIGNED_IN, SIGNED_IN),
    "mfa_deactivate_totp": Address(none, WITH_FACTORS, WITH_FACTORS),
    "mfa_view_recovery_codes": Address(none, WITH_FACTORS),
    "mfa_generate_recovery_codes": Address(none, SIGNED_IN, SIGNED_IN),
    "mfa_download_recovery_codes": Address(none, WITH_FACTORS),
    "mfa_add_webauthn": Address(none, SIGNED_IN, SIGNED_IN),
    "mfa_edit_webauthn": Address(of_passkey, WITH_FACTORS, WITH_FACTORS),
    "mfa_remove_webauthn": Address(of_passkey, WITH_FACTORS, WITH_FACTORS),
    "mfa_login_webauthn": Address(none, SIGNED_IN, SIGNED_IN),
    "usersessions_list": Address(none, SIGNED_IN, SIGNED_IN),
    "socialaccount_connections": Address(none, SIGNED_IN, SIGNED_IN),
    "socialaccount_login_cancelled": Address(none, EVERYBODY),
}


def every_name() -> Iterator[str]:
    """The name of each address that the root URLs know."""

    def walk(patterns, prefix: str = "") -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
            elif isinstance(pattern, URLPattern):
                yield f"{prefix}{pattern.name}"

    return walk(get_resolver().url_patterns)
