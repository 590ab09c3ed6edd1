"""Pictures of what is inside, by matplotlib; needs the extra "pictures"."""
