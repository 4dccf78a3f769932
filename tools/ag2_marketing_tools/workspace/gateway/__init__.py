"""The gateway: all outgoing HTTP, in one place.

addresses    which URLs and addresses may be fetched from (`address_rules.json`)
transport    the connection, made to an address that was judged and to no other
tls          what certificates are checked against, what a connection agreed on, why a check failed
exchange     one request: its place in the queue, its caps
redirects    followed by hand, each judged anew
retry, breaker, limits, deadline, cache   what keeps it polite, patient and bounded
redaction    secrets struck from logs, errors and recordings
gateway      `Gateway.fetch`, which joins them
proxy        a browser's only way out, under the same rules
api_gateway  `APIGateway`: configured services with fallbacks
"""

from ag2_marketing_tools.workspace.gateway.api_gateway import APIGateway
from ag2_marketing_tools.workspace.gateway.body import gunzip
from ag2_marketing_tools.workspace.gateway.breaker import CircuitBreaker
from ag2_marketing_tools.workspace.gateway.gateway import Gateway
from ag2_marketing_tools.workspace.gateway.limits import RateLimiter
from ag2_marketing_tools.workspace.gateway.redaction import Redactor
from ag2_marketing_tools.workspace.gateway.response import Hop, Response
from ag2_marketing_tools.workspace.gateway.services import ServicePolicy, Services
from ag2_marketing_tools.workspace.gateway.tls import TlsSession
from ag2_marketing_tools.workspace.gateway.transport import Resolver

__all__ = [
    "APIGateway",
    "CircuitBreaker",
    "Gateway",
    "Hop",
    "RateLimiter",
    "Redactor",
    "Resolver",
    "Response",
    "ServicePolicy",
    "Services",
    "TlsSession",
    "gunzip",
]
