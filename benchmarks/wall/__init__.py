"""Cameras to browsers: remuxed once for all, beside the same cameras decoded and sent as JPEG pictures."""
