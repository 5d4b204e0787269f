"""Checks whether Readlist can be started here, and explains in one sentence why not.

It runs before anything is installed, so it uses only the standard library."""

import importlib.util
import os
import socket
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
# The files that Readlist keeps in the DATA folder.
PRIVATE = {
    "readlist.sqlite3", "readlist.sqlite3-shm", "readlist.sqlite3-wal", "secret_key", "demo_password", "running.lock",
    "erased_accounts.jsonl",
}  # fmt: skip
# What else it keeps there, each for its owner alone.
PRIVATE_FOLDERS = {"backups", "media"}


class PreflightError(Exception):
    """Why Readlist can't be started; the message is shown to the person who typed the command."""


def check_writable(folder: Path, purpose: str) -> None:
    """Creates the folder with mode 0700 if needed. Raises PreflightError if it can't be created or written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise PreflightError(f"{folder}, {purpose}, can't be written: {error.strerror}.") from error


def make_private(folder: Path) -> None:
    """Takes the rights to the DATA folder, and to what Readlist keeps in it, from everybody but its owner.

    Raises PreflightError if they can't be taken, or if others can look into a folder that holds other things and no
    database of Readlist's, since it may be theirs, too."""
    mode = folder.stat().st_mode
    names = {path.name for path in folder.iterdir()}
    if mode & 0o077:
        open_to_all = f"{folder}, the DATA folder, is open to other users of this machine"
        # With the sticky bit it is a folder for everybody, such as /tmp.
        if mode & stat.S_ISVTX or not ("readlist.sqlite3" in names or names <= PRIVATE | PRIVATE_FOLDERS):
            raise PreflightError(f"{open_to_all}; close it (chmod 700 {folder}) or choose another folder.")
        try:
            folder.chmod(0o700)
        except OSError as error:
            raise PreflightError(f"{open_to_all}, and can't be closed: {error.strerror}.") from error
    for path in (folder / name for name in PRIVATE & names):
        # The folder is closed, so that a file of another owner does no harm.
        with suppress(OSError):
            path.chmod(0o600)


def check_venv() -> None:
    """Raises PreflightError if there is no virtual environment and none can be created."""
    check_writable(CHECKOUT, "Readlist's own folder")
    exists = (CHECKOUT / ".venv" / "bin" / "python").exists()
    if not exists and not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise PreflightError(
            "This Python can't make virtual environments; Debian and Ubuntu have python3-venv for that."
        )


def check_port(host: str, port: str, command: str) -> None:
    """Raises PreflightError if the port is invalid, in use, or can't be bound on this host."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise PreflightError(f"PORT must be a number from 1 to 65535, not {port!r}.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except PermissionError as error:
        raise PreflightError(f"Port {port} is reserved for the system's administrator; take one above 1023.") from error
    except OSError as error:
        if isinstance(error, socket.gaierror):
            raise PreflightError(f"HOST must be an address of this machine, not {host!r}.") from error
        raise PreflightError(
            f"Port {port} on {host} is taken by another program; choose another one: make {command} PORT=8001."
            if "in use" in str(error)
            else f"{host}:{port} can't be listened on: {error.strerror}."
        ) from error


def check_address(address: str) -> None:
    """Raises PreflightError if READLIST_URL, which a hosted instance needs, is missing or not an http(s) URL."""
    if not address:
        raise PreflightError(
            "READLIST_URL must say the address that people will type: "
            "make serve READLIST_URL=https://readlist.example.org"
        )
    site = urlsplit(address)
    if site.scheme not in {"http", "https"} or not site.hostname:
        raise PreflightError(
            f"READLIST_URL must be a whole address, as in https://readlist.example.org, not {address}."
        )


def check(command: str) -> None:
    """Raises PreflightError if the command (run, serve, dev or test) can't work here."""
    environment = os.environ.get
    if command == "serve":
        check_address(environment("READLIST_URL", ""))
    check_venv()
    if command == "test":
        return
    check_port(environment("HOST", "127.0.0.1"), environment("PORT", "8000"), command)
    if command != "serve" or not environment("DATABASE_URL"):
        data = Path(environment("READLIST_DATA") or CHECKOUT / "var").expanduser().resolve()
        check_writable(data, "the DATA folder")
        make_private(data)


if __name__ == "__main__":
    try:
        check(sys.argv[1])
    except PreflightError as sentence:
        sys.exit(str(sentence))
