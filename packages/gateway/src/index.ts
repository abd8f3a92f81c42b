// route: hosts → handlers; listener: TLS by name; proxy: to a backend; session: the portal's cookie; json: what REST
// servers read and answer.

export type { ExpressHandler } from './express/express.ts';
export type { RequestHead } from './express/request-head.ts';
export { GrpcError, grpcErrorOf, sendGrpcError } from './json/grpc-error.ts';
export { readJson, sendBytes, sendJson, tokenOf } from './json/json-api.ts';
export { type Gateway, type GatewayOptions, openGateway } from './listener/gateway.ts';
export { hostName } from './listener/host-table.ts';
export type { GatewayLimits } from './listener/limits.ts';
export type { PlainRoute } from './listener/plain.ts';
export { escapeHtml, type Page, sendPage, wantsHtml } from './page.ts';
export type { Choice, HeaderEdit, Pick, Target } from './proxy/choice.ts';
export { createProxy, type Proxy } from './proxy/proxy.ts';
export { type Upstream, upstreamTarget } from './proxy/upstream.ts';
export type * from './route.ts';
export {
  createPortalSession,
  type PortalSession,
  type PortalSessionOptions,
} from './session/portal-session.ts';
