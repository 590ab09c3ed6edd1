"""The pipeline: from collected examples to tensors, with what the training rows taught."""
