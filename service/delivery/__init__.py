"""Who is told of a change, and how: webhooks, callbacks, and events for who polls."""
