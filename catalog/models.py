"""Imports all models, so that Django registers them, and re-exports them. Each is defined in a module of its own."""

from catalog.curation.proposal import AlreadyDecided
from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion, SuggestionVote
from catalog.imports.upload import Upload
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import AlreadyResolved, LinkIssue, UrlTaken
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.role import Role
from catalog.outline.change import Change
from catalog.outline.entry import Entry, RelatedLink
from catalog.outline.method import MethodStep, Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from catalog.sources.source_alias import SourceAlias

__all__ = [
    "AlreadyDecided",
    "AlreadyResolved",
    "Change",
    "Entry",
    "LinkCheck",
    "LinkIssue",
    "LinkSchedule",
    "MethodStep",
    "Prompt",
    "ReadingList",
    "RelatedLink",
    "Report",
    "Role",
    "Section",
    "Source",
    "SourceAlias",
    "StaleVersion",
    "Suggestion",
    "SuggestionVote",
    "Upload",
    "UrlTaken",
]
