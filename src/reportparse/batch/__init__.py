"""Many documents: worker processes or a cluster, what is done so far, and the dataset at the end."""
