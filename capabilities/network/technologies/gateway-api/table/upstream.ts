// The parts of Gateway API v1 and networking.k8s.io/v1 that are read here.
import type { Condition, Kind, KubeObject } from '@slipway/api';
import {
  GatewayClass as classKind,
  Gateway as gatewayKind,
  IngressClass as ingressClassKind,
  Ingress as ingressKind,
  HTTPRoute as routeKind,
} from '@slipway/kinds';

export interface GatewayClass extends KubeObject {
  spec: { controllerName: string; parametersRef?: unknown; description?: string };
  status?: { conditions?: Condition[]; supportedFeatures?: { name: string }[] };
}
export interface SecretReference {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
}
export interface Listener {
  name: string;
  hostname?: string;
  port: number;
  protocol: string;
  tls?: { mode?: string; certificateRefs?: SecretReference[]; options?: Record<string, string> };
  allowedRoutes?: {
    namespaces?: {
      from?: 'All' | 'Same' | 'Selector' | 'None';
      selector?: {
        matchLabels?: Record<string, string>;
        matchExpressions?: { key: string; operator: string; values?: string[] }[];
      };
    };
    kinds?: { group?: string; kind: string }[];
  };
}
export interface Gateway extends KubeObject {
  spec: { gatewayClassName: string; listeners: Listener[]; addresses?: unknown[]; [field: string]: unknown };
  status?: {
    addresses?: { type?: string; value: string }[];
    conditions?: Condition[];
    listeners?: {
      name: string;
      supportedKinds: { group: string; kind: string }[];
      attachedRoutes: number;
      conditions: Condition[];
    }[];
  };
}
export interface ParentReference {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}
export interface NameValue {
  name: string;
  value: string;
}
export interface StringMatch extends NameValue {
  type?: 'Exact' | 'RegularExpression';
}
export interface RouteMatch {
  path?: { type?: 'Exact' | 'PathPrefix' | 'RegularExpression'; value?: string };
  headers?: StringMatch[];
  queryParams?: StringMatch[];
  method?: string;
}
export interface HeaderFilter {
  set?: NameValue[];
  add?: NameValue[];
  remove?: string[];
}
export interface PathModifier {
  type: 'ReplaceFullPath' | 'ReplacePrefixMatch';
  replaceFullPath?: string;
  replacePrefixMatch?: string;
}
export interface RouteFilter {
  type: string;
  requestHeaderModifier?: HeaderFilter;
  responseHeaderModifier?: HeaderFilter;
  requestRedirect?: {
    scheme?: string;
    hostname?: string;
    port?: number;
    statusCode?: number;
    path?: PathModifier;
  };
  urlRewrite?: { hostname?: string; path?: PathModifier };
}
export interface BackendReference {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  port?: number;
  weight?: number;
  filters?: RouteFilter[];
}
export interface RouteRule {
  name?: string;
  matches?: RouteMatch[];
  filters?: RouteFilter[];
  backendRefs?: BackendReference[];
  timeouts?: { request?: string; backendRequest?: string };
  retry?: unknown;
  sessionPersistence?: unknown;
}
export interface RouteParentStatus {
  parentRef: ParentReference;
  controllerName: string;
  conditions: Condition[];
}
export interface HttpRoute extends KubeObject {
  spec: { parentRefs?: ParentReference[]; hostnames?: string[]; rules?: RouteRule[] };
  status?: { parents?: RouteParentStatus[] };
}
export interface ReferenceGrant extends KubeObject {
  spec: {
    from: { group: string; kind: string; namespace: string }[];
    to: { group: string; kind: string; name?: string }[];
  };
}
export interface IngressBackend {
  service?: { name: string; port?: { number?: number; name?: string } };
  resource?: { apiGroup?: string; kind: string; name: string };
}
export interface Ingress extends KubeObject {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: IngressBackend;
    tls?: { hosts?: string[]; secretName?: string }[];
    rules?: {
      host?: string;
      http?: {
        paths: {
          path?: string;
          pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific';
          backend: IngressBackend;
        }[];
      };
    }[];
  };
  status?: {
    loadBalancer?: {
      ingress?: { ip?: string; hostname?: string; ports?: { port: number; protocol: string }[] }[];
    };
  };
}
export interface IngressClass extends KubeObject {
  spec?: { controller?: string };
}

export const GatewayClass = classKind as unknown as Kind<GatewayClass>;
export const Gateway = gatewayKind as unknown as Kind<Gateway>;
export const HttpRoute = routeKind as unknown as Kind<HttpRoute>;
export const Ingress = ingressKind as unknown as Kind<Ingress>;
export const IngressClass = ingressClassKind as unknown as Kind<IngressClass>;
export const ReferenceGrant: Kind<ReferenceGrant> = {
  group: 'gateway.networking.k8s.io',
  version: 'v1beta1',
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  namespaced: true,
};

/** `spec.controllerName` of our GatewayClass. */
export const CONTROLLER = 'slipway.dev/gateway';
/** `spec.controller` of our IngressClass. */
export const INGRESS_CONTROLLER = 'slipway.dev/ingress';
export const GROUP = 'gateway.networking.k8s.io';
