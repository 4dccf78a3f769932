"""A fetched page as a typed model: what every family that looks at pages shares."""
