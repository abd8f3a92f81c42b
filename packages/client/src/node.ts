// What needs Node: sockets with a private CA, kubeconfig files, and the WebSocket streams of exec and port-forward.
export { type KubeconfigOptions, loadKubeconfig } from './node/kubeconfig.ts';
export { lookupLoopback } from './node/loopback.ts';
export { type NodeTransport, type NodeTransportOptions, nodeTransport } from './node/node-transport.ts';
