"""Every form that is sent with something wrong in it is answered with 422, with what was typed still in it."""

import pytest

from readlist_site.base.text import MAX_LENGTH
from tests.house.addresses import ADDRESSES
from tests.house.world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

WRONG = {
    "settings": ("member", {"display_name": "", "time_zone": "UTC"}),
    "notification_settings": ("member", {}),
    "follow_settings": ("member", {"follow_level": "x"}),
    "delete_account": ("member", {"password": "x"}),
    "pause": ("member", {"back_on": "2020-01-31"}),
    "summary": ("member", {}),
    "submit": ("author", {}),
    "suggestions": ("member", {"url": "x", "title": "Kept title"}),
    "report": ("member", {"better_url": "x"}),
    "report_post": ("member", {"reason": "other", "text": " "}),
    "report_comment": ("author", {"text": "Kept description"}),
    "report_reply": ("member", {"reason": "x"}),
    "report_name": ("author", {"reason": "other"}),
    "handle_report": ("owner", {"note": "Kept reason"}),
    "new_group": ("stranger", {"name": " "}),
    "group_settings": ("owner", {"name": " "}),
    "webhook": ("owner", {"url": "Kept address"}),
    "invitations": ("owner", {"max_uses": "many"}),
    "set_role": ("owner", {"role": "king"}),
    "remove_member": ("owner", {"why": "x" * 301}),
    "handle": ("member", {"handle": "a b"}),
    "new_image": ("member", {"description": "Kept words"}),
    "new_thread": ("member", {"title": "", "body": "Kept body"}),
    "thread_settings": ("owner", {"title": " "}),
    "close_thread": ("owner", {"reason": " "}),
    "posts": ("member", {"body": " "}),
    "reply_to_comment": ("member", {"body": " "}),
    "edit_post": ("author", {"body": " "}),
    "skip": ("reviewer", {"reason": "none"}),
    "review": ("reviewer", {"decision": "changes"}),
    "edit_review": ("reviewer", {"decision": "changes"}),
    "account_login": ("anonymous", {"login": "ada@", "password": "x"}),
    "account_signup": ("anonymous", {"email": "ada@", "password1": "x"}),
    "account_reset_password": ("anonymous", {"email": "ada@"}),
    "account_email": ("member", {"email": "ada@", "action_add": ""}),
    "account_change_password": ("member", {"oldpassword": "x"}),
    "account_reauthenticate": ("member", {"password": "x"}),
    "mfa_reauthenticate": ("owner", {"code": "1"}),
    "mfa_activate_totp": ("member", {"code": "1"}),
    "mfa_add_webauthn": ("member", {"name": "Kept name", "credential": "x"}),
    "mfa_edit_webauthn": ("owner", {"name": " "}),
    "mfa_generate_recovery_codes": ("member", {}),
    "socialaccount_connections": ("member", {"account": "x"}),
}
# Nothing can be wrong in these: a button alone, a tick, a text that saves itself, or a page that this person has no
# use for.
NOTHING_TO_GET_WRONG = {
    "mute_member", "muted_people", "ask", "ask_draft",
    "webhook_secret", "send_webhook_test", "resume_webhook", "remove_webhook",
    "join", "membership", "leave", "revoke", "transfer_ownership", "unban", "archive", "reopen", "next_review", "claim",
    "release", "withdraw_change_request", "withdraw", "remove_from_playbook", "restore", "delete_post",
    "request_review", "withdraw_review_request", "decline_review_request", "apply_suggested_edit",
    "resolve_comment", "reopen_comment", "delete_comment_message",
    "vote_suggestion", "withdraw_suggestion", "mark_notifications_read", "resume", "set_language", "follow_thread",
    "mark_unread", "mark_all_read", "feed_address", "pin_thread", "mark_answer", "react",
    "export_account", "export_group", "keep_account", "cancel_job",
    "unsubscribe", "review_draft", "reply_draft", "thread_draft", "edit_draft", "summary_draft", "summary_preview",
    "preview", "reading", "account_logout", "account_set_password", "account_reset_password_from_key",
    "account_confirm_login_code", "mfa_authenticate", "mfa_reauthenticate_webauthn", "mfa_deactivate_totp",
    "mfa_remove_webauthn", "mfa_login_webauthn", "usersessions_list", "csp_report", "dismiss_announcement",
}  # fmt: skip


@pytest.fixture
def world(db, settings) -> World:
    settings.EMAIL_IS_REAL = True
    return make_world()


def test_every_form_has_a_line_above():
    assert {name for name, address in ADDRESSES.items() if address.post} == set(WRONG) | NOTHING_TO_GET_WRONG


@pytest.mark.parametrize("by", ["browser", "htmx"])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_form_is_answered_with_422(world, name, by):
    role, typed = WRONG[name]
    if name in {"review", "edit_review"}:
        typed = typed | {"round": (world.round if name == "review" else world.accepted).pk}
    if name == "summary":
        typed = {f"answer_{world.list.prompts.first().pk}": "x" * (MAX_LENGTH + 1)}
    headers = {"hx-request": "true"} if by == "htmx" else {}
    response = world.client(role).post(ADDRESSES[name].url(name, world), typed, headers=headers)
    assert response.status_code == 422
    for text in (value for value in typed.values() if str(value).startswith("Kept")):
        assert text in response.content.decode()
