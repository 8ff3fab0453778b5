"""Looking back: playback of recordings, and the queue of what is to be looked at."""
