"""Who is told of a change, and how: webhooks and callbacks."""
