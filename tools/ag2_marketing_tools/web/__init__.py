"""The web as a conversation reads it."""

from ag2_marketing_tools.web.fetch import FetchedPage, FetchPage, fetch_page

__all__ = ["FetchPage", "FetchedPage", "fetch_page"]
