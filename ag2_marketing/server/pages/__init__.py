"""What people see: logging in and out, experiments, and who has access."""
