"""Media of posts: names in the media folder, or public addresses that a platform fetches itself."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ag2_marketing_tools.campaigns.links import is_public, link_fault
from ag2_marketing_tools.campaigns.platforms import MediaRule, Platform
from ag2_marketing_tools.campaigns.results import MediaCheck


def check_media(
    names: list[str], platform: Platform, root: Path | None
) -> tuple[list[MediaCheck], list[str]]:
    """Check a post's media for a platform.

    Returns:
        A check for each, and the faults that forbid the post.
    """
    rule = platform.media
    faults = []
    if len(names) < rule.fewest:
        faults.append(f"{platform.title} needs at least {rule.fewest} picture or video, and there is none")
    if len(names) > rule.most:
        faults.append(f"{platform.title} takes at most {rule.most} media, and there are {len(names)}")
    checks = []
    for name in names:
        check, fault = _check(name, rule, platform.title, root)
        checks.append(check)
        faults += [fault] if fault else []
    return checks, faults


def _check(name: str, rule: MediaRule, title: str, root: Path | None) -> tuple[MediaCheck, str | None]:
    is_url = "://" in name
    path = unquote(urlsplit(name).path) if is_url and not link_fault(name) else name
    extension = PurePosixPath(path).suffix.lower().removeprefix(".")
    if is_url:
        fault = link_fault(name)
        if fault is None and rule.public_url and not is_public(name):
            fault = f"{name!r} is not public; {title} fetches media from a public URL"
        check = MediaCheck(
            media=name, found=None, reason="a remote file is not fetched before it is published"
        )
    elif rule.public_url:
        check = MediaCheck(media=name, found=None, reason="a local file cannot be used here")
        fault = f"{title} takes media only from a public URL, not {name!r}"
    else:
        check, fault = _check_local(name, root)
    if fault is None and extension and extension not in rule.extensions:
        fault = f"{title} takes {', '.join(rule.extensions)}, not {name!r}"
    return check, fault


def _check_local(name: str, root: Path | None) -> tuple[MediaCheck, str | None]:
    if not name or "\x00" in name or Path(name).is_absolute() or ".." in Path(name).parts or "\\" in name:
        return (
            MediaCheck(media=name, found=None, reason="not a name within the media folder"),
            f"media {name!r} is not a name within the media folder",
        )
    if root is None:
        return MediaCheck(
            media=name, found=None, reason="no media folder is set (AG2_MARKETING_MEDIA_ROOT)"
        ), None
    file = (root / name).resolve()
    if not file.is_relative_to(root.resolve()):  # a symbolic link may lead out of it
        fault = f"media {name!r} leads out of the media folder"
        return MediaCheck(media=name, found=None, reason=fault), fault
    if not file.is_file():
        fault = f"media {name!r} is missing in {root}"
        return MediaCheck(media=name, found=False, reason=fault), fault
    return MediaCheck(media=name, found=True, size_bytes=file.stat().st_size), None
