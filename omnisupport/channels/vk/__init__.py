"""VK communities, by the API and the Callback API."""
