"""Redirects, followed by hand: each one is judged like a new URL."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

import httpx

from ag2_marketing_tools.errors import AddressRefused, FetchFailed
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace.gateway.addresses import AddressRules
from ag2_marketing_tools.workspace.gateway.call import Call
from ag2_marketing_tools.workspace.gateway.response import Answer, Hop

_ABSOLUTE: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_KEPT_ACROSS_ORIGINS: Final = frozenset({"accept", "user-agent", "accept-encoding"})


class Trail:
    """The way of one fetch from redirect to redirect."""

    def __init__(self, first: Call, *, rules: AddressRules, max_redirects: int) -> None:
        self.hops: list[Hop] = []
        self._rules = rules
        self._max_redirects = max_redirects
        self._seen = {(first.method, first.target.url)}

    def follow(self, call: Call, answer: Answer) -> Call:
        """Return the next request.

        Raises:
            AddressRefused: The new address is not allowed, leaves https for http, or would take a body to
            another origin.
            FetchFailed: There were too many redirects, or they turn in a circle.
        """
        here = call.target.url
        headers = tuple(answer.headers.multi_items())
        self.hops.append(Hop(here, answer.status, answer.headers["location"], headers))
        if len(self.hops) > self._max_redirects:
            raise FetchFailed(
                say("{url} redirects once more, after {most} redirects.", url=here, most=self._max_redirects),
                kind="too_many_redirects",
                remedy=say("The site's redirects must be mended, or fetch_max_redirects raised."),
            )
        following = after_redirect(call, answer, self._rules)
        if (following.method, following.target.url) in self._seen:
            raise FetchFailed(
                say(
                    "{url} redirects to {target}, which was fetched already.",
                    url=here,
                    target=following.target.url,
                ),
                kind="redirect_loop",
                remedy=say("The site's redirects must be mended (it may expect a cookie; none is kept)."),
            )
        self._seen.add((following.method, following.target.url))
        return following


def after_redirect(call: Call, answer: Answer, rules: AddressRules) -> Call:
    """Return the request that a redirect asks for, checked anew.

    Across origins only `accept` and `user-agent` go along: anything else may be a credential of the first
    one.

    Raises:
        AddressRefused: The new address is not allowed, leaves https for http, or would carry a body to
        another origin.
    """
    here = call.target
    # Servers forget to encode spaces; browsers do it for them. In a host the percent sign is refused.
    location = answer.headers["location"].strip().replace(" ", "%20").replace("\t", "%09")
    try:
        # A location with a scheme is judged as it stands: urljoin would mend some that are broken.
        there = rules.target(location if _ABSOLUTE.match(location) else urljoin(here.url, location))
    except ValueError:
        raise AddressRefused(f"{here.url} redirects to {location!r}, which is not a URL.") from None
    except AddressRefused as refusal:
        raise AddressRefused(
            f"{here.url} redirects to an address that is not allowed. {refusal.message}",
            remedy=refusal.remedy,
        ) from None
    if here.scheme == "https" and there.scheme == "http":
        raise AddressRefused(
            f"{here.url} redirects from https to http ({there.url}).",
            remedy="The site should redirect to https; fetch the http address itself if it is meant.",
        )
    method, content = _method_after(call, answer.status)
    headers = call.headers
    if there.origin != here.origin:
        if content is not None:
            raise AddressRefused(
                f"{here.url} redirects a {method} with its body to another origin ({there.url}).",
                remedy="Send the request to that address itself if it is meant.",
            )
        headers = httpx.Headers({k: v for k, v in headers.items() if k in _KEPT_ACROSS_ORIGINS})
    elif content is None:
        headers = httpx.Headers({k: v for k, v in headers.items() if k != "content-type"})
    return replace(call, target=there, method=method, content=content, headers=headers)


def _method_after(call: Call, status: int) -> tuple[str, bytes | None]:
    """Apply RFC 9110, section 15.4 (2022): 303 asks for a GET, 301 and 302 turn a POST into one."""
    becomes_get = status == 303 or (status in (301, 302) and call.method == "POST")
    if becomes_get and call.method != "HEAD":
        return "GET", None
    return call.method, call.content
