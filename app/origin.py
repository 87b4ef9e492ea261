"""Where an answer comes from: which version of the dataset, and under which address it is served."""

from typing import NamedTuple


class Origin(NamedTuple):
    version: str
    released: str
    """The day of the release."""
    public_url: str = ""
    """The address of the API, where the settings name it."""

    def absolute(self, path: str) -> str:
        """The address of a path, as far as it is known."""
        return f"{self.public_url}{path}"
