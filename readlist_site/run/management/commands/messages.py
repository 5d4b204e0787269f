"""`manage.py messages [LANGUAGE …]`: what is to be translated, extracted and compiled."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from readlist_site.base.languages.catalogue import untranslated, update


class Command(BaseCommand):
    help = "Extract all messages into the .po files, compile them, and print how many are translated."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "languages",
            nargs="*",
            metavar="LANGUAGE",
            help="a code, as in de or pt-br; default: all that exist",
        )

    def handle(self, *, languages: list[str], **options) -> None:
        locale_folder = settings.LOCALE_PATHS[0]
        languages = languages or sorted(path.parent.parent.name for path in locale_folder.glob("*/LC_MESSAGES/*.po"))
        if not languages:
            raise CommandError("There is no catalogue yet. Name a language to create one: manage.py messages de")
        for language in languages:
            catalogue = update(language)
            left = untranslated(catalogue)
            self.stdout.write(f"{language}: {len(catalogue) - len(left)} of {len(catalogue)} messages are translated.")
