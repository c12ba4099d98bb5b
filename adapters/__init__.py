"""The world, one library a module."""
