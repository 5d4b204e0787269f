"""What people do on more than one page, for tests in a browser."""

from playwright.sync_api import Locator, Page

from tests import factories


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def main_menu(page: Page, name: str) -> None:
    """Go to one of the places that are named on every page; on a phone they stand below it."""
    places = page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True)
    places.locator("visible=true").click()


def sign_up(page: Page, name: str) -> None:
    """Fill in the form for somebody new, and send it."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(f"{name.split()[0].lower()}@example.org")
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()


def answer_to(page: Page, prompt: str) -> Locator:
    """An answer with what is said of it, on the pages of a submission and of its review."""
    return page.get_by_role("region", name=prompt)


def judge(page: Page, prompt: str, verdict: str, comment: str = "") -> None:
    """Say of an answer whether it holds."""
    answer = answer_to(page, prompt)
    answer.get_by_label(verdict, exact=True).check()
    if comment:
        answer.get_by_label(f"Comment on: {prompt}").fill(comment)
