// What `@slipway/render` says of kustomizations, for who builds nothing else: input, then the building.

export { RenderError } from '../yaml/parse-yaml.ts';
export { buildKustomization, KUSTOMIZE_VERSION } from './build-kustomization.ts';
export * from './kustomize-input.ts';
