"""The admin of lists, headings, entries, sources, link issues, suggestions and reports."""

from . import entry, link_issue, reading_list, report, section, source, suggestion
