"""The wire protocol: frames, their codec, close codes and the session; pure."""
