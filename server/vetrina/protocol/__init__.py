"""What is said on a socket: frames, their codec, close codes and the session; pure."""
