"""Who signed up by a link and has not joined yet: known on whatever device they come back."""

from django.conf import settings
from django.db import models

from .invitation import Invitation


class Guest(models.Model):
    """Goes when they have joined. Of several links the last one counts."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="guests")

    def __str__(self) -> str:
        return f"{self.person}, invited {self.invitation}"
