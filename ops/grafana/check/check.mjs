// Checks dashboards against Grafana's types: node check.mjs FILE.json…; says what is wrong and where, and ends with 1.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const options = {
  exactOptionalPropertyTypes: false,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  types: [],
};

// A JSON file says "stat" where an imported one would say string: its text becomes a literal that the type is laid against.
const HEAD = "import type { Dashboard } from './types';\nexport const dashboard: Dashboard =\n";
const literals = new Map(
  process.argv.slice(2).map((file) => [`${join(here, resolve(file).replaceAll(/[^A-Za-z0-9]/g, '_'))}.ts`, { file, text: readFileSync(file, 'utf8') }]),
);

const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (name) => literals.has(name) || fileExists(name);
host.readFile = (name) => (literals.has(name) ? HEAD + literals.get(name).text : readFile(name));
host.getSourceFile = (name, version, ...rest) =>
  literals.has(name) ? ts.createSourceFile(name, HEAD + literals.get(name).text, version) : getSourceFile(name, version, ...rest);

const program = ts.createProgram([...literals.keys()], options, host);
const faults = ts.getPreEmitDiagnostics(program);
for (const fault of faults) {
  const what = ts.flattenDiagnosticMessageText(fault.messageText, '\n  ');
  const literal = fault.file && literals.get(fault.file.fileName);
  const line = fault.file ? fault.file.getLineAndCharacterOfPosition(fault.start).line + 1 : 0;
  console.log(`${literal ? literal.file : (fault.file?.fileName ?? '')}:${literal ? line - 2 : line}: ${what}`);
}
console.log(`${literals.size} dashboards, ${faults.length} faults`);
process.exit(faults.length === 0 && literals.size > 0 ? 0 : 1);
