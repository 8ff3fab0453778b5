"""Is the picture still the picture? A small grey one against the camera's own reference view. No Django here.

96 x 54 pixels: enough to see that a camera was turned, covered, defocused or blinded, and too coarse to know a face or a plate by.
"""
