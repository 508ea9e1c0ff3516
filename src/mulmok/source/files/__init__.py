"""Readings files: CSV, Parquet and XLSX, wide or long, in and out; and the folder they drop into.

Values in files are in the canonical unit of their channel's quantity (GLOSSARY). The format is
described in README.md beside this file.
"""
