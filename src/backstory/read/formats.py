"""The table of formats: an entry in, the format that reads it out. A new format is one file here and one line below.

A format is a module with

- `NAME`: the format's name, also the prefix of its rules ("html" for "html/1");
- `claims(head, name) -> bool`: whether an entry with these first bytes and this file name is of this format;
- `read(entry, options) -> Iterator[Source]`: its sources, streamed; a source that fails is yielded with its problem;
- `RULES`: for every version of its rule, the function `(raw, encoding) -> text` that makes a source's text from its
  bytes. A rule never changes once released: a better one gets the next number, and the old one stays.
"""
