"""What every route shares: bodies, headers, origins, rate limits, and the protocol's own limits."""
