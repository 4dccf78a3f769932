"""The tracking server (extra `server`): takes events from web pages and other programs, shows experiments.

wire         what clients send, read strictly
sink         where events go, and `experiments`, what the server asks of them; `engine` joins both to the engine
writer       group commit: many requests, one transaction; answered when it is durable
consent      what may be stored at all
tracking     `/api/track/…`
assigning    `/api/assign`
reading      `/api/experiments/…`
pages        what people see, and how they log in
access       write keys, accounts, tokens and sessions, and who may do what
web          bodies, headers, rate limits: what every route shares
operation    `/health` and `/metrics`
app          all of it put together
run          uvicorn, the address, TLS, and stopping without losing anything
"""

from importlib.util import find_spec

from ag2_marketing_tools.errors import Unavailable

_NEEDED = ("argon2", "httptools", "msgspec", "prometheus_client", "starlette", "uvicorn")

if not all(map(find_spec, _NEEDED)):
    raise Unavailable(
        "The tracking server needs the extra `server`.",
        remedy="Install it: pip install 'ag2-marketing[server]'",
    )
