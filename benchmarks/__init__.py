"""Measurements that are run by hand; no test and no verdict depends on them."""
