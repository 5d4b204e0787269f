"""Who signs in: a person is known by an e-mail address, and shown by a name of their own choice."""

import zoneinfo
from functools import cache

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

FORMER_MEMBER = "former member"


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones a person can choose from, by their IANA names."""
    return tuple(sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"))


def validate_time_zone(name: str) -> None:
    """Raise ValidationError for a name that is no IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("That is no time zone that this server knows.", code="invalid")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Make a person. Without a password they can't sign in until one is set."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Make an administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: signs in by e-mail, is shown by `display_name`, sees times in `time_zone`."""

    class Theme(models.TextChoices):
        SYSTEM = "", "as the device says"
        LIGHT = "light", "light"
        DARK = "dark", "dark"

    email = models.EmailField(
        "e-mail", unique=True, error_messages={"unique": "There is an account with this address already."}
    )
    display_name = models.CharField("name", max_length=60, help_text="What the members of your groups see.")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.SYSTEM, blank=True)
    is_staff = models.BooleanField("may enter the admin", default=False)
    is_active = models.BooleanField("may sign in", default=True)
    is_demo = models.BooleanField("belongs to the demo group", default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            # With every address in lower case, unique means unique to a person, too.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def first_name(self) -> str:
        """How members speak of each other: the first word of the name."""
        return self.display_name.split()[0] if self.display_name.split() else self.display_name

    @property
    def initials(self) -> str:
        """Two letters for the face in the margin."""
        words = [word for word in self.display_name.replace("-", " ").split() if word[0].isalnum()]
        letters = [words[0][0], words[-1][0]] if len(words) > 1 else [self.display_name[:2]]
        return "".join(letters).upper()

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()
        self.display_name = " ".join(self.display_name.split())


def display_name(user: User) -> str:
    """How allauth speaks of a person."""
    return user.display_name
