"""What templates of going out say."""
