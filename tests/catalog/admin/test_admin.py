"""The curators' desk: what they see, what they can change, and what follows from a change."""

import pytest
from django.contrib import admin
from django.urls import reverse

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from catalog.sources.source import Source
from notes.draft import Draft
from notes.summary import Summary
from tests import factories
from tests.catalog.shipped import import_shipped

pytestmark = pytest.mark.django_db


def fields_of(response) -> dict[str, str]:
    """What a browser would send back from the page's forms as they stand."""
    context = response.context
    forms = [context["adminform"].form] + [
        form
        for each in context["inline_admin_formsets"]
        for form in (each.formset.management_form, *each.formset.initial_forms)
    ]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = "on" if value is True else value
    return data


def change(client, obj, **values):
    """Open the row's page at the desk and save it with these values."""
    url = reverse(f"admin:catalog_{obj._meta.model_name}_change", args=[obj.pk])
    data = fields_of(client.get(url)) | values
    return client.post(url, {name: value for name, value in data.items() if value is not None})


def errors(response) -> str:
    context = response.context
    found = [context["adminform"].form.errors] + [each.formset.errors for each in context["inline_admin_formsets"]]
    return str(found)


def test_a_curator_sees_the_catalogue_and_nothing_else(desk):
    response = desk.get("/admin/")
    assert [found["app_label"] for found in response.context["app_list"]] == ["catalog"]
    assert {model["object_name"] for model in response.context["app_list"][0]["models"]} == {
        "ReadingList",
        "Section",
        "Entry",
        "Source",
        "LinkIssue",
        "Report",
        "Suggestion",
    }


def test_a_curator_may_do_nothing_but_keep_the_catalogue(curator):
    apps = {permission.split(".")[0] for permission in curator.get_all_permissions()}
    assert apps == {"catalog"}
    assert not curator.has_perm("catalog.delete_readinglist")
    assert not any(name.startswith("catalog.delete_") for name in curator.get_all_permissions() if "linkissue" in name)


def test_every_desk_opens_for_a_curator(desk):
    import_shipped()
    for model in (ReadingList, Section, Entry, Source):
        name = model._meta.model_name
        assert desk.get(reverse(f"admin:catalog_{name}_changelist")).status_code == 200
        assert desk.get(reverse(f"admin:catalog_{name}_add")).status_code == 200
        obj = model.objects.first()
        assert desk.get(reverse(f"admin:catalog_{name}_change", args=[obj.pk])).status_code == 200
        assert desk.get(reverse(f"admin:catalog_{name}_history", args=[obj.pk])).status_code == 200


def test_nothing_private_is_registered():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert "notes" not in labels
    assert not {"Review", "Post", "Submission", "Claim"} & {model.__name__ for model in admin.site._registry}


def test_who_is_staff_without_being_a_curator_sees_no_catalogue(signed_in):
    client = signed_in(factories.make_user(is_staff=True))
    assert client.get("/admin/").context["app_list"] == []
    assert client.get(reverse("admin:catalog_entry_changelist")).status_code == 403


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        ("section", "q=Evaluation", 2),
        ("section", "q=surgical", 1),
        ("section", "kind__exact=tier", 5),
        ("section", "role__exact=case_study", 2),
        ("entry", "q=DPO", 2),
        ("entry", "q=equations", 1),
        ("entry", "q=DeepSeekMath", 1),
        ("entry", "role__exact=practitioner", 7),
        ("entry", "reread__exact=1", 1),
        ("source", "q=Rafailov", 1),
        ("source", "q=2305.18290", 1),
        ("source", "leads_to_listed__exact=no", 10),
        ("source", "kind__exact=book", 1),
    ],
)
def test_what_is_sought_is_found(desk, model, query, found):
    import_shipped()
    response = desk.get(reverse(f"admin:catalog_{model}_changelist") + f"?{query}")
    assert response.context["cl"].result_count == found


@pytest.mark.every_engine
@pytest.mark.parametrize("query", ["q=%00", "title=a%00", "title__icontains=%00", "%00=1"])
def test_a_zero_byte_is_not_sought(desk, query):
    for model in ("entry", "suggestion"):
        assert desk.get(reverse(f"admin:catalog_{model}_changelist") + f"?{query}").status_code == 400
        assert desk.post(reverse(f"admin:catalog_{model}_changelist") + f"?{query}", {}).status_code == 400


