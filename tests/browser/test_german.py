"""The product's main job from end to end in German: pages, errors and mails."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from groups.members.invitation import Invitation
from readlist_site.base.notifications.outbox import send_due_emails
from tests import factories
from tests.browser.steps import title

KNOB, FAILS, METRIC = factories.PROMPTS
TOPIC = "Post-training"
GROUP = "Thursday post-training"
# Words that would be left of the English pages, in no name and no text of a person.
ENGLISH = re.compile(
    r"\b(the|your|you|and|with|review next|submit|summary|summaries|needs?|sign (in|up|out)|settings|members)\b", re.I
)


@pytest.mark.long
def test_a_german_newcomer_goes_round_the_loop_mails_included(
    page_for, console, ada, reading_list, settings, real_mail, mailoutbox
):
    settings.SIGNUP = "invitation"
    console.expect("422")
    type(ada).objects.filter(pk=ada.pk).update(language="de")
    group = factories.make_group(ada, reading_list=reading_list, name=GROUP)
    invitation = Invitation.objects.make(group, ada)
    ada_page, jonas = page_for(ada, locale="de-DE"), page_for(None, locale="de-DE")

    sign_up_by_the_link(jonas, invitation.get_absolute_url(), mailoutbox)
    read_two_sources(jonas)
    write_and_submit(jonas)
    request_changes(ada_page)
    assert "Ada verlangt Änderungen an deiner Zusammenfassung zu Post-training" in new_mail(mailoutbox, "jonas@")
    revise(jonas)
    assert "Jonas hat Revision 2 der Zusammenfassung zu Post-training eingereicht" in new_mail(mailoutbox, ada.email)
    approve(ada_page)
    assert "Ada hat deiner Zusammenfassung zu Post-training zugestimmt" in new_mail(mailoutbox, "jonas@")
    in_the_playbook(jonas)


def is_german(page: Page) -> None:
    """Nothing of the interface is left in English."""
    expect(page.locator("html")).to_have_attribute("lang", "de")
    left = page.locator("main").evaluate(
        """(main) => [...main.querySelectorAll("button, label, h1, h2, legend, .hint, .soft, .error, .notice p, .tag")]
            .filter((each) => !each.querySelector("bdi") && each.checkVisibility())
            .map((each) => each.innerText)"""
    )
    data = (GROUP, KNOB, FAILS, METRIC, "DPO paper", "GRPO paper", "A post from the field", "A guide", TOPIC)
    for name in data:
        left = [text.replace(name, "") for text in left]
    assert [text for text in left if ENGLISH.search(text)] == []


def new_mail(mailoutbox: list[mail.EmailMessage], address: str) -> str:
    """What was mailed to an address since, once its time has come."""
    mailoutbox.clear()
    send_due_emails(timezone.now() + timezone.timedelta(minutes=3))
    [message] = [each for each in mailoutbox if address in each.to[0]]
    assert message.body.startswith("Hallo ")
    assert "Alle Benachrichtigungen abbestellen" in message.body
    words = re.sub(r"https?://\S+", "", message.body).replace(GROUP, "")
    assert not ENGLISH.search(words), words
    return message.body


def sign_up_by_the_link(page: Page, link: str, mailoutbox: list[mail.EmailMessage]) -> None:
    page.goto(link)
    expect(title(page)).to_have_text(f"Ada lädt dich in die Gruppe {GROUP} ein")
    is_german(page)
    page.get_by_role("button", name="Registrieren und beitreten").click()
    page.get_by_label("Dein Name").fill("Jonas Weber")
    page.get_by_label("E-Mail").fill("jonas@example.org")
    page.get_by_label("Passwort", exact=True).fill(factories.PASSWORD)
    is_german(page)
    page.get_by_role("main").get_by_role("button", name="Registrieren").click()
    expect(title(page)).to_have_text("Sieh nach deinen E-Mails")
    [message] = mailoutbox
    assert message.subject == "Bestätige deine E-Mail-Adresse bei Readlist"
    assert "Mit dieser Adresse wurde ein Konto bei Readlist angelegt." in message.body
    page.goto(re.search(r"http\S+", message.body)[0])
    if page.get_by_role("button", name="Adresse bestätigen").is_visible():
        page.get_by_role("button", name="Adresse bestätigen").click()
    expect(title(page)).to_have_text(f"Ada lädt dich in die Gruppe {GROUP} ein")
    page.get_by_role("button", name="Gruppe beitreten").click()
    expect(title(page)).to_have_text(GROUP)
    is_german(page)


def read_two_sources(page: Page) -> None:
    page.get_by_role("rowheader").filter(has_text=TOPIC).get_by_role("link").click()
    is_german(page)
    path = page.get_by_role("list", name="Deine Schritte in diesem Thema")
    for name, step in (("DPO paper", "Kernquelle gelesen"), ("A guide", "Gegengeprüft")):
        page.get_by_role("group", name=name).get_by_role("button", name="Gelesen", exact=True).click()
        expect(path.get_by_role("listitem").filter(has_text=step)).to_contain_text("erledigt")


def write_and_submit(page: Page) -> None:
    page.get_by_role("link", name="Zusammenfassung schreiben").click()
    page.get_by_label(KNOB).fill("Die Stellschraube.")
    page.get_by_label("DPO paper").check()
    page.get_by_role("button", name="Zum Review einreichen").click()
    expect(page.get_by_text("Beantworte diese Leitfrage.").first).to_be_visible()
    is_german(page)
    for prompt in (KNOB, FAILS, METRIC):
        page.get_by_label(prompt).fill("Eine Zeile zu $\\beta$.\n\nUnd noch eine.")
    page.get_by_role("button", name="Zum Review einreichen").click()
    expect(page.get_by_role("status")).to_contain_text(f"Du hast Revision 1 bei {GROUP} eingereicht.")
    is_german(page)


def request_changes(page: Page) -> None:
    page.goto("/")
    expect(title(page)).to_contain_text("Prüfe die Zusammenfassung von Jonas")
    is_german(page)
    page.get_by_role("link", name=GROUP).first.click()
    page.get_by_role("button", name="Nächstes Review beginnen").click()
    expect(title(page)).to_contain_text("Jonas Weber zu Post-training")
    is_german(page)
    for prompt, verdict in ((KNOB, "Hält stand"), (FAILS, "Muss überarbeitet werden"), (METRIC, "Hält stand")):
        page.get_by_role("region", name=prompt).get_by_label(verdict, exact=True).check()
    page.get_by_label(f"Kommentar zu: {FAILS}").fill("Wann genau?")
    page.get_by_role("button", name="Änderungen verlangen").click()
    expect(page.get_by_role("status")).to_contain_text("Dein Review ist abgeschickt")
    is_german(page)


def revise(page: Page) -> None:
    page.goto("/")
    expect(title(page)).to_contain_text("Ada verlangt Änderungen an deiner Zusammenfassung zu Post-training")
    is_german(page)
    page.get_by_role("link", name="Kommentare lesen").click()
    page.get_by_role("link", name="Zusammenfassung überarbeiten").first.click()
    page.get_by_label(FAILS).fill("Bei zu großem Batch.\n\nUnd noch eine.")
    answer = page.get_by_role("group", name=f"Deine Erwiderung an Ada zu „{FAILS}“")
    answer.get_by_label("Berücksichtigt").check()
    page.get_by_label("Grund der Änderung").fill("Sagt jetzt, wann.")
    is_german(page)
    page.get_by_role("button", name="Zum Review einreichen").click()
    expect(page.get_by_role("status")).to_contain_text(f"Du hast Revision 2 bei {GROUP} eingereicht.")


def approve(page: Page) -> None:
    page.goto("/")
    expect(title(page)).to_contain_text("Prüfe die Änderungen von Jonas an Post-training")
    page.get_by_role("button", name="Änderungen prüfen").click()
    is_german(page)
    page.get_by_role("region", name=FAILS).get_by_label("Hält stand", exact=True).check()
    page.get_by_role("button", name="Zustimmen", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Die Zusammenfassung ist angenommen und steht im Playbook.")


def in_the_playbook(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=GROUP).first.click()
    is_german(page)
    page.get_by_role("link", name="Playbook").first.click()
    entry = page.get_by_role("article", name="Jonas Weber zu Post-training")
    expect(entry).to_contain_text("Bei zu großem Batch.")
    expect(entry).to_contain_text("Zustimmung von Ada")
    is_german(page)
