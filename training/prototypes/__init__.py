"""From a memory bank to prototypes: k-means, the number of clusters, unified prototypes."""
