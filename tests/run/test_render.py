"""After an upgrade of the renderer, all that it made is made anew: once, in portions, and never over a newer text."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.reviews.comment_thread import CommentMessage, CommentThread
from groups.reviews.reply import CommentReply
from groups.reviews.review import Review
from groups.reviews.review_version import ReviewVersion
from groups.reviews.verdict import Verdict
from groups.threads.post import Post
from groups.threads.post_version import PostVersion
from groups.threads.thread import Thread
from notes.draft import Draft
from notes.revision import Answer
from readlist_site.base.jobs import job_run
from readlist_site.base.jobs.job import Job
from readlist_site.base.jobs.runner import run_waiting_jobs
from readlist_site.base.text import RENDERER_VERSION, RendererUnavailable, render_process
from readlist_site.run import render_anew as module
from readlist_site.run.render_anew import html_columns, render_anew, start_render_job, stored_models
from tests.groups.reviewing import days, say, show, topic_of

OLD = "<p>made long ago</p>"


@pytest.fixture
def written(group, ada, jonas):
    """One row at least of each kind, with the HTML of an older renderer."""
    topic, prompt = topic_of(group), Prompt.objects.first()
    review = say(show(ada, group), jonas, "request_changes", "Why **so**?", at=days(-2))
    verdicts = [
        Verdict(answer=each, value="needs_work", comment="*When?*") for each in review.round.revision.answers.all()
    ]
    review.edit("request_changes", "Word **two**", verdicts, now=days(-1))
    reply = CommentReply(response="addressed", review=review, round=review.round)
    reply.set_text("It is **done**.")
    reply.save()
    thread = CommentThread.objects.of_comment(review.round.submission, f"r{review.pk}")
    thread.reply(author=ada, body="Because *so*.")
    Thread.objects.start(group=group, author=jonas, title="A question", body="Does $x^2$ grow?")
    Draft.save_answers(jonas, topic, {prompt.pk: "A **knob**."})
    for model in stored_models():
        old = dict.fromkeys(html_columns(model), OLD) | {"renderer": 1}
        if model is Draft:
            old |= {"answers_html": {str(prompt.pk): OLD}, "lines": 9}
        model.objects.update(**old)
    Entry.objects.update(why="So *be* it.")
    for version in ReviewVersion.objects.all():
        version.verdicts = [each | {"comment": OLD} for each in version.verdicts]
        version.save()


def stored() -> dict[str, list[str]]:
    return {
        f"{model.__name__}.{name}": list(model.objects.order_by("pk").values_list(name, flat=True))
        for model in stored_models()
        for name in html_columns(model)
    }


def test_every_model_with_html_has_its_markdown_and_the_version_of_the_renderer():
    assert set(stored_models()) == {
        Answer, CommentMessage, CommentReply, Draft, Entry, Post, PostVersion, Review, ReviewVersion, Section, Verdict,
    }  # fmt: skip
    for model in stored_models():
        names = {field.name for field in model._meta.concrete_fields}
        assert "renderer" in names, model
        assert {name.removesuffix("_html") for name in html_columns(model)} <= names, model


def test_all_that_is_older_is_rendered_anew(written):
    counts = []
    changed = render_anew(lambda done, of: counts.append((done, of)))
    after = stored()
    assert OLD not in str(after)
    assert "<strong>two</strong>" in after["Review.overall_html"][0]
    assert "<strong>so</strong>" in str(ReviewVersion.objects.get().verdicts)
    assert "<em>When?</em>" in after["Verdict.comment_html"][0]
    assert "<strong>done</strong>" in after["CommentReply.text_html"][0]
    assert "<msup>" in after["Post.body_html"][0]
    assert after["Entry.why_html"][0].strip() == '<p dir="auto">So <em>be</em> it.</p>'
    draft = Draft.objects.get()
    assert "<strong>knob</strong>" in next(iter(draft.answers_html.values()))
    assert (draft.lines, draft.version) == (1, 1)
    assert OLD not in str(ReviewVersion.objects.get().verdicts)
    assert counts[-1] == (changed, changed)
    assert render_anew() == 0


def test_line_breaks_of_what_was_counted_without_them_stay_spaces(written):
    Answer.objects.update(body="Knob: β\nFails", line_breaks=False)
    Entry.objects.update(why="One\ntwo", renderer=1)
    Post.objects.update(body="One\ntwo")
    render_anew()
    assert {each.body_html for each in Answer.objects.all()} == {'<p dir="auto">Knob: β\nFails</p>\n'}
    assert Entry.objects.first().why_html == '<p dir="auto">One\ntwo</p>\n'
    assert Post.objects.get().body_html == '<p dir="auto">One<br>\ntwo</p>\n'


def test_nothing_is_left_out_of_what_was_read_before(written):
    text = "---\na: b\n---\nI saw\n\n%% this %%"
    for model, name in ((Answer, "body"), (Post, "body"), (Review, "overall"), (Entry, "why")):
        model.objects.update(**{name: text}, renderer=1)
    render_anew()
    after = stored()
    for name in ("Answer.body_html", "Post.body_html", "Review.overall_html"):
        assert all("%% this %%" in html and "a: b" in html for html in after[name]), name
    # In a list's file, the comment is there, too, and was never shown.
    assert not any("this" in html for html in after["Entry.why_html"])


def test_what_was_stopped_goes_on_where_it_was(written, monkeypatch):
    monkeypatch.setattr(module, "BATCH_SIZE", 2)
    rendered, render_stored = [], module.render_stored

    def stop_soon(source, **how):
        if len(rendered) == 5:
            raise RendererUnavailable
        rendered.append(source)
        return render_stored(source, **how)

    with monkeypatch.context() as patch:
        patch.setattr(module, "render_stored", stop_soon)
        with pytest.raises(CommandError, match="again"):
            call_command("render", stdout=StringIO(), stderr=StringIO())
    left = sum(model.objects.filter(renderer__lt=RENDERER_VERSION).count() for model in stored_models())
    output = StringIO()
    call_command("render", stdout=output, stderr=StringIO())
    assert output.getvalue() == f"{left:,} texts rendered again.\n"
    assert OLD not in str(stored())


def test_a_text_that_is_changed_meanwhile_is_left_as_it_was_changed(written, monkeypatch):
    values_of = module._values

    def change_first(row):
        if isinstance(row, Post):
            Post.objects.filter(pk=row.pk).update(body="newer", body_html="<p>newer</p>", renderer=RENDERER_VERSION)
        if isinstance(row, Entry):
            Entry.objects.filter(pk=row.pk).update(why="newer", why_html="<p>newer</p>")
        return values_of(row)

    monkeypatch.setattr(module, "_values", change_first)
    render_anew()
    assert Post.objects.get().body_html == "<p>newer</p>"
    assert set(Entry.objects.values_list("why_html", flat=True)) == {"<p>newer</p>"}


def test_review_versions_without_their_markdown_stay_as_they_are(written):
    ReviewVersion.objects.update(renderer=None, overall="", overall_html="<p>of old</p>")
    render_anew()
    assert ReviewVersion.objects.get().overall_html == "<p>of old</p>"


def test_what_would_take_too_long_stands_as_it_was_written(written):
    Post.objects.update(body="![" * 9_000 + "<b>")
    render_anew()
    post = Post.objects.get()
    assert post.renderer == RENDERER_VERSION
    assert post.body_html.startswith('<p dir="auto">![![![')
    assert "&lt;b&gt;" in post.body_html


def test_a_busy_machine_leaves_the_rest_for_later(written, monkeypatch):
    def gone(*args, **limits):
        raise render_process.RenderProcessUnavailable

    monkeypatch.setattr(render_process, "call", gone)
    with pytest.raises(RendererUnavailable):
        render_anew()
    assert Post.objects.get().renderer == 1


def test_a_job_does_it_once_and_goes_on_where_it_was_cancelled(written, monkeypatch, ada, signed_in):
    monkeypatch.setattr(module, "BATCH_SIZE", 1)
    monkeypatch.setattr(job_run, "REPORT_EVERY", 0)
    job, rendered = start_render_job(), []
    assert start_render_job() == job
    unchanged = module._unchanged

    def cancel_after_one(row):
        rendered.append(row)
        job.cancel()
        return unchanged(row)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_unchanged", cancel_after_one)
        run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, len(rendered)) == ("cancelled", 1)
    job = start_render_job()
    run_waiting_jobs()
    job.refresh_from_db()
    assert job.result["texts"] > 5
    assert start_render_job() is None
    ada.is_superuser = True
    ada.save()
    page = signed_in(ada).get(job.get_absolute_url()).content.decode()
    assert f"{job.result['texts']} texts were rendered again." in page


def test_a_job_on_a_busy_server_says_so(written, monkeypatch):
    def busy(on_progress):
        raise RendererUnavailable

    monkeypatch.setattr(module, "render_anew", busy)
    start_render_job()
    run_waiting_jobs()
    assert Job.objects.get().error == "busy"
