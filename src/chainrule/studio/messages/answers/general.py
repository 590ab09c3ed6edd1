"""The base of answers, and those that belong to no view."""

from msgspec import Struct

from chainrule.studio.messages.shared import PartName


class Told(Struct, frozen=True, tag_field="type"):
    """The base of answers.

    Args:
        id: of the request that is answered; 0 where nobody asked.
    """

    id: int


class Welcome(Told, frozen=True, tag="welcome"):
    """The first message of a connection.

    Args:
        version: of Chainrule.
        folder: of the runs, as the server was told.
        run: the run to open at first; None where none was named.
        methods: of explanation.
        parts: of a run's data.
        upload_bytes: that an upload may have.
    """

    version: str
    folder: str
    run: str | None
    methods: list[str]
    parts: list[PartName]
    upload_bytes: int


class Failed(Told, frozen=True, tag="failed"):
    """A request that could not be answered.

    Args:
        message: what was asked, what was met, what to do.
        layer: of a situation, the number of the layer at fault; None where it is none.
        field: of a request that is malformed, where in it.
        fault: whether the server is at fault, not the request.
    """

    message: str
    layer: int | None = None
    field: str | None = None
    fault: bool = False


class Superseded(Told, frozen=True, tag="superseded"):
    """A request that a newer one has taken the place of."""


class Done(Told, frozen=True, tag="done"):
    """A request that was carried out, with nothing more to say."""
