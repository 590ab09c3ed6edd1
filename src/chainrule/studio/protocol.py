"""Requests and responses: what a page asks, and what it is told.

A question is one class: the fields of its request, and `respond`, whose return annotation is the type of the response. Defining it
registers it: the server then decodes such requests and answers them, and the page's types are generated from it. A response is a
dataclass or `Struct` of numbers, texts, lists, dicts, arrays and other dataclasses, and is encoded as it is.

The page sends a request as JSON: an object with its `type`, a number `id`, and its fields. The server answers with the same `id`: by a
`Response`, `Failed` or `Superseded`. A request of a kind that is answered `every` so many seconds is answered again and again under its id.
Nothing a page sends ends the connection.
"""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, ClassVar, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from chainrule.studio.fields import PartName
from chainrule.studio.jobs import Jobs

Identity: TypeAlias = Annotated[int, Meta(ge=1, le=2**53)]
_requests: dict[str, type["Request"]] = {}
_decoders: dict[tuple[type["Request"], ...], msgspec.json.Decoder[Any]] = {}


def _tag(name: str) -> str:
    """Return the `type` of a request: its class's name in small letters, "read_run" of `ReadRun`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Request(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag=_tag):
    """The base of requests. A subclass that has `respond` is a question that pages can ask; its name in small letters is its `type`.

    Args:
        id: of the request; its responses carry it too.

    Attributes:
        waits: whether it waits for its turn in the queue of its runs, as what computes does.
        acts: whether it does something: the page does not ask it again over a new connection, for it may have been done.
        every: seconds between two responses of a request that is answered again and again: `respond` then yields them, None where there is
            nothing new.

    Example:
        >>> class CountRuns(Request, frozen=True):
        ...     def respond(self, jobs: Jobs) -> int:
        ...         return len(jobs.library.names())
        >>> decode(b'{"type": "count_runs", "id": 1}')
        CountRuns(id=1)
        >>> response_type(CountRuns)
        <class 'int'>
        >>> forget(CountRuns)
    """

    id: Identity
    waits: ClassVar[bool] = True
    acts: ClassVar[bool] = False
    every: ClassVar[float | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.respond is not Request.respond:
            _requests[_tag(cls.__name__)] = cls

    def respond(self, jobs: Jobs) -> Any:
        """Return the response; what does it may take its time.

        Args:
            jobs: the runs, the uploads, the trainings, and the data that were read lately.

        Raises:
            ChainruleError: the request does not fit what there is.
        """
        raise NotImplementedError

    def about(self) -> object | None:
        """Return what the request is about, where one that waits gives way to a newer one of the same kind, by the same page, about
        something else; None where none gives way."""
        return None

    def runs(self) -> list[str]:
        """Return the runs in whose queues it waits; "" is that of what belongs to none."""
        return [getattr(self, "run", "")]


class Welcome(Struct, frozen=True, tag="welcome", tag_field="type"):
    """The first message of a connection.

    Args:
        id: 0, for nobody asked.
        version: of Chainrule.
        folder: of the runs, as the server was told.
        run: the run to open at first; None where none was named.
        methods: of explanation.
        parts: of a run's data.
        upload_bytes: that an upload may have.
    """

    id: int
    version: str
    folder: str
    run: str | None
    methods: list[str]
    parts: list[PartName]
    upload_bytes: int


class Response(Struct, frozen=True, tag="response", tag_field="type"):
    """A request that was answered.

    Args:
        id: of the request.
        body: what its class's `respond` returned.
    """

    id: int
    body: Any


class Failed(Struct, frozen=True, tag="failed", tag_field="type"):
    """A request that could not be answered.

    Args:
        id: of the request; 0 where that cannot be read.
        message: what was asked, what was met, what to do.
        layer: of settings, the number of the layer at fault; None where it is none.
        field: of a request that is malformed, where in it.
        fault: whether the server is at fault, not the request.
    """

    id: int
    message: str
    layer: int | None = None
    field: str | None = None
    fault: bool = False


class Superseded(Struct, frozen=True, tag="superseded", tag_field="type"):
    """A request that a newer one has taken the place of.

    Args:
        id: of the request.
    """

    id: int


class Done(Struct, frozen=True):
    """The response to a request that was carried out, with nothing more to say."""


Frame: TypeAlias = Welcome | Response | Failed | Superseded


def requests() -> tuple[type[Request], ...]:
    """Return the classes of all requests."""
    return tuple(_requests.values())


def forget(request: type[Request]) -> None:
    """Take a request out of those that are answered."""
    _requests.pop(_tag(request.__name__), None)


def tag_of(request: type[Request]) -> str:
    """Return the `type` by which a page asks a request."""
    return _tag(request.__name__)


def response_type(request: type[Request]) -> Any:
    """Return the type of the responses to a request: what its `respond` is annotated with."""
    found = get_type_hints(request.respond)["return"]
    if request.every is None:
        return found
    assert get_origin(found) is Iterator
    (each,) = get_args(found)
    if get_origin(each) not in (Union, UnionType):
        return each
    (kept,) = [one for one in get_args(each) if one is not type(None)]
    return kept


def decode(text: str | bytes) -> Request:
    """Return the request in a message of a page.

    Raises:
        MsgspecError, UnicodeError, RecursionError: it is none.
    """
    known = requests()
    if known not in _decoders:
        _decoders.clear()
        _decoders[known] = msgspec.json.Decoder(Union[known])  # noqa: UP007, of classes that are known only now
    return _decoders[known].decode(text)
