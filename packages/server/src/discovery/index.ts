// Discovery: which groups, versions and resources there are.
export { type DiscoveryAnswer, discoveryDocument } from './discovery-document.ts';
