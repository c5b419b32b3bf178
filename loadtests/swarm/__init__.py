"""Thousands of viewers in one process: raw sockets, one epoll loop, nothing parsed twice."""
