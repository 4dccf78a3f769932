"""Personal and health data: the one filter before every reader, a person's rights, and who reached what."""

from ag2_marketing_tools.privacy.accesses import (
    LOGGED,
    Access,
    accesses_of,
    log_accesses,
    subjects_in,
    subjects_named,
)
from ag2_marketing_tools.privacy.counting import erasures_counted
from ag2_marketing_tools.privacy.filtering import (
    PSEUDONYM,
    Audience,
    for_audience,
    json_for_audience,
    personal_values,
    personal_values_in,
    pseudonym,
)
from ag2_marketing_tools.privacy.resolving import (
    masked,
    named_in_words,
    names_behind,
    with_names,
    without_names,
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
    "LOGGED",
    "PSEUDONYM",
    "Access",
    "Audience",
    "Erased",
    "accesses_of",
    "erase_subject",
    "erasures_counted",
    "export_subject",
    "for_audience",
    "json_for_audience",
    "log_accesses",
    "masked",
    "named_in_words",
    "names_behind",
    "personal_values",
    "personal_values_in",
    "pseudonym",
    "subjects_in",
    "subjects_named",
    "with_names",
    "without_names",
]
