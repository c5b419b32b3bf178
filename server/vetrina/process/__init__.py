"""One running server: uvicorn, its listening sockets, its start and its end.

May import all but `cli`.
"""
