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
CREATE INDEX articles_by_outlet ON articles (outlet, published_earliest, words, copy_of, story_id);

CREATE TABLE blocks (
  source_id TEXT NOT NULL REFERENCES contents (source_id),
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  kind TEXT NOT NULL,
  confidence REAL NOT NULL,
  article_id TEXT REFERENCES articles (article_id),
  PRIMARY KEY (source_id, start)
) STRICT, WITHOUT ROWID;

-- What annotating makes of each article: gone with the article, made anew where it changes.

CREATE TABLE annotated (            -- the desk's own: which articles are annotated, and their vectors
  article_id TEXT PRIMARY KEY REFERENCES articles (article_id) ON DELETE CASCADE,
  sentences TEXT NOT NULL,          -- array of [start, end]
  vector BLOB,                      -- float32, normalised
  text_key TEXT,                    -- the same for articles with the same paragraphs, which the model reads once
  seen BLOB                         -- what it found in them
) STRICT, WITHOUT ROWID;
CREATE INDEX annotated_by_text ON annotated (text_key) WHERE text_key IS NOT NULL;

CREATE TABLE seen_gone (            -- the desk's own: kept from when an article is cleaned anew until it is annotated
  text_key TEXT PRIMARY KEY,
  seen BLOB NOT NULL,
  vector BLOB
) STRICT, WITHOUT ROWID;
CREATE TRIGGER annotated_went AFTER DELETE ON annotated WHEN old.seen IS NOT NULL BEGIN
  INSERT OR IGNORE INTO seen_gone VALUES (old.text_key, old.seen, old.vector);
END;

