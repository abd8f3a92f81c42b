// The pool alone: the package's entry loads fetch, caches and WebSockets as well, at twice the time and memory.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
