"""Models that we train ourselves. Needs the extra ``training`` (torch); a station needs none of it."""
