"""A study group: people who work through one reading list together."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog.lists.reading_list import ReadingList
from readlist_site.base.accounts.confusable_names import address_hints
from readlist_site.base.accounts.models import User
from readlist_site.base.text.deleted_text import stored_text
from readlist_site.base.web.addresses import address
from readlist_site.base.web.together import Ask, Together, answers

from .absence import Absence
from .exceptions import RuleViolation
from .notifications import notify_role


class GroupArchived(RuleViolation):
    """The group is archived: it can be read, but nothing in it can be changed."""

    def __init__(self, group: "Group") -> None:
        super().__init__("group_archived", group=group)
        self.group = group


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, user) -> "GroupQuerySet":
        """Return the groups that a person is a member of."""
        return self.filter(memberships__person=user) if user.is_authenticated else self.none()

    def owned_by(self, user) -> "GroupQuerySet":
        """Return the groups that a person owns."""
        return self.filter(owner=user) if user.is_authenticated else self.none()

    def with_pause_of(self, user, now: datetime | None = None) -> "GroupQuerySet":
        """Annotate each with `is_paused`: whether this person has paused reviews, in all their groups."""
        return self.annotate(is_paused=models.Exists(Absence.objects.current(now).filter(person=user)))

    def not_archived(self) -> "GroupQuerySet":
        """Return the groups that are not archived."""
        return self.filter(archived_at=None)

    def moderated_by(self, user) -> "GroupQuerySet":
        """Return the groups that a person is a member of and owns or moderates."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(models.Q(owner=user) | models.Q(memberships__role="moderator"), memberships__person=user)

    def invitable_by(self, user) -> "GroupQuerySet":
        """Return the groups that a person is a member of and may invite people to."""
        if not user.is_authenticated:
            return self.none()
        may = models.Q(owner=user) | models.Q(memberships__role="moderator") | models.Q(inviters=Group.Inviters.MEMBERS)
        return self.filter(may, memberships__person=user)

    @transaction.atomic
    def create_with_owner(self, owner, *, name: str, list: ReadingList) -> "Group":
        """Create a group with its owner as the first member. Locks the list's row. Raises RuleViolation
        ("list_not_published")."""
        _require_published(list)
        group = self.create(name=name, list=list, owner=owner)
        group.memberships.create(person=owner)
        return group


def _require_published(list: ReadingList) -> None:
    """Lock the list's row until the transaction ends, so that it stays published. Raises RuleViolation
    ("list_not_published")."""
    if not ReadingList.objects.published().select_for_update(no_key=True).filter(pk=list.pk).exists():
        raise RuleViolation("list_not_published", list=list)


