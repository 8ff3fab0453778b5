"""Finding cameras by what they say of themselves: WS-Discovery, ONVIF, and what is good or wrong with their streams. No Django, no sockets.

Everything here was written by a device that anybody may have put there: it is read with a cap on size, depth and time, and of the addresses
that it names only port and path are taken, never the host.
"""
