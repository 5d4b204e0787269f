"""Announcements in the admin. Only administrators have permission for them; curators don't."""

from django import forms
from django.contrib import admin

from readlist_site.base.web.short_text import ShortTextField

from .announcement import Announcement


class AnnouncementForm(forms.ModelForm):
    class Meta:
        model = Announcement
        fields = ["text", "level", "starts_at", "ends_at"]
        field_classes = {"text": ShortTextField}
        widgets = {"text": forms.TextInput(attrs={"size": 80})}


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin):
    form = AnnouncementForm
    list_display = ["text", "level", "starts_at", "ends_at"]
    list_filter = ["level"]
    ordering = ["-starts_at", "-pk"]
