from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "readlist_site.pages"
    label = "pages"

    def ready(self) -> None:
        """Registers with accounts, notifications and jobs what they need of apps that they don't import."""
        from django.db.backends.signals import connection_created

        from catalog.curation.notifications import KINDS as LIST_KINDS
        from groups.members import pending_invitation
        from groups.members.notifications import KINDS as MEMBER_KINDS
        from groups.reports.notifications import KINDS as REPORT_KINDS
        from groups.reviews.notifications import KINDS as GROUP_KINDS
        from groups.threads.mail.mailed_post import reply_by_mail
        from groups.threads.notifications import KINDS as THREAD_KINDS
        from groups.webhooks.notifications import KINDS as WEBHOOK_KINDS
        from readlist_site.base.accounts.signup_policy import register_invitations
        from readlist_site.base.jobs.job_kind import register_kind
        from readlist_site.base.notifications.kinds import register_kinds
        from readlist_site.base.notifications.mail_reply import register_mail_replies
        from readlist_site.base.notifications.security_notices import KINDS as SECURITY_KINDS
        from readlist_site.base.web.keys_found import register_found_by
        from readlist_site.base.web.prepared_statements import keep_plans
        from readlist_site.personal_data.account_export import ACCOUNT_EXPORT
        from readlist_site.personal_data.group_export import GROUP_EXPORT

        register_invitations(pending_invitation)
        register_kinds(
            *GROUP_KINDS, *THREAD_KINDS, *MEMBER_KINDS, *WEBHOOK_KINDS, *REPORT_KINDS, *LIST_KINDS, *SECURITY_KINDS
        )
        register_mail_replies(reply_by_mail)
        for kind in (ACCOUNT_EXPORT, GROUP_EXPORT):
            register_kind(kind)
        register_found_by()
        connection_created.connect(keep_plans)
