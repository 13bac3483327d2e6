"""Uploads: the size is looked at before a byte is kept (trust rule 24)."""

from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.kit.csvs import decoded
from config.kit.errors import Invalid

MAX_BYTES = 512 * 1024 * 1024
# What surrounds the files of a form.
_FORM_BYTES = 64 * 1024
_MARK = "rapport.upload_too_large"


class RefuseLarge(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS. A file of a body that is too large is read to its end, so that
    the browser gets an answer, and kept nowhere; the view asks `is_too_large`."""

    def handle_raw_input(  # noqa: PLR0917 (as Django calls it)
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int | None,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self._is_too_large = (content_length or 0) > MAX_BYTES + _FORM_BYTES
        if self._is_too_large:
            META[_MARK] = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self._is_too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one keep the file."""


def is_too_large(request: HttpRequest) -> bool:
    return bool(request.META.get(_MARK))


def text_of(upload: IO[bytes], *, max_bytes: int) -> str:
    """An uploaded file as text. Raises Invalid (`file`) for a larger one."""
    # One byte more than allowed tells that it is too large, without reading all of it.
    content = upload.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise Invalid.at("file", _("The file is too large. Split it."))
    return decoded(content)
