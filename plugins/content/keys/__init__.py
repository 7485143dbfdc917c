"""Reference of the content’s keys: a description of each, and the pages of docs made of them."""
