// What `prisma migrate deploy` does, by Prisma's own engine compiled to WebAssembly: its binaries come from a server of
// their own, which a machine may not reach. Arguments: node_modules, the folder `prisma`. The database is DATABASE_URL.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, project] = process.argv.slice(2).map((name) => path.resolve(name));
const load = createRequire(path.join(modules, 'x.js'));
const { PrismaPg } = load('@prisma/adapter-pg');
const { bindMigrationAwareSqlAdapterFactory } = load('@prisma/driver-adapter-utils');
const folder = path.join(modules, '@prisma/schema-engine-wasm');
const glue = await import(pathToFileURL(path.join(folder, 'schema_engine_bg.js')));
const wasm = new WebAssembly.Module(fs.readFileSync(path.join(folder, 'schema_engine_bg.wasm')));
const instance = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': glue });
glue.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start?.();

const read = (...names) => fs.readFileSync(path.join(project, ...names), 'utf8');
const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL });
const engine = await glue.SchemaEngine.new(
  { datamodels: [['schema.prisma', read('schema.prisma')]] },
  () => {},
  bindMigrationAwareSqlAdapterFactory(adapter),
);
const names = fs.readdirSync(path.join(project, 'migrations')).filter((name) => !name.endsWith('.toml'));
const migrationDirectories = names.sort().map((name) => ({
  path: name,
  migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: read('migrations', name, 'migration.sql') } },
}));
const migrationsList = {
  baseDir: path.join(project, 'migrations'),
  lockfile: { path: 'migration_lock.toml', content: read('migrations', 'migration_lock.toml') },
  shadowDbInitScript: '',
  migrationDirectories,
};
try {
  await engine.applyMigrations({ migrationsList, filters: { externalTables: [], externalEnums: [] } });
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
