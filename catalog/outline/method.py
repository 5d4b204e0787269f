"""The method of a list: its steps for each topic, and the prompts that a summary answers."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.lists.reading_list import ReadingList
from catalog.markdown.commonmark import words


class MethodStep(models.Model):
    """One step of the method, as Markdown: "Read one **core** source"."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(gettext_lazy("position"))
    text = models.CharField(gettext_lazy("text"), max_length=300)

    class Meta:
        ordering = ["list", "position", "pk"]
        verbose_name = gettext_lazy("step")
        verbose_name_plural = gettext_lazy("steps")
        constraints = [models.UniqueConstraint(fields=["list", "position"], name="catalog_step_position")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The step without Markdown syntax: "Read one core source"."""
        return words(self.text)


class PromptQuerySet(models.QuerySet["Prompt"]):
    def not_retired(self) -> "PromptQuerySet":
        """The prompts that a new summary answers, in order."""
        return self.filter(retired_at=None).order_by("position", "pk")

    def add_standard(self, reading_list: ReadingList) -> bool:
        """Add the three standard prompts to a list that has none, since a summary needs one to be written. Restores
        those that were retired. Returns False, without a write, if the list has a prompt that isn't retired."""
        if self.not_retired().filter(list=reading_list).exists():
            return False
        texts = [_("What knob does this give me?"), _("When does it fail?"), _("What metric does it affect?")]
        for position, text in enumerate(texts, start=1):
            prompt = self.filter(list=reading_list, text=text).first() or self.model(list=reading_list, text=text)
            prompt.position, prompt.retired_at, prompt.is_standard = position, None, True
            prompt.save()
        return True


class Prompt(models.Model):
    """A question that every summary answers. Rewording a prompt keeps its row; removing it retires the row."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="prompts")
    position = models.PositiveSmallIntegerField(gettext_lazy("position"))
    text = models.CharField(gettext_lazy("text"), max_length=300)
    retired_at = models.DateTimeField(null=True, blank=True)
    is_standard = models.BooleanField(default=False, db_default=False, editable=False)

    objects = PromptQuerySet.as_manager()

    class Meta:
        ordering = ["list", "position", "pk"]
        verbose_name = gettext_lazy("prompt")
        verbose_name_plural = gettext_lazy("prompts")
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="catalog_prompt_not_empty")]

    def __str__(self) -> str:
        return self.text

    def retire(self) -> None:
        """Set `retired_at`, so that new summaries don't have the prompt. Existing answers keep it and its text."""
        self.retired_at = self.retired_at or timezone.now()
        self.save(update_fields=["retired_at"])
