// source-address: where things come from; bring-source: their files; package-file: what a package says of itself;
// package-parameters, package-order, package-objects: pure; resolve-packages: with the lock; install-package and
// delete-items: on a cluster; archive and artifact: in a registry; test-package: nowhere.
export { packFiles, unpackFiles } from './archive.ts';
export { bringLocked } from './bring-locked.ts';
export { type Bringing, type Brought, bringSource, referenceOf } from './bring-source.ts';
export { removePackage } from './delete-items.ts';
export {
  type InstallOptions,
  installPackage,
  type PackageChange,
  type PackageInstall,
  planPackage,
} from './install-package.ts';
export {
  PACKAGE_FILE,
  PACKAGE_SCHEMA,
  type PackageDefinition,
  type PackageTest,
  packageOf,
  parsePackage,
} from './package-file.ts';
export { type PackageSettings, packageObjects } from './package-objects.ts';
export { type Contracts, orderPackages, PackageOrderError, type Provided, unmetOf } from './package-order.ts';
export { ParameterError, packageParameters, withDefaults } from './package-parameters.ts';
export { itemText } from './placed-objects.ts';
export { ARTIFACT_TYPE, type Pushing, pushArtifact } from './push-artifact.ts';
export {
  contractsOf,
  entryOf,
  type PackagePlatform,
  type PackageRequest,
  packageInstalls,
  type ResolvedPackage,
  resolvePackages,
  withPackages,
} from './resolve-packages.ts';
export { isPinOf, parseSource, SOURCE_SCHEMA, type SourceAddress, sourceText } from './source-address.ts';
export { type PackageTestResult, testPackage } from './test-package.ts';
