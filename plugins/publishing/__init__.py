"""Publishing: checks, the git server to push to, releases, and the development server."""
