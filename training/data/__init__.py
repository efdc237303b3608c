"""From a folder to pixels: scanning, the one decoding policy, and the view an encoder gets."""
