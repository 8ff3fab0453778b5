"""Where cameras should stand and look: maximal covering with headings, every answer with a proven bound. No Django here.

``cover`` holds who sees what; ``question`` says what is asked and what an answer is; ``plan.choose`` and ``reaim.advise`` answer.
"""
