"""Work that takes longer than a request may: reading a list, an export, rendering anew. One table for all of it.

An app registers what it does, when it is ready (`AppConfig.ready`):

    register_kind(JobKind("account_export", "Account export", export_account, template="accounts/export_job.html"))

A view starts it, and shows its page, which shows the progress, then the result (`job.get_absolute_url()`):

    job = Job.objects.start("account_export", person=request.user, facts={"format": "json"}, key=f"account-{user.pk}")

Inside a transaction that writes something for the job to find it stays unseen until the commit. With a `key`, the job
with the same key that isn't finished is returned instead of a second one. `facts` are JSON, and all that the job knows:

    def export_account(run: JobRun) -> dict | None:
        with run.create_file("account.zip") as file:  # optional: the file that the job's page offers, for a while
            for done, thing in enumerate(things):
                run.report(done, len(things))
                file.write(...)
        return {"things": len(things)}  # JSON, for the template: `job.result`

- `run.job` is the row, `run.job.person` whose it is, `run.job.facts` what it was started with.
- `run.report(done, total)` keeps how far it is, and raises JobStopped if it was cancelled or the worker ends, JobFailed
  if it took too much processor time: let them pass. Call it often (it writes once a second), and in no transaction; in
  one, `run.check()` raises the same and writes nothing.
- `raise JobFailed("no_such_group")` ends it with `job.error`, a code of which the kind's template makes a sentence; any
  other exception is logged, and the code is "failed".
- It may be run again from the start, when the worker was killed or told to end: what it writes must be idempotent.

The kind's template is shown once the job is done or has failed, with `job`. A finished job is deleted with its file
after `JobKind.kept_for`. The worker runs one job at a time beside its ticks (`runner.py`), `manage.py runserver` does
so in a thread, and `manage.py tick` runs all that wait. Tests call `runner.run_waiting_jobs()`.
"""
