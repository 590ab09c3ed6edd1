"""Who may ask: only a page that was opened with the token, from this machine, by a browser that names us as host and origin.

The token is made anew each time the studio is opened. A page comes with it in its address once, and then has it as a cookie that
scripts cannot read, and that browsers send when a file or another site leads here, but with no question that one of these asks; a page
that is embedded, as in a notebook, has it in its path. The names in Host and Origin are checked, so that another site whose name is made
to point to this machine (DNS rebinding) is sent away.
"""

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EMBEDDED = "/t/"  # the token follows
_FORBIDDEN = "Open the studio by the link that `chainrule studio` prints: it holds the token without which nobody is let in.\n"


def policy(port: int) -> str:
    """Return the Content-Security-Policy: everything from here, nothing from elsewhere, no script or style within the page."""
    sockets = " ".join(f"ws://{host}:{port}" for host in ("127.0.0.1", "localhost"))
    return "; ".join(
        [
            "default-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            f"connect-src 'self' {sockets}",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
        ]
    )


class Guard:
    """Lets requests through to an application, or sends them away.

    Args:
        app: the application.
        port: that the server listens at.
        token: that a page must know.
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost")}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._token = token
        self._cookie = f"chainrule_studio_{port}"
        self._headers = {
            "content-security-policy": policy(port),
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._comes_from_here(scope, headers):
            await self._send_away(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/" and self._is_token(_token_in(scope)):
            response = RedirectResponse("/", 303)
            response.set_cookie(self._cookie, self._token, httponly=True, samesite="lax", path="/")
            await response(scope, receive, self._with_headers(send))
        elif (inner := self._embedded(scope)) is not None:
            await self._app(inner, receive, self._with_headers(send))
        elif self._is_token(self._cookie_in(headers)):
            await self._app(scope, receive, self._with_headers(send))
        else:
            await self._send_away(scope, receive, send)

    def _comes_from_here(self, scope: Scope, headers: Headers) -> bool:
        """Whether host and origin are ours; what changes something or stays open must name its origin."""
        if headers.getlist("host") != [headers.get("host")] or headers.get("host") not in self._hosts:
            return False
        origin = headers.get("origin")
        if origin is None:
            return scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        return origin in self._origins

    def _embedded(self, scope: Scope) -> Scope | None:
        """Return the request of an embedded page without the token in its path; None where there is none."""
        token, _, rest = scope["path"].removeprefix(_EMBEDDED).partition("/")
        if not scope["path"].startswith(_EMBEDDED) or not self._is_token(token):
            return None
        return {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}

    def _is_token(self, given: str | None) -> bool:
        return given is not None and secrets.compare_digest(given.encode(), self._token.encode())

    def _cookie_in(self, headers: Headers) -> str | None:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return None
        return None if found is None else found.value

    async def _send_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
        else:
            await PlainTextResponse(_FORBIDDEN, 403)(scope, receive, self._with_headers(send))

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        return sending


def _token_in(scope: Scope) -> str | None:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token")
