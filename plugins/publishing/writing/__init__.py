"""Writing on one's own machine: new posts, the development server and its build worker."""
