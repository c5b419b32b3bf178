"""The browser's files and the uploaded pictures: hashed names, module graph, compression."""