def test_entries_can_be_seen_by_tier(desk):
    import_shipped()
    url = reverse("admin:catalog_entry_changelist")
    tier = Section.objects.get(title__startswith="Tier 2")
    assert desk.get(f"{url}?tier={tier.pk}").context["cl"].result_count == 5
    assert desk.get(f"{url}?tier=0").context["cl"].result_count == 0
    assert desk.get(f"{url}?tier=x").context["cl"].result_count == 65


def test_a_changed_text_is_rendered_anew(desk):
    import_shipped()
    tier = Section.objects.get(title__startswith="Tier 3")
    response = change(desk, tier, body="It *is*.")
    assert response.status_code == 302, errors(response)
    tier.refresh_from_db()
    assert tier.body_html.strip() == '<p dir="auto">It <em>is</em>.</p>'


def test_a_text_that_takes_too_long_to_render_is_refused_at_its_place(desk):
    import_shipped()
    tier, entry = Section.objects.get(title__startswith="Tier 3"), Entry.objects.get(title="ZeRO paper")
    for row, field in ((tier, "body"), (entry, "why")):
        response = change(desk, row, **{field: "![" * 5_000})
        assert "This text has more than 500 images." in str(errors(response))
        assert "![![![" in response.content.decode()
        row.refresh_from_db()
        assert "![![![" not in getattr(row, field)


def test_a_changed_why_is_rendered_anew_at_both_desks(desk):
    import_shipped()
    entry = Entry.objects.get(title="ZeRO paper")
    assert change(desk, entry, why="A **reason**.").status_code == 302
    entry.refresh_from_db()
    assert entry.why_html.strip() == '<p dir="auto">A <strong>reason</strong>.</p>'
    assert change(desk, entry.section, **{"entries-1-why": "*Another*."}).status_code == 302
    entry.refresh_from_db()
    assert entry.why_html.strip() == '<p dir="auto"><em>Another</em>.</p>'


def test_a_text_that_is_too_long_is_refused_at_its_field(desk):
    import_shipped()
    response = change(desk, Entry.objects.get(title="ZeRO paper"), why="long " * 5000)
    assert "longer than 20,000 characters" in errors(response)


def test_a_changed_role_goes_down_to_the_entries(desk):
    import_shipped()
    shelf = Section.objects.get(title="Practical summaries")
    assert change(desk, shelf, role="supporting").status_code == 302
    assert shelf.entries.get().role == "supporting"


def test_an_entry_moves_to_another_topic(desk):
    import_shipped()
    entry, topic = Entry.objects.get(title="ZeRO paper"), Section.objects.get(title__startswith="6.")
    assert change(desk, entry, section=topic.pk).status_code == 302
    entry.refresh_from_db()
    assert (entry.topic, entry.role) == (topic, "")


def test_an_entry_stays_in_its_list(desk):
    entry = factories.make_entry(factories.make_list().sections.topics().first(), "Mine")
    elsewhere = factories.make_list("Other", is_default=False).sections.topics().first()
    response = change(desk, entry, section=elsewhere.pk, title="Theirs")
    assert "An entry can’t move to another list." in str(response.context["adminform"].form.errors["section"])
    assert 'value="Theirs"' in response.text
    entry.refresh_from_db()
    assert (entry.title, entry.section.list == elsewhere.list) == ("Mine", False)


def test_a_new_entry_finds_its_source_by_the_link(desk):
    import_shipped()
    topic = Section.objects.get(title__startswith="6.")
    data = {"section": topic.pk, "position": 99, "title": "DPO again", "url": "arxiv.org/pdf/2305.18290v3", "why": "x"}
    refused = desk.post(reverse("admin:catalog_entry_add"), data)
    assert "isn’t a web address" in errors(refused)
    assert (
        desk.post(reverse("admin:catalog_entry_add"), data | {"url": "https://arxiv.org/pdf/2305.18290v3"}).status_code
        == 302
    )
    entry = Entry.objects.get(title="DPO again")
    assert entry.source.canonical_url == "arxiv.org/abs/2305.18290"
    assert (entry.topic, Source.objects.count()) == (topic, 63)


