# ruff: noqa: DJ008
"""What the pages show and nothing else: `fill` copies it from the product's tables."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=60)

    objects = BaseUserManager()
    USERNAME_FIELD = "email"


class Thread(models.Model):
    group_id = models.BigIntegerField()
    title = models.CharField(max_length=160)
    count = models.IntegerField()
    last_post_id = models.BigIntegerField()
    last_author = models.ForeignKey(Person, on_delete=models.CASCADE)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["group_id", "-last_post_id"], name="floor_thread_latest")]


class Post(models.Model):
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, db_index=False)
    author = models.ForeignKey(Person, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    body_html = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["thread", "id"], name="floor_post_in_thread")]


class Source(models.Model):
    topic_id = models.BigIntegerField(db_index=True)
    position = models.IntegerField()
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500)
    about = models.CharField(max_length=300)
    why_html = models.TextField()


class Reading(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    source = models.ForeignKey(Source, on_delete=models.CASCADE)
    state = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "source"], name="floor_one_reading")]


MODELS = (Person, Thread, Post, Source, Reading)
COPIES = (
    """INSERT INTO floor_person (id, password, last_login, email, display_name)
    SELECT id, password, last_login, email, display_name FROM accounts_user""",
    """INSERT INTO floor_thread (id, group_id, title, count, last_post_id, last_author_id, last_at)
    SELECT thread.id, thread.group_id, thread.title, found.posts, last.id, last.author_id, last.created_at
    FROM groups_thread thread
    JOIN (SELECT thread_id, count(*) AS posts, max(id) AS last FROM groups_post GROUP BY thread_id) found
    ON found.thread_id = thread.id JOIN groups_post last ON last.id = found.last""",
    """INSERT INTO floor_post (id, thread_id, author_id, created_at, body_html)
    SELECT id, thread_id, author_id, created_at, body_html FROM groups_post ORDER BY id""",
    """INSERT INTO floor_source (id, topic_id, position, title, url, about, why_html)
    SELECT entry.id, entry.topic_id, entry.position, entry.title, entry.url, 'Paper, 2024', entry.why_html
    FROM catalog_entry entry""",
    """INSERT INTO floor_reading (person_id, source_id, state)
    SELECT reading.person_id, entry.id, reading.state
    FROM notes_reading reading JOIN catalog_entry entry ON entry.source_id = reading.source_id""",
)
