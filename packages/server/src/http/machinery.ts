// What the pipeline uses of schemas, patches, apply, tables and discovery, in one place.
export { hasSubresource, type ResourceInfo } from '../schema/resource-info.ts';
export * from './stand-in.ts';
