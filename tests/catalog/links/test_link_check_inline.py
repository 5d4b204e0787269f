"""The record of a link, where curators look at its source."""

from catalog.links.link_check import LinkCheck


def test_a_curator_sees_how_a_link_was_over_time_and_changes_nothing_there(listed, signed_in, curator):
    source = listed("Scaling laws", "/laws")
    LinkCheck.objects.create(source=source, url=source.url, outcome="fine", status=200, title="<b>Scaling</b> laws")
    LinkCheck.objects.create(source=source, url=source.url, outcome="dead", status=404, note="No such page (404).")
    page = signed_in(curator).get(f"/admin/catalog/source/{source.pk}/change/").content.decode()
    assert "Visits to the link" in page
    assert page.index("No such page (404).") < page.index("&lt;b&gt;Scaling&lt;/b&gt; laws")
    assert "checks-0-note" not in page
