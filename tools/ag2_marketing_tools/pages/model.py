"""What is known of one page after it was fetched and parsed. Text of the page is marked `untrusted`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result

Text = Annotated[str, untrusted()]
Written = Annotated[list[dict[str, str | None]], untrusted()]
"""Attributes of some elements, by their names."""


class Redirect(Result):
    """One hop."""

    url: str
    status: int
    location: str


class Transfer(Result):
    """How the page came over the wire: measured by the fetch itself, never in a lab."""

    requested_url: str
    final_url: str
    status: int
    redirects: list[Redirect]
    headers: dict[str, str] = Field(
        description="Response headers, lower-case names; repeated ones joined by ', '."
    )
    media_type: str | None
    encoding: str = Field(description="Character encoding that the text was decoded with.")
    html_bytes: Annotated[int, unit("byte")] = Field(description="Size of the document after decompression.")
    wire_bytes: Annotated[int, unit("byte")] = Field(description="Size of the document as sent.")
    time_to_first_byte_ms: Annotated[float | None, unit("ms")]
    total_ms: Annotated[float | None, unit("ms")]
    http_version: str | None = None


class Heading(Result):
    """One heading; `hidden` where a visitor sees nothing of it."""

    level: int
    text: Text
    hidden: bool = False
    image_alt: Text = Field(default="", description="Alternative text of its image, where it has no text.")


class Link(Result):
    """One `<a href>`; `url` is absolute, or null where the reference cannot be resolved."""

    href: Text
    url: str | None
    text: Text
    rel: list[str]
    internal: bool
    in_navigation: bool = False
    hidden: bool = False
    new_tab: bool = Field(default=False, description="`target=_blank`.")


class Image(Result):
    """One `<img>`; `alt` is null where the attribute is missing, which differs from an empty one."""

    src: Text
    url: str | None
    alt: Text | None
    width: str | None
    height: str | None
    loading: str | None
    hidden: bool = False
    sized: bool = Field(
        default=False,
        description="Its place can be reserved: width and height, or an aspect ratio.",
    )
    needs_alt: bool = Field(
        default=True,
        description="False where a missing `alt` is no fault: named otherwise, presentational, or hidden.",
    )


class Resource(Result):
    """Something that the page loads, or a place that a form sends to."""

    element: str = Field(
        description="`script`, `stylesheet`, `img`, `srcset` (a candidate), `iframe`, `video`, `form`, …"
    )
    url: str
    render_blocking: bool = Field(
        default=False,
        description="A classic script without `async` or `defer`, or a screen style sheet, in `<head>`.",
    )


class Alternate(Result):
    """One `hreflang` alternate."""

    language: str
    href: Text


class StructuredData(Result):
    """One block of structured data, or the reason why it could not be read."""

    syntax: Literal["json-ld", "microdata"]
    types: list[str]
    data: Annotated[dict[str, Any] | None, untrusted()]
    error: str | None = None


class HiddenText(Result):
    """Text that a visitor does not see: kept from every model, and a finding of the audit."""

    text: Text
    reason: str = Field(description="Why it is not seen: `display:none`, `hidden attribute`, `off-screen`, …")
    element: str | None = Field(
        default=None, description="The element's name; none for comments and characters."
    )


class Page(Result):
    """The parsed page."""

    transfer: Transfer
    titles: list[Text]
    descriptions: list[Text]
    meta: dict[str, Text] = Field(
        description="Other `<meta>` contents by lower-case name or property (`http-equiv:refresh` where it "
        "stands for a header). The first of a name wins."
    )
    canonicals: list[Text] = Field(description="`<link rel=canonical>` references as written.")
    canonical_url: str | None = Field(description="The first canonical, made absolute.")
    robots: list[str] = Field(description="Directives of meta robots and googlebot, lower-case.")
    language: str | None = Field(description="The `lang` attribute of `<html>`, as written.")
    charset_declared: str | None
    doctype: bool
    viewport: str | None
    headings: list[Heading]
    links: list[Link]
    images: list[Image]
    alternates: list[Alternate]
    structured_data: list[StructuredData]
    scripts: list[str] = Field(description="Absolute addresses of external scripts.")
    stylesheets: list[str]
    resources: list[Resource] = Field(
        default=[], description="All that the page refers to by an absolute address."
    )
    scripted_anchors: list[Text] = Field(
        default=[],
        description="Texts of `<a>` without `href` that are meant as links all the same, by an `onclick`, a "
        "`target` or the like: no crawler follows them.",
    )
    misplaced: list[str] = Field(
        default=[],
        description="Elements of `<head>` in `<body>`: `title`, `meta name=robots`, …",
    )
    misplaced_without_scripts: list[str] = Field(
        default=[],
        description="The same for readers that run no scripts: a `<noscript>` closes their `<head>` early.",
    )
    unnamed_controls: list[str] = Field(
        default=[], description="Links, buttons, fields and frames that a screen reader has no name for."
    )
    inline_script_bytes: Annotated[int, unit("byte")]
    dom_nodes: Annotated[int, unit("node")]
    visible_text: Text = Field(
        description="All text that a visitor sees, white space folded, hidden text left out."
    )
    main_text: Text = Field(description="The page's content without navigation, header, footer and asides.")
    hidden_text: list[HiddenText]
    scripts_as_written: Written = Field(
        default=[],
        exclude=True,
        repr=False,
        description="Attributes of each `<script>`, as readers that run no scripts find them.",
    )
    metas_as_written: Written = Field(
        default=[], exclude=True, repr=False, description="The same of each `<meta>`."
    )
    source: Text = Field(
        default="", exclude=True, repr=False, description="The document as decoded; it is never written out."
    )

    @property
    def url(self) -> str:
        """The address that the page was finally read from."""
        return self.transfer.final_url

    @property
    def title(self) -> str:
        """The first title, or an empty string."""
        return self.titles[0] if self.titles else ""

    @property
    def description(self) -> str:
        """The first meta description, or an empty string."""
        return self.descriptions[0] if self.descriptions else ""

    def headings_of(self, level: int) -> list[str]:
        """Return the texts of one level's headings that a visitor sees, in document order.

        A heading that is an image counts with its alternative text.
        """
        seen = (heading for heading in self.headings if heading.level == level and not heading.hidden)
        return [heading.text or heading.image_alt for heading in seen]
