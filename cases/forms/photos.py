"""The field for photos in forms, which stands on the ground floor."""

from gridgov.photo_field import MOST_PHOTOS, PhotosField, PhotosInput

__all__ = ["MOST_PHOTOS", "PhotosField", "PhotosInput"]
