"""Imports the modules with models, so that Django registers them."""

from catalog.curation import report, suggestion
from catalog.imports import undo, upload
from catalog.links import link_check, link_issue, link_schedule
from catalog.lists import reading_list
from catalog.outline import change, entry, method, section
from catalog.sources import source, source_alias
