import { switchUser } from '../../switch-user.ts';

/** Lets a person in again. They sign in anew; their tokens work again until they end. */
export const run = switchUser({ disabled: false, done: 'may sign in again' });
