"""Link checks: which are due (`link_schedule`), what a visit means (`evaluate`), what is written (`record`)."""
