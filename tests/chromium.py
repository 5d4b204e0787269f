"""The Chromium that the browser tests drive: the system's own where there is one, else Playwright's, else made.

The one without windows takes two thirds of the time of a whole one, so that it is taken where both are, and got where
that asks nobody's leave.

`python -m tests.chromium` finds one or gets one, and says what to install where it can't.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

# The one without windows, as Debian names its program and its package.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)

# What a whole Chromium loads into every window beside the page, two more pages behind its address bar: four times the
# work of the page itself. The switch counts once only, so that what Playwright turns off by it stands here, too.
UNUSED = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
    "ThirdPartyStoragePartitioning",
]
# What keeps it from talking to its maker; Playwright gives most of these already.
ARGUMENTS = [
    f"--disable-features={','.join(UNUSED)}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Whatever a page asks of another host finds no address, even where the guard would only notice it later.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def _runs(*command: str, **options) -> bool:
    if not shutil.which(command[0]):
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        return (
            subprocess.run(command, timeout=300, env=environment, stdin=subprocess.DEVNULL, **options).returncode == 0
        )
    except subprocess.TimeoutExpired:
        return False


def system_chromium() -> str | None:
    """The path of a Chromium that the machine has, or None. A stand-in that only tells how to get one is none."""
    for name in (os.environ.get("READLIST_TEST_CHROMIUM", ""), *NAMES, *PLACES):
        if name and (path := shutil.which(name)) and _runs(path, "--version", capture_output=True):
            return path
    return None


def launch_arguments() -> dict:
    """What Playwright needs to start it."""
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    path = system_chromium()
    return {"args": arguments} | ({"executable_path": path} if path else {})


def _starts() -> bool:
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(**launch_arguments()).close()
    except Error:
        return False
    return True


def _by_playwright() -> bool:
    return _runs(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")


def _by_the_distribution(package: str = "chromium") -> bool:
    """Install a package of Debian's, as who may. A machine without a network is not waited for."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return False
    apt = ("apt-get", "-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10")
    install = (*apt, "install", "-y", package)
    quiet = {"capture_output": True}
    return _runs(*install, **quiet) or (_runs(*apt, "update", **quiet) and _runs(*install, **quiet))


def main() -> None:
    """Find a Chromium that starts, or get one."""
    if not os.environ.get("READLIST_TEST_CHROMIUM") and not shutil.which(SHELL):
        _by_the_distribution(SHELL)
    for get in (bool, _by_playwright, _by_the_distribution):
        get()
        if _starts():
            return
    sys.exit(
        "The browser tests need Chromium, and it could not be installed from here. "
        "Install your system's chromium package (or Google Chrome) and run make test again."
    )


if __name__ == "__main__":
    main()
