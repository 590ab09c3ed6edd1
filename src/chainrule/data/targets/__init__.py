"""What is to be predicted: how it becomes what a network gives, and how answers are read."""
