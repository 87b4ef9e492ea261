"""What people ask of the texts, by theme: every question is one request, and its answer was read in the texts."""