def test_a_new_entry_on_a_heading_makes_its_source(desk):
    import_shipped()
    topic = Section.objects.get(title__startswith="6.")
    response = change(
        desk,
        topic,
        **{
            "entries-TOTAL_FORMS": "3",
            "entries-2-section": topic.pk,
            "entries-2-position": "99",
            "entries-2-title": "New",
            "entries-2-url": "https://new.example.org/",
            "entries-2-why": "*New*",
        },
    )
    assert response.status_code == 302
    entry = Entry.objects.get(title="New")
    assert (entry.topic, entry.source.canonical_url) == (topic, "new.example.org")
    assert "<em>New</em>" in entry.why_html


def test_a_new_heading_that_is_no_topic_takes_no_entries(desk):
    reading_list = import_shipped()
    response = desk.post(
        reverse("admin:catalog_section_add"),
        {
            "list": reading_list.pk, "position": "999", "kind": "tier", "title": "Tier 9 — New", "role": "", "body": "",
            "parent": "", "entries-TOTAL_FORMS": "1", "entries-INITIAL_FORMS": "0", "entries-0-position": "99",
            "entries-0-title": "Lost", "entries-0-url": "https://lost.example.org/", "entries-0-why": "",
        },
    )  # fmt: skip
    assert "Entries must be in a topic" in response.content.decode()
    assert not Entry.objects.filter(title="Lost").exists()


def test_the_slug_that_an_import_knows_a_list_by_stays(desk):
    reading_list = import_shipped()
    assert "slug" not in fields_of(desk.get(reverse("admin:catalog_readinglist_change", args=[reading_list.pk])))


def test_an_entry_with_another_link_gets_another_source(desk):
    import_shipped()
    entry = Entry.objects.get(title="ZeRO paper")
    assert change(desk, entry, url="https://arxiv.org/abs/1910.02054v3").status_code == 302
    entry.refresh_from_db()
    assert entry.source.canonical_url == "arxiv.org/abs/1910.02054"
    assert change(desk, entry, url="https://example.org/zero").status_code == 302
    entry.refresh_from_db()
    assert entry.source.canonical_url == "example.org/zero"


@pytest.mark.parametrize(
    ("title", "values", "words"),
    [
        ("6. Efficiency That Affects Training Behavior", {"kind": "page"}, "It has entries"),
        ("Core sources", {"kind": "topic"}, "Only shelves and pages can be under a topic"),
        ("4. Data as a Lever (Filtering, Mixing, Curriculum)", {"kind": "part"}, "It has shelves under it"),
        ("Real Failures", {"kind": "shelf"}, "A shelf must be under a topic"),
        ("Tier 3 — Research Judgment & Taste", {"title": ""}, "Fill in this field"),
    ],
)
def test_a_tree_in_which_sources_would_be_lost_is_refused(desk, title, values, words):
    import_shipped()
    assert words in errors(change(desk, Section.objects.get(title=title), **values))


def test_a_heading_moves_where_the_list_is_arranged_and_not_at_its_own_desk(desk):
    import_shipped()
    tier = Section.objects.get(title__startswith="Tier 3")
    assert not {"parent", "list", "position"} & set(
        fields_of(desk.get(reverse("admin:catalog_section_change", args=[tier.pk])))
    )


def test_a_new_heading_stands_one_level_under_its_parent(desk):
    found = import_shipped()
    tier = Section.objects.get(title__startswith="Tier 3")
    data = {"list": found.pk, "parent": tier.pk, "position": 22, "kind": "topic", "title": "9. Writing", "body": ""}
    data |= {"entries-TOTAL_FORMS": "0", "entries-INITIAL_FORMS": "0"}
    assert desk.post(reverse("admin:catalog_section_add"), data).status_code == 302
    assert Section.objects.get(title="9. Writing").level == 2


def test_the_facts_of_a_source_can_be_mended(desk):
    import_shipped()
    source = Source.objects.get(canonical_url="arxiv.org/abs/2202.08906")
    response = change(
        desk, source, authors="Ada Okafor\n\n Jonas  Lind \n", year="2024", leads_to_listed="yes", better_url=""
    )
    assert response.status_code == 302
    source.refresh_from_db()
    assert (source.authors, source.year) == (["Ada Okafor", "Jonas Lind"], 2024)
    assert (source.leads_to_listed, source.better_url) == ("yes", "")


