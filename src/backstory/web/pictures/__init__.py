"""Rows in, what a template draws as SVG out: places in percent across and pixels down, so that nothing is stretched."""
