//! Code that is followed to a value: functions, loops, effects, strings, dates.

use super::{doubts, kit, postgres};
use crate::sql::Dialect;

#[test]
fn constants_and_small_functions_are_followed() {
    let ddl = postgres(
        "const sizes = { name: 10, code: 2 + 1 } as const satisfies Record<string, number>;
         const enum Kind { A = 'a', B = 'b' }
         const withName = (length: number, { nullable = false } = {}) => {
           const column = p.varchar('n', { length });
           if (nullable) return column;
           return column.notNull();
         };
         function both() { const shared = { x: p.text() }; return { ...shared, ['y' + 1]: p.text().default(`${Kind.B}!`) }; }
         export const t = p.pgTable('t', { a: withName(sizes.name), b: withName(sizes['code'], { nullable: true }), ...both() });",
    );
    // Two columns of one name: the evaluator does not judge.
    assert_eq!(
        ddl,
        [
            "CREATE TABLE \"t\" (\"n\" varchar(10) NOT NULL,\"n\" varchar(3),\"x\" text,\"y1\" text DEFAULT 'b!')"
        ]
    );
}

#[test]
fn loops_switches_and_array_methods_are_followed() {
    let ddl = postgres(
        "const langs = ['en', 'de'] as const;
         const names = langs.map((l) => `title_${l}`).concat(['x']).filter((n) => n !== 'x');
         const titles = () => { const out: Record<string, unknown> = {}; for (const n of names) { out[n] = p.text(n); } return out; };
         const size = (k: string) => { switch (k) { case 'big': return 900; default: return 9; } };
         export const t = p.pgTable('t', { ...titles(), ...Object.fromEntries(langs.map((l) => [l, p.char(l, { length: size(l) })])) });
         export const e = p.pgEnum('e', Object.values({ a: 'x', b: 'y' }) as [string, ...string[]]);",
    );
    assert_eq!(
        ddl,
        [
            "CREATE TYPE \"e\" AS ENUM('x', 'y')",
            "CREATE TABLE \"t\" (\"title_en\" text,\"title_de\" text,\"en\" char(9),\"de\" char(9))",
        ]
    );
}

#[test]
fn constants_of_dates_and_zod_are_evaluated() {
    let ddl = postgres(
        "import { z } from 'zod'; import * as zod from 'zod/v4';
         enum Native { A = 'a', B = 'b' }
         const kinds = z.enum(['k1', 'k2']); const native = zod.nativeEnum(Native);
         export const k = p.pgEnum('k', kinds.options);
         export const n = p.pgEnum('n', native.options);
         export const t = p.pgTable('t', { a: p.text({ enum: kinds.options }).default(kinds.enum.k1),
           b: p.date({ mode: 'date' }).default(new Date('2020-02-03')), c: p.timestamp().default(new Date(0)),
           d: p.timestamp({ withTimezone: true }).default(new Date('2020-02-03T04:05:06Z')), e: p.real().default(1e-7), f: p.real().default(1e21) });",
    );
    assert_eq!(
        ddl,
        [
            "CREATE TYPE \"k\" AS ENUM('k1', 'k2')",
            "CREATE TYPE \"n\" AS ENUM('a', 'b')",
            "CREATE TABLE \"t\" (\"a\" text DEFAULT 'k1',\"b\" date DEFAULT '2020-02-03',\"c\" timestamp DEFAULT '1970-01-01 00:00:00.000',\
             \"d\" timestamp with time zone DEFAULT '2020-02-03T04:05:06.000Z',\"e\" real DEFAULT 1e-7,\"f\" real DEFAULT 1e+21)",
        ]
    );
}