def test_two_sources_can_not_have_one_address_in_two_spellings(desk):
    import_shipped()
    data = {"listed_title": "DPO", "url": "http://www.arxiv.org/pdf/2305.18290v2", "leads_to_listed": "yes"}
    data |= {"entries-TOTAL_FORMS": "0", "entries-INITIAL_FORMS": "0"}
    assert "has this address, perhaps in another spelling" in errors(
        desk.post(reverse("admin:catalog_source_add"), data)
    )


def act(client, model: str, action: str, *objects):
    data = {"action": action, "_selected_action": [obj.pk for obj in objects]}
    return client.post(reverse(f"admin:catalog_{model}_changelist"), data, follow=True)


def test_retiring_hides_and_bringing_back_shows(desk):
    import_shipped()
    tier = Section.objects.get(title__startswith="Tier 2")
    assert "1 retired." in act(desk, "section", "retire", tier).text
    assert Entry.objects.not_retired().count() == 60
    url = reverse("admin:catalog_section_changelist")
    assert desk.get(f"{url}?listed=no").context["cl"].result_count == 5
    assert "1 restored." in act(desk, "section", "restore", tier).text
    assert Entry.objects.not_retired().count() == 65
    entries = Entry.objects.filter(title__in=["ZeRO paper", "Megatron-LM paper"])
    assert "2 retired." in act(desk, "entry", "retire", *entries).text
    assert Entry.objects.not_retired().count() == 63


def test_what_something_rests_on_can_not_be_deleted(desk, ada):
    import_shipped()
    entry = Entry.objects.get(title="ZeRO paper")
    topic = Section.objects.get(title__startswith="6.")
    for obj in (entry, entry.source, topic, topic.list):
        assert desk.get(reverse(f"admin:catalog_{obj._meta.model_name}_delete", args=[obj.pk])).status_code == 403
    added = factories.make_entry(topic, "Added at the desk")
    assert desk.post(reverse("admin:catalog_entry_delete", args=[added.pk]), {"post": "yes"}).status_code == 302
    assert desk.post(reverse("admin:catalog_source_delete", args=[added.source_id]), {"post": "yes"}).status_code == 302
    empty = factories.make_section(topic.list, "topic", "Nothing yet")
    Draft.objects.create(author=ada, topic=empty)
    assert desk.get(reverse("admin:catalog_section_delete", args=[empty.pk])).status_code == 403
    Draft.objects.all().delete()
    assert desk.post(reverse("admin:catalog_section_delete", args=[empty.pk]), {"post": "yes"}).status_code == 302
    assert not Summary.objects.exists()


def test_nothing_is_deleted_by_the_dozen(desk):
    import_shipped()
    response = act(desk, "entry", "delete_selected", Entry.objects.get(title="ZeRO paper"))
    assert Entry.objects.filter(title="ZeRO paper").exists()
    assert response.status_code == 200


def test_prompts_are_reworded_and_retired_never_deleted(desk):
    found = import_shipped()
    response = change(
        desk, found, **{"prompts-0-text": "Which knob?", "prompts-1-retired": "on", "prompts-2-DELETE": "on"}
    )
    assert response.status_code == 302
    assert [prompt.text for prompt in found.prompts.not_retired()] == ["Which knob?", "What metric does it affect?"]
    assert Prompt.objects.count() == 3
    assert change(desk, found, **{"prompts-1-retired": None}).status_code == 302
    assert found.prompts.not_retired().count() == 3


def test_the_curators_find_the_files_in_the_list_of_lists(desk):
    ReadingList.objects.create(slug="small", title="Small")
    page = desk.get("/admin/catalog/readinglist/").content.decode()
    assert 'href="/lists/small.md"' in page
    assert 'href="/lists/small.json"' in page


@pytest.mark.parametrize("what", ["entry", "section"])
def test_the_page_of_what_is_retired_says_so(desk, reading_list, what):
    row = Entry.objects.first()
    row = row if what == "entry" else row.section
    url = reverse(f"admin:catalog_{what}_change", args=[row.pk])
    assert "Retired on" not in desk.get(url).content.decode()
    row.retire()
    assert "Retired on" in desk.get(url).content.decode()
