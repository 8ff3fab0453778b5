"""Provinces, stations and zones. A zone lies apart from its station, and the command room may be at a third place."""

from django.db import models


class Province(models.Model):
    """จังหวัด: one of the 77, by its code of the Department of Provincial Administration (= ISO 3166-2:TH)."""

    code = models.CharField(max_length=2, primary_key=True)
    name_th = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    bureau = models.CharField(max_length=2)
    """กองบัญชาการ: M for the Metropolitan Police Bureau, 1 to 9 for the Provincial Police Regions."""
    lon = models.FloatField()
    lat = models.FloatField()


class Station(models.Model):
    """สถานีตำรวจ."""

    code = models.CharField(max_length=16, primary_key=True)
    name_th = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="stations")
    lon = models.FloatField()
    lat = models.FloatField()
    command_room_lon = models.FloatField()
    command_room_lat = models.FloatField()
    pilot = models.BooleanField(default=False)


class Zone(models.Model):
    """เขตปลอดภัย (Smart Safety Zone). ``border`` is a GeoJSON Polygon, longitude first."""

    code = models.CharField(max_length=16, primary_key=True)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="zones")
    name_th = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    border = models.JSONField()
    border_is = models.CharField(max_length=12, default="circle")
    """``circle``: of the published area, ``assumed``: of 800 m where none is published; ``drawn``: by the station itself."""
    area_km2 = models.FloatField(null=True)
    people = models.PositiveIntegerField(null=True)
    households = models.PositiveIntegerField(null=True)
    lon = models.FloatField()
    lat = models.FloatField()
