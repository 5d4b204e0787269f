"""The user model: identified by e-mail address, shown by display name; and the other models of accounts."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readlist_site.base.web.short_text import clean_short_text

from .account_deletion import AccountDeletion as AccountDeletion
from .language_choice import validate_language
from .security_notice import SecurityNotice as SecurityNotice
from .sign_in_lock_record import SignInLock as SignInLock
from .time_zones import validate_time_zone


def clean_display_name(name: str) -> str:
    """Returns the name, in any script, cleaned as a short text; "" if it has no letter, number or symbol."""
    return clean_short_text(name, categories="LNS")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Creates a user whose e-mail address counts as verified, in one transaction. Raises ValueError without an
        address, ValidationError for invalid fields.

        Without a password they can't log in until one is set."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        with transaction.atomic():
            user.save(using=self._db)
            user.emailaddress_set.create(email=user.email, primary=True, verified=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Creates an administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def make_administrator(self, email: str, name: str = "", *, existing: bool = False) -> "User":
        """Returns the administrator with this address; creates one without a password if there is no account.

        Raises ValidationError if there is an account that isn't an administrator's, unless `existing`: without
        confirmed addresses, anyone may have signed up with this one."""
        user = self.filter(email=email.strip().lower()).first()
        if user is None:
            return self.create_superuser(email, display_name=name)
        if user.is_active and user.is_staff and user.is_superuser:
            return user
        user.is_active = user.is_staff = user.is_superuser = True
        user.full_clean(exclude=["password"])
        if not existing:
            raise ValidationError(
                f"{user.email} is the account of {user}, made on {user.date_joined:%d %B %Y}, and nothing was changed: "
                "anyone may have signed up with this address. If it is the right person, say so with --existing.",
                code="existing",
            )
        user.save(update_fields=["is_active", "is_staff", "is_superuser"])
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: logs in by `email`, is shown by `display_name`, sees times in `time_zone` and pages
    and mails in `language` (empty: as the browser asks)."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("System")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("This address already has an account.")}
    )
    display_name = models.CharField(_("name"), max_length=60, help_text=_("The members of your groups see it."))
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    language = models.CharField(
        _("language"), max_length=15, default="", db_default="", blank=True, validators=[validate_language]
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.SYSTEM, blank=True)
    is_staff = models.BooleanField(_("can open the administration"), default=False)
    is_active = models.BooleanField(_("can sign in"), default=True)
    is_demo = models.BooleanField(_("belongs to the demo group"), default=False, editable=False)
    # Written by what sends mail; cleared with a new address, and once a mail goes through.
    email_refused_at = models.DateTimeField(_("e-mail refused since"), null=True, blank=True, editable=False)
    browsers_forgotten_at = models.DateTimeField(
        null=True, editable=False, help_text="Browsers that have signed in before this are unknown again."
    )
    date_joined = models.DateTimeField(_("signed up"), default=timezone.now, editable=False)
    deletes_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When the account will be deleted, as its owner requested.")
    )

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            # With lower-case addresses only, `unique` is case-insensitive.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_email_in_lower_case"),
            models.CheckConstraint(condition=~models.Q(display_name=""), name="accounts_person_has_name"),
            # The demo's password is printed in the terminal.
            models.CheckConstraint(
                condition=models.Q(is_demo=False) | models.Q(is_staff=False, is_superuser=False),
                name="accounts_demo_never_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        """Returns the name in the admin's header."""
        return self.display_name

    @property
    def first_name(self) -> str:
        """The first word of the display name."""
        return self.display_name.split()[0] if self.display_name.split() else self.display_name

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        firsts = [next(filter(str.isalnum, word), "") for word in self.display_name.replace("-", " ").split()]
        firsts = [letter for letter in firsts if letter]
        letters = [firsts[0], firsts[-1]] if len(firsts) > 1 else self.display_name[:2]
        return "".join(letters).upper()

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone; the server's default if theirs is no longer known."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return timezone.get_default_timezone()

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()
        self.display_name = clean_display_name(self.display_name)
        if not self.display_name:
            raise ValidationError(_("Write a name with at least one letter."), code="nameless")
        if self.is_demo and (self.is_staff or self.is_superuser):
            raise ValidationError(_("People of the demo group can’t open the administration."), code="demo")

    def note_delivery(self, *, refused_at: datetime | None) -> None:
        """Records that the mail server refuses this person's address since then, or accepts it (None). An address that
        was changed meanwhile stays as it is, and so does the time since when it is refused."""
        if bool(refused_at) == bool(self.email_refused_at):
            return
        User.objects.filter(pk=self.pk, email=self.email).update(email_refused_at=refused_at)
        self.email_refused_at = refused_at

    def change_email(self, email: str, *, verified: bool) -> None:
        """Makes this the person's only e-mail address. `verified`: whether it is known to be theirs."""
        with transaction.atomic():
            self.emailaddress_set.all().delete()
            self.emailaddress_set.create(email=email, primary=True, verified=verified)
            self.email, self.email_refused_at = email, None
            self.save(update_fields=["email", "email_refused_at"])


def display_name(user: User) -> str:
    """Returns the name that allauth shows for a person."""
    return user.display_name
