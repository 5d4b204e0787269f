"""Runs what the Procfile names, server and worker, and ends them together.

honcho does it, through its Python side: its own command leaves both running when their terminal goes, since each has a
session of its own, and gives the server five seconds where it may take ten to finish what it is answering."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import honcho.manager
from honcho.environ import parse_procfile
from honcho.printer import Printer

from readlist_site.serving import graceful_timeout

PROCFILE = Path(__file__).with_name("Procfile")


class Plain(Printer):
    """What the processes say, as they say it; nothing of honcho's own."""

    def write(self, message) -> None:
        if message.name != honcho.manager.SYSTEM_PRINTER_NAME:
            with suppress(OSError):  # the terminal is gone
                super().write(message)


class Both(honcho.manager.Manager):
    """Can be told to end before both have begun, too."""

    asked_early = False

    def terminate(self) -> None:
        """End all, once all have begun: before that there is nothing yet to end."""
        if self._all_started():
            super().terminate()
        else:
            self.asked_early = True

    def _system_print(self, data: str) -> None:
        super()._system_print(data)
        if self.asked_early and self._all_started():
            self.asked_early = False
            self.terminate()


def run() -> int:
    """Until one of them ends or somebody ends them. Gives the exit code: that of whichever ended by itself."""
    honcho.manager.KILL_WAIT = graceful_timeout + 5
    manager = Both(Plain(sys.stdout, prefix=False))
    for name, command in parse_procfile(PROCFILE.read_text()).processes.items():
        manager.add_process(name, command, env=os.environ | {"PYTHON": sys.executable})

    def hung_up(*_) -> None:
        manager.returncode = 0
        manager.terminate()

    # nohup asks that they outlive their terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, hung_up)
    manager.loop()
    asked_to = {each["rc"] for each in honcho.manager.SIGNALS.values()}
    return 0 if manager.returncode in asked_to else manager.returncode


if __name__ == "__main__":
    sys.exit(run())
