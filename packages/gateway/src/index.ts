// route: hosts → handlers; listener: TLS by name; proxy: to a backend; session: the portal's cookie.
export type * from './route.ts';
