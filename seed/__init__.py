"""The build: record files in, one database out."""
