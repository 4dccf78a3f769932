"""Personal and health data: the one filter before every reader, and a person's rights to see and to erase."""

from ag2_marketing_tools.privacy.filtering import (
    Audience,
    for_audience,
    json_for_audience,
    personal_values,
    pseudonym,
)
from ag2_marketing_tools.privacy.rights import (
    ERASED_TITLE,
    ERASURES,
    Erased,
    erase_subject,
    export_subject,
)

__all__ = [
    "ERASED_TITLE",
    "ERASURES",
    "Audience",
    "Erased",
    "erase_subject",
    "export_subject",
    "for_audience",
    "json_for_audience",
    "personal_values",
    "pseudonym",
]
