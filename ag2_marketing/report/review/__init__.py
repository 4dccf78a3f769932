"""The review of a location as a report: `Report.review` names the evidence that its sections are drawn from.

page      as one HTML page (`review_page`)
markdown  as Markdown (`review_markdown`)
build     from `run_location_review`'s answer to its report
"""
