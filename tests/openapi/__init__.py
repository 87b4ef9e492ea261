"""The OpenAPI document outside the suite: for linters and generators."""
