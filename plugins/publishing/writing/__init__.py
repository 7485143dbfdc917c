"""Writing on one’s own machine: a new post, the development server and its build worker."""