CREATE TABLE mentions (
  article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  kind TEXT NOT NULL,
  form TEXT NOT NULL,
  local_id TEXT,                    -- who it is within the article
  name_id TEXT,                     -- who it is across articles
  confidence REAL NOT NULL,
  PRIMARY KEY (article_id, start, "end")
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_by_name ON mentions (name_id, article_id) WHERE name_id IS NOT NULL;

CREATE TABLE times (
  article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  type TEXT NOT NULL,
  value TEXT,
  earliest TEXT,
  latest TEXT,
  anchor ANY,
  PRIMARY KEY (article_id, start, "end")
) STRICT, WITHOUT ROWID;

CREATE TABLE figures (
  article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  value REAL NOT NULL,
  value_to REAL,
  unit TEXT,
  qualifier TEXT NOT NULL,
  "of" TEXT,
  as_of TEXT,
  PRIMARY KEY (article_id, start, "end")
) STRICT, WITHOUT ROWID;

CREATE TABLE quotes (
  quote_id TEXT PRIMARY KEY,
  article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  spans TEXT NOT NULL,              -- array of [start, end]
  text TEXT NOT NULL,
  kind TEXT NOT NULL,
  cue_start INTEGER,
  cue_end INTEGER,
  cue TEXT,
  speaker_start INTEGER,
  speaker_end INTEGER,
  speaker TEXT,
  speaker_local_id TEXT,
  speaker_name_id TEXT,
  addressee TEXT,
  addressee_local_id TEXT,
  addressee_name_id TEXT,
  confidence REAL NOT NULL,
  statement_id TEXT,
  candidates TEXT NOT NULL          -- array of [name_id, probability]
) STRICT, WITHOUT ROWID;
CREATE INDEX quotes_by_article ON quotes (article_id, speaker_name_id);
CREATE INDEX quotes_by_speaker ON quotes (speaker_name_id) WHERE speaker_name_id IS NOT NULL;
CREATE INDEX quotes_by_statement ON quotes (statement_id) WHERE statement_id IS NOT NULL;

-- What the articles make together.

CREATE TABLE local_names (          -- the desk's own: the names of each article alone, of which `names` are made
  article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  local_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  forms TEXT NOT NULL,
  gender TEXT,
  roles TEXT NOT NULL,
  shape INTEGER,                    -- of name_shapes; null until names are merged
  seen TEXT,                        -- the article's published_earliest, likewise
  PRIMARY KEY (article_id, local_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX local_names_by_shape ON local_names (shape, seen);

CREATE TABLE name_shapes (          -- the desk's own: equal names of articles, how many there are and what they became
  shape INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  forms TEXT NOT NULL,
  gender TEXT,
  roles TEXT NOT NULL,
  first_seen TEXT,
  articles INTEGER NOT NULL DEFAULT 0,
  name_id TEXT,
  touched INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX name_shapes_touched ON name_shapes (shape) WHERE touched;
CREATE INDEX name_shapes_gone ON name_shapes (shape) WHERE articles = 0;

CREATE TABLE name_cells (           -- the desk's own: shapes that share a cell tie where one of them looks at the others
  cell INTEGER NOT NULL,
  looks INTEGER NOT NULL,
  shape INTEGER NOT NULL REFERENCES name_shapes (shape) ON DELETE CASCADE,
  PRIMARY KEY (cell, looks, shape)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_cells_by_shape ON name_cells (shape, cell);

CREATE TABLE names_told (           -- the desk's own: one row at most: what people had told when names were last merged
  told TEXT NOT NULL
) STRICT;

CREATE TRIGGER local_names_went AFTER DELETE ON local_names WHEN old.shape IS NOT NULL BEGIN
  UPDATE name_shapes SET articles = articles - 1, touched = 1 WHERE shape = old.shape;
END;
CREATE TRIGGER local_names_unshaped AFTER UPDATE OF shape ON local_names
WHEN old.shape IS NOT NULL AND new.shape IS NULL BEGIN
  UPDATE name_shapes SET articles = articles - 1, touched = 1 WHERE shape = old.shape;
END;

CREATE TABLE names (
  name_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  forms TEXT NOT NULL,              -- array
  first_seen TEXT,
  articles INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE copies (
  article_a TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  article_b TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  similarity REAL NOT NULL,
  containment REAL NOT NULL,
  earlier TEXT,
  PRIMARY KEY (article_a, article_b)
) STRICT, WITHOUT ROWID;
CREATE INDEX copies_by_b ON copies (article_b);

CREATE TABLE passages (
  passage_id TEXT PRIMARY KEY,
  words INTEGER NOT NULL,
  origin_kind TEXT NOT NULL,
  origin TEXT,
  because TEXT,                     -- what shows the origin, in words
  first_article_id TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE passage_members (
  passage_id TEXT NOT NULL REFERENCES passages (passage_id) ON DELETE CASCADE,
  article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  source_id TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (passage_id, article_id, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX passage_members_by_article ON passage_members (article_id);

CREATE TABLE statements (
  statement_id TEXT PRIMARY KEY,
  speaker_name_id TEXT,
  speaker TEXT,
  said_on TEXT,
  fullest_quote_id TEXT NOT NULL,
  speakers TEXT NOT NULL,           -- array: who the outlets say spoke, where they disagree
  origin_kind TEXT NOT NULL,
  origin TEXT,
  because TEXT,
  versions TEXT NOT NULL            -- array of {quote_id, article_id, outlet, cut, left_out, loses_negation, cue}
) STRICT, WITHOUT ROWID;

CREATE TABLE stale (                -- the desk's own: what is to be made anew from all articles together
  what TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER articles_came AFTER INSERT ON articles BEGIN INSERT OR IGNORE INTO stale VALUES ('reuse'); END;
CREATE TRIGGER articles_went AFTER DELETE ON articles BEGIN
  INSERT OR IGNORE INTO stale VALUES ('reuse');
END;
CREATE TRIGGER names_came AFTER INSERT ON annotated BEGIN INSERT OR IGNORE INTO stale VALUES ('names'); END;
CREATE TRIGGER names_went AFTER DELETE ON annotated BEGIN INSERT OR IGNORE INTO stale VALUES ('names'); END;

-- Stories: what of each article is compared, how likely two are of one story, and what people decided.

CREATE TABLE profiles (             -- the desk's own
  article_id TEXT PRIMARY KEY REFERENCES annotated (article_id) ON DELETE CASCADE,
  held TEXT NOT NULL,               -- JSON
  vector BLOB NOT NULL              -- int8
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_keys (         -- the desk's own: articles that share a key are compared
  key INTEGER NOT NULL,
  day INTEGER NOT NULL,             -- since 1970; -1 where undated
  article_id TEXT NOT NULL REFERENCES profiles (article_id) ON DELETE CASCADE,
  PRIMARY KEY (key, day, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_keys_by_article ON profile_keys (article_id, key);

CREATE TABLE pairs (                -- the desk's own: `links` are the likely ones
  article_a TEXT NOT NULL REFERENCES profiles (article_id) ON DELETE CASCADE,
  article_b TEXT NOT NULL REFERENCES profiles (article_id) ON DELETE CASCADE,
  probability REAL NOT NULL,
  candidate INTEGER NOT NULL,       -- 1 where they share a key or a text; 0 where only their component made us look
  reasons TEXT,
  PRIMARY KEY (article_a, article_b)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_by_b ON pairs (article_b);
CREATE INDEX pairs_without_reasons ON pairs (probability) WHERE candidate AND reasons IS NULL;

CREATE TABLE touched (              -- the desk's own: articles whose component is to be grouped anew
  article_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER pairs_went AFTER DELETE ON pairs BEGIN
  INSERT OR IGNORE INTO touched VALUES (old.article_a), (old.article_b);
END;

CREATE TABLE decisions (            -- the desk's own: what people decided, who and when; it outlives every run
  decision_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  action TEXT NOT NULL,             -- what about and how: "story merge", "name split", "line kind"
  told TEXT NOT NULL,               -- the same for people
  effect TEXT NOT NULL,             -- JSON
  undone_at TEXT,
  undone_by TEXT
) STRICT;

CREATE TABLE relabelled (           -- the desk's own: kinds that people gave to lines, of the decisions that stand
  source_id TEXT NOT NULL,
  start INTEGER NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (source_id, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE wishes (               -- the desk's own: which articles belong together or apart, of the decisions that stand
  kind TEXT NOT NULL,               -- must or cannot
  article_a TEXT NOT NULL,
  article_b TEXT NOT NULL,
  PRIMARY KEY (article_a, article_b)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_titles (         -- the desk's own: articles whose headline people chose
  article_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE story_redirects (      -- the desk's own: stories that are no more, and where their articles went
  story_id TEXT PRIMARY KEY,
  became TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE stories (
  story_id TEXT PRIMARY KEY,
  thread_id TEXT,
  title TEXT,
  title_source_id TEXT,
  title_start INTEGER,
  title_end INTEGER,
  article_ids TEXT NOT NULL,        -- array, the earliest first
  outlets TEXT NOT NULL,            -- array
  origins INTEGER NOT NULL,
  first_published TEXT,
  last_published TEXT,
  keywords TEXT NOT NULL,           -- array
  places TEXT NOT NULL              -- array
) STRICT, WITHOUT ROWID;
CREATE INDEX articles_by_story ON articles (story_id) WHERE story_id IS NOT NULL;
CREATE INDEX stories_by_thread ON stories (thread_id) WHERE thread_id IS NOT NULL;
CREATE INDEX stories_by_last ON stories (last_published, story_id);

-- Threads: what of each story is compared, how likely two stories follow one another, and what people decided.

CREATE TABLE themes (               -- the desk's own
  story_id TEXT PRIMARY KEY REFERENCES stories (story_id) ON DELETE CASCADE,
  held TEXT NOT NULL                -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE theme_keys (           -- the desk's own: stories that share a key are compared
  key INTEGER NOT NULL,
  day INTEGER NOT NULL,             -- since 1970; -1 where undated
  story_id TEXT NOT NULL REFERENCES themes (story_id) ON DELETE CASCADE,
  PRIMARY KEY (key, day, story_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX theme_keys_by_story ON theme_keys (story_id, key);

CREATE TABLE thread_pairs (         -- the desk's own: `thread_links` are the likely ones
  story_a TEXT NOT NULL REFERENCES themes (story_id) ON DELETE CASCADE,
  story_b TEXT NOT NULL REFERENCES themes (story_id) ON DELETE CASCADE,
  probability REAL NOT NULL,
  candidate INTEGER NOT NULL,       -- 1 where they share a key; 0 where only their component made us look
  reasons TEXT,
  PRIMARY KEY (story_a, story_b)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_pairs_by_b ON thread_pairs (story_b);

CREATE TABLE dates (                -- when undated articles came out, as far as the dated ones of their story tell
  article_id TEXT PRIMARY KEY REFERENCES articles (article_id) ON DELETE CASCADE,
  story_id TEXT NOT NULL,
  earliest TEXT NOT NULL,
  latest TEXT NOT NULL,
  because TEXT NOT NULL             -- array of the dated articles
) STRICT, WITHOUT ROWID;

CREATE TABLE touched_stories (      -- the desk's own: stories whose thread is to be made anew
  story_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER stories_came AFTER INSERT ON stories BEGIN
  INSERT OR IGNORE INTO touched_stories VALUES (new.story_id);
END;
CREATE TRIGGER stories_went AFTER DELETE ON stories BEGIN
  INSERT OR IGNORE INTO touched_stories VALUES (old.story_id);
END;
CREATE TRIGGER thread_pairs_went AFTER DELETE ON thread_pairs BEGIN
  INSERT OR IGNORE INTO touched_stories VALUES (old.story_a), (old.story_b);
END;

CREATE TABLE thread_wishes (        -- the desk's own: articles whose stories belong in one thread or not, as people decided
  kind TEXT NOT NULL,               -- must or cannot
  article_a TEXT NOT NULL,
  article_b TEXT NOT NULL,
  PRIMARY KEY (article_a, article_b)
) STRICT, WITHOUT ROWID;

CREATE TABLE thread_members (       -- the desk's own: which thread each story was in when threads were last made
  story_id TEXT PRIMARY KEY,
  thread_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_members_by_thread ON thread_members (thread_id);

CREATE TABLE thread_redirects (     -- the desk's own: threads that are no more, and where their stories went
  thread_id TEXT PRIMARY KEY,
  became TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE threads (
  thread_id TEXT PRIMARY KEY,
  story_ids TEXT NOT NULL,          -- array, in order of time
  label TEXT,
  label_source_id TEXT,
  label_start INTEGER,
  label_end INTEGER,
  first_published TEXT,
  last_published TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE happenings (
  story_id TEXT NOT NULL REFERENCES stories (story_id) ON DELETE CASCADE,
  date TEXT NOT NULL,
  date_to TEXT,
  article_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  also TEXT NOT NULL,               -- array of spans that say the same
  weight REAL NOT NULL,
  PRIMARY KEY (story_id, date, article_id, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE disagreements (
  story_id TEXT NOT NULL REFERENCES stories (story_id) ON DELETE CASCADE,
  "of" TEXT NOT NULL,
  kind TEXT NOT NULL,
  members TEXT NOT NULL
) STRICT;
CREATE INDEX disagreements_by_story ON disagreements (story_id);

CREATE TABLE omissions (
  story_id TEXT NOT NULL REFERENCES stories (story_id) ON DELETE CASCADE,
  article_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  text TEXT NOT NULL,
  also TEXT NOT NULL,
  told_by TEXT NOT NULL,
  untold_by TEXT NOT NULL,
  PRIMARY KEY (story_id, article_id, start)
) STRICT, WITHOUT ROWID;

-- What can be found: articles, their quotes, and passages. A shelf is an article or a passage; number << 12 is its row of
-- `words`, and the rows after it are an article's quotes in their order. Columns that searches count by are copied here.

CREATE TABLE shelves (              -- the desk's own
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,               -- article or passage
  article_id TEXT NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  ref TEXT NOT NULL,                -- the article's or the passage's id
  outlet TEXT,
  day TEXT,
  story_id TEXT,
  quotes TEXT NOT NULL,             -- array of quote_id
  speakers BLOB NOT NULL,           -- of each quote: the first 8 bytes of its speaker's name_id, or zeros
  names BLOB NOT NULL,              -- the first 8 bytes of each name_id that the article mentions
  vector BLOB,                      -- int8; an article's
  revision INTEGER NOT NULL,
  stale INTEGER NOT NULL DEFAULT 0  -- 1 where its speakers and names are to be copied anew
) STRICT;
CREATE UNIQUE INDEX shelves_by_ref ON shelves (ref);
CREATE INDEX shelves_by_article ON shelves (article_id);
CREATE INDEX shelves_by_revision ON shelves (revision);
CREATE INDEX shelves_stale ON shelves (number) WHERE stale;
CREATE TABLE shelves_gone (         -- the desk's own: so that what was read before is forgotten
  number INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT;
CREATE TABLE shelf_clock (          -- the desk's own: one row; `made` tells one desk from another at the same path
  revision INTEGER NOT NULL,        -- of the shelves
  names INTEGER NOT NULL,           -- likewise, of the names
  made TEXT NOT NULL
) STRICT;
INSERT INTO shelf_clock VALUES (0, 0, hex(randomblob(8)));
CREATE TRIGGER clock_names_came AFTER INSERT ON names BEGIN UPDATE shelf_clock SET names = names + 1; END;
CREATE TRIGGER clock_names_went AFTER DELETE ON names BEGIN UPDATE shelf_clock SET names = names + 1; END;
CREATE TRIGGER clock_names_changed AFTER UPDATE ON names BEGIN UPDATE shelf_clock SET names = names + 1; END;
CREATE VIRTUAL TABLE words USING fts5 (
  title, text, content = '', contentless_delete = 1, prefix = '3', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER shelves_went AFTER DELETE ON shelves BEGIN
  DELETE FROM words WHERE rowid = old.number << 12;
  DELETE FROM words WHERE rowid IN (SELECT (old.number << 12) + key + 1 FROM json_each(old.quotes));
  UPDATE shelf_clock SET revision = revision + 1;
  INSERT OR REPLACE INTO shelves_gone SELECT old.number, revision FROM shelf_clock;
END;
CREATE TRIGGER shelves_moved AFTER UPDATE OF story_id, outlet, published_earliest ON articles
WHEN old.story_id IS NOT new.story_id OR old.outlet IS NOT new.outlet
  OR old.published_earliest IS NOT new.published_earliest BEGIN
  UPDATE shelf_clock SET revision = revision + 1;
  UPDATE shelves SET story_id = new.story_id, outlet = new.outlet, day = substr(new.published_earliest, 1, 10),
    revision = (SELECT revision FROM shelf_clock) WHERE article_id = new.article_id;
END;
CREATE TRIGGER shelves_respoken AFTER UPDATE OF speaker_name_id ON quotes
WHEN old.speaker_name_id IS NOT new.speaker_name_id BEGIN
  UPDATE shelves SET stale = 1 WHERE ref = new.article_id AND NOT stale;
END;
CREATE TRIGGER shelves_renamed AFTER UPDATE OF name_id ON mentions WHEN old.name_id IS NOT new.name_id BEGIN
  UPDATE shelves SET stale = 1 WHERE ref = new.article_id AND NOT stale;
END;
