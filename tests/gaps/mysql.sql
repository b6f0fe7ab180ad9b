-- Schemas of one project at different times. Between any two of them is a gap, and what closes it is tested both ways.

-- state: first
CREATE TABLE users (
  id int NOT NULL AUTO_INCREMENT,
  email varchar(100) NOT NULL,
  age int DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY users_email (email)
);
CREATE TABLE posts (
  id int NOT NULL AUTO_INCREMENT,
  author int NOT NULL,
  editor int,
  title varchar(100) NOT NULL DEFAULT 'untitled',
  PRIMARY KEY (id),
  KEY posts_author (author, title),
  CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT posts_editor_fk FOREIGN KEY (editor) REFERENCES users (id)
);
CREATE VIEW grown_ups AS SELECT id, email FROM users WHERE age > 17;

-- state: actions and types
CREATE TABLE users (
  id bigint NOT NULL AUTO_INCREMENT,
  email varchar(191) NOT NULL,
  age smallint NOT NULL DEFAULT 1,
  name varchar(50) GENERATED ALWAYS AS (concat(email, '!')) STORED,
  PRIMARY KEY (id),
  KEY users_email (email)
);
CREATE TABLE posts (
  id bigint NOT NULL AUTO_INCREMENT,
  author bigint NOT NULL,
  editor bigint,
  title text NOT NULL,
  PRIMARY KEY (id),
  KEY posts_by_author (author),
  CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES users (id) ON DELETE RESTRICT,
  CONSTRAINT posts_editor_fk FOREIGN KEY (editor) REFERENCES users (id) ON DELETE SET NULL
);
CREATE VIEW grown_ups AS SELECT id, email FROM users WHERE age > 17;
CREATE VIEW authors AS SELECT author FROM posts;

-- state: keys
CREATE TABLE users (
  id int NOT NULL,
  tenant int NOT NULL,
  email varchar(100) NOT NULL,
  age int DEFAULT 0,
  number int NOT NULL AUTO_INCREMENT,
  PRIMARY KEY (tenant, id),
  UNIQUE KEY users_number (number)
);
CREATE TABLE posts (
  id int NOT NULL AUTO_INCREMENT,
  tenant int NOT NULL,
  author int NOT NULL,
  title varchar(100) NOT NULL DEFAULT 'untitled',
  PRIMARY KEY (tenant, id),
  KEY posts_id (id),
  CONSTRAINT posts_author_fk FOREIGN KEY (tenant, author) REFERENCES users (tenant, id) ON DELETE CASCADE,
  CONSTRAINT posts_short CHECK (char_length(title) < 50)
);

-- state: renamed
CREATE TABLE members (
  number int NOT NULL AUTO_INCREMENT,
  email varchar(100) NOT NULL,
  age int DEFAULT 0,
  PRIMARY KEY (number),
  UNIQUE KEY users_email (email)
);
CREATE TABLE posts (
  id int NOT NULL,
  author int NOT NULL,
  state enum('draft','done') NOT NULL DEFAULT 'draft',
  title varchar(100) NOT NULL DEFAULT 'untitled',
  length int GENERATED ALWAYS AS (char_length(title)) VIRTUAL,
  PRIMARY KEY (id),
  KEY posts_author (author, title),
  CONSTRAINT posts_author_fk FOREIGN KEY (author) REFERENCES members (number) ON DELETE CASCADE
);

-- state: counted anew
CREATE TABLE users (
  number int NOT NULL AUTO_INCREMENT,
  email varchar(100) NOT NULL,
  PRIMARY KEY (number)
);
