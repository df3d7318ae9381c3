"""Reading other people's files: what a cell may hold, which column is which, and what is wrong with a row.

`files` reads CSV and XLSX, `layout` finds the header, `rows` reads cells and collects what is wrong, `base` holds the
contract of an importer and the registry. Every importer checks all rows first; only then `save` writes, set by set.
"""
