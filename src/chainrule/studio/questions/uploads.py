"""The files that were uploaded."""

from typing import ClassVar

from msgspec import Struct

from chainrule.studio.jobs import Jobs
from chainrule.studio.protocol import Request
from chainrule.studio.uploads import Upload


class UploadList(Struct, frozen=True):
    """The files that were uploaded; also the body of the response to an upload by POST.

    Args:
        uploads: the newest first; in the answer to an upload, before them that upload.
    """

    uploads: list[Upload]


class ListUploads(Request, frozen=True):
    """List uploads."""

    waits: ClassVar[bool] = False

    def respond(self, jobs: Jobs) -> UploadList:
        return UploadList(jobs.uploads.all())
