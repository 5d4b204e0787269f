"""What ends when somebody leaves a group, is removed, pauses reviews, or when a group is archived.

Claims are released, notifications resolved, required reviews lowered, and `accepts_at` of the group's rounds reckoned
anew, all in one transaction under the lock of the group. Nothing runs when an account is closed: queries leave out
members whose account is not open, and `ReviewRoundQuerySet.accept_due` writes down what that changes."""
