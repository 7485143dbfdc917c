"""The theme's typefaces: what its styles say of them, and pictures set in them."""
