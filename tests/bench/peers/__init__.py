"""The servers that the product is compared with and that are written here: the limit, and two textbook designs."""
