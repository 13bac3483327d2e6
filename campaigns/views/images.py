"""The library of pictures in the editor, and the pictures themselves, for mail programs."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import brand_view
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.forms.images import ImageForm
from campaigns.selectors.images import newest_images
from campaigns.services.images import FOLDER, MAX_BYTES, NAME, keep_image
from config.kit.errors import DomainError
from config.kit.uploads import is_too_large

_YEAR_SECONDS = 365 * 24 * 3600
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif"}


@brand_view("campaigns.edit", opens_scope=False)
@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest, brand: Brand) -> HttpResponse:
    """The newest pictures with their addresses; a POST keeps one more."""
    form = ImageForm(request.POST or None, request.FILES or None)
    if is_too_large(request):
        form.errors["file"] = [f"At most {MAX_BYTES // 10**6} MB."]  # type: ignore[assignment]
    elif form.is_valid():
        form = _kept(brand, form)
    with brand_scope(brand):
        context: dict[str, Any] = {"images": newest_images(), "image_form": form}
        return render(request, "campaigns/editor/pictures.html", context)


def _kept(brand: Brand, form: ImageForm) -> ImageForm:
    """An empty form once the picture is kept, else the same with what is wrong."""
    upload = form.cleaned_data["file"]
    content = upload.read(MAX_BYTES + 1)
    try:
        keep_image(
            brand_id=brand.pk,
            content=content,
            title=upload.name or "",
            alt=form.cleaned_data["alt"],
        )
    except DomainError as error:
        form.add_error("alt" if "alt" in error.fields else "file", error.message)
        return form
    return ImageForm()


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One picture. Its name is all that is needed, and cannot be guessed; it never changes."""
    path = f"{FOLDER}/{name}"
    if NAME.fullmatch(name) is None or not default_storage.exists(path):
        raise Http404
    kind = _TYPES[name.rpartition(".")[2]]
    response = FileResponse(default_storage.open(path), content_type=kind)
    response["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
