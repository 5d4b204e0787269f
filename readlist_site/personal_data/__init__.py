"""Export and deletion of all that is stored about one person. Each app has functions for its part, which are called
here in order."""
