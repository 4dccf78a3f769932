"""One module per revision, numbered `r0001`, `r0002`, …; a revision that was released is never edited."""
