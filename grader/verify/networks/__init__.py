"""What the course's papers say of networks and data, and the sizes of layers."""
