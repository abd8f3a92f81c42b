// What Keycloak's admin REST gives and takes, as far as it is used here (its API documentation, version 26).

export interface ClientRepresentation {
  /** Keycloak's own id, which stands in paths. */
  id?: string;
  clientId: string;
  name?: string;
  description?: string;
  enabled?: boolean;
  protocol?: string;
  publicClient?: boolean;
  clientAuthenticatorType?: string;
  secret?: string;
  standardFlowEnabled?: boolean;
  implicitFlowEnabled?: boolean;
  directAccessGrantsEnabled?: boolean;
  serviceAccountsEnabled?: boolean;
  fullScopeAllowed?: boolean;
  redirectUris?: string[];
  webOrigins?: string[];
  attributes?: Record<string, string>;
  protocolMappers?: MapperRepresentation[];
  defaultClientScopes?: string[];
}

export interface MapperRepresentation {
  id?: string;
  name: string;
  protocol: string;
  protocolMapper: string;
  config: Record<string, string>;
}

export interface ScopeRepresentation {
  id?: string;
  name: string;
  protocol: string;
  attributes?: Record<string, string>;
  protocolMappers?: MapperRepresentation[];
}

export interface RoleRepresentation {
  id?: string;
  name: string;
  clientRole?: boolean;
}

export interface GroupRepresentation {
  id?: string;
  name: string;
  path?: string;
}
