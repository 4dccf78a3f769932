"""The history of a page's audits: what is new, fixed, worse and better."""
