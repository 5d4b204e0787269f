"""Which images posts show, so that those who may read a post may see its images."""

from django.db import models
from django.db.models import Exists, OuterRef

from groups.members.group import Group
from readlist_site.base.images.image import Image, ImageUse


class PostImageQuerySet(models.QuerySet["PostImage"]):
    def write_down(self, post) -> None:
        """Save which images a post shows that its author may see; those of its earlier texts stay. Call it in the
        transaction that saves the post."""
        found = Image.objects.shown_in(post.body_html, post.author)
        self.bulk_create([PostImage(post=post, image=image) for image in found], ignore_conflicts=True)


class PostImage(ImageUse):
    """A post, or an earlier text of it, shows an image. Ends when the post is deleted."""

    post = models.ForeignKey("groups.Post", on_delete=models.CASCADE, db_index=False, related_name="images")

    objects = PostImageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "image"], name="groups_post_shows_image_once")]

    def __str__(self) -> str:
        return f"{self.image} in {self.post}"


def post_shows_to(user) -> Exists:
    """Return whether a post that a person may read shows the image `OuterRef("pk")`."""
    groups = Group.objects.visible_to(user)
    shown = PostImage.objects.filter(image=OuterRef("pk"), post__deleted_at=None)
    return Exists(shown.filter(post__thread__group__in=groups))


def post_shows_of(author) -> Exists:
    """Return whether a post by a person shows the image `OuterRef("pk")`."""
    return Exists(PostImage.objects.filter(image=OuterRef("pk"), post__deleted_at=None, post__author=author))


def posted_images(group: Group) -> models.QuerySet[Image]:
    """Return the images in the posts of a group."""
    shown = PostImage.objects.filter(image=OuterRef("pk"), post__deleted_at=None, post__thread__group=group)
    return Image.objects.filter(Exists(shown))
