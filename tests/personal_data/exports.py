"""Exports as tests read them: started on their page, run, downloaded and unpacked."""

import json
from io import BytesIO
from zipfile import ZipFile

from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.runner import run_waiting_jobs


def export(client, address: str = "/settings/export/") -> dict[str, object]:
    """The files of an export by their names, those of JSON as what they mean."""
    started = client.post(address)
    assert started.status_code == 302
    run_waiting_jobs()
    job = Job.objects.latest("pk")
    assert started.url == job.get_absolute_url()
    assert job.state == Job.State.DONE, job.error
    assert f"{started.url}file/" in client.get(started.url).content.decode()
    answer = client.get(f"{started.url}file/")
    assert answer.headers["Cache-Control"] == "private, no-store" or "no-store" in answer.headers["Cache-Control"]
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        contents = {name: archive.read(name) for name in archive.namelist()}
        files = {name: each if name.startswith("images/") else each.decode() for name, each in contents.items()}
    return {name: json.loads(text) if name.endswith(".json") else text for name, text in files.items()}


def texts(value: object) -> set[str]:
    """All texts in something that JSON has."""
    if isinstance(value, dict):
        return {text for each in value.values() for text in texts(each)}
    if isinstance(value, list):
        return {text for each in value for text in texts(each)}
    return {value} if isinstance(value, str) else set()
