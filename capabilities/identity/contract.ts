// What any identity technology here offers, as API objects that others write, and the names they share.

export {
  CLI_CLIENT,
  CLIENT_LABEL,
  CLIENT_TYPE,
  PORTAL_CLIENT,
  type PortalClient,
  portalClient,
} from './objects/clients.ts';
export { groupsOf, issuerVerifier, type VerifierOptions } from './objects/issuer-verifier.ts';
export {
  PEOPLE,
  PLATFORM_ADMINS,
  ROLE_PERSON,
  ROLE_PLATFORM_ADMIN,
  ROLE_TEAM_MEMBER,
  ROLE_TEAM_PROMOTER,
  ROLE_TEAM_VIEWER,
} from './objects/names.ts';
export { issueSignIn, type SignInLink } from './objects/sign-in.ts';
export { createToken, tokenHash } from './objects/token.ts';
