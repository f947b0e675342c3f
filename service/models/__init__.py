"""Model versions, and how they score what comes in."""
