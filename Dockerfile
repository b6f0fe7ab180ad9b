# docker build -t driftlint . && docker run --rm -v "$PWD:/work:ro" driftlint check
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev gcc make
WORKDIR /source
COPY . .
RUN cargo build --release --locked

# Not scratch: git reads the repositories that libgit2 cannot (sparse index, SHA-256, partial clones).
FROM alpine:3.22
RUN apk add --no-cache git \
  && adduser -D -u 10001 driftlint \
  # The folder that is mounted belongs to somebody else.
  && git config --system --add safe.directory '*'
COPY --from=build /source/target/release/driftlint /usr/local/bin/driftlint
USER driftlint
WORKDIR /work
ENTRYPOINT ["driftlint"]
CMD ["check"]
