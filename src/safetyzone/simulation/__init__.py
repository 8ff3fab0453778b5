"""A pretend zone: poles, phones, patrols and an operator, who speak MQTT and HTTP like any device and know only the contracts."""
