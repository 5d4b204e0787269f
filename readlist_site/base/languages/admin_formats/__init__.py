"""The formats of dates and times in Django's admin, by language, where Django's own differ from those of our pages."""
