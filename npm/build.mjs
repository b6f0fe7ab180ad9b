// Makes the npm packages from built binaries:
//
//   node npm/build.mjs VERSION OUT PLATFORM=BINARY…
//
// PLATFORM is `linux-x64`, `linux-x64-musl`, `darwin-arm64`, `win32-x64` …, as `process.platform` and `process.arch` name
// it. OUT gets a folder for `driftlint` and one for each platform; `npm publish` takes each of them.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [version, out, ...platforms] = process.argv.slice(2);
if (!version || !out || platforms.length === 0) {
  console.error("usage: node npm/build.mjs VERSION OUT PLATFORM=BINARY…");
  process.exit(2);
}

const main = JSON.parse(readFileSync(join(here, "driftlint/package.json"), "utf8"));
main.version = version;

for (const pair of platforms) {
  const at = pair.indexOf("=");
  const [platform, binary] = [pair.slice(0, at), pair.slice(at + 1)];
  const [os, cpu, libc] = platform.split("-");
  const name = `@driftlint/${platform}`;
  const folder = join(out, platform);
  const file = os === "win32" ? "driftlint.exe" : "driftlint";
  mkdirSync(folder, { recursive: true });
  copyFileSync(binary, join(folder, file));
  chmodSync(join(folder, file), 0o755);
  const manifest = {
    name,
    version,
    description: `driftlint for ${platform}`,
    license: main.license,
    repository: main.repository,
    os: [os],
    cpu: [cpu],
    ...(os === "linux" ? { libc: [libc === "musl" ? "musl" : "glibc"] } : {}),
    files: [file],
    preferUnplugged: true,
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  main.optionalDependencies[name] = version;
}

const folder = join(out, "driftlint");
cpSync(join(here, "driftlint"), folder, { recursive: true });
cpSync(join(here, "../schemas"), join(folder, "schemas"), { recursive: true });
copyFileSync(join(here, "../README.md"), join(folder, "README.md"));
writeFileSync(join(folder, "package.json"), JSON.stringify(main, null, 2) + "\n");
