"""The pages for people: sign-in, queue and what stands around them; HTML, CSS and plain modules."""
