"""Write down what time has decided."""

from django.core.management.base import BaseCommand

from groups.models import Round


class Command(BaseCommand):
    help = "Write down what time has decided: summaries that are accepted since seven days have passed. Run it daily."

    def handle(self, **options) -> None:
        accepted = Round.objects.settle_due()
        self.stdout.write(f"{accepted} accepted.")
