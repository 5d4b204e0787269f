"""What ends when somebody leaves a group, is removed or pauses reviews, and when a group is archived.

Claims end, notifications are resolved, required reviews are lowered, and `accepts_at` of the group's rounds is updated,
all in one transaction under the lock of the group. Nothing runs when an account is closed: queries leave out members
whose account is not open, and `ReviewRoundQuerySet.accept_due` stores the effects."""
