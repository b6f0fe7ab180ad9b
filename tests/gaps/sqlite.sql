-- Schemas of one project at different times. Between any two of them is a gap, and what closes it is tested both ways.

-- state: first
CREATE TABLE users (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  email text NOT NULL UNIQUE,
  age integer DEFAULT 0
);
CREATE INDEX users_age ON users (age);
CREATE TABLE posts (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  author integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title text NOT NULL
);
CREATE VIEW grown_ups AS SELECT id, email FROM users WHERE age > 17;
CREATE VIEW grown_up_emails AS SELECT email FROM grown_ups;
CREATE TRIGGER users_email AFTER UPDATE OF email ON users BEGIN UPDATE posts SET title = title || '; ' WHERE author = NEW.id; END;
CREATE TRIGGER posts_count AFTER INSERT ON posts BEGIN UPDATE users SET age = age + 1 WHERE id = NEW.author; END;

-- state: rebuilt
CREATE TABLE users (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  email text NOT NULL,
  age real NOT NULL DEFAULT 1,
  name text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX users_email_name ON users (email, name);
CREATE TABLE posts (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  author integer REFERENCES users (id) ON DELETE SET NULL,
  title text NOT NULL CHECK (title <> ''),
  short text GENERATED ALWAYS AS (substr(title, 1, 3)) VIRTUAL
);
CREATE VIEW grown_ups AS SELECT id, email FROM users WHERE age > 17;
CREATE VIEW authors AS SELECT author FROM posts;
CREATE TRIGGER users_email AFTER UPDATE OF email ON users BEGIN UPDATE posts SET title = title || '; ' WHERE author = NEW.id; END;
CREATE TRIGGER posts_count AFTER INSERT ON posts BEGIN UPDATE users SET age = age + 1 WHERE id = NEW.author; END;

-- state: renamed
CREATE TABLE members (
  id integer PRIMARY KEY NOT NULL,
  email text NOT NULL UNIQUE,
  age integer DEFAULT 0
);
CREATE INDEX users_age ON members (age);
CREATE TABLE articles (
  id text PRIMARY KEY NOT NULL,
  author integer NOT NULL REFERENCES members (id),
  title text NOT NULL
) WITHOUT ROWID;
CREATE VIEW grown_ups AS SELECT id, email FROM members WHERE age > 17;

-- state: keys
CREATE TABLE users (
  id integer NOT NULL,
  tenant integer NOT NULL,
  email text NOT NULL,
  age integer,
  PRIMARY KEY (tenant, id)
);
CREATE TABLE posts (
  id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  tenant integer NOT NULL,
  author integer NOT NULL,
  title text,
  FOREIGN KEY (tenant, author) REFERENCES users (tenant, id) ON DELETE CASCADE
);
CREATE INDEX posts_title ON posts (title) WHERE title IS NOT NULL;
