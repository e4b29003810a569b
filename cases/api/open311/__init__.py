"""Open311 GeoReport v2: what apps for citizens speak, in XML and JSON; see docs/open311.md."""
