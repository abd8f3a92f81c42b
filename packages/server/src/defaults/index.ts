// Defaulting: what Kubernetes fills in before it stores an object.
export { defaultObject } from './default-object.ts';
