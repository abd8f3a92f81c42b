import { switchUser } from '../../switch-user.ts';

/** Ends all that a person is signed in to, and every token of theirs; what they made stays. */
export const run = switchUser({ disabled: true, done: 'is out; their sessions and tokens work no more' });
