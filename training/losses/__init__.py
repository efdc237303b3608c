"""The terms of UEM's two objectives: one loss, one file; losses do not import each other.

Embeddings are unit rows with a gradient; banks, prototypes and stored embeddings carry none.
Every loss is a mean over the batch unless ``literal_sums`` asks for the sum that is printed.
"""
