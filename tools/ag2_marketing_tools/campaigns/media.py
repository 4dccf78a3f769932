"""Media of posts: names in the media folder, or public addresses that a platform fetches itself."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ag2_marketing_tools.campaigns.links import is_public, link_fault
from ag2_marketing_tools.campaigns.platforms import MediaRule, Platform
from ag2_marketing_tools.campaigns.results import MediaCheck
from ag2_marketing_tools.messages import say


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
        faults.append(
            say(
                "{platform} needs at least {fewest} picture or video, and there is none",
                platform=platform.title,
                fewest=rule.fewest,
            )
        )
    if len(names) > rule.most:
        faults.append(
            say(
                "{platform} takes at most {most} media, and there are {given}",
                platform=platform.title,
                most=rule.most,
                given=len(names),
            )
        )
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
            fault = say(
                "{file!r} is not public; {platform} fetches media from a public URL",
                file=name,
                platform=title,
            )
        check = MediaCheck(
            media=name, found=None, reason=say("a remote file is not fetched before it is published")
        )
    elif rule.public_url:
        check = MediaCheck(media=name, found=None, reason=say("a local file cannot be used here"))
        fault = say("{platform} takes media only from a public URL, not {file!r}", platform=title, file=name)
    else:
        check, fault = _check_local(name, root)
    if fault is None and extension and extension not in rule.extensions:
        fault = say(
            "{platform} takes {kinds}, not {file!r}",
            platform=title,
            kinds=", ".join(rule.extensions),
            file=name,
        )
    return check, fault


def _check_local(name: str, root: Path | None) -> tuple[MediaCheck, str | None]:
    if not name or "\x00" in name or Path(name).is_absolute() or ".." in Path(name).parts or "\\" in name:
        return (
            MediaCheck(media=name, found=None, reason=say("not a name within the media folder")),
            say("media {file!r} is not a name within the media folder", file=name),
        )
    if root is None:
        return MediaCheck(
            media=name, found=None, reason=say("no media folder is set (AG2_MARKETING_MEDIA_ROOT)")
        ), None
    file = (root / name).resolve()
    if not file.is_relative_to(root.resolve()):  # a symbolic link may lead out of it
        fault = say("media {file!r} leads out of the media folder", file=name)
        return MediaCheck(media=name, found=None, reason=fault), fault
    if not file.is_file():
        fault = say("media {file!r} is missing in {folder}", file=name, folder=str(root))
        return MediaCheck(media=name, found=False, reason=fault), fault
    return MediaCheck(media=name, found=True, size_bytes=file.stat().st_size), None
