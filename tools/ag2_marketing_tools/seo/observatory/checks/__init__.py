"""The twelve tests, one function each: from what was seen of a site to the id of a result."""
