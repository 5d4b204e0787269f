"""The shipped list and the demo group as a world: what the table of addresses is filled in with."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from catalog.outline.section import Section
from groups.demo.make import make_demo
from groups.leaving.leave import remove_from_group
from groups.members.group import Group
from groups.reports.report import ContentReport
from groups.reports.subject import of_post
from groups.reviews.claim import Claim
from groups.reviews.comment_thread import CommentMessage
from groups.reviews.review_round import ReviewRound
from groups.threads.post import Post
from groups.threads.post_image import PostImage
from groups.threads.thread import Thread
from readlist_site.base.images.image import Image
from tests import factories
from tests.database import make_once
from tests.house.world import World, add_webhook, job_of

SHIPPED = Path(settings.BASE_DIR) / "catalog" / "data"
# Everybody of the demo group has a part; who is nowhere in a group has one, too.
PARTS = {"owner": "ada", "member": "jonas", "author": "meiling", "reviewer": "priya"}


def import_shipped_list() -> None:
    """The list that ships with Readlist, as the default one."""
    call_command(
        "import_readlist", SHIPPED / "READLIST.md", facts=SHIPPED / "sources.json", default=True, stdout=StringIO()
    )


def make_demo_group() -> Group:
    """The demo group on the shipped list; everybody's password is PASSWORD."""

    def build() -> None:
        import_shipped_list()
        make_demo(factories.PASSWORD)

    make_once("demo group", build)
    for image in Image.objects.all():
        factories.write_file_of(image)
    return Group.objects.get(owner__is_demo=True)


def make_demo_world() -> World:
    """A world in mid-work: Priya holds Mei-Ling's summary, which Tomás asked to change."""
    group = make_demo_group()
    people = {part: group.people.get(email__startswith=key) for part, key in PARTS.items()}
    people["stranger"] = factories.make_user("Noor Haddad")
    people["curator"] = factories.make_curator("Cleo Marsh")
    people["administrator"] = factories.make_user("Ann Weber", is_staff=True, is_superuser=True)
    held = Claim.objects.awaited_from(people["reviewer"]).get(round__submission__summary__author=people["author"])
    said = Post.objects.not_deleted().filter(author=people["author"]).earliest("pk")
    topic = held.round.submission.summary.topic
    # What Jonas and Priya approved of Ada's.
    accepted = ReviewRound.objects.filter(submission__summary__author=people["owner"], acceptance__isnull=False)
    banned = factories.join(group, factories.make_user("Ben Amor"))
    remove_from_group(group.membership_of(banned), by=people["owner"], why="Quarrels.", ban=True)
    membership = group.memberships.get(person=people["member"])
    membership.set_feed_address(exists=True)
    add_webhook(group)
    image = factories.make_image(people["author"])
    PostImage.objects.create(post=said, image=image)
    return World(
        people=people,
        group=group,
        topic=topic,
        page=Section.objects.filter(kind=Section.Kind.PAGE).latest("position"),
        entry=topic.topic_entries.first(),
        invitation=group.invitations.create(invited_by=people["owner"]),
        membership=membership,
        round=held.round,
        accepted=accepted.filter(reviews__reviewer=people["reviewer"]).earliest("pk"),
        ban=group.bans.get(),
        thread=said.thread,
        post=said,
        job=job_of(people["author"]),
        message=CommentMessage.objects.filter(thread__round__submission__group=group).first(),
        report=ContentReport.objects.report(of_post(said), by=people["reviewer"], reason="spam"),
        image=image,
    )


def make_fresh_group(world: World) -> Group:
    """A group in which nothing has happened yet, whose one member is "founder"."""
    world.people["founder"] = factories.make_user("Femi Ade")
    return Group.objects.create_with_owner(world.people["founder"], name="Quiet Fridays", list=world.list)


def busiest_thread(group: Group) -> Thread:
    """The one with the most to see: formulas, code, quotations, a table."""
    return max(group.threads.all(), key=lambda thread: sum(len(post.body_html) for post in thread.posts.all()))
