"""Checks of the mail server: by a connection, or by a mail."""

from collections.abc import Iterator

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from readlist_site.base.accounts.reset_links import site_url
from readlist_site.base.web.log_format import error_text

from .finding import Finding, Level, error, ok, warning

# Seconds, shorter than EMAIL_TIMEOUT: an administrator waits for it.
TIMEOUT = 5
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def check_mail_server() -> Iterator[Finding]:
    """Connects to the mail server, signs in there and asks for nothing (NOOP)."""
    if not settings.EMAIL_IS_REAL:
        yield Finding("mail_printed", Level.WARNING if settings.HOSTED else Level.OK)
        return
    facts = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    mail = EmailBackend(timeout=TIMEOUT)
    try:
        mail.open()
        code, _ = mail.connection.noop()
    except OSError as failed:  # includes every error of smtplib
        yield error("mail_server_away", **facts, error=error_text(failed))
        return
    finally:
        mail.close()
    if code == 250:
        yield ok("mail_server", **facts)
    else:
        yield error("mail_server_away", **facts, error=str(code))
    if not settings.EMAIL_USE_TLS and settings.EMAIL_HOST not in _LOCAL:
        yield warning("mail_unencrypted", **facts)


def check_mail_replies() -> Iterator[Finding]:
    """Checks what the settings say of replies by mail. Whether they arrive, only the mail server knows."""
    if not settings.MAIL_REPLY_DOMAIN:
        return
    facts = {"domain": settings.MAIL_REPLY_DOMAIN}
    if not settings.EMAIL_IS_REAL:
        yield warning("mail_replies_without_mail", **facts)
    else:
        yield ok("mail_replies", **facts)


def check_by_mail(address: str) -> Finding:
    """Sends a test mail to this address."""
    subject = render_to_string("run/health/mail_subject.txt").strip()
    body = render_to_string("run/health/mail_message.txt", {"url": site_url()})
    try:
        EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"}).send()
    except OSError as failed:  # includes every error of smtplib
        return error("mail_not_sent", address=address, error=error_text(failed))
    return ok("mail_sent", address=address)
