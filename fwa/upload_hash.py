"""A file that is only hashed: chunk by chunk in memory, nothing is written anywhere, and a huge one is cut off."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest


@dataclass(frozen=True)
class HashedUpload:
    """Digest and size of what was sent; stands where Django expects the file."""

    name: str
    size: int
    sha256: str

    def close(self) -> None:
        """There is nothing to close."""


class HashingUploadHandler(FileUploadHandler):
    """Use as the only upload handler; `too_large` tells whether the limit in bytes was passed."""

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._hash = hashlib.sha256()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a chunk into the digest and pass nothing on."""
        self._size += len(raw_data)
        if self._size > self.limit:
            self.too_large = True
            raise StopUpload(connection_reset=False)
        self._hash.update(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:  # type: ignore[override]
        return HashedUpload(name=self.file_name or "", size=file_size, sha256=self._hash.hexdigest())
