#!/usr/bin/env node
// Starts the binary of this platform, which npm has installed as an optional dependency.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

/** Whether the C library is musl: Node's report names glibc's version where it is that. */
function isMusl() {
  if (process.platform !== "linux" || !process.report) return false;
  const report = process.report.getReport();
  return !(typeof report === "object" ? report : JSON.parse(report)).header.glibcVersionRuntime;
}

const libc = isMusl() ? "-musl" : "";
const name = `@driftlint/${process.platform}-${process.arch}${libc}`;
const file = process.platform === "win32" ? "driftlint.exe" : "driftlint";

let binary = process.env.DRIFTLINT_BINARY;
if (!binary) {
  try {
    binary = require.resolve(`${name}/${file}`);
  } catch {
    console.error(
      `driftlint: there is no package ${name}. It is an optional dependency: install without --no-optional and --omit=optional,\n` +
        "or set DRIFTLINT_BINARY to a binary. Other platforms: cargo install driftlint",
    );
    process.exit(2);
  }
}

const result = spawnSync(binary, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
if (result.error) {
  console.error(`driftlint: ${binary} cannot be started: ${result.error.message}`);
  process.exit(2);
}
// As a shell says it, where a signal ended the program.
process.exit(result.status ?? 128 + (constants.signals[result.signal] ?? 0));
