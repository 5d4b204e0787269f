"""The world of the trials: people who share a group, each with a session, a thread and a topic to write on."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

from catalog.outline.section import Section
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.accounts.models import User
from readlist_site.base.text import render
from readlist_site.base.web.sessions import SessionStore
from tests import factories
from tests.soak.person import TEXT


def make_world(number: int) -> dict:
    """Make a group of this many people, and tell where everything is."""
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    reading_list = factories.make_list()
    people = [factories.make_user(f"Person {place}", email=f"person-{place}@example.org") for place in range(number)]
    group = factories.make_group(*people, reading_list=reading_list)
    topic = Section.objects.filter(kind="topic", list=reading_list).first()
    thread = Thread.objects.start(
        group=group, author=people[0], title="A first thread", about=None, body=TEXT, rendered=render(TEXT)
    )
    for person in people:
        Post.objects.reply(thread=thread, author=person, body=TEXT * 3, rendered=render(TEXT * 3))
    return {
        "group": group.pk,
        "topic": topic.pk,
        "thread": thread.pk,
        "prompts": list(reading_list.prompts.values_list("pk", flat=True)),
        "sessions": [_session(person) for person in people],
        "administrator": _session(factories.make_user("Administrator", is_staff=True, is_superuser=True)),
    }


def _session(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key
