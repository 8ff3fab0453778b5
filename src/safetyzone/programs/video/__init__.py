"""Live and recorded pictures: RTSP from cameras, fragments of MP4 to disk and browsers.

Knows the rest only through ``contracts.video``; no Django.
"""
