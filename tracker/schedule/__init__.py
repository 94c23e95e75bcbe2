"""Scheduled summaries: when they are due, where they are recorded, what runs them, and how they are delivered."""
