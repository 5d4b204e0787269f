"""`manage.py runserver`: the development server, which runs jobs as well, since `make dev` starts no worker."""

from threading import Event

from django.contrib.staticfiles.management.commands import runserver

from readlist_site.base.jobs.runner import JobThread


class Command(runserver.Command):
    def inner_run(self, *args, **options) -> None:
        """Serves, in the process that is started anew when the code changes. A job that is cut off then is run again
        half a minute later."""
        JobThread(Event()).start()
        super().inner_run(*args, **options)
