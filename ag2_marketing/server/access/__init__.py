"""Who may do what: write keys of projects, accounts and their logins, tokens of programs, roles."""
