"""Every message between page and server, both ways: typed, checked, and written as JSON Schema for the page.

The page sends a request as JSON: an object with its `type`, a number `id`, and its fields. The server answers with the same `id`: as
text, or, where an answer holds arrays (`Block`), as one binary frame. An answer that belongs to a `follow` or `watch_runs` comes again
and again under the id of that request. A request that fails is answered with `failed`; nothing a page sends ends the connection.
"""

from chainrule.studio.messages import answers, requests, shared
from chainrule.studio.messages.answers import Answer
from chainrule.studio.messages.frames import Blocks, encode
from chainrule.studio.messages.requests import Request

__all__ = ["Answer", "Blocks", "Request", "answers", "encode", "requests", "shared"]