#[test]
fn effects_are_followed() {
    let columns = |code: &str| {
        let ddl = postgres(&format!(
            "const names = ['a', 'b'];\n{code}\nexport const t = p.pgTable('t', {{ id: p.text(), ...columns }});"
        ));
        ddl[0]
            .trim_start_matches("CREATE TABLE \"t\" (\"id\" text")
            .trim_end_matches(')')
            .replace(['"', ','], " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    for code in [
        "const columns = {}; names.forEach((n, i) => { columns[n] = p.text(); });",
        "const columns = {}; names.forEach((n) => (columns[n] = p.text()));",
        "const columns = {}; for (const n of names) { if (n === 'x') continue; columns[n] = p.text(); }",
        "const columns = {}; for (const n in { a: 1, b: 2 }) columns[n] = p.text();",
        "const columns = {}; columns.a = p.text(); columns['b'] = p.text();",
        "const columns: any = {}; Object.assign(columns, { a: p.text() }, { b: p.text() });",
        "const all = { of: {} }; names.map((n) => 1); all.of.a = p.text(); (all as any).of['b'] = p.text(); const columns = all.of;",
        "const make = () => { const r = {}; names.forEach(function (n) { r[n] = p.text(); }); return r; }; const columns = make();",
        "const make = () => { const r = {}; for (let i = 0; i < names.length; i++) { r[names[i]] = p.text(); } return r; }; const columns = make();",
        "const make = () => { const r = {}; let i = 0; while (i < 2) { r[names[i]] = p.text(); i += 1; } return r; }; const columns = make();",
        "const make = () => { const r = {}; let i = 0; do { r[names[i]] ??= p.text(); i++; } while (i < 2); return r; }; const columns = make();",
        "const make = () => { try { return { a: p.text(), b: p.text() }; } finally { console.log(names); } }; const columns = make();",
        "const more: string[] = []; more.push('a'); more.push('b'); const columns = Object.fromEntries(more.map((n) => [n, p.text()]));",
        "const columns = Object.fromEntries([...new Set(['b', 'a', 'b'])].sort((x, y) => y < x ? 1 : -1 ).map((n) => [n, p.text()]));",
    ] {
        assert_eq!(columns(code), "a text b text", "{code}");
    }
}

#[test]
fn what_a_call_does_with_an_object_is_not_taken_for_nothing() {
    let text = "import { pgTable, text } from 'drizzle-orm/pg-core'; import { extend } from 'elsewhere';
        const make = () => { const columns = { a: text() }; extend(columns); return columns; };
        const spoilt: any = { a: text() }; for (const n of unknownNames) { spoilt[n] = text(); }
        export const t = pgTable('t', make());
        export const u = pgTable('u', spoilt);
        const endless = () => { for (;;) {} };
        export const v = pgTable('v', endless());
        const double = (s, n) => n ? double(s + s, n - 1) : s;
        const grow = () => { let s = 'x'; const a = ['x']; while (true) { s += s; a.push(...a); } return s; };
        export const w = pgTable('w', { a: text(double('x', 60)), b: text(grow()), c: text(`${[1].map(() => double('y', 60))}`) });";
    let doubts = doubts(&kit(&[("schema.ts", text)], Dialect::Postgres));
    assert_eq!(doubts.len(), 4, "{doubts:?}");
}

#[test]
fn strings_are_worked_on_as_in_javascript() {
    let ddl = postgres(
        r#"const snake = (s: string) => s.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
         const words = (s: string) => s.replace(/([a-z])(\d+)/, '$1-$2').split('-').join('/');
         export const t = p.pgTable(snake('myTable'), { a: p.text(words('ab12')), b: p.text('abcdef'.slice(1, -2)), c: p.text('x'.padStart(3, '01')), d: p.text([...'xy'].at(-1)),
           e: p.text('abc'.substring(2, 1) + 'z'.repeat(2) + 'q'.charAt(4)), f: p.integer().default(parseInt('42px', 10)), g: p.text().default((1.005).toFixed(1)),
           h: p.integer().default(Math.max(1, ...[2, 3])), i: p.jsonb().default(JSON.parse('{"a":[1]}')), j: p.text(/^a/.test('abc') ? 'yes' : 'no') });"#
            .replace("\\\\", "\\")
            .as_str(),
    );
    assert_eq!(
        ddl,
        [
            r#"CREATE TABLE "my_table" ("ab/12" text,"bcd" text,"01x" text,"y" text,"bzz" text,"f" integer DEFAULT 42,"g" text DEFAULT '1.0',"h" integer DEFAULT 3,"i" jsonb DEFAULT '{"a":[1]}'::jsonb,"yes" text)"#
        ]
    );
}
