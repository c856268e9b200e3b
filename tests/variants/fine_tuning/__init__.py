"""Other correct ways to write the exercises of lesson 09."""
