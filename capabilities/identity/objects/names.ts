/** Namespace of identity's own Secrets. */
export const SYSTEM_NAMESPACE = 'slipway-system';
/** Members may do everything on the platform. */
export const PLATFORM_ADMINS = 'platform-admins';
export const ROLE_TEAM_MEMBER = 'slipway:team-member';
export const ROLE_TEAM_VIEWER = 'slipway:team-viewer';
export const ROLE_PLATFORM_ADMIN = 'slipway:platform-admin';
/** Who uses the command line on the platform's own machine; no person may have this name. */
export const LOCAL_ADMIN = 'local-admin';
/** Everybody who signs in (not ServiceAccounts) is in this group, besides their own. */
export const PEOPLE = 'slipway:people';
export const ROLE_TEAM_PROMOTER = 'slipway:team-promoter';
export const ROLE_PERSON = 'slipway:person';
