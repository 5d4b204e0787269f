"""Link problems: where they come from, what settles them, and that the mark goes everywhere when they are."""

import re

import pytest

from catalog.curation.change_text import change_text
from catalog.curation.report import Report
from catalog.imports import read_facts
from catalog.links.link_issue import AlreadyResolved, LinkIssue, UrlTaken
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.export import as_markdown
from catalog.sources.source import Source
from tests import factories
from tests.catalog.shipped import import_shipped, import_text, shipped_text
from tests.groups.at_once import at_once

pytestmark = pytest.mark.django_db

ZHANG = "https://arxiv.org/abs/2202.08906"  # in the list's words "How to select data"; it is about something else
BETTER = "https://arxiv.org/abs/2402.16827"
NEW = "https://example.org/the-right-one"


@pytest.fixture
def cora(db):
    return factories.make_user("Cora Curator")


@pytest.fixture
def shipped(db):
    return import_shipped()


def issue_of(url: str) -> LinkIssue:
    return LinkIssue.objects.select_related("source").get(source__url=url)


def test_the_shipped_facts_open_a_link_issue_for_each_doubtful_link(shipped):
    kinds = list(LinkIssue.objects.open().values_list("kind", flat=True))
    assert (kinds.count("elsewhere"), kinds.count("unconfirmed"), len(kinds)) == (10, 21, 31)
    assert LinkIssue.objects.open().exclude(better_url="").count() == 12
    assert not LinkIssue.objects.filter(note="").exists()


def test_importing_the_same_facts_again_opens_nothing_that_was_settled(shipped, cora):
    for issue in LinkIssue.objects.all():
        issue.dismiss("I looked.", cora)
    import_shipped()
    assert LinkIssue.objects.count() == 31
    assert not LinkIssue.objects.open().exists()
    assert not Source.objects.filter(leads_to_listed="no").exists()


def test_later_facts_settle_or_open_a_link_issue(shipped):
    def say(url, **facts):
        import_text(shipped_text(), facts={} | read_facts(f'[{{"url": "{url}", {said(facts)}}}]'))

    def said(facts):
        return ", ".join(f'"{name}": "{value}"' for name, value in facts.items())

    say(ZHANG, leads_to_listed="yes")
    issue = issue_of(ZHANG)
    assert (issue.resolution, issue.resolved_by, issue.source.leads_to_listed) == ("dismissed", None, "yes")
    say(ZHANG, leads_to_listed="no", note="Wrong after all.")
    assert LinkIssue.objects.open().get(source=issue.source).note == "Wrong after all."
    sure = Source.objects.filter(leads_to_listed="yes").first()
    say(sure.url, title="No word of the link")
    assert sure.link_issue is None


def settle(issue: LinkIssue, way: str, by) -> None:
    match way:
        case "better":
            issue.accept_better_url(by)
        case "other":
            issue.replace_url(NEW, by)
        case "dismissed":
            issue.dismiss("It is what the list means.", by)


@pytest.mark.parametrize("way", ["better", "other", "dismissed"])
@pytest.mark.parametrize("before", ["open", "settled", "sharpened"])
def test_a_link_issue_is_settled_once(cora, way, before):
    source = factories.make_list().sections.get(title="Refusals").entries.get().source
    issue = LinkIssue.objects.raise_issue(source, kind="elsewhere", better_url=BETTER)
    if before == "settled":
        LinkIssue.objects.get().dismiss("Somebody was faster.", factories.make_user())
    if before == "sharpened":
        LinkIssue.objects.get().absorb_finding(
            kind="elsewhere", note="Look.", better_url="https://example.org/even-better"
        )
    changes = Change.objects.count()
    if before == "open":
        settle(issue, way, cora)
        issue.refresh_from_db()
        assert (issue.resolution, issue.resolved_by) == (way, cora)
        assert Change.objects.count() == changes + 1
    else:
        with pytest.raises(AlreadyResolved):
            settle(issue, way, cora)
        assert Change.objects.count() == changes
        assert Source.objects.get(pk=source.pk).url == source.url


def test_the_better_link_is_taken_everywhere(shipped, cora):
    version, issue = shipped.version, issue_of(ZHANG)
    entry = Entry.objects.get(source=issue.source)
    issue.accept_better_url(cora, seen=BETTER)
    source = Source.objects.get(pk=issue.source_id)
    assert (source.url, source.canonical_url, source.leads_to_listed) == (BETTER, "arxiv.org/abs/2402.16827", "yes")
    assert (source.better_url, source.link_note, source.link_issue) == ("", "", None)
    assert (source.title, source.authors) == ("", []), "these were facts of the wrong page"
    shipped.refresh_from_db()
    assert shipped.version == version + 1
    text = as_markdown(shipped)
    assert BETTER in text
    assert ZHANG not in text
    line = Change.objects.first()
    assert (line.list, line.by, line.source) == (shipped, cora, source)
    assert change_text(line) == f"Changed the link of “{source}”: {ZHANG} → {BETTER}"
    assert Entry.objects.get(pk=entry.pk).url == BETTER