class Group(models.Model):
    """A study group with one reading list.

    One of its members owns it. When its last member leaves, it is archived and kept without being visible to anyone."""

    class Inviters(models.TextChoices):
        """Who may invite people."""

        MEMBERS = "members", _("All members")
        MODERATORS = "moderators", _("Owner and moderators")

    name = models.CharField(_("name"), max_length=80)
    list = models.ForeignKey(
        ReadingList, on_delete=models.PROTECT, related_name="groups", verbose_name=_("reading list")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_groups",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    required_reviews = models.PositiveSmallIntegerField(
        default=2,
        db_default=2,
        help_text="How many reviews a revision needs, where there are as many other members.",
    )
    claim_days = models.PositiveSmallIntegerField(
        default=3, db_default=3, help_text="For how many days a member holds a review."
    )
    single_approval_days = models.PositiveSmallIntegerField(
        default=7,
        db_default=7,
        help_text="After how many days one approval is enough, and a change request that a revision answered expires.",
    )
    inviters = models.CharField(
        max_length=10,
        choices=Inviters.choices,
        default=Inviters.MODERATORS,
        db_default=Inviters.MODERATORS,
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="study_groups")

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="groups_group_has_name"),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False) | models.Q(archived_at__isnull=False),
                name="groups_group_has_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(required_reviews__range=(1, 3)), name="groups_group_requires_one_to_three_reviews"
            ),
            models.CheckConstraint(
                condition=models.Q(claim_days__range=(1, 30)), name="groups_group_claim_days_in_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(single_approval_days__range=(1, 90)),
                name="groups_group_single_approval_days_in_a_quarter",
            ),
            models.CheckConstraint(
                condition=models.Q(inviters__in=["members", "moderators"]), name="groups_group_inviters_known"
            ),
        ]

    def __str__(self) -> str:
        return stored_text(self.name)

    def get_absolute_url(self) -> str:
        return address("group", self.pk)

    def membership_of(self, person) -> models.Model | None:
        """Return a person's Membership, or None if they are not a member."""
        return self.memberships.filter(person=person).first() if person.is_authenticated else None

    @cached_property
    def members(self) -> tuple[models.Model, ...]:
        """Its memberships with their people, in the order of joining, for a page of the group. Uses one query, cached
        on this object."""
        (found,) = _members(group=self)
        return keep_members(self, found)

    def member(self, key: int) -> models.Model | None:
        """Return the membership of a person, by their key; None if they are not among `members`, which it reads."""
        return next((each for each in self.members if each.person_id == key), None)

    def has_moderator(self, person) -> bool:
        """Return the same as `is_moderated_by`. Reads `members`."""
        mine = self.member(person.pk)
        return bool(mine and mine.is_moderator)

    @cached_property
    def first_names(self) -> dict[int, str]:
        """The first names of its members, by their keys. Reads `members`."""
        return {each.person_id: each.person.first_name for each in self.members}

    @cached_property
    def name_hints(self) -> dict[int, str]:
        """For members whose names look alike, by their keys: the part of the e-mail address that distinguishes them.
        Only for pages that other members see. Reads `members`."""
        return address_hints((each.person.pk, each.person.display_name, each.person.email) for each in self.members)

    def role_of(self, person) -> str:
        """Return a person's role: "owner", "moderator" or "member"; "" if they are not a member."""
        membership = self.membership_of(person)
        return membership.effective_role if membership else ""

    def is_moderated_by(self, person) -> bool:
        """Return whether a person is the owner or a moderator of the group."""
        membership = self.membership_of(person)
        return bool(membership and membership.is_moderator)

    @property
    def newest_post_key(self) -> int:
        """The key of the newest post in its threads, 0 without any."""
        return self.threads.aggregate(newest=models.Max("latest_id"))["newest"] or 0

    def refuse_if_archived(self) -> None:
        """Raise GroupArchived if the group is archived. Every method that changes something in a group calls this."""
        if self.archived_at:
            raise GroupArchived(self)

    def lock(self) -> None:
        """Lock the group's row until the transaction ends, and read its columns again.

        Serialises all changes that depend on the members or on the group being open: joining, leaving, pausing,
        archiving, submitting, claiming, reviewing, posting. Locks are always taken in this order: group, submission,
        person."""
        fresh = Group.objects.select_for_update(no_key=True).get(pk=self.pk)
        for name in ("owner_id", "list_id", "archived_at", "required_reviews", "claim_days", "single_approval_days"):
            setattr(self, name, getattr(fresh, name))

    def lock_for(self, person) -> None:
        """Lock the group's row for a change by this member. Raises GroupArchived, and RuleViolation
        ("not_a_member")."""
        self.lock()
        self.refuse_if_archived()
        if not self.memberships.filter(person=person).exists():
            raise RuleViolation("not_a_member", group=self)

    @transaction.atomic
    def transfer_ownership(self, new_owner: User, *, by: User | None = None, administrator: User | None = None) -> None:
        """Make another member the owner, and the previous owner a moderator, and notify both, except who does it: the
        owner (`by`) or an `administrator`. Locks the group. Raises RuleViolation if `by` is given and doesn't own the
        group ("not_the_owner"), or if `new_owner` is not a member with an open account ("new_owner_has_left")."""
        self.lock_as_owner(by) if by else self.lock()
        if not self.memberships.with_open_account().filter(person=new_owner).exists():
            raise RuleViolation("new_owner_has_left", new_owner=new_owner)
        if self.owner_id != new_owner.pk:
            changed = [self.owner_id, new_owner.pk]
            self.memberships.filter(person=self.owner_id).update(role="moderator")
            self.owner = new_owner
            self.save(update_fields=["owner"])
            for each in self.memberships.filter(person__in=changed).select_related("person", "group"):
                notify_role(each, by or administrator)

    @property
    def has_submissions(self) -> bool:
        """Whether anything was ever submitted to it. If so, its list can't be changed."""
        return self.submissions.exists()

    @transaction.atomic
    def update_settings(self, *, name: str, list: ReadingList | None = None, by: User, **rules: int | str) -> None:
        """Change the name, the list if one is given, and the `rules` given: `required_reviews`, `claim_days`,
        `single_approval_days`, `inviters`. What is in review keeps the rules it was submitted under, and invitation
        links that members created stay valid when only moderators may invite. Locks the group. Raises
        GroupArchived, and RuleViolation if `by` doesn't own the group ("not_the_owner"), or for another list if
        something was submitted ("list_is_fixed") or that list is not published ("list_not_published")."""
        self.lock_as_owner(by)
        self.refuse_if_archived()
        if list and list.pk != self.list_id:
            if self.has_submissions:
                raise RuleViolation("list_is_fixed", group=self)
            _require_published(list)
            self.list = list
        self.name = name
        for rule, value in rules.items():
            setattr(self, rule, value)
        self.save(update_fields=["name", "list", *rules])

    def lock_as_owner(self, owner: User) -> None:
        """Lock the group's row. Raises RuleViolation ("not_the_owner") unless this person owns it."""
        self.lock()
        if self.owner_id != owner.pk:
            raise RuleViolation("not_the_owner", group=self)


@Together
def _members(group: Group) -> list[models.QuerySet]:
    memberships = Group._meta.get_field("memberships").related_model._default_manager
    return [memberships.filter(group=group).with_person()]


def keep_members(group: Group, memberships: list[models.Model]) -> tuple[models.Model, ...]:
    """Keep all of a group's memberships, fetched with their people, as its `members`, and return them."""
    for each in memberships:
        each.group = group
    group.members = tuple(memberships)
    return group.members


@Together
def _group_of(user, key: int) -> list[models.QuerySet]:
    return [Group.objects.visible_to(user).filter(pk=key).select_related("list"), *_members.build(key)]


def find_group(user, key: int, *asks: Ask) -> tuple[Group, list[list[list]]]:
    """Return a group of which a person is a member, with its `list` and `members`, and the answers to what else is
    asked: all by one statement. Raises Http404 for other groups."""
    ((groups, members), *answered) = answers(_group_of.ask(user=user, key=key), *asks)
    if not groups:
        raise Http404
    keep_members(groups[0], members)
    return groups[0], answered
