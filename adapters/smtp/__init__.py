"""Mail: kept connections to one server, spoken to in groups of commands."""
