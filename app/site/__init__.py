"""Pages for people: every answer of the API, drawn from its own JSON."""
