"""A list and its method: the steps that a topic takes, and the prompts that a summary answers."""

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from catalog.models import MethodStep, Prompt, ReadingList

from .base import CuratedAdmin, WideInput

_FILES = [("list_markdown", "Markdown"), ("list_json", "JSON")]


class PromptForm(forms.ModelForm):
    """A prompt is retired, never deleted: summaries have answered it."""

    retired = forms.BooleanField(required=False, help_text="New summaries don't answer it.")

    class Meta:
        model = Prompt
        fields = ["position", "text"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retired"].initial = bool(self.instance.retired_at)

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("retired"):
            self.instance.retired_at = None
        elif self.instance.retired_at is None:
            self.instance.retired_at = timezone.now()
        return data


class MethodStepInline(admin.TabularInline):
    model = MethodStep
    fields = ["position", "text"]
    formfield_overrides = {models.CharField: {"widget": WideInput}}
    extra = 0


class PromptInline(admin.TabularInline):
    model = Prompt
    form = PromptForm
    fields = ["position", "text", "retired"]
    formfield_overrides = {models.CharField: {"widget": WideInput}}
    extra = 0
    can_delete = False


@admin.register(ReadingList)
class ReadingListAdmin(CuratedAdmin):
    list_display = ["title", "slug", "is_default", "topics", "files"]
    search_fields = ["title", "slug"]
    fields = ["title", "slug", "is_default"]
    inlines = [MethodStepInline, PromptInline]

    def get_readonly_fields(self, request: HttpRequest, obj: ReadingList | None = None) -> list[str]:
        """The slug tells an import which list is meant."""
        return ["slug"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReadingList]:
        topics = Count("sections", filter=Q(sections__kind="topic", sections__retired_at=None))
        return super().get_queryset(request).annotate(topic_count=topics)

    @admin.display(description="topics", ordering="topic_count")
    def topics(self, reading_list: ReadingList) -> int:
        return reading_list.topic_count

    @admin.display(description="as a file")
    def files(self, reading_list: ReadingList) -> str:
        links = [(reverse(name, args=[reading_list.slug]), words) for name, words in _FILES]
        return format_html_join(", ", '<a href="{}">{}</a>', links)
