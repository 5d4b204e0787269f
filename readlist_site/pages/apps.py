from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "readlist_site.pages"
    label = "pages"

    def ready(self) -> None:
        """Give accounts and notifications what they need of the apps above them, which they don't import."""
        from catalog.notices import KINDS as OF_THE_LIST
        from groups import invitations
        from groups.notices import KINDS as OF_GROUPS
        from readlist_site.accounts.invitations import register_invitations
        from readlist_site.notices.kinds import register_kinds

        register_invitations(invitations)
        register_kinds(*OF_GROUPS, *OF_THE_LIST)
