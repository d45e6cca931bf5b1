-- The desk, version 1. Tables and columns that `docs/tables.md` names are a contract; the others are the desk's own.

CREATE TABLE contents (             -- the desk's own: one row for equal bytes
  id INTEGER PRIMARY KEY,
  source_id TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL,
  encoding TEXT,
  raw BLOB NOT NULL,                -- Zstandard-compressed
  text BLOB,                        -- likewise; null where the text is the bytes read as UTF-8
  chars INTEGER NOT NULL,
  text_sha256 TEXT NOT NULL,
  said TEXT NOT NULL,               -- what the container says: stated, marks, items, expected; as JSON
  expected INTEGER,                 -- how many articles the source says that it holds, if it says so
  found INTEGER,                    -- how many articles cleaning found
  cleaned INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX contents_to_clean ON contents (id) WHERE cleaned = 0;

CREATE TABLE sources (
  source_id TEXT NOT NULL REFERENCES contents (source_id),
  uri TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  read_at TEXT NOT NULL,
  problem TEXT,
  PRIMARY KEY (source_id, uri)
) STRICT, WITHOUT ROWID;
CREATE INDEX sources_by_uri ON sources (uri);
CREATE INDEX sources_with_problems ON sources (source_id) WHERE problem IS NOT NULL;

CREATE TABLE files (                -- the desk's own: files read to their end, so that a second run passes over them
  path TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  modified INTEGER NOT NULL,        -- nanoseconds since 1970
  options TEXT NOT NULL             -- how it was read
) STRICT, WITHOUT ROWID;

CREATE TABLE line_sources (         -- the desk's own: which sources hold a line; at most five are kept for each line
  line INTEGER NOT NULL,
  content INTEGER NOT NULL REFERENCES contents (id),
  PRIMARY KEY (line, content)
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
  article_id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES contents (source_id),
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  title TEXT,
  outlet TEXT,
  byline TEXT,
  section TEXT,
  language TEXT,
  published TEXT,
  published_how TEXT,
  published_earliest TEXT,
  published_latest TEXT,
  words INTEGER NOT NULL,
  copy_of TEXT,
  story_id TEXT,
  place_line TEXT,
  url TEXT,
  confidence REAL NOT NULL,
  evidence TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX articles_by_source ON articles (source_id, start);
CREATE INDEX articles_by_date ON articles (published_earliest, article_id);
CREATE INDEX articles_by_outlet ON articles (outlet, published_earliest);

CREATE TABLE blocks (
  source_id TEXT NOT NULL REFERENCES contents (source_id),
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  kind TEXT NOT NULL,
  confidence REAL NOT NULL,
  article_id TEXT REFERENCES articles (article_id),
  PRIMARY KEY (source_id, start)
) STRICT, WITHOUT ROWID;
