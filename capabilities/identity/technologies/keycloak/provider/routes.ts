const ROOT = '/protocol/openid-connect';

/** Keycloak's paths below `/realms/<realm>`. */
export const ROUTES = {
  authorization: `${ROOT}/auth`,
  token: `${ROOT}/token`,
  userinfo: `${ROOT}/userinfo`,
  jwks: `${ROOT}/certs`,
  end_session: `${ROOT}/logout`,
  introspection: `${ROOT}/token/introspect`,
  revocation: `${ROOT}/revoke`,
  device_authorization: `${ROOT}/auth/device`,
  pushed_authorization_request: `${ROOT}/ext/par/request`,
  code_verification: '/device',
};
