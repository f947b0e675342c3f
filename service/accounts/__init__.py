"""Sites, staff and what they sign in with: keys, secrets, sessions, throttling."""
