"""The pages and the HTTP API. They look at the engine and hand it readings and commands."""
