// Type-checks TypeScript sources that are not in files.
import ts from 'typescript';

const OPTIONS = {
  exactOptionalPropertyTypes: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  types: [],
};

/**
 * @param texts a Map of file names to sources; imports are resolved relative to the names
 * @param options override OPTIONS
 * @returns for each fault the file name, the line (from 1) and the message; a fault without a place has line 0 and no
 * name
 */
export function faultsOf(texts, options = {}) {
  const all = { ...OPTIONS, ...options };
  const host = ts.createCompilerHost(all);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) =>
    texts.has(name) ? ts.createSourceFile(name, texts.get(name), version) : getSourceFile(name, version, ...rest);
  return ts.getPreEmitDiagnostics(ts.createProgram([...texts.keys()], all, host)).map(({ file, start, messageText }) => ({
    name: file?.fileName,
    line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
    what: ts.flattenDiagnosticMessageText(messageText, '\n  '),
  }));
}
