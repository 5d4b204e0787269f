"""Uploading an image, and showing it."""

from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from readlist_site.base.rate_limits.limit import Limit, LimitReached, person_key
from readlist_site.base.web.rate_limit_http import refuse, within_limit

from . import image_file
from .forms import ImageForm
from .image import Image
from .reencode import ImageRefused, reencode


@require_safe
@cache_control(private=True, no_cache=True)
@csp({"default-src": [NONE], "frame-ancestors": [NONE], "sandbox": True})
def image(request: HttpRequest, token: str, width: str, height: str) -> HttpResponseBase:
    """Stream an image to who may see it. A browser that has it still asks, since that may have ended."""
    found = get_object_or_404(Image.objects.visible_to(request.user), token=UUID(token), width=width, height=height)
    etag = f'"{found.token.hex}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    try:
        file = image_file.open_file(found.token)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, filename=found.file_name, content_type=f"image/{found.format}")
    response.headers["ETag"] = etag
    return response


def new_image(request: HttpRequest) -> HttpResponse:
    """Show the form for an image; on POST store it, and show the Markdown to copy into a text. A script is answered
    with the Markdown alone, or with a sentence that says what is wrong."""
    form = ImageForm(request.POST, request.FILES) if request.method == "POST" else ImageForm()
    added = stored(request, form) if form.is_bound and form.is_valid() else None
    status = 422 if request.method == "POST" and not added else 200
    if request.headers.get("X-Requested-With") == "fetch":
        said = added.markdown() if added else " ".join(each for errors in form.errors.values() for each in errors)
        return HttpResponse(said, content_type="text/plain; charset=utf-8", status=status)
    markdown = added and added.markdown(form.cleaned_data["description"])
    context = {"form": ImageForm() if added else form, "image": added, "markdown": markdown}
    if added:
        context["description"] = form.cleaned_data["description"]
    return render(request, "images/new.html", context, status=status)


def stored(request: HttpRequest, form: ImageForm) -> Image | None:
    """Return the stored image; None if it is refused, with the reason on the form. The same file is stored once."""
    content, digest = form.content()
    if known := Image.objects.uploaded_before(request.user, digest):
        return known
    volume = Limit.of("image_bytes", person_key(request.user))
    try:
        volume.check()
        if not within_limit(request, form, "image", "file"):
            return None
        new = reencode(content)
    except ImageRefused as refusal:
        form.add_error("file", str(refusal))
        return None
    except LimitReached as refusal:
        form.add_error("file", refuse(request, refusal))
        return None
    volume.add(len(new.content))
    return Image.objects.store(request.user, digest, new)
