from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "readlist_site.pages"
    label = "pages"

    def ready(self) -> None:
        """Give accounts and notifications what they need of the apps above them, which they don't import."""
        from catalog.curation.notifications import KINDS as OF_THE_LIST
        from groups.members import pending_invitation
        from groups.reviews.notifications import KINDS as OF_GROUPS
        from readlist_site.base.accounts.signup_policy import register_invitations
        from readlist_site.base.notifications.kinds import register_kinds

        register_invitations(pending_invitation)
        register_kinds(*OF_GROUPS, *OF_THE_LIST)
