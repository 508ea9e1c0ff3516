"""Readings out of the tables of a historian, whatever database it is: asked, never written."""
