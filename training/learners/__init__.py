"""What learns: only the head on stored features, or the whole encoder on images."""