def test_the_old_file_does_not_bring_the_old_link_back(shipped, cora):
    issue = issue_of(ZHANG)
    issue.accept_better_url(cora)
    before = list(Entry.objects.order_by("pk").values_list("pk", "source", "url"))
    import_shipped()
    assert list(Entry.objects.order_by("pk").values_list("pk", "source", "url")) == before
    assert Source.objects.count() == 63
    assert not Source.objects.get(pk=issue.source_id).link_issue
    assert BETTER in as_markdown(shipped)


def test_every_entry_of_a_source_in_every_list_gets_the_link(cora):
    one, two = factories.make_list("One"), factories.make_list("Two", is_default=False)
    source = one.sections.get(title="Refusals").entries.get().source
    factories.make_entry(two.sections.get(title="Refusals"), "The same", source=source)
    issue = LinkIssue.objects.raise_issue(source, kind="dead", note="404")
    issue.replace_url(NEW, cora)
    assert list(Entry.objects.filter(source=source).values_list("url", flat=True)) == [NEW, NEW]
    assert {change.list for change in Change.objects.filter(source=source)} == {one, two}
    assert NEW in as_markdown(one)
    assert NEW in as_markdown(two)


def test_an_address_that_another_source_has_is_not_taken(shipped, cora):
    issue = issue_of(ZHANG)
    other = Source.objects.filter(leads_to_listed="yes").first()
    with pytest.raises(UrlTaken) as known:
        issue.replace_url(other.url, cora)
    assert known.value.source == other
    assert LinkIssue.objects.open().filter(pk=issue.pk).exists()
    assert Source.objects.get(pk=issue.source_id).url == ZHANG
    assert not Change.objects.filter(source=issue.source).exists()


def test_another_spelling_of_the_same_address_is_no_other_source(shipped, cora):
    issue = issue_of(ZHANG)
    issue.replace_url("http://www.arxiv.org/pdf/2202.08906v2", cora)
    import_shipped()
    source = Source.objects.get(pk=issue.source_id)
    assert (source.url, source.leads_to_listed, source.link_issue) == (
        "http://www.arxiv.org/pdf/2202.08906v2",
        "yes",
        None,
    )


@pytest.mark.django_db(transaction=True)
def test_two_curators_at_once_settle_a_link_issue_once():
    source = factories.make_list().sections.get(title="Refusals").entries.get().source
    LinkIssue.objects.raise_issue(source, kind="moved", better_url=BETTER)
    ada, ben = factories.make_user(), factories.make_user()
    said = at_once(
        lambda: LinkIssue.objects.get().accept_better_url(ada),
        lambda: LinkIssue.objects.get().replace_url(NEW, ben),
    )
    assert sorted(type(each).__name__ for each in said) == ["AlreadyResolved", "NoneType"]
    issue = LinkIssue.objects.get()
    assert Change.objects.count() == 1
    assert Source.objects.get(pk=source.pk).url == {"better": BETTER, "other": NEW}[issue.resolution]


@pytest.mark.parametrize(
    ("first", "then", "kind", "note", "better"),
    [
        ("unconfirmed", "dead", "dead", "dead said", "https://a.org/dead"),
        ("dead", "unconfirmed", "dead", "dead said", "https://a.org/dead"),
        ("elsewhere", "reported", "elsewhere", "elsewhere said", "https://a.org/elsewhere"),
        ("reported", "elsewhere", "elsewhere", "elsewhere said", "https://a.org/elsewhere"),
        ("moved", "title_differs", "moved", "moved said", "https://a.org/moved"),
    ],
)
def test_the_gravest_finding_is_the_one_that_is_told(first, then, kind, note, better):
    source = Source.objects.get_or_create_by_url("https://a.org", title="A")
    for each in (first, then):
        LinkIssue.objects.raise_issue(source, kind=each, note=f"{each} said", better_url=f"https://a.org/{each}")
    issue = LinkIssue.objects.get()
    assert (issue.kind, issue.note, issue.better_url) == (kind, note, better)
    assert Source.objects.get().leads_elsewhere == (kind == "elsewhere")


