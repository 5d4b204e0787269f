"""Several servers as hosts run them: two app servers and workers, a pooler before PostgreSQL, a proxy in front."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

from tests import instance
from tests.instance import free_port
from tests.soak.site import PostgresSite, eventually

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; {user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream readlist {{
        least_conn;
        server 127.0.0.1:{first} max_fails=1 fail_timeout=2s;
        server 127.0.0.1:{second} max_fails=1 fail_timeout=2s;
        keepalive 32;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://readlist; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_connect_timeout 2s; proxy_next_upstream error timeout; proxy_next_upstream_tries 3;
        }}
    }}
}}
"""
PGBOUNCER = """
[databases]
readlist = host={socket} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
server_login_retry = 1
logfile = {folder}/pgbouncer.log
{user}
"""


def program(name: str) -> str:
    """Where it is. Whoever has it not must install it: no trial is left out in silence."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert found, f"{name} is missing: install it (apt-get install {name}), and run this again."
    return found


class Machines:
    """What runs, by name: each may be killed and started again."""

    def __init__(self, site: PostgresSite, folder: Path) -> None:
        self.site, self.folder = site, folder
        folder.chmod(0o777)
        self.ports = {name: free_port() for name in ("proxy", "pooler", "app 1", "app 2")}
        self.address = f"http://127.0.0.1:{self.ports['proxy']}"
        self.running: dict[str, subprocess.Popen] = {}
        self.variables = {
            "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{self.ports['pooler']}/readlist",
            "READLIST_DATABASE_DIRECT_URL": site.url,
            "READLIST_PROXIES": "1",
        }
        for name in ("pooler", "app 1", "app 2", "worker 1", "worker 2", "proxy"):
            self.start(name)

    def start(self, name: str) -> None:
        if name.startswith("app"):
            # Its own data folder, as on a machine of its own.
            self.running[name], _ = self.site.serve(port=self.ports[name], READLIST_WORKERS="1", **self.variables)
        elif name.startswith("worker"):
            self.running[name] = self.site.start("manage.py", "worker", "--every", "1", **self.variables)
        elif name == "database":
            self.site.start_database()
        else:
            self.running[name] = {"proxy": self._proxy, "pooler": self._pooler}[name]()
            self.site.started.append(self.running[name])
            eventually(lambda: listens(self.ports[name]))

    def kill(self, name: str) -> None:
        if name == "database":
            self.site.kill_database()
        else:
            instance.kill(self.running[name])

    def end(self, name: str) -> None:
        """As a service manager does for a restart."""
        self.running[name].terminate()
        self.running[name].communicate(timeout=60)

    def _proxy(self) -> subprocess.Popen:
        conf = self.folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        ports = {"first": self.ports["app 1"], "second": self.ports["app 2"], "port": self.ports["proxy"]}
        conf.write_text(NGINX.format(folder=self.folder, user=user, **ports))
        return subprocess.Popen([program("nginx"), "-c", conf, "-p", self.folder], text=True)

    def _pooler(self) -> subprocess.Popen:
        conf, system_user = self.folder / "pgbouncer.ini", self.site.server.system_user
        user = f"user = {system_user}" if system_user else ""
        port = self.ports["pooler"]
        conf.write_text(PGBOUNCER.format(folder=self.folder, socket=self.site.socket, port=port, user=user))
        return subprocess.Popen([program("pgbouncer"), "--quiet", conf], text=True)


def listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0
