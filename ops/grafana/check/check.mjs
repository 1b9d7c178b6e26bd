// Checks dashboards against Grafana's types: node check.mjs FILE.json…. Prints each fault with its place, and exits
// with 1 if there is any.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from '../../check/types.mjs';

const here = dirname(fileURLToPath(import.meta.url));

// An imported JSON file has type string instead of the literal "stat". So its text becomes a literal, which is checked
// against the type.
const HEAD = "import type { Dashboard } from './types';\nexport const dashboard: Dashboard =\n";
const literals = new Map(
  process.argv
    .slice(2)
    .map((file) => [
      `${join(here, resolve(file).replaceAll(/[^A-Za-z0-9]/g, '_'))}.ts`,
      { file, text: readFileSync(file, 'utf8') },
    ]),
);

const faults = faultsOf(new Map([...literals].map(([name, { text }]) => [name, HEAD + text])), {
  exactOptionalPropertyTypes: false,
});
for (const { name, line, what } of faults) {
  const literal = literals.get(name);
  console.log(`${literal ? literal.file : (name ?? '')}:${literal ? line - 2 : line}: ${what}`);
}
console.log(`${literals.size} dashboards, ${faults.length} faults`);
process.exit(faults.length === 0 && literals.size > 0 ? 0 : 1);
