// From a request's credentials to a user: authentication (the chain), its own source of users (service-account-tokens
// over signing-key), and the reviews that answer questions about them.

export { type Authentication, createAuthentication, type StaticToken } from './authentication.ts';
export { authenticationReviews } from './reviews.ts';
export { type ServiceAccountTokens, serviceAccountTokens } from './service-account-tokens.ts';
export { deriveSigningKey } from './signing-key.ts';
