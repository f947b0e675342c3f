"""Other services' protocols, spoken by us: one folder each."""
