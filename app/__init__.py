"""The API: it reads the database that `seed` builds, and nothing else."""