def test_what_a_reader_wrote_is_never_told_as_found():
    source = Source.objects.get_or_create_by_url("https://a.org", title="A")
    LinkIssue.objects.raise_issue(source, kind="reported", note="In private.", better_url="https://spam.org")
    LinkIssue.objects.raise_issue(source, kind="dead")
    LinkIssue.objects.raise_issue(source, kind="reported", note="In private.", better_url="https://spam.org")
    issue = LinkIssue.objects.get()
    assert (issue.kind, issue.note, issue.better_url) == ("dead", "", "")


@pytest.mark.parametrize(("way", "state"), [("better", "accepted"), ("other", "accepted"), ("dismissed", "declined")])
def test_reports_of_the_link_are_settled_with_it(cora, way, state):
    source = factories.make_list().sections.get(title="Refusals").entries.get().source
    reader = factories.make_user()
    Report.objects.report(source, by=reader, kind="broken", better_url=BETTER)
    Report.objects.report(source, by=reader, kind="outdated", text="From 2012.")
    settle(LinkIssue.objects.get(), way, cora)
    assert dict(Report.objects.values_list("kind", "state")) == {"broken": state, "outdated": "open"}
    assert reader.notifications.count() == 1


def test_what_was_dismissed_is_not_found_again_but_reported_again(cora):
    source = Source.objects.get_or_create_by_url("https://a.org", title="A")
    for kind in ("title_differs", "reported"):
        LinkIssue.objects.raise_issue(source, kind=kind, note="It says B.").dismiss("B is its old name.", cora)
    assert LinkIssue.objects.count() == 2
    LinkIssue.objects.raise_issue(source, kind="title_differs", note="It says C.").dismiss("C, too.", cora)
    assert LinkIssue.objects.raise_issue(source, kind="title_differs", note="It says C.").resolution == "dismissed"
    assert not LinkIssue.objects.open().exists()
    assert LinkIssue.objects.raise_issue(source, kind="reported", note="It says C.").resolved_at is None


def pages_of(client, issue: LinkIssue) -> dict[str, str]:
    entry = Entry.objects.get(source=issue.source_id)
    urls = {"topic": entry.topic.get_absolute_url(), "source": issue.source.get_absolute_url()}
    return {name: " ".join(client.get(url).content.decode().split()) for name, url in urls.items()}


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("elsewhere", "Link leads elsewhere."),
        ("unconfirmed", "Unconfirmed link."),
        ("dead", "Broken link."),
        ("moved", "The page has moved."),
        ("title_differs", "The page has another title."),
        ("reported", "A member reported a problem with this link."),
    ],
)
def test_members_see_a_mark_until_the_link_issue_is_settled(client, cora, kind, mark):
    reading_list = factories.make_list()
    source = reading_list.sections.get(title="Refusals").entries.get().source
    calm = client.get("/list/").content.decode()
    note = "Told in private." if kind == "reported" else ""
    issue = LinkIssue.objects.raise_issue(source, kind=kind, note=note, better_url=NEW)
    for page in pages_of(client, issue).values():
        assert mark in page
        assert (f'href="{NEW}"' in page) == (kind != "reported"), "nobody is led to where one reader points"
        assert "Told in private" not in page
    assert without_nonces(client.get("/list/").content.decode()) == without_nonces(calm), "the list is calm"
    issue.dismiss("It is fine.", cora)
    for page in pages_of(client, issue).values():
        assert mark not in page
        assert "link-state" not in page


def without_nonces(page: str) -> str:
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_a_curator_reopens_what_a_curator_dismissed(cora):
    reading_list = factories.make_list()
    source = reading_list.sections.get(title="Refusals").entries.get().source
    issue = LinkIssue.objects.raise_issue(source, kind="elsewhere", note="It leads to a blog.")
    issue.dismiss("It is fine.", cora)
    issue.reopen(cora)
    source.refresh_from_db()
    assert (LinkIssue.objects.open().get(), source.leads_to_listed) == (issue, "no")
    with pytest.raises(AlreadyResolved):
        issue.reopen(cora)
    issue.dismiss("It is fine, really.", cora)
    LinkIssue.objects.raise_issue(source, kind="dead", note="It answers 404.")
    with pytest.raises(AlreadyResolved):
        issue.reopen(cora)
    assert LinkIssue.objects.open().count() == 1, "of each source one"


def test_a_source_of_which_nothing_is_known_is_in_no_question(client):
    factories.make_list()
    entry = Entry.objects.first()
    assert "link-state" not in client.get(entry.topic.get_absolute_url()).content.decode()
