"""A press of an SOS pole, from MQTT to the screens of 20 operators: how many a second, and how late."""
