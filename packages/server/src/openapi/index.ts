// OpenAPI documents, built when asked for: v3 by group and version, v2 as a whole.
export { type OpenApiAnswer, openApiDocument } from './open-api-document.ts';
