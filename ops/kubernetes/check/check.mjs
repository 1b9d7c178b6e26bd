// Checks the manifests in a JSON array against the types and schemas that Kubernetes and the operators publish:
// node check.mjs FILE.json. The types find unknown fields; the schemas check patterns and ranges. If there are faults,
// it prints them and exits with 1.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from '../../check/types.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '../../../node_modules');
const packages = {
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};
const untyped = { 'secrets-store.csi.x-k8s.io/v1/SecretProviderClass': './types' };

const manifests = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const faults = [];
const kinds = new Map();
manifests.forEach((one) => kinds.set(kindOf(one), [...(kinds.get(kindOf(one)) ?? []), one]));

function kindOf(manifest) {
  return `${manifest.apiVersion}/${manifest.kind}`;
}

/** The module that has the type of a kind, if there is one. */
function moduleOf(kind) {
  const group = kind.split('/').length > 2 ? kind.split('/')[0] : '';
  const name = `${packages[group] ?? 'kubernetes-models'}/${kind}`;
  return existsSync(join(modules, `${name}.d.ts`)) ? name : undefined;
}

const sources = new Map();
for (const [kind, all] of kinds) {
  const module = moduleOf(kind) ?? untyped[kind];
  if (!module) {
    faults.push(`${kind}: no such kind`);
    continue;
  }
  const type = `I${kind.split('/').at(-1)}`;
  const text =
    `import type { ${type} } from '${module}';\n` +
    `export const all: ${type}[] = ${JSON.stringify(all, null, 1)};\n`;
  sources.set(join(here, `${kind.replaceAll(/[^A-Za-z0-9]/g, '_')}.ts`), { kind, text, lines: text.split('\n') });
}

for (const { name, line, what } of faultsOf(new Map([...sources].map(([file, source]) => [file, source.text])))) {
  const source = sources.get(name);
  faults.push(`${source?.kind ?? name ?? ''}: ${source?.lines[line - 1].trim() ?? ''}: ${what}`);
}

for (const [kind, all] of kinds) {
  const name = moduleOf(kind);
  if (!name) {
    continue;
  }
  const model = (await import(name))[kind.split('/').at(-1)];
  for (const manifest of all) {
    try {
      new model(manifest).validate();
    } catch (fault) {
      faults.push(`${kind} ${manifest.metadata?.name}: ${fault.message}`);
    }
  }
}

faults.forEach((fault) => console.log(fault));
console.log(`${manifests.length} manifests of ${kinds.size} kinds, ${faults.length} faults`);
process.exit(faults.length === 0 && manifests.length > 0 ? 0 : 1);
