"""What an operator watches: `figures` in Prometheus' format, and `health`."""
