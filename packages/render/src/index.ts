// source-reader: the only way in; source-type: what a folder is; yaml: documents as Kubernetes reads them; plain: documents of a folder in order.

export { helmFunctions } from './functions/helm-functions.ts';
export { type FunctionSources, sprigFunctions } from './functions/sprig-functions.ts';
export { formatGo } from './go-template/format.ts';
export { type FunctionTable, GoError, type GoFunction, goFunction } from './go-template/function.ts';
export { parseTemplates, type TemplateSet } from './go-template/template.ts';
export { TemplateError } from './go-template/template-error.ts';
export { type GoMap, type GoValue, goMap, isGoMap, STRING_MAP, withType } from './go-template/value.ts';
export * from './helm/index.ts';
export { buildKustomization } from './kustomize/build-kustomization.ts';
export * from './kustomize/kustomize-input.ts';
export { matchesPath } from './path-match.ts';
export { type PlainFile, type PlainOptions, readPlainFiles } from './plain/plain-files.ts';
export { type Manifest, manifestsOfText, plainManifests, plainObjects } from './plain/plain-manifests.ts';
export { type Constraint, parseConstraint, satisfies } from './semver/constraint.ts';
export {
  compareVersions,
  formatVersion,
  parseStrictVersion,
  parseVersion,
  type Version,
} from './semver/version.ts';
export * from './source-reader.ts';
export { type SourceType, sourceTypeOf } from './source-type.ts';
export { type ParsedDocument, parseYaml, RenderError, type YamlLimits } from './yaml/parse-yaml.ts';
export { readYaml } from './yaml/read-yaml.ts';
export { type StringifyOptions, stringifyYaml } from './yaml/stringify-yaml.ts';
