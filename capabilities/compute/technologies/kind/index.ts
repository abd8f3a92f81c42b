// A way to get a cluster, and nothing that a platform is made of: whoever has one names it in `target`.
export { type KindOptions, kindCluster, NODE_IMAGES } from './cluster.ts';
