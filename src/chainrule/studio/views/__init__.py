"""The views: for each request, the function that answers it."""
