"""An edit of texts applied to the kept site, in a helper process that never imports all of Pelican."""
