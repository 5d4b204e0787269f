"""A healthy instance, and a mail server on this machine."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from readlist_site.run.periodic_task import BACKUP, TICK, PeriodicTask

TOKEN = "a token that only the monitor knows"


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to connect, to ask for nothing, and to send a mail."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper()
            self.server.commands.append(command.decode())
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (text := self.rfile.readline()) != b".\r\n":
                    self.server.mail += text
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 yes\r\n")


@pytest.fixture
def mail_server(settings) -> Iterator[socketserver.TCPServer]:
    """A mail server that takes everything; the settings lead to it."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.commands, server.mail = [], b""
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_IS_REAL, settings.EMAIL_USE_TLS = True, False
        yield server
        server.shutdown()


@pytest.fixture
def healthy(db, settings, tmp_path, mail_server) -> None:
    """A hosted instance on which nothing is wrong."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.BACKUP_DIR = data, data / "media", data / "backups"
    settings.ERASURE_LOG = data / "erased_accounts.jsonl"
    settings.SECRET_KEY = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnop"
    settings.METRICS_TOKEN = TOKEN
    settings.HOSTED = settings.HTTPS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SITE_URL = f"http://127.0.0.1:{settings.EMAIL_PORT}"
    settings.PROXIES = 1
    settings.DEBUG = False
    for task in (TICK, BACKUP):
        PeriodicTask.objects.record_done(task)
